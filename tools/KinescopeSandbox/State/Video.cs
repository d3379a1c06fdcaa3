namespace KinescopeSandbox.State;

/// <summary>A video's entry. Its status is not stored but follows from the upload's timestamps and the clock.</summary>
public sealed record Video : IEntity
{
    public required Guid Id { get; init; }
    public required Guid ProjectId { get; init; }

    /// <summary>Null: the project's root.</summary>
    public Guid? FolderId { get; init; }
    public required string Title { get; init; }
    public string Description { get; init; } = "";
    public IReadOnlyList<string> Tags { get; init; } = [];
    public string PrivacyType { get; init; } = "anywhere";
    public IReadOnlyList<string> PrivacyDomains { get; init; } = [];
    public bool AdditionalMaterialsEnabled { get; init; }
    public VideoExtras Extras { get; init; } = new();
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>Set by DELETE. The entry stays as a tombstone, so that its id remains taken.</summary>
    public DateTimeOffset? DeletedAt { get; init; }
    public required Upload Upload { get; init; }

    /// <summary>The upload shown until a replacing one is transcoded.</summary>
    public Upload? ReplacedUpload { get; init; }

    /// <summary>Status set from outside (fault script, control API); null: the status follows from the upload.</summary>
    public string? ForcedStatus { get; init; }

    /// <summary>Why the forced status is one of failure; shown as `message`, where the platform's webhook has it.</summary>
    public string? StatusMessage { get; init; }

    public string ShortId => KinescopeSandbox.State.ShortId.FromGuid(Id);

    /// <summary>The upload whose assets GET shows: a replaced file's old assets stay until the new ones are ready.</summary>
    public Upload VisibleUpload(DateTimeOffset now, TimeSpan transcode) =>
        ReplacedUpload is { } old && (Upload.FailsAs == "old" || !Upload.IsTranscoded(now, transcode)) ? old : Upload;

    /// <summary>`uploading`, `processing`, `done`, `suspended`, `error`, or the forced status.</summary>
    public string StatusAt(DateTimeOffset now, TimeSpan transcode)
    {
        if (ForcedStatus is not null)
            return ForcedStatus;

        var upload = VisibleUpload(now, transcode);
        if (upload.Interrupted)
            return "suspended";
        if (upload.CompletedAt is null)
            return "uploading";
        if (upload.FailsAs == "error" && upload.IsTranscoded(now, transcode))
            return "error";
        return upload.IsTranscoded(now, transcode) ? "done" : "processing";
    }
}

/// <summary>The bytes of a video on their way in. The offset is not stored: it is the length of the bytes file.</summary>
public sealed record Upload
{
    /// <summary>The last part of the endpoint's path; unrelated to the video's id.</summary>
    public required Guid Id { get; init; }

    /// <summary>tus `Upload-Length` in bytes; null when a single request did not say it.</summary>
    public long? Length { get; init; }
    public required string FileName { get; init; }

    /// <summary>When the last byte arrived; null while bytes are missing.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>MD5 of the whole file, lower-case hex; null when hashing is off or the file is incomplete.</summary>
    public string? Md5 { get; init; }

    /// <summary>A single POST broke off: such an entry shows as `suspended`.</summary>
    public bool Interrupted { get; init; }

    /// <summary>`old` or `error` for a replacing upload that cannot be transcoded: what the video shows then.</summary>
    public string? FailsAs { get; init; }

    /// <summary>404 or 410 once a fault made the node forget this upload; null: it is known.</summary>
    public int? ForgottenStatus { get; init; }

    public bool IsTranscoded(DateTimeOffset now, TimeSpan transcode) => CompletedAt is { } completed && completed + transcode <= now;
}
