using System.Management.Automation;
using KinescopePS.Settings;

namespace KinescopePS.Commands;

/// <summary>A cmdlet with settings that need not be parameters: they may stand in a site's <c>.env</c> or in the environment.</summary>
public abstract class SettingsCmdlet : AsyncCmdlet
{
    private Dictionary<string, string>? _fromFiles;

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
        _fromFiles ??= ReadFiles();
        var value = _fromFiles.TryGetValue(name, out var given) ? given : Environment.GetEnvironmentVariable(name);
        return string.IsNullOrWhiteSpace(value) ? null : value.Trim();
    }

    /// <summary>Whether a setting stands in one of the files.</summary>
    private protected bool IsInFile(string name) => !string.IsNullOrWhiteSpace((_fromFiles ??= ReadFiles()).GetValueOrDefault(name));

    private Dictionary<string, string> ReadFiles()
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var path in (EnvironmentFile ?? []).Select(FilePathOf))
            Settings.EnvironmentFile.Read(path, settings, line => WriteWarning($"{path}, line {line}: this is not NAME=value; it was passed over."));
        return settings;
    }
}
