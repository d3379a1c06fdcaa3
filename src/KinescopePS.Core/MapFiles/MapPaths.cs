namespace KinescopePS.MapFiles;

/// <summary>The paths of a map file as text: they may come from another system, and need not exist here.</summary>
internal static class MapPaths
{
    public static bool IsAbsolute(string path) => RootOf(Portable(path)) is not null;

    /// <summary>True for an absolute path of this system's kind: with a drive or a server on Windows, else from <c>/</c> on.</summary>
    public static bool IsOfThisSystem(string path) => IsOfWindows(Portable(path)) == OperatingSystem.IsWindows();

    /// <summary>True for a path with a <c>..</c> in it.</summary>
    public static bool GoesUp(string path) => Portable(path).Split('/').Contains("..");

    /// <summary>The part of a path below a folder, with <c>/</c>; null where it is not below it.</summary>
    /// <remarks>Paths with a drive letter or a server are compared in any case, as Windows does.</remarks>
    public static string? Below(string folder, string path)
    {
        var start = Portable(folder).TrimEnd('/') + "/";
        var portable = Portable(path);
        return portable.StartsWith(start, ComparisonOf(start)) ? portable[start.Length..] : null;
    }

    /// <summary>True where a path is a folder, or below it.</summary>
    public static bool IsIn(string folder, string path) => Below(folder, path + "/") is not null;

    /// <summary>The folder that holds an absolute path's file, with <c>/</c>.</summary>
    public static string FolderOf(string path)
    {
        var portable = Portable(path);
        return WithRoot(portable[..portable.LastIndexOf('/')]);
    }

    /// <summary>The deepest folder that two absolute ones have in common; null where they have none.</summary>
    public static string? Common(string one, string other)
    {
        if (!string.Equals(RootOf(one), RootOf(other), ComparisonOf(one)))
            return null;
        var names = one.TrimEnd('/').Split('/')
            .Zip(other.TrimEnd('/').Split('/'))
            .TakeWhile(pair => string.Equals(pair.First, pair.Second, ComparisonOf(one)))
            .Select(pair => pair.First);
        return WithRoot(string.Join('/', names));
    }

    /// <summary>The folders on the way to an absolute one, its root first, itself last.</summary>
    public static IEnumerable<string> WayTo(string folder)
    {
        var root = RootOf(folder)!;
        yield return root;
        for (var end = root.Length; end < folder.Length; end++)
        {
            if (end + 1 == folder.Length || folder[end + 1] == '/')
                yield return folder[..(end + 1)];
        }
    }

    /// <summary>
    /// An absolute path's root, with <c>/</c> at its end: <c>/</c>, <c>E:/</c> or <c>//server/share/</c>; null for any other path.
    /// </summary>
    public static string? RootOf(string path) => Portable(path) switch
    {
        [var drive, ':', '/', ..] => $"{drive}:/",
        [_, ':'] drive => drive + "/",
        ['/', '/', .. var share] when share.Split('/') is [{ Length: > 0 } server, { Length: > 0 } name, ..] => $"//{server}/{name}/",
        ['/', ..] => "/",
        _ => null,
    };

    private static bool IsOfWindows(string portable) => portable is [_, ':', ..] or ['/', '/', ..];

    private static StringComparison ComparisonOf(string portable) =>
        IsOfWindows(portable) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;

    // A root's own slash belongs to it.
    private static string WithRoot(string folder) => RootOf(folder + "/") is { } root && root.Length > folder.Length ? root : folder;

    // On Linux and macOS a backslash may be part of a name; it is not where the path is one of Windows.
    private static string Portable(string path)
    {
        var isWindows = Path.DirectorySeparatorChar == '\\' || path is [_, ':', ..] or ['\\', '\\', ..];
        var portable = isWindows ? path.Replace('\\', '/') : path;
        return portable switch
        {
            ['/', '/', '?', '/', 'U' or 'u', 'N' or 'n', 'C' or 'c', '/', .. var share] => "//" + Single(share),
            ['/', '/', '?', '/', .. var plain] => Single(plain),
            ['/', '/', .. var share] => "//" + Single(share),
            _ => Single(portable),
        };
    }

    private static string Single(string path)
    {
        while (path.Contains("//", StringComparison.Ordinal))
            path = path.Replace("//", "/", StringComparison.Ordinal);
        return path;
    }
}
