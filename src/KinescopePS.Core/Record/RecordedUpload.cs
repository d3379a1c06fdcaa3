using System.Collections.Immutable;
using KinescopePS.Content;

namespace KinescopePS.Record;

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
internal sealed record RecordedUpload(string Lesson)
{
    public UploadStage Stage { get; init; } = UploadStage.Abandoned;

    public string? Course { get; init; }

    public string? Title { get; init; }

    public string? Path { get; init; }

    /// <summary>The file's size when the upload began; null where it is not known (an imported upload). Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>The file's last write time when the upload began, UTC; null where it is not known.</summary>
    public DateTimeOffset? Modified { get; init; }

    public string? Fingerprint { get; init; }

    /// <summary>The stretches that were sent, in their order.</summary>
    public ImmutableList<HashMark> Marks { get; init; } = [];

    public string? Parent { get; init; }

    public string? InitId { get; init; }

    /// <summary>The attempt's part of the stamp that the video was to be created with.</summary>
    public string? Attempt { get; init; }

    public string? VideoId { get; init; }

    public string? Endpoint { get; init; }

    /// <summary>Whether what Kinescope stored was compared with the file.</summary>
    public bool IsVerified { get; init; }

    /// <summary>When the last step was taken, UTC.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>How many runs gave the lesson up since its upload began.</summary>
    public int Failures { get; init; }

    /// <summary>How many entries of this lesson were given up, ever: our ids are derived with it.</summary>
    public int Generation { get; init; }

    /// <summary>Why the last run gave the lesson up; null where it did not.</summary>
    public string? LastError { get; init; }

    /// <summary>Entries of this lesson that will never be finished and are not deleted yet.</summary>
    public IReadOnlyList<string> Orphans { get; init; } = [];

    /// <summary>What is known to have been sent. Unit: bytes.</summary>
    public long MarkedOffset => Marks.Count > 0 ? Marks[^1].Offset : 0;

    /// <summary>The entry that may be at Kinescope without all its bytes, beside the orphans; null where there is none.</summary>
    public string? PendingVideoId => Stage switch
    {
        UploadStage.Initialised => VideoId,
        // Our own id, whose creation was not answered yet.
        UploadStage.Intended => InitId,
        _ => null,
    };

    /// <summary>The state after one more record; null where the lesson was forgotten.</summary>
    public RecordedUpload? With(UploadEvent record) => record.Event switch
    {
        UploadEventKind.Forgotten => null,
        UploadEventKind.Intent => this with
        {
            Stage = UploadStage.Intended,
            Course = Same(Course, record.Course),
            Title = Same(Title, record.Title),
            Path = Same(Path, record.Path),
            Length = record.Length,
            Modified = record.Modified,
            Fingerprint = Same(Fingerprint, record.Fingerprint),
            Marks = [],
            Parent = Same(Parent, record.Parent),
            InitId = record.InitId,
            Attempt = record.Attempt,
            VideoId = null,
            Endpoint = null,
            LastError = null,
            Failures = 0,
            IsVerified = false,
            UpdatedAt = record.At,
        },
        UploadEventKind.Initialised => this with { Stage = UploadStage.Initialised, VideoId = record.Video, Endpoint = record.Endpoint, UpdatedAt = record.At },
        UploadEventKind.Mark => this with { Marks = MarksWith(new HashMark(record.Offset ?? 0, record.Hash ?? "")), UpdatedAt = record.At },
        UploadEventKind.Uploaded => this with
        {
            Stage = UploadStage.Uploaded,
            Course = Same(Course, record.Course ?? Course),
            Title = Same(Title, record.Title ?? Title),
            Path = Same(Path, record.Path ?? Path),
            VideoId = Same(VideoId, record.Video),
            Endpoint = null,
            LastError = null,
            Length = record.Length ?? Length,
            Modified = record.Modified ?? Modified,
            Fingerprint = Same(Fingerprint, record.Fingerprint ?? Fingerprint),
            UpdatedAt = record.At,
        },
        UploadEventKind.Verified => this with { IsVerified = true, UpdatedAt = record.At },
        UploadEventKind.Failed => this with
        {
            LastError = Same(LastError, record.Message),
            Failures = Failures + 1,
            Course = Course ?? record.Course,
            Title = Title ?? record.Title,
            Path = Path ?? record.Path,
            UpdatedAt = record.At,
        },
        UploadEventKind.Orphaned when record.Video == VideoId || VideoId is null => this with
        {
            Stage = UploadStage.Abandoned,
            VideoId = null,
            InitId = null,
            Endpoint = null,
            Marks = [],
            Orphans = [.. Orphans.Where(id => id != record.Video), record.Video!],
            Generation = Generation + 1,
            UpdatedAt = record.At,
        },
        UploadEventKind.Orphaned => this with { Orphans = [.. Orphans.Where(id => id != record.Video), record.Video!], Generation = Generation + 1, UpdatedAt = record.At },
        UploadEventKind.Deleted => this with { Orphans = [.. Orphans.Where(id => id != record.Video)], UpdatedAt = record.At },
        _ => this with { UpdatedAt = record.At },
    };

    private ImmutableList<HashMark> MarksWith(HashMark mark)
    {
        var marks = Marks;
        while (marks.Count > 0 && marks[^1].Offset >= mark.Offset)
            marks = marks.RemoveAt(marks.Count - 1);
        return marks.Add(mark);
    }

    // A long file repeats its texts: each is held once.
    private static string? Same(string? held, string? told) => told == held ? held : told;
}
