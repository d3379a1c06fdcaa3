using System.Management.Automation;
using System.Security;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Moves videos to a folder or to another project. Their ids and links stay.</summary>
[Cmdlet(VerbsCommon.Move, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = ProjectSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class MoveKinescopeVideoCommand : VideoCmdlet
{
    private const string FolderSet = "Folder";
    private const string ProjectSet = "Project";

    private string? _folderProjectId;

    /// <summary>The folder to move to.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = FolderSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? FolderId { get; set; }

    /// <summary>The project to move to the top of; with -FolderId the project that the folder is in.</summary>
    [Parameter(ParameterSetName = FolderSet)]
    [Parameter(Mandatory = true, ParameterSetName = ProjectSet)]
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
    public override SecureString? ApiKey { get; set; }

    /// <inheritdoc />
    [Parameter]
    [ValidateNotNullOrEmpty]
    public override string[]? EnvironmentFile { get; set; }

    // Kinescope does not say which of them is missing: the video, the folder or the project.
    private protected override string MissingId => ErrorIds.EntityNotFound;

    private protected override void Process(string videoId)
    {
        var target = FolderId is null ? $"the top of project {ProjectId}" : $"folder {FolderId}";
        if (!ShouldProcess(NameOf(videoId), $"Move to {target}"))
            return;

        var projectId = ProjectId ?? (_folderProjectId ??= ProjectOfFolder(videoId, FolderId!));
        try
        {
            Call((kinescope, token) => kinescope.MoveVideoAsync(videoId, projectId, FolderId, token));
        }
        catch (KinescopeException refusal)
            when (FolderId is null && refusal.ErrorId is ErrorIds.RequestInvalid or ErrorIds.EntityNotFound && Get(videoId) is not null)
        {
            throw refusal.As(
                ErrorIds.VideoNotMoved,
                $"Kinescope does not move it to the top of project {projectId}: name a folder with -FolderId, check the project, or move "
                + $"it in the dashboard. {refusal.Message}");
        }

        // Whether a video can leave its folder for the project's top is not documented.
        if (FolderId is not null && !PassThru)
            return;
        var moved = Get(videoId);
        if (moved.FolderId != FolderId)
        {
            var where = moved.FolderId is null ? "no folder" : $"folder {moved.FolderId}";
            throw new KinescopeException(
                ErrorIds.VideoNotMoved,
                $"Kinescope took the request, but the video is still in {where}. Move it in the dashboard.");
        }

        if (PassThru)
            WriteObject(moved);
    }

    // A folder is asked for below its project: most often the video is in that already.
    private string ProjectOfFolder(string videoId, string folderId)
    {
        var likely = (Known ?? Get(videoId)).ProjectId;
        if (likely is not null && Contains(likely))
            return likely;
        var projects = Await(stop => Paging.ForwardAsync(
            Kinescope.ListProjectsAsync, project => project.ProjectId, Retries, stop).CollectAsync());
        return projects.FirstOrDefault(project => project.ProjectId != likely && Contains(project.ProjectId))?.ProjectId
            ?? throw new KinescopeException(
                ErrorIds.FolderNotFound,
                $"None of the projects that this token may see has a folder {folderId}. Get-KinescopeFolder lists those of a project.");

        bool Contains(string projectId) =>
            Call((kinescope, token) => kinescope.FindFolderAsync(projectId, folderId, token)) is not null;
    }
}
