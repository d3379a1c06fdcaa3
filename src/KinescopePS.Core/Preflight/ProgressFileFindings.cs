using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Preflight;

/// <summary>The findings on a progress file, which is neither locked nor made for them.</summary>
internal static class ProgressFileFindings
{
    /// <summary>The lines of a lesson, and that of a stretch that was sent, with room to spare. Unit: bytes.</summary>
    private const long LessonSize = 4096, MarkSize = 512;

    private const long StretchSize = 64L << 20;

    /// <param name="path">The file's full path.</param>
    /// <param name="damage">The damage that was met when it was read; null for none.</param>
    /// <param name="lessons">The lessons that would be noted in it.</param>
    public static IEnumerable<LessonUploadFinding> Of(string path, string? damage, IReadOnlyCollection<PlannedLesson> lessons)
    {
        if (damage is not null)
            yield return Finding(
                LessonUploadLevel.Warning, ErrorIds.ProgressFileDamaged, damage,
                "What is intact is used, and the file is kept beside it. What is lost is looked for at Kinescope.");
        if (ProgressFile.HolderOf(path) is { } holder)
            yield return Finding(
                LessonUploadLevel.Error, ErrorIds.ProgressFileLocked, $"Another run (process {holder}) is using it.",
                "Wait for it to end, or give this run a -ProgressFile of its own for other lessons.");

        var folder = Path.GetDirectoryName(path)!;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } above)
            folder = above;
        if (!FileRights.MayWrite(File.Exists(path) ? path : folder) || !FileRights.MayWrite(folder))
            yield return Finding(
                LessonUploadLevel.Error, ErrorIds.ProgressFileNotWritable, "It may not be written.",
                "Give this account the right to write it and its folder, or name another -ProgressFile.");

        // It may be written anew beside the old one.
        var needed = lessons.Count * LessonSize + lessons.Sum(lesson => lesson.Length / StretchSize * MarkSize)
            + 2 * (DiskFile.At(path)?.Length ?? 0);
        if (FileRights.RoomIn(folder) is { } room && room < needed)
            yield return Finding(
                LessonUploadLevel.Error, ErrorIds.DiskRoomShort, $"The disk has {room} bytes left for it, and it may need {needed}.",
                "Make room, or name a -ProgressFile on another disk.");

        LessonUploadFinding Finding(LessonUploadLevel level, string errorId, string message, string advice) => new()
        {
            Level = level,
            Check = LessonUploadCheck.ProgressFile,
            ErrorId = errorId,
            Path = path,
            Message = PrintableText.Of(message),
            Advice = advice,
        };
    }
}
