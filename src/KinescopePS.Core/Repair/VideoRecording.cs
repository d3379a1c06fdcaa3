using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Repair;

/// <summary>A lesson whose video the record does not know.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="Path">The full path of its file; null where none is known.</param>
internal sealed record UnrecordedLesson(string LessonId, string? Path)
{
    public string? Course { get; init; }
}

/// <summary>
/// Records a complete video as a lesson's upload. Its file goes with it where it is the one that the video was made of: then the next run
/// sends nothing, and sees when the file changes.
/// </summary>
internal sealed class VideoRecording(IUploadRecord record)
{
    /// <summary>Records a video.</summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="video">Its video, as Kinescope has it now.</param>
    /// <param name="replaces">True where it may take the place of another finished video.</param>
    /// <param name="cancellation">Ends the reading of the file.</param>
    /// <param name="mark">
    /// Marks the video as the lesson's, once its file is known to be its; is given the file's fingerprint, or null. Null where it need not
    /// be marked.
    /// </param>
    /// <param name="mayDiffer">True where the video is the lesson's whatever its file is.</param>
    /// <returns>The upload as the record has it, and a sentence on what is not known of its file; null for nothing.</returns>
    /// <exception cref="KinescopeException">
    /// <c>UploadUnconfirmed</c>: the video is not complete. <c>UploadAlreadyKnown</c>: the record has another video. <c>VideoDiffers</c>:
    /// the file is not what the video was made of. Or the record cannot be written.
    /// </exception>
    public async Task<(RecordedUpload Upload, string? Note)> RecordAsync(
        UnrecordedLesson lesson, KinescopeVideo video, bool replaces, CancellationToken cancellation,
        Func<string?, Task>? mark = null, bool mayDiffer = false)
    {
        if (!video.HasAllBytes)
            throw new KinescopeException(
                ErrorIds.UploadUnconfirmed, $"video {video.VideoId} is not complete at Kinescope: {video.Failure} It was not recorded.");
        var known = await record.FindAsync(lesson.LessonId, cancellation).ConfigureAwait(false);
        if (mark is null && known is { Stage: UploadStage.Uploaded } && VideoIds.AreSame(known.VideoId, video.VideoId))
            return (known, null);
        if (known is { Stage: UploadStage.Uploaded } && !VideoIds.AreSame(known.VideoId, video.VideoId) && !replaces)
            throw new KinescopeException(
                ErrorIds.UploadAlreadyKnown,
                $"the progress file has it as video {known.VideoId}, not as {video.VideoId}. It was left as it is; -Force replaces it.");

        var (file, note) = await CompareAsync(lesson, video, mayDiffer, cancellation).ConfigureAwait(false);
        if (mark is not null)
            await mark(file?.Fingerprint).ConfigureAwait(false);
        var import = new UploadImport(video.VideoId, DateTimeOffset.UtcNow)
        {
            Course = lesson.Course,
            Title = video.Title,
            Parent = video.FolderId ?? video.ProjectId,
            File = file is null ? null : new LocalFile(FilePaths.TargetOf(lesson.Path!), file.Modified),
            Length = file?.Length,
            Fingerprint = file?.Fingerprint,
        };
        var upload = await record.AppendAsync(import.Into(lesson.LessonId, known), known).ConfigureAwait(false);
        if (file?.Whole is not { } whole)
            return (upload, note);
        foreach (var block in whole.Marks)
            record.Mark(lesson.LessonId, block);
        var verified = UploadEvent.Of(UploadEventKind.Verified, lesson.LessonId) with { Video = video.VideoId };
        return (await record.AppendAsync(verified).ConfigureAwait(false), note);
    }

    private static async Task<(FileFacts? File, string? Note)> CompareAsync(
        UnrecordedLesson lesson, KinescopeVideo video, bool mayDiffer, CancellationToken cancellation)
    {
        if (lesson.Path is null || DiskFile.At(lesson.Path) is null)
            return (null, "no file of it is known here: a change of one will not be seen.");
        using var file = SourceFile.Open(lesson.Path);
        var fingerprint = await ContentHash.FingerprintAsync(file, cancellation).ConfigureAwait(false);
        var facts = new FileFacts(file.Length, file.Modified, fingerprint);
        var stamps = UploadStamp.On(video).Where(stamp => stamp.Lesson == UploadStamp.LessonPart(lesson.LessonId)).ToList();
        var isMarked = stamps.Exists(stamp => stamp.IsOf(lesson.LessonId, fingerprint));
        var original = video.Original;
        if (stamps.Count > 0 && !isMarked || original?.Length is { } length && length != file.Length)
            return Differs();
        // A mark tells the size and the edges of a file; one that is older than its video was not changed after it.
        if (isMarked && (file.Length <= ContentHash.FingerprintSize || file.Modified <= video.CreatedAt))
            return (facts, null);
        if (original?.Md5 is { } md5)
        {
            var whole = await ContentHash.WholeAsync(file, cancellation).ConfigureAwait(false);
            return whole.Md5 == md5 ? (facts with { Whole = whole }, null) : Differs();
        }

        return isMarked || original?.Length is not null
            ? (facts, "its file is taken for the video's by its size: Kinescope tells no MD5 of it.")
            : (null, "Kinescope tells neither size nor MD5 of it: a change of its file will not be seen.");

        (FileFacts? File, string? Note) Differs() => mayDiffer
            ? (null, "its file has another content: a change of it will not be seen.")
            : throw new KinescopeException(
                ErrorIds.VideoDiffers,
                $"video {video.VideoId} was made of another content than {lesson.Path} has now. It was not recorded.");
    }
}
