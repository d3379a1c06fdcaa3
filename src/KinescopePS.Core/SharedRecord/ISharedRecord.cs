using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <summary>A record that several machines share.</summary>
internal interface ISharedRecord : IUploadRecord
{
    /// <summary>Is cancelled when this machine is to begin nothing more.</summary>
    CancellationToken Draining { get; }

    /// <summary>The machines that were alive at the last heartbeat, this one among them.</summary>
    IReadOnlyList<SharedMachine> Machines { get; }

    /// <summary>This machine's id.</summary>
    Guid Machine { get; }

    /// <summary>Gives what this machine is sending, for the others to see.</summary>
    Func<IReadOnlyList<SharedWork>>? Work { get; set; }

    /// <summary>The turns and pauses of Kinescope's hosts.</summary>
    ISharedPace Pace { get; }

    /// <summary>Is given the pauses of Kinescope's hosts with each heartbeat: the host, the rest of the pause, its reason.</summary>
    Action<string, TimeSpan, string>? PauseHeard { get; set; }

    /// <summary>Is given sentences that the user should read; from any thread.</summary>
    Action<string>? Warn { get; set; }

    /// <summary>Hears of the others now.</summary>
    /// <exception cref="KinescopeException">The database is away.</exception>
    Task RefreshAsync(CancellationToken cancellation);

    /// <summary>All machines and their claims, as the database has them now.</summary>
    Task<(IReadOnlyList<SharedMachine> Machines, IReadOnlyList<SharedClaim> Claims)> ReadMachinesAsync(CancellationToken cancellation);

    /// <summary>Tells machines to begin nothing more.</summary>
    Task DrainAsync(IReadOnlyList<Guid> machines, CancellationToken cancellation);
}
