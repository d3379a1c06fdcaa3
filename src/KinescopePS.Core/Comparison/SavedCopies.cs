using KinescopePS.Files;
using KinescopePS.Saving;

namespace KinescopePS.Comparison;

/// <summary>A saved copy of a lesson's video, as the disk and the list of its folder have it.</summary>
/// <param name="Path">The file's full path.</param>
/// <param name="Length">The file's size. Unit: bytes.</param>
internal sealed record SavedCopy(string Path, long Length)
{
    /// <summary>True for a copy of the file that was uploaded; false for one of another quality.</summary>
    public bool IsOriginal { get; init; }

    /// <summary>The size that was saved. Unit: bytes.</summary>
    public long? SavedLength { get; init; }

    /// <summary>The MD5 of what was saved, or of the file where it was read; null where the file is not the one that was saved.</summary>
    public string? Md5 { get; init; }
}

/// <summary>The copies in a folder of <c>Save-KinescopeVideo</c>. No file is read.</summary>
internal sealed class SavedCopies
{
    private readonly string _folder;
    private readonly ILookup<string, SavedLine> _byVideo;

    private SavedCopies(string folder, IEnumerable<SavedLine> lines) =>
        (_folder, _byVideo) = (folder, lines.Where(line => line.Video is not null).ToLookup(line => line.Video!));

    /// <summary>The full path of the folder.</summary>
    public string Folder => _folder;

    /// <exception cref="KinescopeException"><c>SavedListInvalid</c> or <c>SavedListLocked</c>.</exception>
    public static SavedCopies Read(string folder) => File.Exists(Path.Join(folder, SavedList.FileName))
        ? new SavedCopies(folder, SavedList.Read(folder).All)
        : throw new KinescopeException(
            ErrorIds.SavedListInvalid, $"{folder} has no {SavedList.FileName}: Save-KinescopeVideo has not saved into it.");

    /// <summary>The newest copy of a video for a lesson, an original before another quality; null where there is none.</summary>
    public SavedCopy? Of(string lesson, string videoId) => _byVideo[videoId]
        .OrderByDescending(line => line.Quality == SavePlan.Original)
        .ThenByDescending(line => line.Lesson == lesson)
        // A lesson's file may have moved, and its copy been saved anew.
        .ThenByDescending(line => line.At)
        .Select(CopyOf)
        .FirstOrDefault(copy => copy is not null);

    private SavedCopy? CopyOf(SavedLine line)
    {
        var path = SavePaths.Full(_folder, line.Path);
        return DiskFile.At(path) is not { } file ? null : new SavedCopy(path, file.Length)
        {
            IsOriginal = line.Quality == SavePlan.Original,
            SavedLength = line.Length,
            Md5 = line.IsOf(file) ? line.Md5 : null,
        };
    }
}
