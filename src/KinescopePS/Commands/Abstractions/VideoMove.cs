using System.Management.Automation;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Moves videos for a cmdlet, and finds the project of a folder, which Kinescope asks for.</summary>
internal sealed class VideoMove(AsyncCmdlet cmdlet, KinescopeConnection connection)
{
    private readonly Dictionary<string, string> _projectOfFolder = [];
    private IReadOnlyList<KinescopeProject>? _projects;

    /// <summary>The folder, or the project's top, that a video of a finding was sent to; both null where it does not say.</summary>
    public (string? Folder, string? Project) TargetOf(LessonFinding? finding)
    {
        var sentTo = finding switch
        {
            { Side: LessonSide.ProgressFile } => finding.Value,
            { OtherSide: LessonSide.ProgressFile } => finding.OtherValue,
            _ => null,
        };
        return sentTo is not null && Projects().Any(project => project.ProjectId == sentTo) ? (null, sentTo) : (sentTo, null);
    }

    /// <summary>The target, for questions.</summary>
    public static string Describe(string? folder, string? project) =>
        folder is null ? $"the top of project {project}" : $"folder {folder}";

    /// <summary>Moves a video.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="known">The video as it is, where it is known.</param>
    /// <param name="folder">The folder; null for the project's top.</param>
    /// <param name="project">The project; null for that of the folder.</param>
    /// <exception cref="KinescopeException"><c>FolderNotFound</c>, <c>VideoNotMoved</c>, or that of the call.</exception>
    public void Move(string videoId, KinescopeVideo? known, string? folder, string? project)
    {
        project ??= ProjectOf(folder!, known ?? Get(videoId));
        try
        {
            connection.Call((kinescope, token) => kinescope.MoveVideoAsync(videoId, project, folder, token));
        }
        catch (KinescopeException refusal)
            when (folder is null && refusal.ErrorId is ErrorIds.RequestInvalid or ErrorIds.EntityNotFound && Get(videoId) is not null)
        {
            throw refusal.As(
                ErrorIds.VideoNotMoved,
                $"Kinescope does not move it to the top of project {project}: name a folder with -FolderId, check the project, or move "
                + $"it in the dashboard. {refusal.Message}");
        }

        // Whether a video can leave its folder for the project's top is not documented.
        if (folder is null && Get(videoId).FolderId is { } stayed)
            throw new KinescopeException(
                ErrorIds.VideoNotMoved,
                $"Kinescope took the request, but the video is still in folder {stayed}. Move it in the dashboard.");
    }

    // A folder is asked for below its project: most often the video is in that already.
    private string ProjectOf(string folderId, KinescopeVideo video)
    {
        if (_projectOfFolder.TryGetValue(folderId, out var found))
            return found;
        var project = video.ProjectId is { } likely && Contains(likely)
            ? likely
            : Projects().FirstOrDefault(other => other.ProjectId != video.ProjectId && Contains(other.ProjectId))?.ProjectId
                ?? throw new KinescopeException(
                    ErrorIds.FolderNotFound,
                    $"None of the projects that this token may see has a folder {folderId}. Get-KinescopeFolder lists those of a project.");
        return _projectOfFolder[folderId] = project;

        bool Contains(string projectId) =>
            connection.Call((kinescope, token) => kinescope.FindFolderAsync(projectId, folderId, token)) is not null;
    }

    private IReadOnlyList<KinescopeProject> Projects() => _projects ??= cmdlet.Await(stop => Paging.ForwardAsync(
        connection.Client.ListProjectsAsync, project => project.ProjectId, connection.Retries, stop).CollectAsync());

    private KinescopeVideo Get(string videoId) => connection.Call((kinescope, token) => kinescope.GetVideoAsync(videoId, token));
}
