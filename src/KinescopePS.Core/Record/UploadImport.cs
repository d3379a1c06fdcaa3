namespace KinescopePS.Record;

/// <summary>A finished video that another record, or none, knows as a lesson's upload.</summary>
/// <param name="VideoId">Kinescope's id of it.</param>
/// <param name="At">When it was uploaded, or found, UTC.</param>
internal sealed record UploadImport(string VideoId, DateTimeOffset At)
{
    public string? Course { get; init; }

    public string? Title { get; init; }

    /// <summary>The project or folder that it is in.</summary>
    public string? Parent { get; init; }

    /// <summary>The file that it was made of; null where that is not known.</summary>
    public LocalFile? File { get; init; }

    /// <inheritdoc cref="RecordedUpload.Length" />
    public long? Length { get; init; }

    /// <inheritdoc cref="RecordedUpload.Fingerprint" />
    public string? Fingerprint { get; init; }

    /// <summary>
    /// The step that makes it the lesson's upload: one, so that nothing cuts it in two. What was begun for the lesson is abandoned, and
    /// what was finished before gives way.
    /// </summary>
    /// <param name="lesson">The lesson.</param>
    /// <param name="known">Its upload so far; null for none.</param>
    public UploadEvent Into(string lesson, RecordedUpload? known)
    {
        var upload = known ?? new RecordedUpload(lesson);
        if (upload.PendingVideoId is { } pending && pending != VideoIds.Canonical(VideoId))
            upload = upload.With(Event(UploadEventKind.Abandoned) with { Video = pending, Reason = AbandonReasons.Imported })!;
        var intent = Event(UploadEventKind.Intent) with
        {
            Course = Course ?? known?.Course,
            Title = Title ?? known?.Title,
            Parent = Parent,
            Path = File?.Path,
            Modified = File?.Modified,
            Length = Length,
            Fingerprint = Fingerprint,
        };
        return upload.With(intent)!.With(Event(UploadEventKind.Uploaded) with { Video = VideoId })!.ToEvents().First();

        UploadEvent Event(UploadEventKind kind) => new(kind, At) { Lesson = lesson };
    }
}
