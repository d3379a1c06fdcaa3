namespace KinescopePS;

/// <summary>
/// A question about an account that <c>Test-KinescopeAccount</c> asked, and the answer. It holds no key, no upload URL, and no name of
/// anything that the probe did not make itself.
/// </summary>
public sealed class KinescopeAccountFinding
{
    /// <summary>The question's stable name, such as <c>tus-head-complete</c>.</summary>
    public required string Id { get; init; }

    /// <summary>The part of the platform that it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>The question.</summary>
    public required string Question { get; init; }

    /// <summary>The answer that the module was made for.</summary>
    public required string Expected { get; init; }

    /// <summary>The answer that was seen, or the reason why there is none.</summary>
    public required string Seen { get; init; }

    /// <summary>True where both are the same; null where it was not asked, got no answer, or nothing was expected.</summary>
    public bool? Agrees { get; init; }

    /// <summary>The reason why the answer matters.</summary>
    public required string Matters { get; init; }

    /// <summary>The module's behaviour with this answer; null where it is the expected one.</summary>
    public string? Consequence { get; init; }

    /// <summary>The setting that suits the answer, as a line of an environment file; null where none has to be changed.</summary>
    public string? Setting { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Id}: {Seen}";
}
