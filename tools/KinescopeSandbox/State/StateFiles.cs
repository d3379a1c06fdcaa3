using System.Text.Json;

namespace KinescopeSandbox.State;

/// <summary>JSON files that are either the old or the new version, never half of one.</summary>
public static class StateFiles
{
    public static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        IgnoreReadOnlyProperties = true,
    };

    public static void WriteAtomically<T>(string path, T value)
    {
        var temporary = path + ".tmp";
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, Json);
        try
        {
            File.WriteAllBytes(temporary, bytes);
        }
        catch (DirectoryNotFoundException)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(temporary, bytes);
        }
        File.Move(temporary, path, overwrite: true);
    }
}
