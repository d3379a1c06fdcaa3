namespace KinescopePS.Files;

/// <summary>Files that are read while other programs may write, replace or delete them: reading is in nobody's way.</summary>
internal static class SharedFile
{
    public static FileStream OpenRead(string path, int bufferSize = 4096) =>
        new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize);

    /// <summary>The text of a file in UTF-8, or in what its byte order mark says.</summary>
    public static string ReadAllText(string path)
    {
        using var text = new StreamReader(OpenRead(path));
        return text.ReadToEnd();
    }
}
