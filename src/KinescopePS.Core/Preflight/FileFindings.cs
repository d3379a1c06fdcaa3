using KinescopePS.Media;

namespace KinescopePS.Preflight;

/// <summary>The findings that the contents of a lesson's file give.</summary>
internal static class FileFindings
{
    /// <summary>No lesson that can be followed takes fewer, no file to be watched has more. Unit: bits per second.</summary>
    private const double LowestRate = 20_000, HighestRate = 1_000_000_000;

    private const string GetAgain = "Download, copy or export it again.";

    public static IEnumerable<LessonUploadFinding> Of(PlannedLesson planned)
    {
        if (planned.Unreadable is { } unreadable)
            yield return planned.Finding(
                LessonUploadLevel.Error, LessonUploadCheck.File, unreadable.ErrorId, unreadable.Message,
                "Close the program that has it open, or give this account the right to read it.");
        if (planned.Media is { } media && ProblemOf(planned, media) is { } problem)
            yield return problem;
        else if (planned.Media?.Duration is { } duration && planned.Length * 8 / duration.TotalSeconds is var rate
            && rate is < LowestRate or > HighestRate)
            yield return planned.Finding(
                LessonUploadLevel.Warning, LessonUploadCheck.File, ErrorIds.LessonBitRateUnlikely,
                $"{planned.Length} bytes for {(int)duration.TotalHours}:{duration:mm\\:ss} are {rate / 1000:0} kbit/s: "
                + (rate < LowestRate ? "too few for a video that long." : "more than a video to be watched has."),
                "Play it to its end before it is sent.");
        if (planned.SameAs is { } other)
            yield return planned.Finding(
                LessonUploadLevel.Warning, LessonUploadCheck.File, ErrorIds.LessonContentRepeated,
                $"Its file has the content of lesson '{other}' (size, first and last MiB): it would be sent and paid for twice.",
                "Is the right file in its place? If so, give both lessons the same file, and one video serves both.");
    }

    private static LessonUploadFinding? ProblemOf(PlannedLesson planned, MediaGlance media)
    {
        return media.Problem switch
        {
            MediaProblem.None => null,
            MediaProblem.Text => Error(
                ErrorIds.LessonFileUnplayable, "The file is text and no video: mostly the page of a server that did not give the video.",
                "Look at it in an editor, then download the video itself."),
            // A container by an extension that nothing is known of may be anything.
            MediaProblem.Unrecognised when !MediaFile.IsKnown(planned.Lesson.Extension) => null,
            MediaProblem.Unrecognised => Error(
                ErrorIds.LessonFileUnplayable, "The file begins like no video that is known: it is damaged, encrypted, or something else.",
                GetAgain),
            MediaProblem.Zeros => Error(
                ErrorIds.LessonFileZeroed, "The file begins with zeros: room was reserved for it, and it was never filled.", GetAgain),
            MediaProblem.ZeroTail => Error(
                ErrorIds.LessonFileZeroed,
                $"The end of the file is zeros where its {media.Container} video should be: a download or a copy that stopped.", GetAgain),
            MediaProblem.Truncated => Error(
                ErrorIds.LessonFileTruncated,
                media.ExpectedLength is { } expected and < long.MaxValue
                    ? $"The file has {planned.Length} bytes, and its {media.Container} container needs {expected}: the rest is missing."
                    : $"The file ends before its {media.Container} container does: the rest is missing.",
                GetAgain),
            MediaProblem.NoIndex => Error(
                ErrorIds.LessonFileTruncated,
                $"The file lacks the part of its {media.Container} container without which nothing can be played: its end is missing, or "
                + "its recording was never finished.",
                GetAgain),
            MediaProblem.NoVideo => Error(
                ErrorIds.LessonFileWithoutVideo, $"The {media.Container} file has no track of video.", "Export it again with its picture."),
            _ => Error(ErrorIds.LessonFileUnplayable, $"The {media.Container} container of the file is damaged.", GetAgain),
        };

        LessonUploadFinding Error(string errorId, string message, string advice) =>
            planned.Finding(LessonUploadLevel.Error, LessonUploadCheck.File, errorId, message, advice);
    }
}
