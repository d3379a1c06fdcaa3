using System.Text;

namespace KinescopePS.Manifest;

/// <summary>
/// Finds the file that a manifest's <c>filepath</c> names below the base path. A name that differs from the disk only in case
/// or in Unicode normalisation (a course copied from macOS has NFD names) is found if exactly one file matches.
/// </summary>
internal sealed class LessonFileLocator(string basePath)
{
    private (string Folder, ILookup<string, string> Names)? _lastListing;

    /// <summary>The file, which may not exist: then it is the path where it was expected.</summary>
    /// <exception cref="KinescopeException">
    /// <c>LessonFilePathRefused</c>: the path is absolute or leaves the base path. <c>LessonFileAmbiguous</c>: several files
    /// match. <c>LessonFolderUnreadable</c>: the folder may not be listed.
    /// </exception>
    public FileInfo Locate(string filePath)
    {
        var segments = SegmentsOf(filePath);
        var exact = new FileInfo(Path.Join(basePath, string.Join(Path.DirectorySeparatorChar, segments)));
        if (exact.Exists)
            return exact;

        var path = basePath;
        foreach (var segment in segments)
        {
            var next = Path.Join(path, segment);
            if (!Path.Exists(next))
            {
                if (MatchIn(path, segment) is not { } name)
                    return exact;
                next = Path.Join(path, name);
            }

            path = next;
        }

        return new FileInfo(path);
    }

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

        return segments.Count > 0 ? [.. segments] : throw Refused(filePath, "names no file");
    }

    private string? MatchIn(string folder, string name)
    {
        var matches = NamesIn(folder)[Comparable(name)].ToList();
        return matches.Count switch
        {
            0 => null,
            1 => matches[0],
            _ => throw new KinescopeException(
                ErrorIds.LessonFileAmbiguous,
                $"'{name}' is not in {folder}, but {matches.Count} names there differ from it only in case or Unicode form ({string.Join(", ", matches.Select(match => $"'{match}'"))}). Rename or remove all but one."),
        };
    }

    // Lessons of one folder follow each other in a manifest, so the last listing is the only one worth keeping.
    private ILookup<string, string> NamesIn(string folder)
    {
        if (_lastListing is { } last && last.Folder == folder)
            return last.Names;

        try
        {
            var entries = Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Select(Path.GetFileName) : [];
            var names = entries.ToLookup(name => Comparable(name!), name => name!);
            _lastListing = (folder, names);
            return names;
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new KinescopeException(ErrorIds.LessonFolderUnreadable, $"The folder {folder} cannot be listed: {failure.Message}", failure);
        }
    }

    /// <summary>The same for all names that a disk may take for one another.</summary>
    public static string Comparable(string name) =>
        (IsWellFormed(name) ? name.Normalize(NormalizationForm.FormC) : name).ToUpperInvariant();

    // A name on a Linux disk is any bytes; one that is no Unicode cannot be normalised.
    private static bool IsWellFormed(string name)
    {
        for (var i = 0; i < name.Length; i++)
        {
            if (!char.IsSurrogate(name[i]))
                continue;
            if (i + 1 == name.Length || !char.IsSurrogatePair(name[i], name[i + 1]))
                return false;
            i++;
        }

        return true;
    }

    private static KinescopeException Refused(string filePath, string why) =>
        new(ErrorIds.LessonFilePathRefused, $"The `filepath` '{filePath}' {why}. Only files below the base path are used.");
}
