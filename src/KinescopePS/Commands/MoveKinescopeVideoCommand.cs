using System.Management.Automation;
using System.Security;

namespace KinescopePS.Commands;

/// <summary>Moves videos to a folder or to another project. Their ids and links stay.</summary>
[Cmdlet(VerbsCommon.Move, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = ProjectSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class MoveKinescopeVideoCommand : VideoCmdlet
{
    private const string FolderSet = "Folder";
    private const string ProjectSet = "Project";

    private VideoMove? _moves;

    /// <summary>The folder to move to.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = FolderSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? FolderId { get; set; }

    /// <summary>The project to move to the top of; with -FolderId the project that the folder is in.</summary>
    [Parameter(ParameterSetName = FolderSet)]
    [Parameter(ParameterSetName = ProjectSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <summary>Writes the video as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc />
    [Parameter]
    [ValidateNotNull]
    public override KinescopeSession? Session { get; set; }

    /// <inheritdoc />
    [Parameter]
    [ValidateNotNull]
    [SecretText]
    public override SecureString? ApiKey { get; set; }

    /// <inheritdoc />
    [Parameter]
    [ValidateNotNullOrEmpty]
    public override string[]? EnvironmentFile { get; set; }

    // Kinescope does not say which of them is missing: the video, the folder or the project.
    private protected override string MissingId => ErrorIds.EntityNotFound;

    private protected override IEnumerable<LessonFindingStatus> Mends => [LessonFindingStatus.FolderDiffers];

    private VideoMove Moves => _moves ??= new VideoMove(this, Connection);

    private protected override void Process(string videoId)
    {
        var (folder, project) = FolderId is null && ProjectId is null
            ? Moves.TargetOf(Finding)
            : (Places.FolderOf(FolderId, ProjectId), Places.ProjectOf(ProjectId));
        if (folder is null && project is null)
            throw new KinescopeException(
                ErrorIds.ParentMissing, $"nothing says where to: give -FolderId, or {TopOfProject()}. It was not moved.");
        if (!ShouldProcess(NameOf(videoId), $"Move to {VideoMove.Describe(folder, project)}"))
            return;

        Moves.Move(videoId, Known, folder, project);
        if (!PassThru)
            return;
        var moved = Get(videoId);
        if (moved.FolderId != folder)
        {
            var where = moved.FolderId is null ? "no folder" : $"folder {moved.FolderId}";
            throw new KinescopeException(
                ErrorIds.VideoNotMoved,
                $"Kinescope took the request, but the video is still in {where}. Move it in the dashboard.");
        }

        WriteObject(moved);
    }

    /// <summary>The parameter that names a project: the current one, where there is one, because its top may be what was meant.</summary>
    private string TopOfProject() => Connection.Session.ProjectId is { } current
        ? $"-ProjectId {current} for the top of the current project"
        : "-ProjectId";
}
