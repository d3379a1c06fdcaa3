namespace KinescopePS;

/// <summary>A project: the output of <c>Get-KinescopeProject</c>, <c>New-KinescopeProject</c> and <c>Set-KinescopeProject</c>.</summary>
public sealed class KinescopeProject
{
    private readonly IReadOnlyList<string> _privacyDomains = JoinedList<string>.Empty;

    /// <summary>Kinescope's id of the project.</summary>
    public required string ProjectId { get; init; }

    /// <summary>The name.</summary>
    public string Name { get; init; } = "";

    /// <summary>
    /// Where the player may be shown: <c>anywhere</c>, <c>nowhere</c>, or <c>custom</c> for the domains of <see cref="PrivacyDomains"/>.
    /// </summary>
    public string? PrivacyType { get; init; }

    /// <summary>The domains that may embed its videos.</summary>
    public IReadOnlyList<string> PrivacyDomains
    {
        get => _privacyDomains;
        init => _privacyDomains = new JoinedList<string>(value);
    }

    /// <summary>Kinescope's id of the player that its videos are shown in; null where it tells of none.</summary>
    public string? PlayerId { get; init; }

    /// <summary>The number of its items, as Kinescope counts them.</summary>
    public long? Items { get; init; }

    /// <summary>The size of what it stores. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>True where its videos are encrypted.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>When it was made, UTC.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>When it was changed last, UTC.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
