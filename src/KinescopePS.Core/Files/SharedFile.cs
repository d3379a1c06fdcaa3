namespace KinescopePS.Files;

/// <summary>Files that are read while other programs may write, replace or delete them: reading is in nobody's way.</summary>
internal static class SharedFile
{
    /// <exception cref="UnauthorizedAccessException">Also: it is no file.</exception>
    public static FileStream OpenRead(string path, int bufferSize = 4096)
    {
        DiskFile.RequireRegular(path);
        return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize);
    }

    /// <summary>The text of a file in UTF-8, or in what its byte order mark says.</summary>
    /// <param name="longest">A longer file is none of the kind that is read. Unit: bytes.</param>
    /// <exception cref="IOException">Also: it is longer.</exception>
    /// <exception cref="UnauthorizedAccessException">Also: it is no file.</exception>
    public static string ReadAllText(string path, long longest)
    {
        using var file = OpenRead(path);
        if (file.Length > longest)
            throw new IOException($"It has {file.Length} bytes, and no file of its kind has more than {longest}.");
        using var text = new StreamReader(file);
        return text.ReadToEnd();
    }
}
