namespace KinescopePS;

/// <summary>A video at Kinescope: the output of <c>Get-KinescopeVideo</c> and <c>Wait-KinescopeVideo</c>.</summary>
public sealed class KinescopeVideo : ILinkable
{
    private readonly IReadOnlyList<string> _privacyDomains = JoinedList<string>.Empty;
    private readonly IReadOnlyList<string> _tags = JoinedList<string>.Empty;
    private readonly IReadOnlyList<KinescopeSubtitle> _subtitles = JoinedList<KinescopeSubtitle>.Empty;
    private readonly IReadOnlyList<KinescopeChapter> _chapters = JoinedList<KinescopeChapter>.Empty;
    private readonly IReadOnlyList<KinescopeAsset> _assets = JoinedList<KinescopeAsset>.Empty;

    /// <summary>Kinescope's id of the video.</summary>
    public required string VideoId { get; init; }

    /// <summary>The lesson that its id came with down the pipeline; null where it came without one.</summary>
    public string? LessonId { get; private set; }

    /// <summary>The project that it belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The folder that it is in; null at the project's top.</summary>
    public string? FolderId { get; init; }

    /// <summary>The title. Not unique.</summary>
    public string Title { get; init; } = "";

    /// <summary>The description. That of an upload by this module ends with its mark.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// Kinescope's word: <c>pending</c>, <c>uploading</c>, <c>pre-processing</c>, <c>processing</c>, <c>done</c>, <c>error</c>,
    /// <c>aborted</c>, <c>suspended</c>, or one that is new.
    /// </summary>
    public string Status { get; init; } = "";

    /// <summary>Why it failed, where Kinescope tells it.</summary>
    public string? StatusMessage { get; init; }

    /// <summary>The running time; null until it is known.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>The address to embed the video with.</summary>
    public string? EmbedUrl { get; init; }

    /// <summary>The address of the video's page.</summary>
    public string? PlayUrl { get; init; }

    /// <summary>The address of its HLS playlist.</summary>
    public string? HlsUrl { get; init; }

    /// <summary>The address of its poster; null while it has none.</summary>
    public string? PosterUrl { get; init; }

    /// <summary>
    /// Where the player may be shown: <c>anywhere</c>, <c>nowhere</c>, or <c>custom</c> for the domains of <see cref="PrivacyDomains"/>.
    /// </summary>
    public string? PrivacyType { get; init; }

    /// <summary>The domains that may embed it.</summary>
    public IReadOnlyList<string> PrivacyDomains
    {
        get => _privacyDomains;
        init => _privacyDomains = new JoinedList<string>(value);
    }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string> Tags
    {
        get => _tags;
        init => _tags = new JoinedList<string>(value);
    }

    /// <summary>Its subtitles.</summary>
    public IReadOnlyList<KinescopeSubtitle> Subtitles
    {
        get => _subtitles;
        init => _subtitles = new JoinedList<KinescopeSubtitle>(value);
    }

    /// <summary>Its chapters.</summary>
    public IReadOnlyList<KinescopeChapter> Chapters
    {
        get => _chapters;
        init => _chapters = new JoinedList<KinescopeChapter>(value);
    }

    /// <summary>The file that was uploaded, where Kinescope keeps and tells it.</summary>
    public KinescopeAsset? Original { get; init; }

    /// <summary>The files that were made of it, the original among them.</summary>
    public IReadOnlyList<KinescopeAsset> Assets
    {
        get => _assets;
        init => _assets = new JoinedList<KinescopeAsset>(value);
    }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed last, UTC.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <summary>True where it can be played.</summary>
    public bool IsReady => Status == "done";

    /// <summary>True where Kinescope gave up on it.</summary>
    /// <remarks>Source: the status values of kinescope-api section 3.</remarks>
    public bool HasFailed => Status is "error" or "aborted" or "suspended";

    /// <summary>True where the player has its chapters; null where Kinescope does not tell.</summary>
    internal bool? HasChaptersEnabled { get; init; }

    /// <summary>True where the player shows its chapters from the beginning; null where Kinescope does not tell.</summary>
    internal bool? ShowsChaptersOnLoad { get; init; }

    /// <summary>True for one in the recycle bin, which Kinescope may go on to show: it counts as gone.</summary>
    internal bool IsDeleted { get; init; }

    /// <summary>True where Kinescope has all bytes of it: the MD5 of an original is that of all of them.</summary>
    internal bool HasAllBytes =>
        Status is "pre-processing" or "processing" or "done" || Original?.Md5 is not null && !HasFailed;

    /// <summary>True where it may have all bytes: it waits to be processed, or is <c>uploading</c> and has an original.</summary>
    /// <remarks>Source: kinescope-api section 11, row 3.</remarks>
    internal bool MayHaveAllBytes => !HasFailed && !HasAllBytes && (Status == "pending" || Original?.Length is not null);

    /// <summary>The failure of a video that has failed, as the end of a sentence.</summary>
    internal string Failure => $"its status is '{Status}'{(StatusMessage is null ? "" : $", and it says: {StatusMessage}")}.";

    /// <inheritdoc />
    public override string ToString() => Title;

    /// <summary>The same video with the lesson that its id came with.</summary>
    internal KinescopeVideo Of(string? lessonId)
    {
        if (string.IsNullOrEmpty(lessonId))
            return this;
        var video = (KinescopeVideo)MemberwiseClone();
        video.LessonId = lessonId;
        return video;
    }
}

/// <summary>Subtitles of a video.</summary>
public sealed class KinescopeSubtitle
{
    /// <summary>Kinescope's id of them.</summary>
    public required string SubtitleId { get; init; }

    /// <summary>The language's tag, as <c>ru</c>.</summary>
    public string Language { get; init; } = "";

    /// <summary>The text by which a viewer chooses them.</summary>
    public string Description { get; init; } = "";

    /// <summary>Kinescope's name for the file.</summary>
    public string? FileName { get; init; }

    /// <summary>A signed address to download them from, which expires.</summary>
    internal string? Url { get; init; }

    /// <inheritdoc />
    public override string ToString() => Language;
}

/// <summary>A part of a video that a viewer can go to.</summary>
public sealed class KinescopeChapter
{
    /// <summary>Its beginning, from the video's.</summary>
    public TimeSpan Time { get; init; }

    /// <summary>Its title.</summary>
    public string Title { get; init; } = "";

    /// <summary>Its beginning as Kinescope has it. Unit: milliseconds.</summary>
    internal long Milliseconds => (long)Math.Round(Time.TotalMilliseconds);

    /// <inheritdoc />
    public override string ToString() => $"{Time:hh\\:mm\\:ss} {Title}";
}

/// <summary>A file of a video.</summary>
public sealed class KinescopeAsset
{
    /// <summary><c>original</c>, <c>1080p</c>, <c>720p</c> and so on.</summary>
    public string? Quality { get; init; }

    /// <summary>Width and height, as <c>1920x1080</c>.</summary>
    public string? Resolution { get; init; }

    /// <summary>Kinescope's name for the file, which need not be that of the file that was uploaded.</summary>
    public string? OriginalName { get; init; }

    /// <summary>The size. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>The MD5 in lower-case hex.</summary>
    public string? Md5 { get; init; }

    /// <summary>A signed address to download it from, which expires.</summary>
    public string? DownloadUrl { get; init; }

    /// <summary>Kinescope's id of the file, as far as it tells one.</summary>
    internal string? AssetId { get; init; }

    /// <summary>When it was made, UTC.</summary>
    internal DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The extension of its file, as Kinescope has it.</summary>
    internal string? FileType { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Quality} {Resolution}".Trim();
}
