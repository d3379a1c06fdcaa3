using System.Management.Automation;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>Shows the recorded upload of each lesson.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeUpload", DefaultParameterSetName = LessonSet)]
[OutputType(typeof(KinescopeUpload), ParameterSetName = [LessonSet])]
[OutputType(typeof(KinescopeUploadTotal), ParameterSetName = [CourseSet])]
public sealed class GetKinescopeUploadCommand : AsyncCmdlet
{
    private const string LessonSet = "Lesson";
    private const string CourseSet = "Course";

    private readonly HashSet<RecordedUpload> _counted = [];
    private IReadOnlyList<KinescopeUploadTotal>? _totals;
    private IReadOnlyList<RecordedUpload> _uploads = [];
    private ILookup<string, RecordedUpload> _byLesson = null!;

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>Only uploads that stand so.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public KinescopeUploadStatus[]? Status { get; set; }

    /// <summary>Only lessons of these courses.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CourseCompleter))]
    public string[]? Course { get; set; }

    /// <summary>The progress file. Default: kinescope-upload-progress.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>The totals of each course instead of its lessons.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CourseSet)]
    public SwitchParameter ByCourse { get; set; }

    private bool IsOfAll => LessonId is null && Status is null && Course is null && !MyInvocation.ExpectingInput;

    private protected override void Begin()
    {
        using var record = UploadRecords.OpenReadOnly(ProgressFile, FilePathOf, mustExist: true);
        if (record.Warning is { } warning)
            WriteWarning(warning);
        if (ByCourse && IsOfAll)
        {
            _totals = Await(stop => record.TotalsAsync(stop).AsTask());
            return;
        }

        var all = Await(stop => record.ListAsync(stop).AsTask());
        var courses = new TypedNames(Course).Noting(all.Select(upload => upload.Course));
        _uploads =
        [
            .. all.Where(upload => courses.Matches(upload.Course) && (Status is null || Status.Contains(upload.Status))),
        ];
        _byLesson = _uploads.ToLookup(upload => upload.Lesson, StringComparer.OrdinalIgnoreCase);
    }

    private protected override void Process()
    {
        if (_totals is not null)
            return;
        var found = LessonId is null ? _uploads : LessonId.SelectMany(Find).Distinct();
        if (ByCourse)
            _counted.UnionWith(found);
        else
            WriteObject(found.Select(KinescopeUploads.Of), enumerateCollection: true);
    }

    private protected override void End()
    {
        if (ByCourse)
            WriteObject(_totals ?? UploadTotals.ByCourse(_counted), enumerateCollection: true);
    }

    // A person types an id in any case; the very same id is meant where there is one. The path that stands for an id may have brackets.
    private IEnumerable<RecordedUpload> Find(string lesson)
    {
        if (NamesOf(lesson).FirstOrDefault(_byLesson.Contains) is { } known)
            return _byLesson[known].Where(upload => upload.Lesson == known) is var same && same.Any() ? same : _byLesson[known];
        return IsTyped(nameof(LessonId)) && new TypedNames([lesson]) is { HasWildcards: true } names
            ? _uploads.Where(upload => names.Matches(upload.Lesson))
            : [];
    }
}
