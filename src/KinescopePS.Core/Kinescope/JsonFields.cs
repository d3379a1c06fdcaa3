using System.Globalization;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>
/// Reads the fields of Kinescope's objects as they come: what is missing, null or of another type is null or empty. Texts are printable.
/// </summary>
internal static class JsonFields
{
    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A text on one line.</summary>
    public static string? Text(this JsonElement element, string name) => PrintableOf(element.Field(name));

    /// <summary>A text that may have several lines.</summary>
    public static string? Lines(this JsonElement element, string name) =>
        TextOf(element.Field(name)) is { } text ? PrintableText.Lines(text) : null;

    /// <summary>An id of the platform's: it goes into addresses, into the record, and into the site's database.</summary>
    /// <exception cref="KinescopeException"><c>AnswerInvalid</c>: there is one, and it is not usable.</exception>
    public static string? Id(this JsonElement element, string name) => TextOf(element.Field(name)) switch
    {
        null or "" => null,
        { } id when VideoIds.IsId(id) => id,
        { } other => throw new KinescopeException(
            ErrorIds.AnswerInvalid,
            $"Kinescope answered with '{KinescopeErrors.Printable(other)}' as {name}, which is no id. It is not used."),
    };

    /// <summary>A web address that can stand in a page as it is; null where it is none.</summary>
    public static string? Address(this JsonElement element, string name) =>
        TextOf(element.Field(name)) is { } text
            && Uri.TryCreate(text, UriKind.Absolute, out var address)
            && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp)
            && text.All(letter => letter is > ' ' and <= '~' and not ('"' or '\'' or '<' or '>' or '\\'))
            ? text
            : null;

    public static long? Whole(this JsonElement element, string name) =>
        element.Number(name) is { } number && Math.Abs(number) < long.MaxValue ? (long)number : null;

    public static double? Number(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number) ? number : null;

    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    public static IReadOnlyList<JsonElement> Items(this JsonElement element, string name) =>
        element.Field(name) is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [];

    public static string[] Texts(this JsonElement element, string name) => [.. element.Items(name).Select(PrintableOf).OfType<string>()];

    private static string? PrintableOf(JsonElement value) => PrintableText.OfAny(TextOf(value));

    // Ids have been numbers.
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
