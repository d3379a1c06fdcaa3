namespace KinescopeSandbox.State;

/// <summary>What a sandbox keeps between starts: its identity, its tokens and the ports it listens on.</summary>
/// <param name="ApiPort">TCP port of the API and of `/v2/init`; 0 until first chosen.</param>
/// <param name="UploadPort">TCP port of the upload node; 0 until first chosen.</param>
/// <param name="SecondUploadPort">The same of another upload node.</param>
public sealed record Workspace(Guid Id, Guid DefaultProjectId, int ApiPort, int UploadPort, int SecondUploadPort, IReadOnlyList<ApiToken> Tokens);

/// <summary>A bearer token and what it may do.</summary>
/// <param name="Permissions">Any of `read`, `write`, `delete`, `upload`.</param>
/// <param name="Projects">Projects an uploading token is limited to; null: all.</param>
public sealed record ApiToken(string Value, IReadOnlyList<string> Permissions, IReadOnlyList<Guid>? Projects = null)
{
    public static readonly IReadOnlyList<string> AllPermissions = ["read", "write", "delete", "upload"];

    public bool May(string permission) => Permissions.Contains(permission);

    public bool MayUploadTo(Guid projectId) => Projects is null || Projects.Contains(projectId);
}

/// <summary>A record kept as one file named by its id.</summary>
public interface IEntity
{
    Guid Id { get; }
}

public sealed record Project : IEntity
{
    public required Guid Id { get; init; }
    public required string Name { get; init; }
    public string PrivacyType { get; init; } = "anywhere";
    public IReadOnlyList<string> PrivacyDomains { get; init; } = [];
    public Guid? PlayerId { get; init; }
    public bool Encrypted { get; init; }

    /// <summary>`vod` or `live`.</summary>
    public string CatalogType { get; init; } = "vod";
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
}

public sealed record Folder : IEntity
{
    public required Guid Id { get; init; }
    public required Guid ProjectId { get; init; }

    /// <summary>The folder it lies in; null: the project's root.</summary>
    public Guid? ParentId { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? UpdatedAt { get; init; }
}
