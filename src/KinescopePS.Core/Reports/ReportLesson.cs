namespace KinescopePS.Reports;

/// <summary>The standing of a lesson in a report, the most urgent first.</summary>
internal enum ReportState
{
    /// <summary>The last run gave it up.</summary>
    Failed,

    /// <summary>Nothing was sent, and its file cannot be: missing, empty, no video.</summary>
    NoFile,

    /// <summary>Its upload was begun and has not ended.</summary>
    Begun,

    /// <summary>Nothing was sent yet, or it has to be sent anew.</summary>
    NotSent,

    /// <summary>All bytes are at Kinescope.</summary>
    Uploaded,

    /// <summary>Its row of the site holds a video.</summary>
    Linked,
}

/// <summary>The end, or the standing, of a lesson's upload, as one source tells it.</summary>
/// <param name="At">When; of two sources the later one counts.</param>
/// <param name="Status">The standing.</param>
/// <param name="VideoId">The video, once it is complete.</param>
/// <param name="Sent">The extent that was sent, where the upload has not ended. Unit: bytes.</param>
/// <param name="Error">The reason of a failure.</param>
/// <param name="ErrorId">Its error id, where known.</param>
internal sealed record ReportUpload(
    DateTimeOffset At, KinescopeUploadStatus Status, string? VideoId, long? Sent = null, string? Error = null, string? ErrorId = null)
{
    /// <summary>The time of objects that tell none: they are of the command that has just ended.</summary>
    public static readonly DateTimeOffset Now = DateTimeOffset.MaxValue;
}

/// <summary>A lesson of a report: the sum of what its sources tell.</summary>
/// <param name="key">The lesson's id; for a file without one, its path.</param>
internal sealed class ReportLesson(string key)
{
    public string Key { get; } = key;

    public string? Title { get; private set; }

    public string? Course { get; private set; }

    /// <summary>The file's size. Unit: bytes.</summary>
    public long? Length { get; private set; }

    public ReportUpload? Upload { get; private set; }

    /// <summary>The state of its file; null where no map tells.</summary>
    public LessonVideoState? File { get; set; }

    /// <summary>The video that its row holds, with the time of that; the video is null where the row was emptied.</summary>
    public (DateTimeOffset At, string? VideoId)? Link { get; private set; }

    public string? VideoId => Upload?.VideoId ?? Link?.VideoId;

    /// <summary>The last moment that something was done for it; null where none is known.</summary>
    public DateTimeOffset? At => (Upload?.At, Link?.At) switch
    {
        ({ } sent, { } linked) when linked < ReportUpload.Now && (sent == ReportUpload.Now || linked > sent) => linked,
        ({ } sent, _) when sent < ReportUpload.Now && sent > DateTimeOffset.MinValue => sent,
        (_, { } linked) when linked < ReportUpload.Now && linked > DateTimeOffset.MinValue => linked,
        _ => null,
    };

    public ReportState State => Upload?.Status switch
    {
        KinescopeUploadStatus.Failed => ReportState.Failed,
        KinescopeUploadStatus.Uploaded => Link?.VideoId is null ? ReportState.Uploaded : ReportState.Linked,
        KinescopeUploadStatus.Started => ReportState.Begun,
        _ when Link?.VideoId is not null => ReportState.Linked,
        _ => File is null or LessonVideoState.Ready or LessonVideoState.Changing ? ReportState.NotSent : ReportState.NoFile,
    };

    /// <summary>The error id of its failure, or of what its file lacks; null where none is known.</summary>
    public string? ErrorId => State switch
    {
        ReportState.Failed => Upload!.ErrorId,
        ReportState.NoFile => File switch
        {
            LessonVideoState.Missing => ErrorIds.LessonFileNotFound,
            LessonVideoState.Empty => ErrorIds.LessonFileEmpty,
            LessonVideoState.NotVideo => ErrorIds.LessonFileNotVideo,
            LessonVideoState.Unmatched => ErrorIds.LessonFileUnmatched,
            _ => null,
        },
        _ => null,
    };

    /// <summary>True where nothing is left to be done.</summary>
    public bool IsDone => State is ReportState.Uploaded or ReportState.Linked;

    /// <summary>True where it will not mend by itself, or did not.</summary>
    public bool HasFailed => State is ReportState.Failed or ReportState.NoFile;

    /// <summary>Takes what a source says of the lesson itself; what is known stays.</summary>
    public void Describe(string? title, string? course, long? length)
    {
        Title ??= title;
        Course ??= course;
        Length ??= length;
    }

    public void Take(ReportUpload upload)
    {
        if (Upload is { } known && known.At > upload.At)
            (upload, Upload) = (known, upload);
        // The same failure, told again without its id.
        Upload = upload.Status == KinescopeUploadStatus.Failed && Upload?.Status == KinescopeUploadStatus.Failed
            ? upload with { ErrorId = upload.ErrorId ?? Upload.ErrorId, Error = upload.Error ?? Upload.Error }
            : upload;
    }

    public void TakeLink(DateTimeOffset at, string? videoId)
    {
        if (Link is null || Link.Value.At <= at)
            Link = (at, videoId);
    }

    /// <summary>Takes an error that names the lesson. Of one that is uploaded it is about something else: its link, for example.</summary>
    public void Take(ReportError error)
    {
        if (Upload is { Status: KinescopeUploadStatus.Failed })
            Upload = Upload with { ErrorId = Upload.ErrorId ?? error.Id, Error = Upload.Error ?? error.Message };
        else if (Upload?.Status != KinescopeUploadStatus.Uploaded && Link?.VideoId is null)
            Take(new ReportUpload(error.At ?? ReportUpload.Now, KinescopeUploadStatus.Failed, null, null, error.Message, error.Id));
    }
}
