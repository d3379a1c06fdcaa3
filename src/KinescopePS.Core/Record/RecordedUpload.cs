using System.Collections.Immutable;
using System.Text.Json.Serialization;
using KinescopePS.Content;

namespace KinescopePS.Record;

/// <summary>The stage that a lesson's upload has come to.</summary>
[JsonConverter(typeof(UploadStageConverter))]
internal enum UploadStage
{
    /// <summary>A video was about to be created; it is not known whether Kinescope did.</summary>
    Intended,

    /// <summary>The video exists; its bytes may be sent to the endpoint.</summary>
    Initialised,

    /// <summary>Kinescope holds all bytes.</summary>
    Uploaded,

    /// <summary>Nothing that could be continued.</summary>
    Abandoned,
}

/// <summary>A lesson's file as it lies on the machine that recorded it: true there only.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Modified">Its last write time when the upload began, UTC; null where it is not known.</param>
internal sealed record LocalFile(string Path, DateTimeOffset? Modified);

/// <summary>A call that was to create a video and got no response.</summary>
/// <param name="Attempt">The text that the video carries if there is one.</param>
/// <param name="At">When the call was about to be made, UTC.</param>
internal sealed record LostAttempt(string Attempt, DateTimeOffset At);

/// <summary>A lesson's upload as the record has it: the sum of its events.</summary>
internal sealed partial record RecordedUpload(string Lesson)
{
    public UploadStage Stage { get; init; } = UploadStage.Abandoned;

    public string? Course { get; init; }

    public string? Title { get; init; }

    /// <summary>The lesson's file on this machine; null where it is not known, as for an imported upload.</summary>
    public LocalFile? File { get; init; }

    /// <summary>The content's size when the upload began; null where it is not known. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>The content's length, first and last MiB in one short hash.</summary>
    public string? Fingerprint { get; init; }

    /// <summary>The stretches that were sent, in their order.</summary>
    public ImmutableList<HashMark> Marks { get; init; } = [];

    public string? Parent { get; init; }

    public string? InitId { get; init; }

    /// <inheritdoc cref="UploadEvent.Attempt" />
    public string? Attempt { get; init; }

    /// <summary>When the last video was about to be created, UTC.</summary>
    public DateTimeOffset? IntendedAt { get; init; }

    /// <summary>When all bytes of it were there, UTC; null where it was found, or its content was replaced.</summary>
    public DateTimeOffset? UploadedAt { get; init; }

    /// <summary>Earlier attempts whose video may be at Kinescope: lists show a new one late.</summary>
    public ImmutableList<LostAttempt> LostAttempts { get; init; } = [];

    public string? VideoId { get; init; }

    public string? Endpoint { get; init; }

    /// <summary>The original that Kinescope stored was compared with the file.</summary>
    public bool IsVerified { get; init; }

    /// <summary>True where the last byte of an unfinished upload may have been sent.</summary>
    public bool MayBeComplete { get; init; }

    /// <summary>The time of the last step, UTC.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The number of runs that gave the lesson up since its upload began.</summary>
    public int Failures { get; init; }

    /// <summary>The failure of the last run; null where it did not fail.</summary>
    public string? LastError { get; init; }

    /// <summary>The error id of that failure; null where it is not known, as for an imported upload.</summary>
    public string? LastErrorId { get; init; }

    /// <summary>Videos of this lesson that will never be finished or used, and are not deleted yet.</summary>
    public ImmutableList<string> AbandonedVideos { get; init; } = [];

    /// <summary>
    /// Videos of this lesson that were finished before and gave way to a later upload, or turned out not to be the file: never to be taken
    /// for it, and left at Kinescope.
    /// </summary>
    public ImmutableList<string> SupersededVideos { get; init; } = [];

    /// <summary>The files beside the video that were sent, one a kind.</summary>
    public ImmutableList<RecordedCompanion> Companions { get; init; } = [];

    /// <summary>
    /// The number, within the open record, of the lesson's last event but marks: what an append on condition is held against.
    /// </summary>
    public long Revision { get; init; }

    /// <summary>The extent that is known to have been sent. Unit: bytes.</summary>
    public long MarkedOffset => Marks.Count > 0 ? Marks[^1].Offset : 0;

    /// <summary>The video that may be at Kinescope without all its bytes, beside the abandoned ones; null where there is none.</summary>
    public string? PendingVideoId => Stage switch
    {
        UploadStage.Initialised => VideoId,
        // Our own id, whose creation was not answered yet.
        UploadStage.Intended => InitId,
        _ => null,
    };

    public KinescopeUploadStatus Status => this switch
    {
        { Stage: UploadStage.Uploaded, Replacement: null } => KinescopeUploadStatus.Uploaded,
        { LastError: not null } => KinescopeUploadStatus.Failed,
        { Stage: UploadStage.Abandoned } => KinescopeUploadStatus.Abandoned,
        { Replacement.IsSent: true } => KinescopeUploadStatus.Uploaded,
        _ => KinescopeUploadStatus.Started,
    };

    /// <summary>The extent that counts as sent: all of a finished upload, where its size is known. Unit: bytes.</summary>
    public long SentLength => Stage == UploadStage.Uploaded && VideoId is not null ? Length ?? MarkedOffset : MarkedOffset;

    /// <summary>The events that lead to this state, in as few as can be: the inverse of <see cref="With"/>.</summary>
    public IEnumerable<UploadEvent> ToEvents() =>
    [
        new(UploadEventKind.State, UpdatedAt)
        {
            Lesson = Lesson,
            Stage = Stage,
            Course = Course,
            Title = Title,
            Path = File?.Path,
            Modified = File?.Modified,
            Length = Length,
            Fingerprint = Fingerprint,
            Parent = Parent,
            InitId = InitId,
            Attempt = Attempt,
            IntendedAt = IntendedAt,
            UploadedAt = UploadedAt,
            LostAttempts = LostAttempts.Count > 0 ? LostAttempts : null,
            Video = VideoId,
            Endpoint = Endpoint,
            Verified = IsVerified ? true : null,
            MayBeComplete = MayBeComplete ? true : null,
            Replacement = Replacement,
            ReplacementEndedAt = ReplacementEndedAt,
            Failures = Failures > 0 ? Failures : null,
            Message = LastError,
            Reason = LastErrorId,
            AbandonedVideos = AbandonedVideos.Count > 0 ? AbandonedVideos : null,
            SupersededVideos = SupersededVideos.Count > 0 ? SupersededVideos : null,
            Companions = Companions.Count > 0 ? Companions : null,
        },
        // A line for each: all in one could become longer than a line may be.
        .. Marks.Select(mark => new UploadEvent(UploadEventKind.Mark, UpdatedAt)
        {
            Lesson = Lesson,
            Offset = mark.Offset,
            Hash = mark.Hash,
            Md5 = mark.Md5,
        }),
    ];

    /// <summary>The state after one more event; null where the lesson is forgotten.</summary>
    /// <param name="number">The event's number: see <see cref="Revision"/>.</param>
    public RecordedUpload? With(UploadEvent happened, long number = 0)
    {
        var next = this with { UpdatedAt = happened.At, Revision = happened.Event == UploadEventKind.Mark ? Revision : number };
        return happened.Event switch
        {
            UploadEventKind.Forgotten => null,
            UploadEventKind.State => next.Read(happened),
            UploadEventKind.Intent => next.Intend(happened),
            UploadEventKind.Initialised => next with
            {
                Stage = UploadStage.Initialised,
                VideoId = happened.Video,
                Endpoint = happened.Endpoint,
                MayBeComplete = false,
                Replacement = null,
                SupersededVideos = SupersededBy(happened.Video),
            },
            UploadEventKind.Mark => next with { Marks = MarksWith(new HashMark(happened.Offset ?? 0, happened.Hash ?? "", happened.Md5)) },
            UploadEventKind.Ending => next.End(happened.Before, happened.At),
            UploadEventKind.Uploaded => next.Replaces(happened) ? next.FinishReplacing(happened) : next.Finish(happened),
            UploadEventKind.Verified => next with { IsVerified = true },
            UploadEventKind.Replacing => next.Replace(happened),
            UploadEventKind.Restored => next with { Replacement = Replacement is null ? null : Replacement with { IsRestored = true } },
            UploadEventKind.Kept => next.EndReplacing(Replacement?.Earlier, happened.At),
            UploadEventKind.Replaced => next.EndReplacing(null, happened.At),
            UploadEventKind.Failed => next with
            {
                LastError = Same(LastError, happened.Message),
                LastErrorId = Same(LastErrorId, happened.Reason),
                Failures = Failures + 1,
                Replacement = Replacement?.After(happened.Reason),
                Course = Course ?? happened.Course,
                Title = Title ?? happened.Title,
                // A file here is not the content that another machine sent.
                File = File ?? (Fingerprint is null ? FileOf(happened.Path, happened.Modified) : null),
            },
            UploadEventKind.Abandoned => next.Settle(happened.Attempt).Abandon(happened.Video!),
            UploadEventKind.Settled => next.Settle(happened.Attempt),
            UploadEventKind.Superseded => next.Supersede(happened.Video!),
            UploadEventKind.Deleted => next with
            {
                AbandonedVideos = AbandonedVideos.Remove(happened.Video!),
                SupersededVideos = SupersededVideos.Remove(happened.Video!),
            },
            UploadEventKind.Companion when happened.Companion is { } sent => next with
            {
                // Those of a video that gave way are nothing to the one in its place.
                Companions = Companions.RemoveAll(known => known.Kind == sent.Kind || known.Video != sent.Video).Add(sent),
                Replacement = Replacement?.After(sent),
            },
            _ => next,
        };
    }

    /// <summary>A file beside a video as it was sent to that; null where none was.</summary>
    public RecordedCompanion? CompanionOf(string kind, string videoId) =>
        Companions.Find(known => known.Kind == kind && known.Video == VideoIds.Canonical(videoId));

    private RecordedUpload Read(UploadEvent state) => new RecordedUpload(Lesson)
    {
        Stage = state.Stage ?? UploadStage.Abandoned,
        Course = state.Course,
        Title = state.Title,
        File = FileOf(state.Path, state.Modified),
        Length = state.Length,
        Fingerprint = state.Fingerprint,
        Parent = state.Parent,
        InitId = state.InitId,
        Attempt = state.Attempt,
        IntendedAt = state.IntendedAt,
        UploadedAt = state.UploadedAt,
        LostAttempts = [.. state.LostAttempts ?? []],
        VideoId = state.Video,
        Endpoint = state.Endpoint,
        IsVerified = state.Verified ?? false,
        MayBeComplete = state.MayBeComplete ?? false,
        Replacement = state.Replacement,
        ReplacementEndedAt = state.ReplacementEndedAt,
        UpdatedAt = UpdatedAt,
        Failures = state.Failures ?? 0,
        LastError = state.Message,
        LastErrorId = state.Reason,
        AbandonedVideos = [.. state.AbandonedVideos ?? []],
        SupersededVideos = [.. state.SupersededVideos ?? []],
        Companions = [.. state.Companions ?? []],
        Revision = Revision,
    };

    private RecordedUpload Intend(UploadEvent intent) => this with
    {
        Stage = UploadStage.Intended,
        Course = Same(Course, intent.Course),
        Title = Same(Title, intent.Title),
        File = FileOf(intent.Path, intent.Modified),
        Length = intent.Length,
        Fingerprint = Same(Fingerprint, intent.Fingerprint),
        Marks = [],
        Parent = Same(Parent, intent.Parent),
        InitId = intent.InitId,
        Attempt = intent.Attempt,
        IntendedAt = intent.At,
        UploadedAt = null,
        LostAttempts = Stage == UploadStage.Intended && Attempt is { } lost
            ? LostAttempts.Add(new LostAttempt(lost, IntendedAt ?? intent.At))
            : LostAttempts,
        VideoId = null,
        Endpoint = null,
        LastError = null,
        LastErrorId = null,
        Failures = 0,
        IsVerified = false,
        MayBeComplete = false,
        Replacement = null,
        SupersededVideos = SupersededBy(null),
    };

    private RecordedUpload Finish(UploadEvent uploaded) => this with
    {
        Stage = UploadStage.Uploaded,
        Course = Same(Course, uploaded.Course ?? Course),
        Title = Same(Title, uploaded.Title ?? Title),
        File = FileOf(uploaded.Path ?? File?.Path, uploaded.Modified ?? File?.Modified),
        VideoId = Same(VideoId, uploaded.Video),
        UploadedAt = Stage is UploadStage.Intended or UploadStage.Initialised ? uploaded.At : null,
        // Another video was found: what the attempt made may be there yet.
        LostAttempts = Stage == UploadStage.Intended && Attempt is { } lost
            ? LostAttempts.Add(new LostAttempt(lost, IntendedAt ?? uploaded.At))
            : LostAttempts,
        Marks = IsOfAnother(uploaded.Video) ? [] : Marks,
        IsVerified = IsVerified && !IsOfAnother(uploaded.Video),
        MayBeComplete = false,
        Replacement = IsOfAnother(uploaded.Video) ? null : Replacement,
        Endpoint = null,
        LastError = null,
        LastErrorId = null,
        Length = uploaded.Length ?? Length,
        Fingerprint = Same(Fingerprint, uploaded.Fingerprint ?? Fingerprint),
        AbandonedVideos = uploaded.Video is null ? AbandonedVideos : AbandonedVideos.Remove(uploaded.Video),
        SupersededVideos = SupersededBy(uploaded.Video),
    };

    private bool IsOfAnother(string? video) => VideoId is { } held && held != video;

    private RecordedUpload Abandon(string video)
    {
        var next = this with
        {
            AbandonedVideos = AbandonedVideos.Remove(video).Add(video),
            // One that was finished stays known as such.
            SupersededVideos = Stage == UploadStage.Uploaded && VideoId == video ? SupersededBy(null) : SupersededVideos,
        };
        return VideoId is null || VideoId == video ? next.WithoutVideo() : next;
    }

    private RecordedUpload Settle(string? attempt) => this with
    {
        Attempt = Stage == UploadStage.Intended && Attempt == attempt ? null : Attempt,
        LostAttempts = LostAttempts.RemoveAll(lost => lost.Attempt == attempt),
    };

    private RecordedUpload Supersede(string video)
    {
        var next = this with { SupersededVideos = SupersededVideos.Remove(video).Add(video) };
        return VideoId == video ? next.WithoutVideo() : next;
    }

    private RecordedUpload WithoutVideo() =>
        this with
        {
            Stage = UploadStage.Abandoned,
            VideoId = null,
            InitId = null,
            Attempt = null,
            Endpoint = null,
            Marks = [],
            IsVerified = false,
            MayBeComplete = false,
            Replacement = null,
        };

    private ImmutableList<string> SupersededBy(string? video)
    {
        var others = video is null ? SupersededVideos : SupersededVideos.Remove(video);
        return Stage == UploadStage.Uploaded && VideoId is { } finished && finished != video
            ? others.Remove(finished).Add(finished)
            : others;
    }

    private ImmutableList<HashMark> MarksWith(HashMark mark)
    {
        var marks = Marks;
        while (marks.Count > 0 && (marks[^1].Offset >= mark.Offset || IsCovered(marks[^1], mark)))
            marks = marks.RemoveAt(marks.Count - 1);
        return marks.Add(mark);
    }

    // A place that was noted within a block counts until more of the block is marked, from the same beginning.
    private static bool IsCovered(HashMark noted, HashMark mark) =>
        noted.Offset % ContentHash.BlockSize != 0 && noted.Offset / ContentHash.BlockSize == (mark.Offset - 1) / ContentHash.BlockSize;

    private LocalFile? FileOf(string? path, DateTimeOffset? modified) =>
        path is null ? null : new LocalFile(Same(File?.Path, path)!, modified);

    // A long file repeats its texts: each is held once.
    private static string? Same(string? held, string? told) => told == held ? held : told;
}
