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

    private static readonly ResiliencePropertyKey<long> FirstFailure = new("KinescopePS.FirstFailure");

    /// <param name="maxRetry">The number of times in a row that a step is repeated. 0 for not at all.</param>
    /// <param name="delay">The wait before the first repetition; each further one doubles it, up to a minute.</param>
    /// <param name="retrying">Called before each repetition, with the failure and the wait.</param>
    /// <param name="time">The clock of the waits.</param>
    /// <param name="patience">The time from its first failure over which a step is repeated all the same, however often.</param>
    /// <param name="isOutage">
    /// True for a failure that is worth this patience, from the failure and the time stamp of the step's first one; null where all are.
    /// </param>
    public static ResiliencePipeline Create(
        int maxRetry, TimeSpan delay, Action<KinescopeException, TimeSpan> retrying,
        TimeProvider? time = null, TimeSpan patience = default, Func<KinescopeException, long, bool>? isOutage = null)
    {
        var clock = time ?? TimeProvider.System;
        var pipeline = new ResiliencePipelineBuilder { TimeProvider = time };
        AddPatient(delay, useJitter: true, failure => failure is { IsTransient: true } and not { ErrorId: ErrorIds.HostUnreachable });

        // The wait for a host that is out of reach is everybody's, and so is its place (HostGate).
        AddPatient(TimeSpan.Zero, useJitter: false, failure => failure.ErrorId == ErrorIds.HostUnreachable);

        // A lock is somebody else's work in progress, often our own request that was cut: it ends by itself.
        Add(MaxLockWaits, delay, useJitter: false, failure => failure.ErrorId == ErrorIds.UploadLocked);
        Add(
            MaxPauses, TimeSpan.Zero, useJitter: false,
            failure => failure is KinescopeRequestException { IsTransient: true, RetryAfter: not null });
        return pipeline.Build();

        void AddPatient(TimeSpan firstDelay, bool useJitter, Func<KinescopeException, bool> handles) => AddStrategy(
            int.MaxValue, firstDelay, useJitter,
            arguments => arguments.Outcome.Exception is KinescopeException failure && handles(failure) && MayRepeat(failure, arguments));

        void Add(int attempts, TimeSpan firstDelay, bool useJitter, Func<KinescopeException, bool> handles) => AddStrategy(
            attempts, firstDelay, useJitter, arguments => arguments.Outcome.Exception is KinescopeException failure && handles(failure));

        bool MayRepeat(KinescopeException failure, RetryPredicateArguments<object> arguments)
        {
            var properties = arguments.Context.Properties;
            if (!properties.TryGetValue(FirstFailure, out var began))
                properties.Set(FirstFailure, began = clock.GetTimestamp());
            return arguments.AttemptNumber < maxRetry
                || clock.GetElapsedTime(began) < patience && isOutage?.Invoke(failure, began) != false;
        }

        void AddStrategy(
            int attempts, TimeSpan firstDelay, bool useJitter, Func<RetryPredicateArguments<object>, bool> handles) =>
            pipeline.AddRetry(new()
            {
                MaxRetryAttempts = attempts,
                Delay = firstDelay,
                MaxDelay = LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = useJitter,
                ShouldHandle = arguments => new(handles(arguments)),
                OnRetry = arguments =>
                {
                    retrying((KinescopeException)arguments.Outcome.Exception!, arguments.RetryDelay);
                    return default;
                },
            });
    }
}
