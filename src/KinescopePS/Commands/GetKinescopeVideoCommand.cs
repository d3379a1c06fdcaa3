using System.Management.Automation;
using System.Security;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Shows videos at Kinescope, the newest first.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeVideo", DefaultParameterSetName = IdSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class GetKinescopeVideoCommand : KinescopeCmdlet
{
    private const string ListSet = "List";
    private const string IdSet = "Id";

    /// <summary>Only these videos: by their UUIDs, the short ids of their pages, or links to them.</summary>
    [Parameter(Position = 0, ParameterSetName = IdSet, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string?[]? VideoId { get; set; }

    /// <summary>The lesson whose video it is; kept with the result, for Set-LessonVideoId.</summary>
    [Parameter(ParameterSetName = IdSet, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? LessonId { get; set; }

    /// <summary>Only videos with such titles.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Title { get; set; }

    /// <summary>Only videos whose title or description contains this, as Kinescope searches.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    public string? Search { get; set; }

    /// <summary>Only videos of these projects. Default: all that the token may see.</summary>
    [Parameter(ParameterSetName = ListSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    /// <summary>Only videos of this folder.</summary>
    [Parameter(ParameterSetName = ListSet, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? FolderId { get; set; }

    /// <summary>Only videos that stand so.</summary>
    [Parameter(ParameterSetName = ListSet)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VideoStatusCompleter))]
    public string[]? Status { get; set; }

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

    private protected override void Process()
    {
        // A video from the pipeline has a project and a folder too; the set of its id comes first, and so is the default.
        if (VideoId is not null || IsTyped(nameof(VideoId)) || ParameterSetName == IdSet && MyInvocation.ExpectingInput)
        {
            ForEach(VideoId?.Select(text => text ?? "") ?? [""], "Video", text =>
            {
                if (IsPassedOver(text))
                    return;
                var id = VideoIds.Require(text);
                WriteObject(Call((kinescope, token) => kinescope.GetVideoAsync(id, token)).Of(LessonId));
            });
            return;
        }

        var projectId = Places.ProjectOf(ProjectId);
        var folderId = Places.FolderOf(FolderId, projectId);
        var query = new VideoQuery { ProjectId = projectId, FolderId = folderId, Status = Status ?? [], Text = Search };
        WriteMatching(
            Paging.BackwardAsync(
                (page, token) => Kinescope.ListVideosAsync(query, page, token), video => video.VideoId, Retries, StopToken)
                .WithoutDeleted(),
            new TypedNames(Title),
            video => video.Title, "video with the title", ErrorIds.VideoNotFound);
    }
}
