using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KinescopePS.Kinescope;

/// <summary>Decodes the bodies of responses, whatever they hold: what is not text in them is replaced.</summary>
internal static partial class ResponseBody
{
    /// <summary>The longest body that is taken; a page of a hundred videos has some hundred KB. Unit: bytes, decompressed.</summary>
    public const int MaxLength = 8 * 1024 * 1024;

    /// <summary>The most names and values in a body, each of which becomes an object; a page of a hundred videos has thousands.</summary>
    public const int MaxValues = 200_000;

    private const int MaxRefusalLength = 16 * 1024;

    /// <summary>The body's JSON; of the kind <c>Undefined</c> where there is no body.</summary>
    /// <exception cref="KinescopeException">
    /// <c>AnswerInvalid</c>: it is no JSON, or too long. <c>KinescopeUnavailable</c>: it broke off, or cannot be decompressed.
    /// </exception>
    public static async Task<JsonElement> ReadJsonAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var uri = response.RequestMessage!.RequestUri!;
        try
        {
            var body = await ReadAsync(response, MaxLength + 1, cancellation).ConfigureAwait(false);
            if (body.Length > MaxLength)
                throw new KinescopeException(
                    ErrorIds.AnswerInvalid,
                    $"{uri.Host} answered with more than {MaxLength / 1024 / 1024} MiB, which is not taken. Ask for less at once.");
            if (body.Length == 0)
                return default;
            if (HasMore(body.Span, MaxValues))
                throw new KinescopeException(
                    ErrorIds.AnswerInvalid,
                    $"{uri.Host} answered with more than {MaxValues} values, which are not taken. Ask for less at once.");
            using var json = JsonDocument.Parse(TextOf(body));
            return json.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw KinescopeErrors.NotKinescopes(uri, response.StatusCode);
        }
        catch (Exception failure) when (failure is not (KinescopeException or OperationCanceledException))
        {
            throw KinescopeErrors.FromBody(failure, uri);
        }
    }

    /// <summary>The body's bytes.</summary>
    /// <exception cref="KinescopeException"><c>AnswerInvalid</c>: it is too long. <c>KinescopeUnavailable</c>: it broke off.</exception>
    public static async Task<byte[]> ReadFileAsync(HttpResponseMessage response, int most, CancellationToken cancellation)
    {
        var uri = response.RequestMessage!.RequestUri!;
        try
        {
            var body = await ReadAsync(response, most + 1, cancellation).ConfigureAwait(false);
            return body.Length <= most
                ? body.ToArray()
                : throw new KinescopeException(ErrorIds.AnswerInvalid, $"{uri.Host} sent more than {most} bytes, which are not taken.");
        }
        catch (Exception failure) when (failure is not (KinescopeException or OperationCanceledException))
        {
            throw KinescopeErrors.FromBody(failure, uri);
        }
    }

    /// <summary>The beginning of a refusal's body; empty where it cannot be read, since the status counts all the same.</summary>
    public static async Task<string> ReadRefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return TextOf(await ReadAsync(response, MaxRefusalLength, cancellation).ConfigureAwait(false));
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return "";
        }
    }

    /// <summary>
    /// The text of JSON in UTF-8. Half of a surrogate pair, or a byte that is no UTF-8, would throw later, where its field is read.
    /// </summary>
    internal static string TextOf(ReadOnlyMemory<byte> json) =>
        Escapes().Replace(Encoding.UTF8.GetString(json.Span), escape => escape.Groups["half"].Success ? "\\uFFFD" : escape.Value);

    private static bool HasMore(ReadOnlySpan<byte> json, int values)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (values-- == 0)
                return true;
        }

        return false;
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, int most, CancellationToken cancellation)
    {
        var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        var body = new MemoryStream();
        var buffer = new byte[MaxRefusalLength];
        while (body.Length < most)
        {
            var room = (int)Math.Min(buffer.Length, most - body.Length);
            var read = await stream.ReadAsync(buffer.AsMemory(0, room), cancellation).ConfigureAwait(false);
            if (read == 0)
                break;
            body.Write(buffer, 0, read);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    // Whole pairs and other escapes are matched so that what follows them is not taken for half a pair.
    [GeneratedRegex(
        @"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
        RegexOptions.Singleline)]
    private static partial Regex Escapes();
}
