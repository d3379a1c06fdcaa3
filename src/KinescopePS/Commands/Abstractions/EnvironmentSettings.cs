using KinescopePS.Settings;

namespace KinescopePS.Commands;

/// <summary>
/// Settings by their names in the environment. A later environment file wins over an earlier one, and a file over the environment.
/// </summary>
/// <param name="cmdlet">Resolves paths, and warns of lines that are no settings.</param>
/// <param name="files">The environment files, as a parameter names them.</param>
internal sealed class EnvironmentSettings(AsyncCmdlet cmdlet, string[]? files)
{
    private Dictionary<string, FileSetting>? _fromFiles;

    /// <summary>True where an environment file was given.</summary>
    public bool HasFiles => files is not null;

    private Dictionary<string, FileSetting> FromFiles => _fromFiles ??= ReadFiles();

    /// <summary>A setting; null where it is nowhere or blank.</summary>
    /// <exception cref="KinescopeException"><c>EnvironmentFileNotFound</c> or <c>EnvironmentFileUnreadable</c>.</exception>
    public string? Find(string name)
    {
        var value = FromFiles.TryGetValue(name, out var given) ? given.Value : Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>True where one of the files has the setting.</summary>
    /// <inheritdoc cref="Find" path="/exception" />
    public bool IsInFile(string name) => !string.IsNullOrWhiteSpace(FromFiles.GetValueOrDefault(name).Value);

    /// <summary>The start of a relative path in a setting: the folder of the file that has it, else the current location.</summary>
    /// <inheritdoc cref="Find" path="/exception" />
    public string FolderOf(string name) =>
        IsInFile(name) ? FromFiles[name].Folder : cmdlet.SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>The full path that a setting names; null where there is no such setting.</summary>
    /// <inheritdoc cref="Find" path="/exception" />
    public string? FindPath(string name) => Find(name) switch
    {
        { } path when IsInFile(name) && !IsInHome(path) && !cmdlet.SessionState.Path.IsPSAbsolute(path, out _) =>
            cmdlet.FilePathOf(Path.Join(FolderOf(name), path)),
        { } path => cmdlet.FilePathOf(path),
        null => null,
    };

    private static bool IsInHome(string path) => path is "~" or ['~', '/' or '\\', ..];

    private Dictionary<string, FileSetting> ReadFiles()
    {
        var settings = new Dictionary<string, FileSetting>(StringComparer.Ordinal);
        foreach (var path in (files ?? []).Select(cmdlet.FilePathOf))
        {
            EnvironmentFile.Read(
                path, settings, line => cmdlet.WriteWarning($"{path}, line {line}: this is not NAME=value; it was passed over."));
        }

        return settings;
    }
}
