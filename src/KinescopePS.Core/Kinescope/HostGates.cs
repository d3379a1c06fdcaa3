using System.Collections.Concurrent;
using System.Diagnostics;

namespace KinescopePS.Kinescope;

/// <summary>
/// What all workers know of a host together: the pause that it asked for with <c>Retry-After</c>, and whether it can be reached
/// at all. Time is measured by a clock that nobody sets.
/// </summary>
/// <param name="retryDelay">The pause after the first failure to reach a host; each further one doubles it, up to a minute.</param>
internal sealed class HostGates(TimeSpan retryDelay)
{
    /// <summary>The longest wait that a server is granted.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Gate> _gates = new();

    public Gate For(Uri uri) => _gates.GetOrAdd(uri.Authority, _ => new Gate(retryDelay));

    /// <summary>One host's gate.</summary>
    public sealed class Gate(TimeSpan retryDelay)
    {
        private readonly SemaphoreSlim _probe = new(1);
        private readonly object _lock = new();
        private long _pausedUntil;
        private string _pausedBy = "";
        private volatile KinescopeException? _unreachable;
        private int _misses;

        /// <summary>Why the host is out of reach; null where it is not known to be.</summary>
        public KinescopeException? Unreachable => _unreachable;

        /// <summary>The hold on requests to this host; null where they may pass.</summary>
        public Hold? Hold
        {
            get
            {
                lock (_lock)
                {
                    if (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _pausedUntil) is { Ticks: > 0 } wait)
                        return Kinescope.Hold.For(_pausedBy, wait);
                    return _unreachable is { } failure ? new Hold(Kinescope.Hold.ReasonOf(failure), Until: null) : null;
                }
            }
        }

        /// <summary>Has all requests wait. The longest of several pauses holds.</summary>
        /// <param name="wait">How long.</param>
        /// <param name="reason">The reason, as <see cref="Kinescope.Hold.Reason"/>.</param>
        public void Pause(TimeSpan wait, string reason)
        {
            var until = Stopwatch.GetTimestamp() + (long)(Math.Min(wait.TotalSeconds, LongestPause.TotalSeconds) * Stopwatch.Frequency);
            lock (_lock)
            {
                if (until > _pausedUntil)
                    (_pausedUntil, _pausedBy) = (until, reason);
            }
        }

        /// <summary>The host answered.</summary>
        public void Reached()
        {
            if (_unreachable is null)
                return;
            lock (_lock)
                (_unreachable, _misses) = (null, 0);
        }

        /// <summary>The host could not be reached: everybody pauses. What several workers met at the same time counts once.</summary>
        /// <param name="failure">What happened.</param>
        /// <param name="known">What <see cref="Unreachable"/> was when the attempt was let through: null but for a probe.</param>
        /// <returns>The pause; null where another worker has announced it already.</returns>
        public TimeSpan? Missed(KinescopeException failure, KinescopeException? known)
        {
            lock (_lock)
            {
                if (_unreachable != known)
                    return null;
                _unreachable = failure;
                var pause = TimeSpan.FromSeconds(Math.Min(retryDelay.TotalSeconds * Math.Pow(2, _misses++), Retry.LongestDelay.TotalSeconds));
                Pause(pause, Kinescope.Hold.ReasonOf(failure));
                return pause;
            }
        }

        /// <summary>
        /// Returns when a request may be sent. While the host is out of reach a single probe at the end of each pause finds out
        /// whether it still is, and its failure is everybody's who waited for it.
        /// </summary>
        /// <param name="probe">Has <see cref="Reached"/> called, or throws.</param>
        /// <param name="cancellation">Ends the wait.</param>
        public async Task PassAsync(Func<Task> probe, CancellationToken cancellation)
        {
            while (true)
            {
                var (wait, known) = Now();
                if (wait > TimeSpan.Zero)
                {
                    await Task.Delay(wait, cancellation).ConfigureAwait(false);
                    if (known is not null && _unreachable is { } failed && failed != known)
                        throw failed;
                }
                else if (known is not null)
                {
                    await ProbeOnceAsync(probe, known, cancellation).ConfigureAwait(false);
                }
                else
                {
                    return;
                }
            }
        }

        private async Task ProbeOnceAsync(Func<Task> probe, KinescopeException known, CancellationToken cancellation)
        {
            await _probe.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                if (_unreachable == known)
                    await probe().ConfigureAwait(false);
                else if (_unreachable is { } since)
                    throw since;
            }
            finally
            {
                _probe.Release();
            }
        }

        // Both at one moment: a pause that has just been announced belongs to the failure that announced it.
        private (TimeSpan Wait, KinescopeException? Unreachable) Now()
        {
            lock (_lock)
                return (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), _pausedUntil), _unreachable);
        }
    }
}
