using System.Management.Automation;
using KinescopePS.Matching;
using KinescopePS.Record;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>Shows the recorded upload of each lesson.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeUpload", DefaultParameterSetName = LessonSet)]
[OutputType(typeof(KinescopeUpload), ParameterSetName = [LessonSet])]
[OutputType(typeof(KinescopeUploadTotal), ParameterSetName = [CourseSet])]
[OutputType(typeof(KinescopeMachine), ParameterSetName = [MachineSet])]
public sealed class GetKinescopeUploadCommand : AsyncCmdlet
{
    private const string LessonSet = "Lesson";
    private const string CourseSet = "Course";
    private const string MachineSet = "Machine";

    private readonly HashSet<RecordedUpload> _counted = [];
    private readonly Dictionary<string, LessonVideo> _map = new(StringComparer.OrdinalIgnoreCase);
    private IReadOnlyList<KinescopeUploadTotal>? _totals;
    private IReadOnlyList<RecordedUpload> _uploads = [];
    private ILookup<string, RecordedUpload> _byLesson = null!;
    private HashSet<string> _known = [];
    private KinescopeMachines? _machines;
    private bool _isRead;
    private string? _manifest;

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LessonSet)]
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = CourseSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>Only uploads that stand so.</summary>
    [Parameter(ParameterSetName = LessonSet)]
    [Parameter(ParameterSetName = CourseSet)]
    [ValidateNotNullOrEmpty]
    public KinescopeUploadStatus[]? Status { get; set; }

    /// <summary>Only lessons of these courses.</summary>
    [Parameter(ParameterSetName = LessonSet)]
    [Parameter(ParameterSetName = CourseSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CourseCompleter))]
    public string[]? Course { get; set; }

    /// <summary>
    /// The progress file. Default: kinescope-upload-progress.jsonl beside the manifest of the first lesson, else in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>The totals of each course instead of its lessons.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CourseSet)]
    public SwitchParameter ByCourse { get; set; }

    /// <summary>The machines that share the record instead of its lessons.</summary>
    [Parameter(Mandatory = true, ParameterSetName = MachineSet)]
    public SwitchParameter ByMachine { get; set; }

    /// <summary>The manifest that the lesson comes from: by default the progress file lies beside it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true, ParameterSetName = LessonSet)]
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true, ParameterSetName = CourseSet)]
    public string? ManifestPath { get; set; }

    /// <summary>The object from the pipeline: with -ByCourse, the lessons of a map are what there is to be done.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true, ParameterSetName = LessonSet)]
    [Parameter(ValueFromPipeline = true, DontShow = true, ParameterSetName = CourseSet)]
    public PSObject? InputObject { get; set; }

    private bool IsOfAll => LessonId is null && Status is null && Course is null && !MyInvocation.ExpectingInput;

    private protected override void Begin()
    {
        if (ByMachine)
        {
            _isRead = true;
            var store = Records.OpenStore(
                this, ProgressFile, Settings, "It has no machines to show: leave -ByMachine out, or give the -ProgressFile of a database.");
            var machines = Await(stop => KinescopeMachines.ReadAsync(store, stop));
            WriteObject(machines.All.Select(machine => machines.ToOutput(machine)), enumerateCollection: true);
            return;
        }

        if (!AwaitsManifest)
            Read();
    }

    /// <summary>Reads the record, once it is known which one is meant.</summary>
    private void Read()
    {
        if (_isRead)
            return;
        (_isRead, _manifest) = (true, ManifestPath);
        using var record = Records.Open(this, RecordName(ProgressFile, ManifestPath), Settings, isReadOnly: true, mustExist: true);
        if (record.Warning is { } warning)
            WriteWarning(warning);
        if (ByCourse && IsOfAll)
        {
            _totals = Await(stop => record.TotalsAsync(stop).AsTask());
            return;
        }

        var all = Await(stop => record.ListAsync(stop).AsTask());
        if (record is ISharedRecord shared)
        {
            var (machines, claims) = Await(shared.ReadMachinesAsync);
            _machines = new KinescopeMachines(machines, claims);
        }

        var courses = new TypedNames(Course).Noting(all.Select(upload => upload.Course));
        _uploads =
        [
            .. all.Where(upload => courses.Matches(upload.Course) && (Status is null || Status.Contains(upload.Status))),
        ];
        foreach (var course in courses.Unfound)
            WriteError(ManifestMap.CourseNotFound("The record", course, all.Select(upload => upload.Course)).ToErrorRecord(course));
        _known = all.Select(upload => upload.Lesson).ToHashSet(StringComparer.OrdinalIgnoreCase);
        _byLesson = _uploads.ToLookup(upload => upload.Lesson, StringComparer.OrdinalIgnoreCase);
    }

    private protected override void Process()
    {
        Read();
        if (ByMachine || _totals is not null)
            return;
        var found = LessonId is null ? _uploads : LessonId.SelectMany(Find).Distinct();
        if (ByCourse && InputObject?.BaseObject is LessonVideo { LessonId: { } id } lesson)
            _map[id] = lesson;
        if (ByCourse)
            _counted.UnionWith(found);
        else
            WriteObject(found.Select(upload => KinescopeUploads.Of(upload, _machines, _manifest)), enumerateCollection: true);
    }

    private protected override void End()
    {
        Read();
        if (ByCourse)
            WriteObject(
                _totals ?? (_map.Count > 0 ? UploadTotals.ByCourse(_counted, _map.Values) : UploadTotals.ByCourse(_counted)),
                enumerateCollection: true);
    }

    // A person types an id in any case; the very same id is meant where there is one. The path that stands for an id may have brackets.
    private IEnumerable<RecordedUpload> Find(string lesson)
    {
        if (NamesOf(lesson).FirstOrDefault(_byLesson.Contains) is { } known)
            return _byLesson[known].Where(upload => upload.Lesson == known) is var same && same.Any() ? same : _byLesson[known];
        if (!IsTyped(nameof(LessonId)))
            return [];
        if (new TypedNames([lesson]) is { HasWildcards: true } names)
            return _uploads.Where(upload => names.Matches(upload.Lesson));
        if (!NamesOf(lesson).Any(_known.Contains))
            WriteError(new KinescopeException(
                ErrorIds.UploadNotFound, $"The record tells of no upload of lesson '{lesson}'. {NearNames.Of(lesson, _known)}")
                .ToErrorRecord(lesson));
        return [];
    }
}
