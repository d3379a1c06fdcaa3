namespace KinescopePS.Kinescope;

/// <summary>The turns and pauses of Kinescope's hosts that several machines keep together. Members may be called from any thread.</summary>
/// <remarks>The seam between requests and the record that machines share. No member throws because the record cannot be reached.</remarks>
internal interface ISharedPace
{
    /// <summary>The number of machines that keep them, this one among them, as was last heard.</summary>
    int Machines { get; }

    /// <summary>Takes the next turn for a call.</summary>
    /// <param name="host">The host, as <see cref="HostPace.Name"/>.</param>
    /// <param name="pace">The pace of all machines together.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The turn; null where it cannot be had at the moment.</returns>
    Task<SharedTurn?> TakeAsync(string host, EvenPace pace, CancellationToken cancellation);

    /// <summary>Makes all machines wait with requests to a host, where they can be told. The longest of several pauses holds.</summary>
    /// <param name="host">The host, as <see cref="HostPace.Name"/>.</param>
    /// <param name="wait">The pause, from now on.</param>
    /// <param name="reason">The reason, as <see cref="Hold.Reason"/>.</param>
    Task PauseAsync(string host, TimeSpan wait, string reason);
}

/// <summary>The right of one machine to make one call.</summary>
/// <param name="At">The time of the call, by the clock that all machines go by.</param>
/// <param name="Wait">The time up to then, from the answer on.</param>
/// <param name="Pause">The part of it that the host's pause takes; zero for none.</param>
/// <param name="PauseReason">The pause's reason.</param>
internal sealed record SharedTurn(DateTimeOffset At, TimeSpan Wait, TimeSpan Pause, string PauseReason);
