using System.Collections;
using System.Management.Automation;
using System.Security;
using System.Text.Json;
using System.Text.Json.Nodes;
using KinescopePS.Files;

namespace KinescopePS.Commands;

/// <summary>JSON as PowerShell's objects, and the other way round.</summary>
internal static class JsonObjects
{
    private const int MaxDepth = 32;

    private static readonly HashSet<string> Reserved =
        new(StringComparer.OrdinalIgnoreCase) { "psobject", "psbase", "psadapted", "psextended", "pstypenames" };

    /// <summary>Objects become custom objects, lists become arrays, and texts are printable.</summary>
    public static object? Read(JsonElement json)
    {
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                var read = new PSObject();
                foreach (var field in json.EnumerateObject())
                {
                    var name = NameOf(field.Name);
                    // For PowerShell these are one name: the last one counts, as of two equal ones in JSON.
                    read.Properties.Remove(name);
                    read.Properties.Add(new PSNoteProperty(name, Read(field.Value)));
                }

                return read;
            case JsonValueKind.Array:
                return json.EnumerateArray().Select(Read).ToArray();
            case JsonValueKind.String:
                return PrintableText.Lines(json.GetString()!);
            case JsonValueKind.Number:
                return json.TryGetInt64(out var whole) ? (object)whole : json.GetDouble();
            case JsonValueKind.True or JsonValueKind.False:
                return json.GetBoolean();
            default:
                return null;
        }
    }

    /// <summary>The name of a property: PowerShell keeps some to itself, and has none that is empty.</summary>
    private static string NameOf(string field) =>
        field.Length == 0 || Reserved.Contains(field) ? field + "_" : PrintableText.Of(field);

    /// <summary>A request's body. Text is JSON as it is.</summary>
    /// <exception cref="KinescopeException"><c>BodyInvalid</c>.</exception>
    public static JsonNode? Write(object body)
    {
        if ((body is PSObject wrapped ? wrapped.BaseObject : body) is not string text)
            return NodeOf(body, 0);
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException failure)
        {
            throw new KinescopeException(
                ErrorIds.BodyInvalid,
                $"-Body is text that is not JSON, line {JsonFault.LineOf(failure)}: {JsonFault.ReasonOf(failure)}",
                failure);
        }
    }

    private static JsonNode? NodeOf(object? value, int depth)
    {
        if (depth > MaxDepth)
            throw new KinescopeException(ErrorIds.BodyInvalid, $"-Body is nested more than {MaxDepth} levels deep.");
        var inner = value is PSObject wrapped ? wrapped.BaseObject : value;
        switch (inner)
        {
            case null:
                return null;
            case string or Guid or DateTime or DateTimeOffset or Uri or decimal:
            case bool or byte or sbyte or short or ushort or int or uint or long or ulong or float or double:
                return JsonSerializer.SerializeToNode(inner, inner.GetType());
            case SecureString:
                throw new KinescopeException(ErrorIds.BodyInvalid, "-Body holds a SecureString, which is not sent.");
            case Enum or char or TimeSpan or DateOnly:
                return JsonValue.Create(inner.ToString());
            case IDictionary table:
                return new JsonObject(
                    table.Keys.Cast<object>().Select(key => KeyValuePair.Create($"{key}", NodeOf(table[key], depth + 1))));
            case IEnumerable items:
                return new JsonArray([.. items.Cast<object?>().Select(item => NodeOf(item, depth + 1))]);
            default:
                var properties = PSObject.AsPSObject(value).Properties.Where(property => property.IsGettable);
                return new JsonObject(
                    properties.Select(property => KeyValuePair.Create(property.Name, NodeOf(property.Value, depth + 1))));
        }
    }
}
