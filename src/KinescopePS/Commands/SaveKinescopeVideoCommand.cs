using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Saving;

namespace KinescopePS.Commands;

/// <summary>Saves videos of Kinescope as files, going on where an earlier run ended.</summary>
[Cmdlet(VerbsData.Save, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(SavedVideo))]
public sealed class SaveKinescopeVideoCommand : KinescopeCmdlet
{
    private readonly List<GivenVideo> _given = [];
    private readonly HashSet<(string Video, string? Lesson)> _taken = [];
    private int _passedOver;
    private FindingGuard? _guard;
    private Saves? _saves;

    /// <summary>The folder that videos are saved in. It is made where it is not there.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Destination { get; set; } = "";

    /// <summary>Kinescope's id of the video, or a link to it.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string?[]? VideoId { get; set; } = [];

    /// <summary>The lesson whose video it is; kept with the result.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string? LessonId { get; set; }

    /// <summary>
    /// The lesson's file: the video is saved below -Destination where this file stands below -BasePath. Without it the video's title and id
    /// are its name.
    /// </summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Path { get; set; }

    /// <summary>The folder that the paths of lessons' files start from. Default: as the lessons of Get-LessonVideoMap say it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? BasePath { get; set; }

    /// <summary>
    /// The file to save: original, which was uploaded, or a quality that was made of it, such as 1080p. Default: original.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(QualityCompleter))]
    public string Quality { get; set; } = SavePlan.Original;

    /// <summary>The number of videos received at once, 1 to 64. Default: 3.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int ThrottleLimit { get; set; } = 3;

    /// <summary>
    /// The most that the run receives, in bytes per second such as 20MB, or by the time of day: '09:00=5MB 19:00=off'. Default: no limit.
    /// </summary>
    [Parameter]
    [Bandwidth]
    [ValidateNotNullOrEmpty]
    public string? BandwidthLimit { get; set; }

    /// <summary>
    /// After this time nothing new is begun; what runs is finished. 8h, 1h30m, or 8:00 for hours and minutes. Default: no end.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? MaxDuration { get; set; }

    /// <summary>
    /// Reads the files that are in the place of a video, and replaces those that are not the video as it is now, whoever put them there.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The title of the lesson or video, for messages.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public string? Title { get; set; }

    /// <summary>The manifest that a lesson comes from: its folder is the base path of what comes without one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public string? ManifestPath { get; set; }

    /// <summary>The object from the pipeline.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    private protected override bool HasProgress => true;

    private protected override void Begin()
    {
        _guard = new FindingGuard(
            this, LessonFindingStatus.NotSaved, LessonFindingStatus.SavedDiffers, LessonFindingStatus.FileDamaged,
            LessonFindingStatus.VideoReplaced);
        _saves = Own(new Saves(
            this, Connection, FilePathOf(Destination), Quality.ToLowerInvariant(), ThrottleLimit, BandwidthLimit, MaxDuration, Force));
    }

    private protected override void Process()
    {
        if (!_guard!.Takes(InputObject, out var finding))
            return;
        ForEach(VideoId?.Select(text => text ?? "") ?? [""], "Video", text =>
        {
            if (IsPassedOver(text))
            {
                _passedOver++;
                return;
            }

            var id = VideoIds.Require(text);
            var lesson = string.IsNullOrWhiteSpace(LessonId) ? null : LessonId;
            if (!_taken.Add((id, lesson)))
                return;
            var file = string.IsNullOrWhiteSpace(Path) ? null : FilePathOf(Path);
            _given.Add(new GivenVideo(id)
            {
                LessonId = lesson,
                Title = Title,
                File = file,
                BasePath = file is null ? null : BaseOf(file),
                IsDoubted = finding is { Status: not LessonFindingStatus.NotSaved },
                Restores = finding is { Status: LessonFindingStatus.FileDamaged or LessonFindingStatus.VideoReplaced },
            });
        });
    }

    private protected override void End()
    {
        if (_given.Count == 0 && _passedOver > 0)
            WriteWarning(
                $"Nothing was saved: {(_passedOver == 1 ? "one object came" : $"{_passedOver} objects came")} without a video. Lessons of "
                + "Get-LessonVideoMap know theirs with -CheckDatabase, those of Get-KinescopeUpload by themselves.");
        _saves!.Run(_given);
    }

    /// <summary>The base path that was given, else the folder of the object's or the settings' manifest, that the file is below.</summary>
    private string? BaseOf(string file)
    {
        if (!string.IsNullOrWhiteSpace(BasePath))
            return FilePathOf(BasePath);
        string?[] manifests = [ManifestPath, Settings.FindPath("KINESCOPE_MANIFEST")];
        return manifests.Select(System.IO.Path.GetDirectoryName).FirstOrDefault(folder => folder is { Length: > 0 }
            && FilePaths.KeyOf(file).StartsWith(FilePaths.KeyOf(folder) + System.IO.Path.DirectorySeparatorChar, StringComparison.Ordinal));
    }
}
