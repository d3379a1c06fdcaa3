using KinescopePS.Database;
using KinescopePS.Record;

namespace KinescopePS.Reports;

/// <summary>All that a report tells of, gathered from its sources in any order.</summary>
/// <param name="since">Runs that began before, and lessons that were done with before, are left out; null for none.</param>
internal sealed class ReportData(DateTimeOffset? since = null)
{
    private readonly Dictionary<string, ReportLesson> _lessons = new(StringComparer.Ordinal);
    private readonly List<ReportRun> _runs = [];
    private readonly List<LessonFinding> _findings = [];
    private readonly List<LessonUploadFinding> _before = [];
    private readonly List<ReportError> _errors = [];
    private readonly List<ReportError> _beside = [];
    private (DateTimeOffset At, List<ReportError> Errors)? _lastNight;

    public DateTimeOffset? Since => since;

    /// <summary>In the order of their courses and ids, as people count.</summary>
    public IReadOnlyList<ReportLesson> Lessons =>
    [
        .. _lessons.Values.OrderBy(lesson => lesson.Course, StringComparer.Ordinal).ThenBy(lesson => lesson.Key, StringComparer.Ordinal),
    ];

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ReportRun> Runs => [.. _runs.OrderByDescending(run => run.StartedAt)];

    /// <summary>The findings of what does not agree.</summary>
    public IReadOnlyList<LessonFinding> Findings => _findings;

    /// <summary>The findings before an upload, errors first.</summary>
    public IReadOnlyList<LessonUploadFinding> FoundBefore => [.. _before.OrderByDescending(finding => finding.Level)];

    /// <summary>The errors beside those of lessons that failed: those that were piped in, and the last night's.</summary>
    public IReadOnlyList<ReportError> Errors =>
    [
        .. AllErrors.Where(IsOpen),
    ];

    private IEnumerable<ReportError> AllErrors => OwnErrors.Concat(_beside.Where(IsNews));

    /// <summary>True for an error that is not that of a lesson which failed, or is done with since.</summary>
    private bool IsOpen(ReportError error) =>
        LessonOf(error) is not { } lesson || !lesson.HasFailed && !(lesson.IsDone && lesson.At > error.At);

    private IEnumerable<ReportError> OwnErrors => _errors.Concat(_lastNight?.Errors ?? []);

    /// <summary>True for what a result says of the files beside its video, and no error that came by itself does.</summary>
    private bool IsNews(ReportError beside) =>
        !OwnErrors.Any(error => error.Target == beside.Target && error.Id == beside.Id && IsOpen(error));

    /// <summary>True where something beside a video failed: the next command is to send that too.</summary>
    public bool HasBeside { get; private set; }

    public LessonUploadEstimate? Estimate { get; private set; }

    /// <summary>The files that no lesson names.</summary>
    public int Orphans { get; private set; }

    /// <summary>True where all that came is lessons of a map: what there is to do, and nothing of what was done.</summary>
    public bool IsMapOnly { get; private set; } = true;

    public bool IsEmpty => _lessons.Count == 0 && _runs.Count == 0 && _findings.Count == 0 && _before.Count == 0 && _errors.Count == 0;

    public void Add(LessonVideo mapped)
    {
        if (mapped.LessonId is not { } id)
        {
            Orphans++;
            return;
        }

        var lesson = Lesson(id);
        lesson.Describe(mapped.Title, mapped.Course, mapped.Length);
        lesson.File = mapped.State;
        if (mapped.VideoId is { } linked)
            lesson.TakeLink(DateTimeOffset.MinValue, linked);
    }

    public void Add(KinescopeUpload upload)
    {
        IsMapOnly = false;
        var lesson = Lesson(upload.LessonId);
        lesson.Describe(upload.Title, upload.Course, upload.Length);
        lesson.Take(new ReportUpload(upload.UpdatedAt, upload.Status, upload.VideoId, upload.Offset, upload.Error, upload.ErrorId));
    }

    public void Add(LessonUpload sent)
    {
        IsMapOnly = false;
        if ((sent.LessonId ?? sent.Path) is not { } key)
            return;
        var lesson = Lesson(key);
        lesson.Describe(sent.Title, sent.Course, sent.Length);
        lesson.Take(new ReportUpload(ReportUpload.Now, StatusOf(sent.Status), sent.VideoId, null, sent.Error, sent.ErrorId));
        if (sent is { CompanionError: { } error, CompanionErrorId: { } id })
        {
            _beside.Add(new ReportError(null, id, error, key));
            HasBeside = true;
        }
    }

    public void Add(LessonLink link)
    {
        IsMapOnly = false;
        Lesson(link.LessonId).TakeLink(ReportUpload.Now, link.VideoId);
    }

    public void Add(LessonFinding finding)
    {
        IsMapOnly = false;
        if (finding.Status != LessonFindingStatus.Agrees)
            _findings.Add(finding);
        if (finding.LessonId is not { } id)
            return;
        var lesson = Lesson(id);
        lesson.Describe(finding.Title, finding.Course, null);
        lesson.File ??= finding.State;
        // Weaker than what any other source says of the upload.
        var status = finding.Status switch
        {
            LessonFindingStatus.UploadFailed => KinescopeUploadStatus.Failed,
            LessonFindingStatus.Begun => KinescopeUploadStatus.Started,
            LessonFindingStatus.NeverSent => KinescopeUploadStatus.Abandoned,
            LessonFindingStatus.Agrees or LessonFindingStatus.NotLinked when finding.VideoId is not null => KinescopeUploadStatus.Uploaded,
            _ => (KinescopeUploadStatus?)null,
        };
        if (status is { } known)
            lesson.Take(new ReportUpload(
                DateTimeOffset.MinValue, known, known == KinescopeUploadStatus.Uploaded ? finding.VideoId : null, null,
                known == KinescopeUploadStatus.Failed ? finding.Message : null));
    }

    public void Add(LessonUploadFinding finding)
    {
        IsMapOnly = false;
        if (finding.Level != LessonUploadLevel.Information)
            _before.Add(finding);
    }

    public void Add(LessonUploadEstimate estimate)
    {
        IsMapOnly = false;
        Estimate = estimate;
    }

    public void Add(KinescopeNight night)
    {
        Add(ReportRun.Of(night));
        if (night.StartedAt < since)
            return;
        HasBeside |= night.CompanionsFailed > 0;
        foreach (var lesson in night.LeftLessons)
            Lesson(lesson);
        TakeNight(
            night.StartedAt,
            // What a night says in the end is not over by what it did before.
            [
                .. night.Failures.Select(failure => new ReportError(
                    night.StartedAt + night.Duration, failure.ErrorId, failure.Message, failure.LessonId)),
            ]);
    }

    public void Add(ReportError error)
    {
        IsMapOnly = false;
        _errors.Add(error);
    }

    public void Add(ReportRun run)
    {
        IsMapOnly = false;
        if (run.StartedAt < since)
            return;
        var known = _runs.FindIndex(run.Is);
        if (known < 0)
            _runs.Add(run);
        else
            _runs[known] = _runs[known].With(run);
    }

    /// <summary>Takes the changes of an undo file: the links that were written and not taken back.</summary>
    public void Add(UndoContents undo)
    {
        IsMapOnly = false;
        foreach (var change in undo.Changes)
            Lesson(change.Row.LessonId).TakeLink(change.At, change.Row.After.VideoId);
    }

    /// <summary>Takes lines of nightly logs, in their order.</summary>
    public void Add(IEnumerable<NightEvent> events)
    {
        IsMapOnly = false;
        var night = new List<NightEvent>();
        foreach (var line in events)
        {
            if (line.Event == "start")
            {
                AddNight(night);
                night.Clear();
            }

            night.Add(line);
        }

        AddNight(night);
    }

    /// <summary>Joins what only all sources together tell. Due once, when all of them were added.</summary>
    public void Complete()
    {
        foreach (var error in AllErrors)
            LessonOf(error)?.Take(error);

        foreach (var lesson in _lessons.Values.Where(lesson => lesson.IsDone && lesson.At < since).ToList())
            _lessons.Remove(lesson.Key);
    }

    private void AddNight(List<NightEvent> night)
    {
        if (night.Count == 0 || night[0].At < since)
            return;
        var (start, end) = (night[0], night.FindLast(line => line.Event == "summary"));
        int? Count(string field) => (int?)end?.Number(field);
        Add(new ReportRun(start.At)
        {
            Command = NightEvents.Command,
            Machine = start.Text("machine"),
            Elapsed = end?.Seconds("seconds") is { } seconds and >= 0 and < 1e7 ? TimeSpan.FromSeconds(seconds) : night[^1].At - start.At,
            Outcome = end?.Text("outcome"),
            Uploaded = Count("uploaded"),
            AlreadyThere = Count("skipped"),
            Failed = Count("failed"),
            NotReached = Count("left"),
            BytesSent = end?.Number("bytesSent"),
        });
        var errors = new List<ReportError>();
        foreach (var line in night)
            AddLine(line, errors);
        // A lesson's link, which the night writes later, does not mend what failed beside its video.
        HashSet<string?> beside =
        [
            .. from line in night
               where line.Event == "lesson" && line.Text("companionsFailed") is { Length: > 2 }
               select line.Text("lesson"),
        ];
        errors = errors.ConvertAll(error => beside.Contains(error.Target) ? error with { At = night[^1].At } : error);
        HasBeside |= beside.Count > 0;
        TakeNight(start.At, errors);
    }

    // Errors of earlier nights are over: what they were about is done by now, or the last night says it again.
    private void TakeNight(DateTimeOffset at, List<ReportError> errors)
    {
        if (_lastNight is null || _lastNight.Value.At < at)
            _lastNight = (at, errors);
    }

    private void AddLine(NightEvent line, List<ReportError> errors)
    {
        switch (line.Event)
        {
            case "lesson" when line.Text("lesson") is { Length: > 0 } id
                && Enum.TryParse<LessonUploadStatus>(line.Text("status"), out var status) && Enum.IsDefined(status):
                var lesson = Lesson(id);
                lesson.Describe(null, line.Text("course"), line.Number("bytes"));
                lesson.Take(new ReportUpload(
                    line.At, StatusOf(status), line.Text("video"), null, line.Text("error"), line.Text("errorId") ?? line.Text("id")));
                break;
            case "link" when line.Text("lesson") is { Length: > 0 } id:
                Lesson(id).TakeLink(line.At, line.Text("video"));
                break;
            case "left" when line.Text("lesson") is { Length: > 0 } id:
                Lesson(id).Describe(null, line.Text("course"), null);
                break;
            case "error" when line.Text("id") is { Length: > 0 } id:
                // Earlier versions of the script named the object instead of the lesson.
                var target = line.Text("lesson") ?? line.Text("target");
                errors.Add(new ReportError(line.At, id, line.Text("message") ?? "", target is { Length: > 0 } ? target : null));
                break;
            default:
                // A start and a summary are told of by the run; later kinds of lines are for others.
                break;
        }
    }

    private ReportLesson? LessonOf(ReportError error) => error.Target is null ? null : _lessons.GetValueOrDefault(error.Target);

    private ReportLesson Lesson(string key)
    {
        if (!_lessons.TryGetValue(key, out var lesson))
            _lessons.Add(key, lesson = new ReportLesson(key));
        return lesson;
    }

    private static KinescopeUploadStatus StatusOf(LessonUploadStatus status) =>
        status == LessonUploadStatus.Failed ? KinescopeUploadStatus.Failed : KinescopeUploadStatus.Uploaded;
}
