using System.Collections;
using System.Collections.ObjectModel;
using System.Text.RegularExpressions;

namespace KinescopePS;

/// <summary>
/// Full paths of files, whose text is that of all of them. PowerShell makes it again of what a file of CSV, JSON or CLIXML kept of it.
/// </summary>
public sealed partial class FilePathList : ReadOnlyCollection<string>
{
    internal static readonly FilePathList None = new();

    /// <summary>No file.</summary>
    public FilePathList()
        : base([])
    {
    }

    /// <param name="paths">A list of paths, or their text.</param>
    public FilePathList(object? paths)
        : base([.. Read(paths)])
    {
    }

    /// <param name="paths">The paths.</param>
    internal FilePathList(string[] paths)
        : base(paths)
    {
    }

    /// <inheritdoc />
    public override string ToString() => string.Join(", ", this);

    private static IEnumerable<string> Read(object? paths) => paths switch
    {
        string { Length: 0 } or null => [],
        // A comma may stand in a name, too.
        string text => Separator().Split(text),
        IEnumerable items => items.Cast<object?>().Select(item => $"{item}").Where(path => path.Length > 0),
        _ => [$"{paths}"],
    };

    [GeneratedRegex(@", (?=/|\\\\|[A-Za-z]:[\\/])")]
    private static partial Regex Separator();
}
