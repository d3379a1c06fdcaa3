using System.Management.Automation;
using KinescopePS.Record;
using static KinescopePS.Commands.Wildcards;

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

        var courses = PatternsOf(Course);
        _uploads =
        [
            .. Await(stop => record.ListAsync(stop).AsTask())
                .Where(upload => Matches(courses, upload.Course) && (Status is null || Status.Contains(upload.Status))),
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

    // The path that stands for a lesson's id may have brackets in it.
    private IEnumerable<RecordedUpload> Find(string lesson)
    {
        if (NamesOf(lesson).FirstOrDefault(_byLesson.Contains) is { } known)
            return _byLesson[known];
        if (!WildcardPattern.ContainsWildcardCharacters(lesson))
            return [];
        var pattern = PatternsOf([lesson]);
        return _uploads.Where(upload => Matches(pattern, upload.Lesson));
    }
}
