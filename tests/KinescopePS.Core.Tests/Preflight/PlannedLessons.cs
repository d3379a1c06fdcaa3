using KinescopePS.Media;
using KinescopePS.Preflight;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Preflight;

/// <summary>Planned lessons without files.</summary>
internal static class PlannedLessons
{
    public static PlannedLesson Of(long length, UploadStep step = UploadStep.Begin, TimeSpan? duration = null, string id = "l1")
    {
        var lesson = new LessonVideo { LessonId = id, Title = id, Path = $"/{id}.mp4", Extension = ".mp4", Length = length };
        var item = new UploadItem(id, null, id, lesson.Path, lesson.Path, "", length);
        var facts = new UploadFacts { Lesson = id, File = new FileFacts(length, DateTimeOffset.UnixEpoch) };
        return new PlannedLesson(lesson, new PlannedUpload(item, facts, new UploadDecision(step)))
        {
            Media = duration is null ? null : new MediaGlance("MP4") { Duration = duration, HasVideo = true },
        };
    }
}
