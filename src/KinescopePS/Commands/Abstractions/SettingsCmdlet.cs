using System.Management.Automation;
using KinescopePS.Settings;

namespace KinescopePS.Commands;

/// <summary>A cmdlet with settings that need not be parameters: they may stand in a site's <c>.env</c> or in the environment.</summary>
public abstract class SettingsCmdlet : AsyncCmdlet
{
    private Dictionary<string, FileSetting>? _fromFiles;

    /// <summary>
    /// The site's <c>.env</c> files, for all settings that have a name in the environment (DATABASE_URL, KINESCOPE_API_KEY, ...).
    /// A later file wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    /// <summary>A setting by its name in the environment, or null where it is nowhere or empty.</summary>
    /// <exception cref="KinescopeException"><c>EnvironmentFileNotFound</c> or <c>EnvironmentFileUnreadable</c>.</exception>
    private protected string? Setting(string name)
    {
        var value = FromFiles.TryGetValue(name, out var given) ? given.Value : Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>Whether a setting stands in one of the files.</summary>
    private protected bool IsInFile(string name) => !string.IsNullOrWhiteSpace(FromFiles.GetValueOrDefault(name).Value);

    /// <summary>The start of a relative path in a setting: the folder of the file that says it, else the current location.</summary>
    private protected string FolderOf(string name) =>
        IsInFile(name) ? FromFiles[name].Folder : SessionState.Path.CurrentFileSystemLocation.ProviderPath;

    /// <summary>The full path that a setting names; null where there is no such setting.</summary>
    private protected string? PathSetting(string name) => Setting(name) switch
    {
        { } path when IsInFile(name) && !IsInHome(path) && !SessionState.Path.IsPSAbsolute(path, out _) =>
            FilePathOf(Path.Join(FolderOf(name), path)),
        { } path => FilePathOf(path),
        null => null,
    };

    private static bool IsInHome(string path) => path is "~" or ['~', '/' or '\\', ..];

    private Dictionary<string, FileSetting> FromFiles => _fromFiles ??= ReadFiles();

    private Dictionary<string, FileSetting> ReadFiles()
    {
        var settings = new Dictionary<string, FileSetting>(StringComparer.Ordinal);
        foreach (var path in (EnvironmentFile ?? []).Select(FilePathOf))
            Settings.EnvironmentFile.Read(path, settings, line => WriteWarning($"{path}, line {line}: this is not NAME=value; it was passed over."));
        return settings;
    }
}
