using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Matching;

namespace KinescopePS.Commands;

/// <summary>Shows the folders of a project as a tree.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeFolder", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeFolder))]
public sealed class GetKinescopeFolderCommand : KinescopeCmdlet
{
    /// <summary>Only folders with such names, or such paths.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Name { get; set; }

    /// <summary>Only these folders.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string[]? FolderId { get; set; }

    /// <summary>Only folders directly in this one.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FolderCompleter))]
    public string? ParentId { get; set; }

    /// <summary>The project. Default: the session's, else the environment variable KINESCOPE_PROJECT_ID.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string? ProjectId { get; set; }

    private protected override void Process()
    {
        var projectId = Connection.RequireProjectId(Places.ProjectOf(ProjectId));
        IReadOnlyList<KinescopeFolder> folders;
        try
        {
            folders = Places.ReadFolders(projectId);
        }
        catch (KinescopeException failure) when (!failure.StopsRun)
        {
            var meaning = failure.ErrorId == ErrorIds.EntityNotFound ? failure.As(ErrorIds.ProjectNotFound, failure.Message) : failure;
            WriteError(meaning.About($"Project '{projectId}'").ToErrorRecord(projectId));
            return;
        }

        var parentId = Places.FolderOf(ParentId, projectId);
        var ids = FolderId?.Select(id => PlaceNames.IdsIn(id).LastOrDefault() ?? id).ToList();
        var names = new TypedNames(Name).Noting(folders.SelectMany(folder => (string[])[folder.Name, folder.Path]));
        foreach (var folder in folders)
        {
            if ((names.Matches(folder.Name) | names.Matches(folder.Path))
                && (parentId is null || folder.ParentId == parentId) && (ids is null || ids.Contains(folder.FolderId)))
                WriteObject(folder);
        }

        foreach (var name in names.Unfound)
            WriteError(new KinescopeException(
                ErrorIds.FolderNotFound,
                $"Project '{projectId}' has no folder '{name}'. "
                + NearNames.Of(name, folders.SelectMany(folder => new[] { folder.Name, folder.Path }))).ToErrorRecord(name));
        ForEach((ids ?? []).Except(folders.Select(folder => folder.FolderId)), "Folder", id =>
            WriteObject(Call((kinescope, token) => kinescope.GetFolderAsync(projectId, id, token))));
    }
}
