namespace KinescopePS;

/// <summary>A folder of a project: the output of <c>Get-KinescopeFolder</c> and <c>New-KinescopeFolder</c>.</summary>
public sealed class KinescopeFolder
{
    /// <summary>Kinescope's id of the folder.</summary>
    public required string FolderId { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init; } = "";

    /// <summary>The names from the project's top down to this folder, with <c>/</c> between them.</summary>
    public string Path { get; init; } = "";

    /// <summary>The number of folders above it.</summary>
    public int Depth { get; init; }

    /// <summary>The project that it belongs to.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The folder that it is in; null at the project's top.</summary>
    public string? ParentId { get; init; }

    /// <summary>The number of its items, as Kinescope counts them.</summary>
    public long? Items { get; init; }

    /// <summary>The size of what it stores. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed last, UTC.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Path;

    /// <summary>The same folder with its place in the tree.</summary>
    internal KinescopeFolder At(string path, int depth) => new()
    {
        FolderId = FolderId,
        Name = Name,
        Path = path,
        Depth = depth,
        ProjectId = ProjectId,
        ParentId = ParentId,
        Items = Items,
        Length = Length,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
    };
}
