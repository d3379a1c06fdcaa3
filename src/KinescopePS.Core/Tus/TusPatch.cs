using KinescopePS.Content;

namespace KinescopePS.Tus;

/// <summary>One <c>PATCH</c>: a part of a file, and what became of it on the way.</summary>
/// <param name="Endpoint">The upload URL.</param>
/// <param name="File">The file.</param>
/// <param name="Offset">The server's offset. Unit: bytes.</param>
/// <param name="Count">The length of the part. Unit: bytes.</param>
internal sealed record TusPatch(Uri Endpoint, SourceFile File, long Offset, long Count)
{
    private bool _wasInvited;

    /// <summary>True to wait for the server's consent before the bytes: a refusal is then seen for what it is.</summary>
    public bool AsksFirst { get; init; }

    /// <summary>True to end the connection with the response.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>Callback before the part's last byte is handed to the connection.</summary>
    public Func<ValueTask> Ending { get; init; } = () => default;

    /// <summary>The bytes that were handed to the connection.</summary>
    public long Sent { get; private set; }

    /// <summary>True where the server was asked for its consent and did not give it.</summary>
    public bool IsUninvited => AsksFirst && !_wasInvited;

    /// <summary>The first byte is about to be sent.</summary>
    /// <param name="hasConsent">False where the wait for consent was given up.</param>
    public void Begin(bool hasConsent) => _wasInvited = hasConsent;

    public void Progressed(int count) => Sent += count;
}
