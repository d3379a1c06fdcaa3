using System.Text.Json;
using System.Text.Json.Serialization;

namespace KinescopeSandbox.Server;

/// <summary>Writes the envelopes of the API.</summary>
public static class Answer
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new MicrosecondTimestamps() },
    };

    public static Task DataAsync(HttpContext context, object data, int status = 200) => WriteAsync(context, new { data }, status);

    /// <summary>The answer to the making of something, which may have no body.</summary>
    public static Task CreatedAsync(HttpContext context, object data, string status)
    {
        if (status != "204")
            return DataAsync(context, data, int.Parse(status));
        context.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Task ErrorAsync(HttpContext context, ApiError error) => WriteAsync(context, error.Envelope, error.Status);

    public static Task TextAsync(HttpContext context, string text, int status) =>
        WriteAsync(context, System.Text.Encoding.UTF8.GetBytes(text), "text/plain; charset=utf-8", status);

    public static Task WriteAsync(HttpContext context, object body, int status = 200) =>
        WriteAsync(context, JsonSerializer.SerializeToUtf8Bytes(body, Json), "application/json; charset=utf-8", status);

    private static Task WriteAsync(HttpContext context, byte[] bytes, string type, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(bytes, 0, bytes.Length, context.RequestAborted);
    }

    /// <summary>RFC 3339, UTC, six decimals, as in all answers of the API.</summary>
    private sealed class MicrosecondTimestamps : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }
}
