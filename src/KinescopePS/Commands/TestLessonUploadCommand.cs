using System.Management.Automation;
using System.Security;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>The findings by which <c>Test-LessonUpload</c> fails.</summary>
public enum LessonUploadFailOn
{
    /// <summary>Errors.</summary>
    Error,

    /// <summary>Errors and warnings.</summary>
    Warning,

    /// <summary>None.</summary>
    Never,
}

/// <summary>Looks, before an upload, at all that it needs. Nothing is created, locked or changed anywhere.</summary>
[Cmdlet(VerbsDiagnostic.Test, "LessonUpload")]
[OutputType(typeof(LessonUploadFinding), typeof(LessonUploadEstimate), typeof(bool))]
public sealed partial class TestLessonUploadCommand : AsyncCmdlet
{
    /// <summary>
    /// The lessons of Get-LessonVideoMap or Import-LessonVideoMap. Without them the manifest is mapped as Get-LessonVideoMap does.
    /// </summary>
    [Parameter(ValueFromPipeline = true)]
    [ValidateNotNull]
    public LessonVideo[]? InputObject { get; set; }

    /// <summary>
    /// The manifest, or the folder that holds <c>manifest.json</c>, where no lessons come from the pipeline. Default: the current location,
    /// then the environment variable KINESCOPE_MANIFEST.
    /// </summary>
    [Parameter(Position = 0)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The folder that the manifest's file paths start from, as Get-LessonVideoMap takes it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

    /// <summary>Opens no video file.</summary>
    [Parameter]
    public SwitchParameter Quick { get; set; }

    /// <summary>
    /// Looks as for Send-KinescopeVideo -Replace: a file that was changed since its upload is to be the new content of its lesson's video.
    /// </summary>
    [Parameter]
    public SwitchParameter Replace { get; set; }

    /// <summary>
    /// With -Replace: the largest file that is sent without asking, in bytes such as 5GB. A larger one is an error here. Default: 2GB.
    /// </summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ReplaceLimit { get; set; } = UploadOptions.DefaultReplaceLimit;

    /// <summary>Writes only the estimate of the upload, without the findings.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <summary>
    /// The rate of the line, in bytes per second such as 20MB, for the estimate of the time. Default: the rate of earlier uploads, where
    /// the progress file tells it.
    /// </summary>
    [Parameter]
    [Bandwidth]
    [ValidateNotNullOrEmpty]
    public string? Rate { get; set; }

    /// <summary>The limit that the upload is to have, as Send-KinescopeVideo takes it: 20MB, or '09:00=5MB 19:00=off'.</summary>
    [Parameter]
    [Bandwidth]
    [ValidateNotNullOrEmpty]
    public string? BandwidthLimit { get; set; }

    /// <summary>The price of storing a gigabyte (1 000 000 000 bytes) for a month, in any currency.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public decimal? StoragePrice { get; set; }

    /// <summary>The price of encoding a minute of video, in the same currency.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public decimal? EncodingPrice { get; set; }

    /// <summary>Writes, once all is written, the error PreflightFailed where there are such findings: Error, Warning or Never.</summary>
    [Parameter]
    public LessonUploadFailOn FailOn { get; set; }

    /// <summary>Writes only true or false: true where -FailOn finds nothing to fail by.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <summary>
    /// The progress file, which may be absent. Default: kinescope-upload-progress.jsonl beside the manifest, else in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

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

    /// <summary>A session of Connect-Kinescope. Default: the current one, which is the last that was connected.</summary>
    [Parameter]
    [ValidateNotNull]
    public KinescopeSession? Session { get; set; }

    /// <summary>Kinescope's API key. Default: the current session's, else the environment variable KINESCOPE_API_KEY.</summary>
    [Parameter]
    [ValidateNotNull]
    [SecretText]
    public SecureString? ApiKey { get; set; }

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

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }
}
