using KinescopePS.Content;
using KinescopePS.Manifest;
using KinescopePS.Media;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Preflight;

/// <summary>A lesson of the map with the decision that an upload would take on it.</summary>
internal sealed record PlannedLesson(LessonVideo Lesson, PlannedUpload Plan)
{
    public UploadStep Step => Plan.Decision.Step;

    /// <summary>True where bytes of its file may be sent.</summary>
    public bool MaySend =>
        Step is UploadStep.Begin or UploadStep.Continue or UploadStep.Compare || Step == UploadStep.Replace && !IsTooLarge;

    /// <summary>True where the file is, or may be, the new content of its video, and is larger than may be sent unasked.</summary>
    public bool IsTooLarge => Plan.ReplaceLimit is { } limit && Plan.ReplacesBeyond(limit);

    /// <summary>The result of a glance at its file; null where it was not looked at.</summary>
    public MediaGlance? Media { get; init; }

    /// <summary>The reason why its file cannot be read; null where it can, or was not tried.</summary>
    public KinescopeException? Unreadable { get; init; }

    /// <summary>An earlier lesson whose file, another one, has the same content; null where there is none, or nobody looked.</summary>
    public string? SameAs { get; init; }

    /// <summary>The size of the file as it is now. Unit: bytes.</summary>
    public long Length => Plan.Facts.File?.Length ?? 0;

    public LessonUploadFinding Finding(
        LessonUploadLevel level, LessonUploadCheck check, string? errorId, string message, string? advice = null) => new()
        {
            Level = level,
            Check = check,
            ErrorId = errorId,
            LessonId = Lesson.LessonId,
            Course = Lesson.Course,
            Path = Lesson.Path.Length > 0 ? Lesson.Path : null,
            Message = PrintableText.Of(message),
            Advice = advice,
        };
}

/// <summary>Decides on each lesson as an upload would, from the map, the disk and the record. Nothing is written.</summary>
/// <param name="record">The record, opened to be read.</param>
/// <param name="videoFiles">The files that count as videos.</param>
/// <param name="replaceLimit">The largest file that replaces a content unasked; null where none is to be replaced. Unit: bytes.</param>
internal sealed class LessonPlan(IUploadRecord record, VideoFiles videoFiles, long? replaceLimit = null)
{
    private readonly UploadPlan _plan =
        new("", videoFiles, new UploadSurvey(record, force: false, replaceLimit.HasValue), force: false, replaceLimit.HasValue);

    public async Task<PlannedLesson> AddAsync(LessonVideo lesson, CancellationToken cancellation)
    {
        var given = new GivenFile(lesson.Path)
        {
            LessonId = lesson.LessonId,
            Title = lesson.Title,
            Course = lesson.Course,
            State = lesson.State,
            VideoId = lesson.VideoId,
        };
        var plan = await _plan.AddAsync(given, cancellation).ConfigureAwait(false) with { ReplaceLimit = replaceLimit };
        var planned = new PlannedLesson(lesson, plan);
        if (planned.MaySend)
            _plan.Accepted(planned.Plan.Item);
        return planned;
    }
}
