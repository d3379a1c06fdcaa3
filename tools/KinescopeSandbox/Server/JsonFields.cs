using System.Text.Json;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Server;

/// <summary>The fields of a JSON request. Missing ones are collected, so that one answer names them all.</summary>
public sealed class JsonFields
{
    private readonly JsonElement _root;
    private readonly List<InvalidParam> _invalid = [];

    private JsonFields(JsonElement root) => _root = root;

    /// <exception cref="ApiError">No body (1), no JSON (400101), or not an object (400102).</exception>
    public static async Task<JsonFields> ReadAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.BodyReader.CopyToAsync(body, context.RequestAborted);
        if (body.Length == 0)
            throw ApiError.NoBody();
        try
        {
            var root = JsonDocument.Parse(body.ToArray()).RootElement;
            return root.ValueKind == JsonValueKind.Object ? new JsonFields(root) : throw ApiError.JsonType("body");
        }
        catch (JsonException)
        {
            throw ApiError.JsonSyntax();
        }
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>A string that must be there and not be empty.</summary>
    public string Required(string name)
    {
        var value = Text(name);
        if (string.IsNullOrEmpty(value))
            Invalid(name, "required", "must not be empty");
        return value ?? "";
    }

    /// <exception cref="ApiError">400102: not a string.</exception>
    public string? Text(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw ApiError.JsonType(name),
    };

    public bool? Flag(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
        _ => throw ApiError.JsonType(name),
    };

    public long? Integer(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value when value.TryGetInt64(out var number) => number,
        _ => throw ApiError.JsonType(name),
    };

    public double? Number(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Number } value => value.GetDouble(),
        _ => throw ApiError.JsonType(name),
    };

    /// <exception cref="ApiError">400102: no list of objects.</exception>
    public IReadOnlyList<JsonFields>? Items(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.Object)
            => [.. value.EnumerateArray().Select(item => new JsonFields(item))],
        _ => throw ApiError.JsonType(name),
    };

    public IReadOnlyList<string>? Texts(string name) => Find(name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.Array } value when value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String)
            => [.. value.EnumerateArray().Select(item => item.GetString()!)],
        _ => throw ApiError.JsonType(name),
    };

    /// <exception cref="ApiError">400301: not a UUID.</exception>
    public Guid? Uuid(string name) => Text(name) is { Length: > 0 } text ? Parse.Uuid(text) : null;

    public void Invalid(string name, string reason, string message) => _invalid.Add(new InvalidParam(name, reason, message));

    /// <exception cref="ApiError">400400 or 402402: one or more fields are missing or invalid.</exception>
    public void ThrowIfInvalid()
    {
        if (_invalid.Count > 0)
            throw ApiError.Validation([.. _invalid]);
    }

    /// <summary>The field's value; null when absent or JSON null.</summary>
    private JsonElement? Find(string name) =>
        _root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
}

/// <summary>Reads ids from paths, queries and headers.</summary>
public static class Parse
{
    /// <exception cref="ApiError">400301.</exception>
    public static Guid Uuid(string text) => Guid.TryParseExact(text, "D", out var id) ? id : throw ApiError.InvalidUuid(text);

    /// <summary>A video's UUID or short id.</summary>
    /// <exception cref="ApiError">400301.</exception>
    public static Guid VideoId(string text) => ShortId.TryParse(text, out var id) ? id : throw ApiError.InvalidUuid(text);

    public static string Route(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;
}
