using System.Management.Automation;
using KinescopePS.Record;
using static KinescopePS.Commands.Wildcards;

namespace KinescopePS.Commands;

/// <summary>Shows what the progress file knows of each lesson's upload.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeUpload", DefaultParameterSetName = LessonSet)]
[OutputType(typeof(KinescopeUpload), ParameterSetName = [LessonSet])]
[OutputType(typeof(KinescopeUploadTotal), ParameterSetName = [CourseSet])]
public sealed class GetKinescopeUploadCommand : AsyncCmdlet
{
    private const string LessonSet = "Lesson";
    private const string CourseSet = "Course";

    private readonly List<KinescopeUpload> _counted = [];
    private IReadOnlyList<KinescopeUpload> _uploads = [];
    private ILookup<string, KinescopeUpload> _byLesson = null!;
    private WildcardPattern[] _courses = [];

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
    public string ProgressFile { get; set; } = ProgressFileRecord.DefaultName;

    /// <summary>The totals of each course instead of its lessons.</summary>
    [Parameter(Mandatory = true, ParameterSetName = CourseSet)]
    public SwitchParameter ByCourse { get; set; }

    private protected override void Begin()
    {
        var path = FilePathOf(ProgressFile);
        ProgressFileRecord.RequireExists(path);
        using var record = ProgressFileRecord.OpenReadOnly(path);
        if (record.Warning is { } warning)
            WriteWarning(warning);
        _courses = PatternsOf(Course);
        _uploads = [.. record.List().Select(KinescopeUploads.Of).Where(upload => Matches(_courses, upload.Course) && (Status is null || Status.Contains(upload.Status)))];
        _byLesson = _uploads.ToLookup(upload => upload.LessonId, StringComparer.OrdinalIgnoreCase);
    }

    private protected override void Process()
    {
        var found = LessonId is null ? _uploads : LessonId.SelectMany(Find).Distinct();
        if (ByCourse)
            _counted.AddRange(found);
        else
            WriteObject(found, enumerateCollection: true);
    }

    private protected override void End()
    {
        if (ByCourse)
            WriteObject(KinescopeUploads.ByCourse(_counted.Distinct()), enumerateCollection: true);
    }

    // The path that stands for a lesson's id may have brackets in it.
    private IEnumerable<KinescopeUpload> Find(string lesson)
    {
        if (NamesOf(lesson).FirstOrDefault(_byLesson.Contains) is { } known)
            return _byLesson[known];
        if (!WildcardPattern.ContainsWildcardCharacters(lesson))
            return [];
        var pattern = PatternsOf([lesson]);
        return _uploads.Where(upload => Matches(pattern, upload.LessonId));
    }
}
