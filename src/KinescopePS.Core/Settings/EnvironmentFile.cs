using KinescopePS.Files;

namespace KinescopePS.Settings;

/// <summary>A setting of a site's <c>.env</c>.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Folder">The file's folder, which a relative path in the value starts from.</param>
internal readonly record struct FileSetting(string Value, string Folder);

/// <summary>
/// A site's <c>.env</c>, read as the site reads it: by the rules of npm's dotenv 16 and dotenv-expand 11. Nothing of it reaches the
/// environment of this or another process.
/// </summary>
internal static class EnvironmentFile
{
    /// <summary>Unit: bytes.</summary>
    private const long LongestFile = 1 << 20;

    /// <summary>Adds a file's settings to those of earlier files, whose values it replaces.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="settings">The settings so far, by name.</param>
    /// <param name="malformed">Called with the number of each line that is no setting, counted from 1.</param>
    /// <exception cref="KinescopeException"><c>EnvironmentFileNotFound</c> or <c>EnvironmentFileUnreadable</c>.</exception>
    public static void Read(string path, IDictionary<string, FileSetting> settings, Action<int> malformed)
    {
        var text = ReadText(path);
        var folder = Path.GetDirectoryName(path)!;
        try
        {
            var parsed = DotenvText.Parse(text, malformed);
            // An earlier file stands for an environment that was set before, for what this one does not set itself.
            var expansion = new DotenvExpansion(parsed, name => Environment.GetEnvironmentVariable(name)
                ?? (parsed.Find(name) is null && settings.TryGetValue(name, out var earlier) ? earlier.Value : null));
            foreach (var name in parsed.Keys)
                settings[name] = new FileSetting(expansion.Expand(name), folder);
        }
        catch (Exception failure) when (failure is FormatException or TimeoutException)
        {
            throw new KinescopeException(
                ErrorIds.EnvironmentFileUnreadable, $"The environment file {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return SharedFile.ReadAllText(path, LongestFile);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(
                ErrorIds.EnvironmentFileNotFound,
                $"There is no environment file {path}. A relative path starts from the current location.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KinescopeException(
                ErrorIds.EnvironmentFileUnreadable, $"The environment file {path} cannot be read: {failure.Message}", failure);
        }
    }
}
