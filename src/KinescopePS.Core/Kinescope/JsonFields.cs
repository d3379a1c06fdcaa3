using System.Globalization;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <summary>
/// Reads the fields of Kinescope's objects as they come: what is missing, null or of another type is null or empty, and never an error.
/// </summary>
internal static class JsonFields
{
    public static JsonElement Field(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    public static string? Text(this JsonElement element, string name) => TextOf(element.Field(name));

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

    public static string[] Texts(this JsonElement element, string name) => [.. element.Items(name).Select(TextOf).OfType<string>()];

    // Ids have been numbers.
    private static string? TextOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    };
}
