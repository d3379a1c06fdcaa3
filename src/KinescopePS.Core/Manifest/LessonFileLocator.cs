using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>
/// Finds the file that a manifest's <c>filepath</c> names below the base path. A name that differs from the disk only in case
/// or in Unicode normalisation (a course copied from macOS has NFD names) is found if exactly one file matches.
/// </summary>
/// <param name="basePath">In the disk's spelling, and so are the files'.</param>
internal sealed class LessonFileLocator(string basePath)
{
    private readonly HashSet<(string Folder, string Name)> _told = [];
    private (string Given, string? Found)? _lastFolder;
    private FolderListing? _lastListing;

    /// <summary>The file, which may not exist: then it is the path where it was expected.</summary>
    /// <exception cref="KinescopeException">
    /// <c>LessonFilePathRefused</c>: the path is absolute, leaves the base path, or is not what this system would open.
    /// <c>LessonFileAmbiguous</c>: several files match. <c>LessonFolderUnreadable</c>: the folder may not be listed.
    /// </exception>
    public FileInfo Locate(string filePath)
    {
        var segments = SegmentsOf(filePath);
        var path = FolderOf(segments) is { } folder && NameIn(folder, segments[^1]) is { } name
            ? Path.Join(folder, name)
            : Path.Join([basePath, .. segments]);
        var file = new FileInfo(path);
        // Whatever was thought of before: what the system makes of the path counts.
        return file.FullName == path ? file : throw Refused(filePath, $"is '{file.FullName}' to this system");
    }

    /// <summary>The folder that holds the file; null where it is not there.</summary>
    private string? FolderOf(string[] segments)
    {
        // Lessons of one folder follow each other in a manifest.
        var given = string.Join(Path.DirectorySeparatorChar, segments, 0, segments.Length - 1);
        if (_lastFolder is { } last && last.Given == given)
            return last.Found;

        string? path = basePath;
        foreach (var segment in segments[..^1])
        {
            if (NameIn(path, segment) is not { } name)
            {
                path = null;
                break;
            }

            path = Path.Join(path, name);
        }

        _lastFolder = (given, path);
        return path;
    }

    /// <summary>
    /// The reason why a file that is not there may look as if it were: a name on the way to it that looks alike, and the difference. Null
    /// where there is none, or where it was told already.
    /// </summary>
    public string? LooksLike(string filePath)
    {
        try
        {
            var folder = basePath;
            foreach (var segment in SegmentsOf(filePath))
            {
                if (NameIn(folder, segment) is { } name)
                    folder = Path.Join(folder, name);
                else
                    return _told.Add((folder, segment)) ? ListingOf(folder).NameLike(segment) : null;
            }
        }
        catch (KinescopeException)
        {
            // Told when the file was looked for.
        }

        return null;
    }

    private string? NameIn(string folder, string name) => FilePaths.NameIn(folder, name) ?? MatchIn(folder, name);

    private static string[] SegmentsOf(string filePath)
    {
        var portable = filePath.Replace('\\', '/');
        // A line break is an odd part of a name on disk, and harmless; what commands a terminal is neither.
        if (PrintableText.Of(portable).Contains('\uFFFD') && !portable.Contains('\uFFFD'))
            throw Refused(filePath, "holds a control character");
        if (portable.StartsWith('/') || portable is [_, ':', ..] || Path.IsPathRooted(filePath))
            throw Refused(filePath, "is absolute");

        var segments = new List<string>();
        foreach (var segment in portable.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (segment == "..")
            {
                if (segments.Count == 0)
                    throw Refused(filePath, "leaves the base path");
                segments.RemoveAt(segments.Count - 1);
            }
            else if (segment != ".")
            {
                segments.Add(segment);
            }
        }

        if (segments.Count == 0)
            throw Refused(filePath, "names no file");
        return FilePaths.WhyUnusable(segments) is { } why ? throw Refused(filePath, why, "Rename it.") : [.. segments];
    }

    private string? MatchIn(string folder, string name)
    {
        var matches = ListingOf(folder).ByComparableName[FilePaths.Comparable(name)].ToList();
        return matches.Count switch
        {
            0 => null,
            1 => matches[0],
            _ => throw new KinescopeException(
                ErrorIds.LessonFileAmbiguous,
                $"'{name}' is not in {folder}, but {matches.Count} names there differ from it only in case or Unicode form "
                + $"({string.Join(", ", matches.Select(match => $"'{match}'"))}). Rename or remove all but one."),
        };
    }

    private FolderListing ListingOf(string folder) =>
        _lastListing is { } last && last.Folder == folder ? last : _lastListing = FolderListing.Read(folder);

    /// <summary>The failure of a path that is not used: <c>LessonFilePathRefused</c>.</summary>
    public static KinescopeException Refused(string filePath, string why, string remedy = "Only files below the base path are used.") =>
        new(ErrorIds.LessonFilePathRefused, $"The `filepath` '{filePath}' {why}. {remedy}");
}
