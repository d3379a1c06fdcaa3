using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>Rewrites a progress file as the few events that lead to the same states.</summary>
internal static class ProgressFileCompaction
{
    private const int BlockSize = 1 << 20;

    /// <summary>The number of lines that a rewritten file would have.</summary>
    public static int CountLines(ProgressFileContents contents) => 1 + contents.Uploads.All.Sum(state => 1 + state.Marks.Count);

    /// <summary>Rewrites a file.</summary>
    /// <returns>False where the new file could not be written or not take the old one's place: that stays, and says the same.</returns>
    public static bool TryRewrite(string path, ProgressFileContents contents)
    {
        var temporary = path + ".new";
        try
        {
            // A crash may have left one.
            File.Delete(temporary);
            using var file = new AtomicFile(path, temporary, true, name => OwnerOnlyFile.Open(name, FileMode.CreateNew, FileShare.None));
            Write(file.Stream, contents.Uploads.All);
            file.Complete();
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Writes uploads to a progress file of its own. The file appears when it is complete.</summary>
    /// <param name="path">Its full path.</param>
    /// <param name="mayReplace">True where a file of that name gives way.</param>
    /// <exception cref="KinescopeException">
    /// <c>ExportFileExists</c>, <c>ExportFileNotWritable</c>, or <c>ProgressFileLocked</c>: a run is using the file that is to give way.
    /// </exception>
    public static void Export(string path, IReadOnlyList<RecordedUpload> uploads, bool mayReplace)
    {
        using var alone = File.Exists(path) ? ProgressFile.KeepAlone(path) : null;
        using var file = new ExportFile(
            path, mayReplace, name => OwnerOnlyFile.Open(name, FileMode.CreateNew, FileShare.None), ProgressFileContents.Format);
        file.Do(() => Write(file.Stream, uploads));
        file.Complete();
    }

    private static void Write(FileStream file, IEnumerable<RecordedUpload> states)
    {
        // One write for many lines: each by itself would wait for the disk.
        var block = new BufferedStream(file, BlockSize);
        block.Write(ProgressFileContents.Format.Header(DateTimeOffset.UtcNow));
        foreach (var happened in states.SelectMany(state => state.ToEvents()))
            block.Write(ProgressFileLine.Write(happened));
        block.Flush();
    }
}
