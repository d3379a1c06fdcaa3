namespace KinescopePS;

/// <summary>A scheduled run, as its log tells it: the output of <c>Get-KinescopeNight</c>.</summary>
public sealed class KinescopeNight
{
    private readonly IReadOnlyList<KinescopeNightFailure> _failures = JoinedList<KinescopeNightFailure>.Empty;
    private readonly IReadOnlyList<string> _leftLessons = JoinedList<string>.Empty;

    /// <summary>The time at which it began.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The way in which it ended, as docs/scheduling.md names them. <c>NotEnded</c>: it goes on, or was killed.</summary>
    public string Outcome { get; init; } = NotEnded;

    /// <summary>The exit code of the script; null where it has not ended.</summary>
    public int? ExitCode { get; init; }

    /// <summary>The time that it took; of one that has not ended, up to the last line of its log.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Lessons of the map.</summary>
    public int Mapped { get; init; }

    /// <summary>Files uploaded.</summary>
    public int Uploaded { get; init; }

    /// <summary>Lessons whose video was there before.</summary>
    public int Skipped { get; init; }

    /// <summary>Files that failed.</summary>
    public int Failed { get; init; }

    /// <summary>Lessons that the run did not come to.</summary>
    public int Left { get; init; }

    /// <summary>Rows that hold their video.</summary>
    public int Linked { get; init; }

    /// <summary>Posters, subtitles and chapters that were sent.</summary>
    public int CompanionsSent { get; init; }

    /// <summary>Those that failed: an error each.</summary>
    public int CompanionsFailed { get; init; }

    /// <summary>Those that were left for a later run.</summary>
    public int CompanionsLeft { get; init; }

    /// <summary>The number of errors.</summary>
    public int Errors { get; init; }

    /// <summary>The number of warnings.</summary>
    public int Warnings { get; init; }

    /// <summary>Unit: bytes.</summary>
    public long BytesSent { get; init; }

    /// <summary>The errors.</summary>
    public IReadOnlyList<KinescopeNightFailure> Failures
    {
        get => _failures;
        init => _failures = new JoinedList<KinescopeNightFailure>(value);
    }

    /// <summary>The ids of the lessons that the run did not come to.</summary>
    public IReadOnlyList<string> LeftLessons
    {
        get => _leftLessons;
        init => _leftLessons = new JoinedList<string>(value);
    }

    /// <summary>The computer's name.</summary>
    public string? Machine { get; init; }

    /// <summary>The manifest, or its folder.</summary>
    public string? Path { get; init; }

    /// <summary>The log.</summary>
    public string Log { get; init; } = "";

    internal const string Success = nameof(Success);

    internal const string Unfinished = nameof(Unfinished);

    internal const string NotEnded = nameof(NotEnded);

    /// <summary>True where nothing has to be done by a person: all is done, or the next night goes on.</summary>
    internal bool NeedsNobody => Outcome is Success or Unfinished;

    /// <summary>The counts in a line.</summary>
    internal string Counts =>
        $"{Mapped} mapped, {Uploaded} uploaded, {Skipped} skipped, {Failed} failed, {Left} left, {Linked} linked{Beside}, {Errors} errors; "
        + $"{Figures.Bytes(BytesSent)} sent in {Figures.Time(Duration)}";

    private string Beside => CompanionsSent + CompanionsFailed + CompanionsLeft == 0
        ? ""
        : $", beside them {CompanionsSent} sent, {CompanionsFailed} failed{(CompanionsLeft > 0 ? $", {CompanionsLeft} left" : "")}";

    /// <inheritdoc />
    public override string ToString() => $"{StartedAt.LocalDateTime:yyyy-MM-dd HH:mm} {Outcome}: {Counts}";
}

/// <summary>An error of a scheduled run.</summary>
public sealed class KinescopeNightFailure
{
    /// <summary>The lesson's id; null for what is of no lesson.</summary>
    public string? LessonId { get; init; }

    /// <summary>The error's id: see docs/troubleshooting.md.</summary>
    public string ErrorId { get; init; } = "";

    /// <summary>The error's message.</summary>
    public string Message { get; init; } = "";

    /// <inheritdoc />
    public override string ToString() => $"{ErrorId}: {Message}";
}
