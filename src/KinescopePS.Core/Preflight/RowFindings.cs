namespace KinescopePS.Preflight;

/// <summary>The findings on the rows that the videos of lessons are to be linked in.</summary>
internal static class RowFindings
{
    /// <param name="lessons">All lessons.</param>
    /// <param name="rows">The rows of those that have one, by lesson id.</param>
    /// <param name="table">The table's name, for messages.</param>
    public static IEnumerable<LessonUploadFinding> Of(
        IReadOnlyCollection<PlannedLesson> lessons, IReadOnlyDictionary<string, SiteLesson> rows, string table)
    {
        var named = lessons.Where(lesson => lesson.Lesson.LessonId is not null && lesson.Lesson.State != LessonVideoState.Orphan).ToList();
        if (named.Count > 1 && rows.Count == 0)
        {
            yield return new LessonUploadFinding
            {
                Level = LessonUploadLevel.Error,
                Check = LessonUploadCheck.Database,
                ErrorId = ErrorIds.LessonNotFound,
                Message = $"{table} has none of the {named.Count} lessons.",
                Advice = "Is it the right database, and the right column for ids (Connect-LessonDatabase -IdColumn)?",
            };
            yield break;
        }

        foreach (var lesson in named)
        {
            if (!rows.TryGetValue(lesson.Lesson.LessonId!, out var row))
                yield return lesson.Finding(
                    LessonUploadLevel.Error, LessonUploadCheck.Database, ErrorIds.LessonNotFound,
                    $"{table} has no such lesson: its video could not be linked.",
                    "Add the lesson at the site, or correct its id in the manifest.");
            else if (lesson.MaySend && row.VideoId is { Length: > 0 } linked && !KeepsLink(lesson, linked))
                yield return lesson.Finding(
                    LessonUploadLevel.Warning, LessonUploadCheck.Database, ErrorIds.VideoIdAlreadySet,
                    $"Its row holds video {linked}: the lesson would be sent anew, and the row left as it is.",
                    "Map with -CheckDatabase to leave such lessons out, or link with Set-LessonVideoId -Force.");
        }
    }

    /// <summary>True where the video that the row holds gets the new content, and stays.</summary>
    private static bool KeepsLink(PlannedLesson lesson, string linked) =>
        lesson.Plan.Decision is { Replaces: true, VideoId: { } own } && VideoIds.AreSame(own, linked);
}
