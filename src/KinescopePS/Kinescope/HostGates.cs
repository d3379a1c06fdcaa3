using System.Collections.Concurrent;
using System.Diagnostics;

namespace KinescopePS.Kinescope;

/// <summary>
/// What all workers know of a host together: the pause that it asked for with <c>Retry-After</c>, and whether it can be reached
/// at all. Time is measured by a clock that nobody sets.
/// </summary>
internal sealed class HostGates
{
    /// <summary>The longest wait that a server is granted.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, Gate> _gates = new();

    public Gate For(Uri uri) => _gates.GetOrAdd(uri.Authority, _ => new Gate());

    /// <summary>One host's gate.</summary>
    public sealed class Gate
    {
        private readonly SemaphoreSlim _probe = new(1);
        private long _pausedUntil;
        private volatile KinescopeException? _unreachable;

        /// <summary>Has all requests wait. The longest of several pauses holds.</summary>
        public void Pause(TimeSpan wait)
        {
            var until = Stopwatch.GetTimestamp() + (long)(Math.Min(wait.TotalSeconds, LongestPause.TotalSeconds) * Stopwatch.Frequency);
            for (long earlier; (earlier = Volatile.Read(ref _pausedUntil)) < until && Interlocked.CompareExchange(ref _pausedUntil, until, earlier) != earlier;)
            {
            }
        }

        /// <summary>
        /// Sends a request through the gate. While the host is out of reach a single request at a time finds out whether it still
        /// is, and its failure is everybody's who waited for it.
        /// </summary>
        public async Task<T> PassAsync<T>(Func<Task<T>> send, CancellationToken cancellation)
        {
            while (Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Volatile.Read(ref _pausedUntil)) is { Ticks: > 0 } wait)
                await Task.Delay(wait, cancellation).ConfigureAwait(false);

            var before = _unreachable;
            if (before is null)
                return await SendAsync(send).ConfigureAwait(false);

            await _probe.WaitAsync(cancellation).ConfigureAwait(false);
            try
            {
                return _unreachable is { } since && since != before ? throw since : await SendAsync(send).ConfigureAwait(false);
            }
            finally
            {
                _probe.Release();
            }
        }

        private async Task<T> SendAsync<T>(Func<Task<T>> send)
        {
            try
            {
                var result = await send().ConfigureAwait(false);
                _unreachable = null;
                return result;
            }
            catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.HostUnreachable)
            {
                _unreachable = failure;
                throw;
            }
            catch (KinescopeRequestException)
            {
                _unreachable = null;
                throw;
            }
        }
    }
}
