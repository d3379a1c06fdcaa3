namespace KinescopePS;

/// <summary>A record that machines share, as it was made: the output of <c>Initialize-KinescopeUpload</c>.</summary>
public sealed class KinescopeRecord
{
    /// <summary>The database, without user and password.</summary>
    public required string Database { get; init; }

    /// <summary>The version of the record before; null where there was none.</summary>
    public int? PreviousVersion { get; init; }

    /// <summary>The version that it has now.</summary>
    public int Version { get; init; }

    /// <summary>The user who was given the rights to upload; null for none.</summary>
    public string? Role { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Database}: version {Version}";
}
