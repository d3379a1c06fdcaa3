namespace KinescopePS.MapFiles;

/// <summary>The paths of a map file, which may come from another system: with <c>/</c>, relative to the base path.</summary>
internal static class MapPaths
{
    /// <summary>The part of a path below a folder, with <c>/</c>; null where it is not below it.</summary>
    /// <remarks>
    /// Text against text: neither needs to exist here. Paths with a drive letter or a server are compared in any case, as Windows does.
    /// </remarks>
    public static string? Below(string folder, string path)
    {
        var start = Portable(folder).TrimEnd('/') + "/";
        var comparison = start is [_, ':', ..] or ['/', '/', ..] ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var portable = Portable(path);
        return portable.StartsWith(start, comparison) ? portable[start.Length..] : null;
    }

    // On Linux and macOS a backslash may be part of a name; it is not where the path is one of Windows.
    private static string Portable(string path)
    {
        var isWindows = Path.DirectorySeparatorChar == '\\' || path is [_, ':', '\\', ..] or ['\\', '\\', ..];
        var portable = isWindows ? path.Replace('\\', '/') : path;
        return portable switch
        {
            ['/', '/', '?', '/', 'U' or 'u', 'N' or 'n', 'C' or 'c', '/', .. var share] => $"//{share}",
            ['/', '/', '?', '/', .. var plain] => plain,
            _ => portable,
        };
    }
}
