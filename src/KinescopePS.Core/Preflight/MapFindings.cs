using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Preflight;

/// <summary>The findings that map, disk and record give of a lesson, without its file being opened.</summary>
internal static class MapFindings
{
    public static IEnumerable<LessonUploadFinding> Of(PlannedLesson planned)
    {
        var (lesson, plan) = planned;
        var decision = plan.Decision;
        if (decision.Failure is { } failure)
        {
            var level = decision.Step == UploadStep.Refuse ? LessonUploadLevel.Error : LessonUploadLevel.Warning;
            yield return planned.Finding(
                level, LessonUploadCheck.Map, failure.ErrorId, Sentence(failure.Message), AdviceOn(failure.ErrorId));
        }

        if (planned.IsTooLarge)
        {
            var isCompared = decision.Step == UploadStep.Compare;
            var tooLarge = UploadDecision.TooLarge(planned.Length, plan.ReplaceLimit!.Value);
            yield return planned.Finding(
                isCompared ? LessonUploadLevel.Warning : LessonUploadLevel.Error, LessonUploadCheck.Map, tooLarge.ErrorId,
                isCompared ? $"If its file is another one by now: {tooLarge.Message}" : Sentence(tooLarge.Message));
        }

        if (planned.MaySend && lesson.Length is { } mapped && mapped != planned.Length)
            yield return planned.Finding(
                LessonUploadLevel.Warning, LessonUploadCheck.Map, ErrorIds.LessonFileChanged,
                $"The file has {planned.Length} bytes; it had {mapped} when it was mapped.",
                "Is somebody still writing to it? If it is at rest, map again.");
        if (plan.Warning is not null)
            yield return planned.Finding(
                LessonUploadLevel.Warning, LessonUploadCheck.Map, ErrorIds.LessonTitleTooLong,
                $"Its title has more than {VideoTitle.MaxLength} characters, which is what Kinescope takes: the video would be called "
                + $"'{plan.Item.Title}'.",
                "Shorten the title in the manifest, or leave it: the site shows its own.");
        if (decision is { Step: UploadStep.Adopt, OtherLesson: { } other })
            yield return planned.Finding(
                LessonUploadLevel.Information, LessonUploadCheck.Map, null, $"It has the file of lesson '{other}': one video serves both.");
        var isTold = decision.Step != UploadStep.LeaveOut || lesson.State == LessonVideoState.Changing;
        foreach (var notice in decision.Failure is null && isTold && !planned.IsTooLarge ? decision.Notices : [])
            yield return planned.Finding(LessonUploadLevel.Information, LessonUploadCheck.Map, null, Sentence(notice));
    }

    private static string? AdviceOn(string errorId) => errorId switch
    {
        ErrorIds.LessonFileNotFound => "Bring the file back, or correct its path in the manifest.",
        ErrorIds.LessonFileEmpty => "Copy or export the file again.",
        ErrorIds.LessonIdDuplicate => "Give each lesson an id of its own.",
        _ => null,
    };

    private static string Sentence(string message) => message.Length > 0 ? char.ToUpperInvariant(message[0]) + message[1..] : message;
}
