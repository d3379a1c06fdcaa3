using Polly;
using Polly.Retry;

namespace KinescopePS.Kinescope;

/// <summary>The one retry policy: what is transient is tried again, after an exponential wait with jitter.</summary>
internal static class Retry
{
    /// <summary>The number of times in a row that a step is repeated where nothing else was said.</summary>
    public const int DefaultCount = 3;

    /// <summary>The first wait where nothing else was said. Unit: seconds.</summary>
    public const double DefaultDelaySeconds = 2;

    /// <summary>The longest wait between two repetitions.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// The number of waits in a row that a server may ask for. Such a wait costs no retry, because it is obeyed before the next request
    /// (<see cref="HostGate"/>); many workers that are let loose together may be sent back a few times.
    /// </summary>
    private const int MaxPauses = 50;

    /// <summary>The number of times that a locked upload is tried again: with the default delay of 2 s, a minute in all.</summary>
    private const int MaxLockWaits = 5;

    /// <param name="maxRetry">The number of times in a row that a step is repeated. 0 for not at all.</param>
    /// <param name="delay">The wait before the first repetition; each further one doubles it, up to a minute.</param>
    /// <param name="retrying">Called before each repetition, with the failure and the wait.</param>
    /// <param name="time">The clock of the waits.</param>
    public static ResiliencePipeline Create(
        int maxRetry, TimeSpan delay, Action<KinescopeException, TimeSpan> retrying, TimeProvider? time = null)
    {
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        if (maxRetry > 0)
        {
            Add(
                maxRetry, delay, useJitter: true,
                failure => failure is { IsTransient: true } and not { ErrorId: ErrorIds.HostUnreachable });

            // The wait for a host that is out of reach is everybody's, and so is its place (HostGate).
            Add(maxRetry, TimeSpan.Zero, useJitter: false, failure => failure.ErrorId == ErrorIds.HostUnreachable);
        }

        // A lock is somebody else's work in progress, often our own request that was cut: it ends by itself.
        Add(MaxLockWaits, delay, useJitter: false, failure => failure.ErrorId == ErrorIds.UploadLocked);
        Add(
            MaxPauses, TimeSpan.Zero, useJitter: false,
            failure => failure is KinescopeRequestException { IsTransient: true, RetryAfter: not null });
        return pipeline.Build();

        void Add(int attempts, TimeSpan firstDelay, bool useJitter, Func<KinescopeException, bool> handles) => pipeline.AddRetry(new()
        {
            MaxRetryAttempts = attempts,
            Delay = firstDelay,
            MaxDelay = LongestDelay,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = useJitter,
            ShouldHandle = arguments => new(arguments.Outcome.Exception is KinescopeException failure && handles(failure)),
            OnRetry = arguments =>
            {
                retrying((KinescopeException)arguments.Outcome.Exception!, arguments.RetryDelay);
                return default;
            },
        });
    }
}
