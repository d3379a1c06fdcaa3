using KinescopePS.Database;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Repair;

/// <summary>Finds the reasons for which a video that looks superfluous is not deleted: a lesson uses it, or may come to.</summary>
/// <param name="record">The record; null where there is none.</param>
/// <param name="store">The lesson table; null where there is none: then every video stays.</param>
/// <param name="findVideo">Looks at a video; null for one that is gone.</param>
internal sealed class VideoUses(
    IUploadRecord? record, LessonStore? store, Func<string, CancellationToken, Task<KinescopeVideo?>> findVideo)
{
    private Task<Rows>? _rows;

    /// <summary>The reason for which a video stays, as the end of a sentence; null where it may be deleted.</summary>
    /// <param name="finding">A <c>SeveralVideos</c> or <c>VideoWithoutLesson</c>.</param>
    /// <param name="cancellation">Ends the search.</param>
    /// <exception cref="KinescopeException">One of the places could not be asked.</exception>
    public async Task<string?> WhyKeptAsync(LessonFinding finding, CancellationToken cancellation)
    {
        // A progress file knows only what was sent with it; another one, or a person, may have linked the video.
        if (store is null)
            return "there is no lesson table to ask whether a row holds it: name the database, or delete it by its id";
        if (VideoIds.Read(finding.VideoId) is not { } videoId)
            return "the finding names no video";
        if (await findVideo(videoId, cancellation).ConfigureAwait(false) is not { } video)
            return "it is gone already";
        var stamps = UploadStamp.On(video).ToList();
        if (stamps.Count == 0)
            return "it carries no mark of this module: delete it by its id";
        if (!video.HasAllBytes && !video.HasFailed)
            return $"its status is '{video.Status}': another machine may be sending it";

        var recorded = record is null ? [] : await record.ListAsync(cancellation).ConfigureAwait(false);
        var rows = await (_rows ??= ReadRowsAsync(store, cancellation)).ConfigureAwait(false);
        if (recorded.FirstOrDefault(upload => upload.VideoId == videoId)?.Lesson is { } sender)
            return $"the progress file has it as that of lesson '{sender}'";
        if (rows.LessonOf.TryGetValue(videoId, out var linked))
            return $"the row of lesson '{linked}' holds it";

        return finding.Status == LessonFindingStatus.SeveralVideos
            ? await WhyNotFurtherAsync(finding, videoId, stamps, recorded, rows, cancellation).ConfigureAwait(false)
            : WhyOfLesson(stamps, recorded, rows);
    }

    private async Task<string?> WhyNotFurtherAsync(
        LessonFinding finding, string videoId, IReadOnlyList<UploadStamp> stamps, IReadOnlyList<RecordedUpload> recorded, Rows rows,
        CancellationToken cancellation)
    {
        if (finding.LessonId is not { } lesson || stamps.Any(stamp => stamp.Lesson != UploadStamp.LessonPart(lesson)))
            return "it carries the mark of another lesson";
        // The lesson must keep one: two findings may name the two videos that it has.
        var used = recorded.Where(upload => upload.Lesson == lesson && upload.Stage == UploadStage.Uploaded)
            .Select(upload => upload.VideoId)
            .Append(rows.VideoOf.GetValueOrDefault(lesson));
        foreach (var other in used.OfType<string>().Distinct().Where(other => other != videoId))
        {
            if (await findVideo(other, cancellation).ConfigureAwait(false) is { HasAllBytes: true })
                return null;
        }

        return $"neither the progress file nor the row of lesson '{lesson}' names another video that is complete";
    }

    /// <summary>A map that was compared in part, or without a lost progress file, makes videos of lessons look like nobody's.</summary>
    private static string? WhyOfLesson(IReadOnlyList<UploadStamp> stamps, IReadOnlyList<RecordedUpload> recorded, Rows rows)
    {
        var marks = stamps.Select(stamp => stamp.Lesson).ToHashSet();
        var lesson = recorded.Select(upload => upload.Lesson).Concat(rows.VideoOf.Keys)
            .FirstOrDefault(lesson => marks.Contains(UploadStamp.LessonPart(lesson)));
        return lesson is null ? null : $"it carries the mark of lesson '{lesson}', which is there";
    }

    private static async Task<Rows> ReadRowsAsync(LessonStore store, CancellationToken cancellation)
    {
        var rows = new Rows([], []);
        string? after = null;
        while (true)
        {
            var page = await store.ReadPageAsync(new LessonQuery(null, null), after, cancellation).ConfigureAwait(false);
            foreach (var row in page)
            {
                var (id, address) = (VideoIds.Read(row.VideoId), VideoIds.Read(row.VideoUrl));
                rows.VideoOf[row.LessonId] = id ?? address;
                foreach (var video in new[] { id, address }.OfType<string>())
                    rows.LessonOf.TryAdd(video, row.LessonId);
            }

            if (page.Count < LessonQuery.PageSize)
                return rows;
            after = page[^1].LessonId;
        }
    }

    private sealed record Rows(Dictionary<string, string?> VideoOf, Dictionary<string, string> LessonOf);
}
