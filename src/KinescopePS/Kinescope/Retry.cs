using Polly;
using Polly.Retry;

namespace KinescopePS.Kinescope;

/// <summary>The one retry policy: what is transient is tried again, after an exponential wait with jitter.</summary>
internal static class Retry
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How often in a row a server may ask for a wait. Such a wait costs no retry, because it is obeyed before the next request
    /// (<see cref="HostPauses"/>); many workers that are let loose together may be sent back a few times.
    /// </summary>
    private const int MaxPauses = 50;

    /// <param name="maxRetry">How many times in a row a step is repeated. 0 for not at all.</param>
    /// <param name="delay">The wait before the first repetition; each further one doubles it, up to a minute.</param>
    /// <param name="retrying">Told of each failure that will be repeated, and after which wait.</param>
    public static ResiliencePipeline Create(int maxRetry, TimeSpan delay, Action<Exception, TimeSpan> retrying)
    {
        var pipeline = new ResiliencePipelineBuilder();
        if (maxRetry > 0)
        {
            pipeline.AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = maxRetry,
                Delay = delay,
                MaxDelay = LongestDelay,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                ShouldHandle = arguments => new(arguments.Outcome.Exception is KinescopeException { IsTransient: true }),
                OnRetry = arguments =>
                {
                    retrying(arguments.Outcome.Exception!, arguments.RetryDelay);
                    return default;
                },
            });
        }

        return pipeline.AddRetry(new RetryStrategyOptions
        {
            MaxRetryAttempts = MaxPauses,
            Delay = TimeSpan.Zero,
            ShouldHandle = arguments => new(arguments.Outcome.Exception is KinescopeRequestException { IsTransient: true, RetryAfter: not null }),
        }).Build();
    }
}
