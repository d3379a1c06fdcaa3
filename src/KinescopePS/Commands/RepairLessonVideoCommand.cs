using System.Management.Automation;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>
/// Mends what Compare-LessonVideo found, in the right order: records videos, takes over those made otherwise, links, sends. All else only
/// where it is told to. Each finding is looked at again before.
/// </summary>
[Cmdlet(VerbsDiagnostic.Repair, "LessonVideo", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(LessonRepair))]
public sealed partial class RepairLessonVideoCommand : KinescopeCmdlet
{
    /// <summary>A finding of Compare-LessonVideo, also one read back from CSV or JSON.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public PSObject InputObject { get; set; } = null!;

    /// <summary>Takes the likely video of a lesson (VideoLikely) for its video.</summary>
    [Parameter]
    public SwitchParameter Accept { get; set; }

    /// <summary>
    /// Findings that are mended too: ContentDiffers and VideoMissing are sent anew and linked, LinkDiffers is linked anew, TitleDiffers and
    /// FolderDiffers change the video.
    /// </summary>
    [Parameter]
    [ValidateSet("ContentDiffers", "VideoMissing", "LinkDiffers", "TitleDiffers", "FolderDiffers")]
    public string[] Include { get; set; } = [];

    /// <summary>
    /// Makes the file of a lesson with ContentDiffers the new content of its video, as Send-KinescopeVideo -Replace does: its id and links
    /// stay. For -Include ContentDiffers.
    /// </summary>
    [Parameter]
    public SwitchParameter Replace { get; set; }

    /// <summary>The largest file that -Replace sends without asking, in bytes such as 5GB. Default: 2GB.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ReplaceLimit { get; set; } = UploadOptions.DefaultReplaceLimit;

    /// <summary>
    /// Deletes videos that no lesson uses and that this module sent (SeveralVideos, VideoWithoutLesson). Each is asked for.
    /// </summary>
    [Parameter]
    public SwitchParameter IncludeRemoval { get; set; }

    /// <summary>The project that videos go to. Default: the session's, else the environment variable KINESCOPE_PROJECT_ID.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <summary>The folder that videos go to, instead of the project's top.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ParentId { get; set; }

    /// <summary>A folder for each Course or Module, a script block, or a table, as Send-KinescopeVideo takes it.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(FolderByCompleter))]
    public object? FolderBy { get; set; }

    /// <summary>
    /// The progress file. Default: kinescope-upload-progress.jsonl beside the manifest of the first finding, else in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>
    /// The number of files sent at once: 1 to 64, or Auto, which finds the number that the line gives its best rate with. Default: 3.
    /// </summary>
    [Parameter]
    [ThrottleLimit]
    [ArgumentCompleter(typeof(ThrottleLimitCompleter))]
    public int ThrottleLimit { get; set; } = 3;

    /// <summary>
    /// The most that is sent, in bytes per second such as 20MB, or by the time of day: '09:00=5MB 19:00=off'. Default: no limit.
    /// </summary>
    [Parameter]
    [Bandwidth]
    [ValidateNotNullOrEmpty]
    public string? BandwidthLimit { get; set; }

    /// <summary>
    /// Makes -BandwidthLimit the limit of all machines that share the record: those that are sending have equal parts of it.
    /// </summary>
    [Parameter]
    public SwitchParameter ShareBandwidth { get; set; }

    /// <summary>
    /// After this time no file is begun; what runs is finished. 8h, 1h30m, or 8:00 for hours and minutes. Default: no end.
    /// </summary>
    [Parameter]
    [Duration]
    public TimeSpan? MaxDuration { get; set; }

    /// <summary>A lesson database of Connect-LessonDatabase. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// The lesson database's address, with a table Lesson. Default: the current database, else the setting DATABASE_URL. A relative path
    /// starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>The form in which ids are written: Uuid, Short, or Auto, the form that the table's ids have. Default: Auto.</summary>
    [Parameter]
    public VideoIdForm IdForm { get; set; }

    /// <summary>
    /// Keeps the values of rows before they are changed, for Restore-LessonVideoId. Default: kinescope-undo.jsonl in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UndoFile { get; set; } = KinescopePS.Database.UndoFile.DefaultName;
}
