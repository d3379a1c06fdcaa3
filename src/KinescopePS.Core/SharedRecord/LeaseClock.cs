using KinescopePS.Kinescope;

namespace KinescopePS.SharedRecord;

/// <summary>
/// This machine's own reckoning of its lease and of the server's time. A lease counts from when the heartbeat was sent, by the larger of
/// two clocks: one that nobody sets, and one that goes on while the machine sleeps.
/// </summary>
internal sealed class LeaseClock(TimeSpan lease, TimeProvider time)
{
    private readonly object _gate = new();
    private Moment _sent, _answered;
    private DateTimeOffset _server;

    /// <summary>True while nobody else can have taken this machine for dead.</summary>
    public bool IsCertain
    {
        get
        {
            lock (_gate)
                return _server != default && Since(_sent) < lease;
        }
    }

    /// <summary>The server's time, as far as it is known.</summary>
    public DateTimeOffset ServerNow
    {
        get
        {
            lock (_gate)
                return _server == default ? time.GetUtcNow() : _server + Since(_answered);
        }
    }

    public Moment Now => new(time.Now(), time.GetUtcNow());

    /// <summary>Notes a heartbeat that succeeded.</summary>
    /// <param name="sent">When it was sent.</param>
    /// <param name="server">The server's time in its answer.</param>
    public void Beat(Moment sent, DateTimeOffset server)
    {
        lock (_gate)
            (_sent, _answered, _server) = (sent, Now, server);
    }

    private TimeSpan Since(Moment then)
    {
        var (steady, wall) = (time.Now() - then.Steady, time.GetUtcNow() - then.Wall);
        return steady > wall ? steady : wall;
    }

    /// <summary>A moment by both clocks.</summary>
    internal readonly record struct Moment(TimeSpan Steady, DateTimeOffset Wall);
}
