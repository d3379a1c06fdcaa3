namespace KinescopePS;

/// <summary>The end of the upload of a lesson's video.</summary>
public enum LessonUploadStatus
{
    /// <summary>All bytes are at Kinescope, sent or completed by this run.</summary>
    Uploaded,

    /// <summary>Nothing was sent: an earlier run uploaded it, or the lesson already has a video id.</summary>
    Skipped,

    /// <summary>Not uploaded; <see cref="LessonUpload.Error"/> says why.</summary>
    Failed,
}

/// <summary>The outcome of comparing what Kinescope stored with the file. What differs has failed.</summary>
public enum VideoVerification
{
    /// <summary>Not asked for, or not come to.</summary>
    None,

    /// <summary>It is the file, by size and MD5; by MD5 alone where Kinescope tells no size.</summary>
    Md5,

    /// <summary>It has the file's size; Kinescope tells no MD5.</summary>
    Size,

    /// <summary>An earlier run found it the file.</summary>
    Earlier,

    /// <summary>It could not be compared: Kinescope tells neither size nor MD5 of what it stored.</summary>
    NotPossible,
}

/// <summary>The end of the files beside a video, with <c>-WithCompanions</c>: of several ends the worst.</summary>
public enum LessonCompanionStatus
{
    /// <summary>Not asked for, not come to, or there is none.</summary>
    None,

    /// <summary>All were at the video as they are.</summary>
    Unchanged,

    /// <summary>Some were sent, and all are at the video.</summary>
    Sent,

    /// <summary>Some were left for a later run; a warning says why.</summary>
    Left,

    /// <summary>Some were not sent; <see cref="LessonUpload.CompanionError"/> says why.</summary>
    Failed,
}

/// <summary>The upload of one lesson's video: the output of <c>Send-KinescopeVideo</c>.</summary>
public sealed class LessonUpload : ILinkable
{
    private readonly IReadOnlyList<string> _companions = JoinedList<string>.Empty;
    private readonly IReadOnlyList<string> _companionsLeft = JoinedList<string>.Empty;
    private readonly IReadOnlyList<string> _companionsFailed = JoinedList<string>.Empty;

    /// <summary>The lesson's id; null for a file that was given without one.</summary>
    public string? LessonId { get; init; }

    /// <summary>The course's id, where known.</summary>
    public string? Course { get; init; }

    /// <summary>The title that the video was given.</summary>
    public string? Title { get; init; }

    /// <summary>The file's full path.</summary>
    public string? Path { get; init; }

    /// <summary>The full path of the manifest that the lesson comes from; null where it is not known.</summary>
    public string? ManifestPath { get; init; }

    /// <summary>Kinescope's id of the video; null unless it is complete.</summary>
    public string? VideoId { get; init; }

    /// <summary>The address to embed the video with.</summary>
    public string? EmbedUrl { get; init; }

    /// <summary>The end of the upload.</summary>
    public LessonUploadStatus Status { get; init; }

    /// <summary>The outcome of <c>-Verify</c>.</summary>
    public VideoVerification Verification { get; init; }

    /// <summary>The file's size. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>The bytes of the file that this run sent, resent ones included. Unit: bytes.</summary>
    public long BytesSent { get; init; }

    /// <summary>The number of requests with bytes that this run needed.</summary>
    public int Attempts { get; init; }

    /// <summary>The time from the start of this file's upload to its end, in this run.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>
    /// The things that this run sent beside the video, with <c>-WithCompanions</c>: <c>poster</c>, <c>subtitles ru</c>, <c>chapters</c>.
    /// </summary>
    public IReadOnlyList<string> Companions
    {
        get => _companions;
        init => _companions = new JoinedList<string>(value);
    }

    /// <summary>The end of the things beside the video: of several ends the worst. The video's own end does not change by it.</summary>
    public LessonCompanionStatus CompanionStatus { get; init; }

    /// <summary>The things beside the video that were left for a later run.</summary>
    public IReadOnlyList<string> CompanionsLeft
    {
        get => _companionsLeft;
        init => _companionsLeft = new JoinedList<string>(value);
    }

    /// <summary>The things beside the video that were not sent.</summary>
    public IReadOnlyList<string> CompanionsFailed
    {
        get => _companionsFailed;
        init => _companionsFailed = new JoinedList<string>(value);
    }

    /// <summary>Why those failed; null where none did.</summary>
    public string? CompanionError { get; init; }

    /// <summary>The error id of the first of them; null where none failed.</summary>
    public string? CompanionErrorId { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>The error id of that; null where there is none.</summary>
    public string? ErrorId { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId ?? Path}: {Status}";

    /// <summary>The same upload with another end.</summary>
    internal LessonUpload With(
        LessonUploadStatus status, string? videoId, KinescopeException? failure, VideoVerification verification = VideoVerification.None) =>
        new()
        {
            LessonId = LessonId,
            Course = Course,
            Title = Title,
            Path = Path,
            ManifestPath = ManifestPath,
            VideoId = videoId,
            EmbedUrl = videoId is null ? null : EmbedUrl,
            Status = status,
            Verification = verification,
            Length = Length,
            BytesSent = BytesSent,
            Attempts = Attempts,
            Duration = Duration,
            Companions = Companions,
            CompanionStatus = CompanionStatus,
            CompanionsLeft = CompanionsLeft,
            CompanionsFailed = CompanionsFailed,
            CompanionError = CompanionError,
            CompanionErrorId = CompanionErrorId,
            Error = failure?.Message,
            ErrorId = failure?.ErrorId,
        };

    /// <summary>The same upload with the end of what stands beside its video.</summary>
    internal LessonUpload With(CompanionOutcome companions) => new()
    {
        LessonId = LessonId,
        Course = Course,
        Title = Title,
        Path = Path,
        ManifestPath = ManifestPath,
        VideoId = VideoId,
        EmbedUrl = EmbedUrl,
        Status = Status,
        Verification = Verification,
        Length = Length,
        BytesSent = BytesSent,
        Attempts = Attempts,
        Duration = Duration,
        Companions = companions.Sent,
        CompanionStatus = companions.Status,
        CompanionsLeft = companions.Left,
        CompanionsFailed = [.. companions.Failed.Select(failed => failed.Kind)],
        CompanionError = companions.Failed.Count == 0 ? null : companions.Reasons,
        CompanionErrorId = companions.Failures.FirstOrDefault()?.ErrorId,
        Error = Error,
        ErrorId = ErrorId,
    };

    /// <summary>The same upload with a failure that is not its own.</summary>
    internal LessonUpload With(KinescopeException failure) => With(Status, VideoId, failure, Verification);
}
