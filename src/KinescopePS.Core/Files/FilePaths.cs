using System.Text;

namespace KinescopePS.Files;

/// <summary>
/// The one spelling of each file. A path is put into it where it enters, so that what is stored, shown, hashed and compared further in
/// is the same text for the same file; <see cref="KeyOf"/> is what it is compared by.
/// </summary>
/// <remarks>Names are what counts: a file that is reached through a link or another drive is another one.</remarks>
internal static class FilePaths
{
    /// <summary>Linux follows as many.</summary>
    private const int MostLinks = 40;

    private const string Extended = @"\\?\", Device = @"\\.\";

    /// <summary>
    /// The full path with this system's separators and each name as its folder lists it, from the root down to the first that is not
    /// there; the rest stays as it was given.
    /// </summary>
    public static string OnDisk(string path)
    {
        // No system has a file of such a name; whoever opens it says so.
        if (path.Contains('\0'))
            return path;

        var full = Path.TrimEndingDirectorySeparator(OperatingSystem.IsWindows() ? WindowsPath(path) : Path.GetFullPath(path));
        if (IsRaw(full))
            return full;

        var root = Path.GetPathRoot(full)!;
        var names = full[root.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries);
        var found = RootOf(root);
        for (var i = 0; i < names.Length; i++)
        {
            if (NameIn(found, names[i]) is not { } name)
                return Path.Join(found, string.Join(Path.DirectorySeparatorChar, names[i..]));
            found = Path.Join(found, name);
        }

        return found;
    }

    /// <summary>The file that a path leads to through symbolic links, whether it exists or not.</summary>
    /// <param name="path">A full path.</param>
    /// <exception cref="IOException">Also: the links go round in a circle.</exception>
    public static string TargetOf(string path) => TargetOf(path, MostLinks);

    /// <summary>The name by which a folder lists what is reached there by a name; null where nothing is.</summary>
    public static string? NameIn(string folder, string name) =>
        OperatingSystem.IsWindows() ? WindowsNames.NameIn(folder, name) : ListedIn(folder, name);

    /// <summary>
    /// The same text for all paths to one file, given in the disk's spelling. Windows tells no case apart, also of a file that is gone.
    /// </summary>
    public static string KeyOf(string path) => OperatingSystem.IsWindows() ? path.ToUpperInvariant() : path;

    /// <summary>The same for all names that some disk takes for one another.</summary>
    public static string Comparable(string name) =>
        (IsWellFormed(name) ? name.Normalize(NormalizationForm.FormC) : name).ToUpperInvariant();

    /// <summary>The reason why this system would open something else than the file that a path names; null where it would not.</summary>
    public static string? WhyUnusable(string path)
    {
        if (path.Contains('\0'))
            return "holds a NUL character, which no name has";
        if (!OperatingSystem.IsWindows() || path.StartsWith(Extended, StringComparison.Ordinal))
            return null;
        return path.StartsWith(Device, StringComparison.Ordinal)
            ? "names a device of Windows"
            : WhyUnusable(path[Path.GetPathRoot(path)!.Length..].Split('\\', '/'));
    }

    /// <inheritdoc cref="WhyUnusable(string)" />
    /// <param name="names">The names in the path.</param>
    public static string? WhyUnusable(IEnumerable<string> names) =>
        OperatingSystem.IsWindows() ? names.Select(WindowsNames.WhyUnusable).FirstOrDefault(why => why is not null) : null;

    private static string TargetOf(string path, int links)
    {
        if (links == 0)
            throw new IOException($"Too many symbolic links lead on from {path}.");
        if (Path.GetDirectoryName(path) is not { } folder)
            return path;
        var name = Path.Join(TargetOf(folder, links), Path.GetFileName(path));
        return new FileInfo(name) is { LinkTarget: not null } link
            ? TargetOf(link.ResolveLinkTarget(returnFinalTarget: false)!.FullName, links - 1)
            : name;
    }

    /// <summary>
    /// A full path without <c>\\?\</c>, which .NET does not need. It stays where the plain path would be read otherwise: a name with a dot
    /// at its end, a volume without a letter. A path that Windows reads as a device stays as it was given.
    /// </summary>
    private static string WindowsPath(string path)
    {
        var given = path.Replace('/', '\\');
        if (!IsRaw(given))
            return Path.GetFullPath(given) is var full && IsRaw(full) ? given : full;

        var bare = given[Extended.Length..];
        var plain = bare.StartsWith(@"UNC\", StringComparison.OrdinalIgnoreCase) ? $@"\\{bare[4..]}"
            : bare is [_, ':', '\\', ..] ? bare
            : given;
        return Path.GetFullPath(plain) == plain ? plain : given;
    }

    // A server and a share have no spelling that could be asked for.
    private static string RootOf(string root) =>
        !OperatingSystem.IsWindows() ? root : root is [_, ':', ..] ? root.ToUpperInvariant() : root.ToLowerInvariant();

    private static bool IsRaw(string path) =>
        path.StartsWith(Extended, StringComparison.Ordinal) || path.StartsWith(Device, StringComparison.Ordinal);

    private static string? ListedIn(string folder, string name)
    {
        if (!Path.Exists(Path.Join(folder, name)))
            return null;
        // Most folders of Linux tell case apart: what is not there in the other case, or has none, is there as it is written. macOS may
        // not tell apart how a letter is composed, either.
        if (OperatingSystem.IsLinux() && OtherCase(name) is var other && (other == name || !Path.Exists(Path.Join(folder, other))))
            return name;

        try
        {
            var listed = name;
            foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
            {
                var candidate = Path.GetFileName(entry);
                if (candidate == name)
                    return name;
                if (Comparable(candidate) == Comparable(name))
                    listed = candidate;
            }

            return listed;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A folder that may be passed but not listed.
            return name;
        }
    }

    private static string OtherCase(string name) =>
        string.Create(name.Length, name, (other, given) =>
        {
            for (var i = 0; i < given.Length; i++)
                other[i] = char.IsUpper(given[i]) ? char.ToLowerInvariant(given[i]) : char.ToUpperInvariant(given[i]);
        });

    /// <summary>False for a name that is no Unicode, and cannot be normalised: on a Linux disk a name is any bytes.</summary>
    public static bool IsWellFormed(string name)
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
}
