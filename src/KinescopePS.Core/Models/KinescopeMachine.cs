namespace KinescopePS;

/// <summary>The standing of a machine that takes part in a run.</summary>
public enum KinescopeMachineStatus
{
    /// <summary>It takes lessons and sends them.</summary>
    Working,

    /// <summary>It was told to stop: it finishes what it has, and begins nothing more.</summary>
    Draining,

    /// <summary>Its lease ran out: killed, asleep or cut off. Its lessons are free for the others.</summary>
    Silent,
}

/// <summary>A run that takes part in a shared record: the output of <c>Get-KinescopeUpload -ByMachine</c>.</summary>
public sealed class KinescopeMachine
{
    private readonly IReadOnlyList<string> _lessons = JoinedList<string>.Empty;

    /// <summary>Its process, as <c>pid@host</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Its standing.</summary>
    public KinescopeMachineStatus Status { get; init; }

    /// <summary>When it joined, by the server's clock, UTC.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>The time since its last heartbeat, by the server's clock: a few seconds where all is well.</summary>
    public TimeSpan SilentFor { get; init; }

    /// <summary>The lessons that it has now.</summary>
    public IReadOnlyList<string> Lessons
    {
        get => _lessons;
        init => _lessons = new JoinedList<string>(value);
    }

    /// <summary>The rate at which it sends, of all its files. Unit: bytes per second.</summary>
    public long Rate { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Name}: {Status}";
}
