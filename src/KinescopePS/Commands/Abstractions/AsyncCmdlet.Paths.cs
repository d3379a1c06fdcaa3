using System.Management.Automation;
using KinescopePS.Files;

namespace KinescopePS.Commands;

/// <content>Files that are named by lists, by wildcards, and by objects.</content>
public abstract partial class AsyncCmdlet
{
    private static readonly string[] PathNames = ["Path", "FullName", "PSPath", "LiteralPath"];

    /// <summary>
    /// The files that -Path names. A wildcard is meant as one only where it was typed, and is no file's path; one that no file has gives a
    /// warning.
    /// </summary>
    /// <param name="paths">The paths.</param>
    /// <param name="isWanted">Chooses among what a wildcard finds; null for files.</param>
    private protected IEnumerable<string> FilesOf(IEnumerable<string> paths, Func<string, bool>? isWanted = null)
    {
        var isTyped = IsTyped("Path");
        foreach (var path in paths)
        {
            var literal = FilePathOf(path);
            if (!isTyped || !WildcardPattern.ContainsWildcardCharacters(path) || System.IO.Path.Exists(literal))
            {
                yield return literal;
                continue;
            }

            List<string> files = [.. Matching(path).Where(isWanted ?? File.Exists)];
            if (files.Count == 0)
                WriteWarning($"'{path}' names no file.");
            foreach (var file in files)
                yield return file;
        }
    }

    /// <summary>True for an object from the pipeline that has no property for a path: its text would be taken for one.</summary>
    private protected bool LacksPath(PSObject? input) =>
        !IsTyped("Path") && !IsTyped("LiteralPath")
        && input is not null and not { BaseObject: string } && Array.TrueForAll(PathNames, name => input.Properties[name] is null);

    private IEnumerable<string> Matching(string path)
    {
        try
        {
            var found = SessionState.Path.GetResolvedProviderPathFromPSPath(path, out var provider);
            return provider.Name == "FileSystem" ? found.Select(FilePaths.OnDisk).Order(StringComparer.OrdinalIgnoreCase) : [];
        }
        catch (Exception failure) when (failure is SessionStateException or WildcardPatternException
            or ProviderInvocationException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
