using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Transfer;

namespace KinescopePS.Comparison;

/// <summary>Holds lessons' files against what was sent, by the cheapest that tells: size, date, edges, MD5.</summary>
/// <param name="isWhole">True where files are read whole, and their MD5 is compared with that of the original.</param>
internal sealed class ContentComparison(bool isWhole)
{
    /// <summary>True where files are read whole.</summary>
    public bool IsWhole => isWhole;

    /// <summary>The lesson with what its file tells of its content.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="videoOf">Chooses its video, which may depend on the file.</param>
    /// <exception cref="KinescopeException"><c>LessonFileNotFound</c>, <c>LessonFileUnreadable</c> or <c>LessonFileEmpty</c>.</exception>
    public async Task<LessonFacts> CompareAsync(
        LessonFacts lesson, Func<LessonFacts, VideoSide?> videoOf, CancellationToken cancellation)
    {
        if (lesson.Map is not { IsReady: true, Path: { } path } || videoOf(lesson) is not { } video)
            return lesson;
        var record = lesson.Record?.UploadedVideoId == video.VideoId ? lesson.Record : null;
        if (DiskFile.At(path) is not { } file)
            return lesson;

        if (record?.Length is { } sent && sent != file.Length)
            return Differs(lesson, Size(file.Length), LessonSide.ProgressFile, Size(sent));
        if (record is null && video.Length is { } stored && stored != file.Length)
            return Differs(lesson, Size(file.Length), LessonSide.Kinescope, Size(stored));
        if (IsWhole && record is not { IsReplacing: true } && video.Md5 is { } original)
        {
            var whole = await WholeAsync(path, cancellation).ConfigureAwait(false);
            if (whole.Md5 == original)
                return lesson with { Content = ContentResult.Same };
            var likeness = await JudgeAsync(lesson, file, whole, record, video, cancellation).ConfigureAwait(false);
            return lesson with
            {
                Content = new ContentResult(
                    likeness, $"MD5 {whole.Md5}", new SideValue(LessonSide.Kinescope, $"MD5 {original}")),
            };
        }

        if (record is { Length: not null, Modified: { } modified } && modified == file.Modified)
            return lesson with { Content = ContentResult.Same };
        // A video that was taken for the lesson's, whatever it was made of.
        if (record is { Length: null, Fingerprint: null })
            return lesson;
        if (record?.Fingerprint is null && !video.Stamps.Any(stamp => stamp.Lesson == UploadStamp.LessonPart(lesson.LessonId)))
            return video.Length is null ? lesson : lesson with { Content = ContentResult.Same };

        var fingerprint = await FingerprintAsync(path, cancellation).ConfigureAwait(false);
        lesson = lesson with { Fingerprint = fingerprint };
        // Of several, the one that the file became.
        video = videoOf(lesson)!;
        var isSame = record?.Fingerprint is { } known ? known == fingerprint : video.IsOf(lesson.LessonId, fingerprint);
        return isSame
            ? lesson with { Content = ContentResult.Same }
            : Differs(lesson, "other bytes", record is null ? LessonSide.Kinescope : LessonSide.ProgressFile, video.VideoId);
    }

    /// <summary>The MD5 of a file, in lower-case hex.</summary>
    /// <inheritdoc cref="CompareAsync" path="/exception" />
    public static async Task<string> Md5Async(string path, CancellationToken cancellation) =>
        (await WholeAsync(path, cancellation).ConfigureAwait(false)).Md5;

    private static Task<WholeFile> WholeAsync(string path, CancellationToken cancellation) =>
        ReadAsync(path, source => ContentHash.WholeAsync(source, cancellation));

    /// <summary>
    /// Decides which of the two is another one than before, where file and video are not the same. The record knows what was sent; a
    /// file that nobody changed, as its date says, is never taken for a new version of the lesson.
    /// </summary>
    private static async Task<ContentLikeness> JudgeAsync(
        LessonFacts lesson, DiskFile file, WholeFile whole, RecordSide? record, VideoSide video, CancellationToken cancellation)
    {
        var path = lesson.Map!.Path!;
        if (record is null)
        {
            // A stamp tells the edges of what was sent.
            return video.CreatedAt is { } created && file.Modified <= created
                && video.IsOf(lesson.LessonId, await FingerprintAsync(path, cancellation).ConfigureAwait(false))
                    ? ContentLikeness.Damaged
                    : ContentLikeness.Differs;
        }

        if (record is not { Length: not null, Fingerprint: { } sent })
            return ContentLikeness.Differs;
        var isSent = IsSent(whole, record.Marks ?? []);
        if (isSent is null)
        {
            var isAlike = await FingerprintAsync(path, cancellation).ConfigureAwait(false) == sent;
            isSent = !isAlike ? false : file.Length <= ContentHash.FingerprintSize ? true : null;
        }

        if (isSent == true || isSent is null && video.Length is { } stored && stored != file.Length)
            return ContentLikeness.Replaced;
        return record.Modified == file.Modified ? ContentLikeness.Damaged : ContentLikeness.Differs;
    }

    /// <summary>True for what was sent, by the marks that were made of it; null where they do not tell.</summary>
    private static bool? IsSent(WholeFile whole, IReadOnlyList<HashMark> marks)
    {
        var sent = marks.ToLookup(mark => mark.Offset, mark => mark.Hash);
        if (whole.Marks.Any(mark => sent[mark.Offset].Any() && !sent[mark.Offset].Contains(mark.Hash)))
            return false;
        return whole.Marks.All(mark => sent[mark.Offset].Any()) ? true : null;
    }

    private static Task<string> FingerprintAsync(string path, CancellationToken cancellation) =>
        ReadAsync(path, source => ContentHash.FingerprintAsync(source, cancellation));

    private static LessonFacts Differs(LessonFacts lesson, string fileValue, LessonSide otherSide, string otherValue) =>
        lesson with { Content = new ContentResult(ContentLikeness.Differs, fileValue, new SideValue(otherSide, otherValue)) };

    private static string Size(long bytes) => $"{bytes} bytes";

    private static async Task<T> ReadAsync<T>(string path, Func<SourceFile, Task<T>> read)
    {
        using var source = SourceFile.Open(path);
        return await read(source).ConfigureAwait(false);
    }
}
