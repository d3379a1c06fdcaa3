namespace KinescopePS.Journal;

/// <summary>How far a lesson's upload has come, as the progress file has it.</summary>
internal enum UploadStage
{
    /// <summary>An entry was about to be asked for; whether Kinescope created it is not known.</summary>
    Intended,

    /// <summary>The entry exists; its bytes may be sent to the endpoint.</summary>
    Initialised,

    /// <summary>Kinescope holds all bytes.</summary>
    Uploaded,

    /// <summary>Nothing that could be continued.</summary>
    Abandoned,
}

/// <summary>A lesson's upload: the sum of its records.</summary>
internal sealed record UploadState(string Lesson)
{
    public UploadStage Stage { get; init; } = UploadStage.Abandoned;

    public string? Course { get; init; }

    public string? Title { get; init; }

    public string? Path { get; init; }

    /// <summary>The file's size when the upload began. Unit: bytes.</summary>
    public long Length { get; init; }

    /// <summary>The file's last write time when the upload began, UTC.</summary>
    public DateTimeOffset Modified { get; init; }

    public string? Parent { get; init; }

    public string? InitId { get; init; }

    public string? VideoId { get; init; }

    public string? Endpoint { get; init; }

    /// <summary>When the intent was written, UTC.</summary>
    public DateTimeOffset IntendedAt { get; init; }

    /// <summary>Why the last run gave the lesson up; null where it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>Entries of this lesson that will never be finished and are not deleted yet.</summary>
    public IReadOnlyList<string> Orphans { get; init; } = [];

    /// <summary>The state after one more record.</summary>
    public UploadState With(JournalRecord record) => record.Event switch
    {
        JournalEvent.Intent => this with
        {
            Stage = UploadStage.Intended,
            Course = record.Course,
            Title = record.Title,
            Path = record.Path,
            Length = record.Length ?? 0,
            Modified = record.Modified ?? default,
            Parent = record.Parent,
            InitId = record.InitId,
            VideoId = null,
            Endpoint = null,
            IntendedAt = record.At,
            LastError = null,
        },
        JournalEvent.Initialised => this with { Stage = UploadStage.Initialised, VideoId = record.Video, Endpoint = record.Endpoint },
        JournalEvent.Uploaded => this with
        {
            Stage = UploadStage.Uploaded,
            VideoId = record.Video,
            Endpoint = null,
            LastError = null,
            Modified = record.Modified ?? Modified,
        },
        JournalEvent.Failed => this with { LastError = record.Message },
        JournalEvent.Orphaned => this with
        {
            Stage = record.Video == VideoId || VideoId is null ? UploadStage.Abandoned : Stage,
            Orphans = [.. Orphans.Where(id => id != record.Video), record.Video!],
        },
        JournalEvent.Deleted => this with { Orphans = [.. Orphans.Where(id => id != record.Video)] },
        _ => this,
    };
}
