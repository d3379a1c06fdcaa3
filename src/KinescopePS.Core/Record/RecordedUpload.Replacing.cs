namespace KinescopePS.Record;

/// <content>A finished video whose content is replaced: it stays the lesson's video all the while.</content>
internal sealed partial record RecordedUpload
{
    /// <summary>
    /// The new content that is on its way into the video, until the video shows it; null where there is none. Until all of it is sent, what
    /// is known of the content is true of the old one.
    /// </summary>
    public Replacement? Replacement { get; init; }

    /// <summary>
    /// When a replacement last came to its end, with the new content or the old one, UTC: an older record of it is overtaken by that. Null
    /// where none did.
    /// </summary>
    public DateTimeOffset? ReplacementEndedAt { get; init; }

    private RecordedUpload Replace(UploadEvent replacing) => Stage != UploadStage.Uploaded || VideoId != replacing.Video ? this : this with
    {
        Replacement = new Replacement(
            replacing.Length ?? 0, replacing.Attempt ?? "", replacing.At, replacing.Before ?? Replacement?.Before ?? new VideoBefore())
        {
            Fingerprint = replacing.Fingerprint,
            Modified = replacing.Modified,
            RequestTitle = Replacement is null ? replacing.Before?.Title : Replacement.RequestTitle ?? Replacement.Before.Title,
            Earlier = Replacement is { IsSent: true } ? Replacement : Replacement?.Earlier,
            // An earlier attempt may be on its way yet.
            MayHaveArrived = Replacement is { MayHaveArrived: true, IsSent: false },
        },
        LastError = null,
        LastErrorId = null,
        Failures = 0,
    };

    private RecordedUpload End(VideoBefore? before, DateTimeOffset at) => Replacement is { } replacement
        ? this with
        {
            Replacement = replacement with
            {
                MayHaveArrived = true,
                Before = before ?? replacement.Before,
                ReadAtEnd = before is null ? null : at,
            },
        }
        : this with { MayBeComplete = true };

    private RecordedUpload EndReplacing(Replacement? earlier, DateTimeOffset at) =>
        Replacement is null ? this : this with { Replacement = earlier, ReplacementEndedAt = at };

    private bool Replaces(UploadEvent uploaded) =>
        Replacement is { IsSent: false } && VideoId == uploaded.Video && Replacement.Fingerprint == uploaded.Fingerprint;

    private RecordedUpload FinishReplacing(UploadEvent uploaded) => Finish(uploaded) with
    {
        Marks = [],
        IsVerified = false,
        Replacement = Replacement! with { IsSent = true },
    };
}
