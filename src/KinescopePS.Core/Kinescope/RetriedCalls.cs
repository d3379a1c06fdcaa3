using Polly;

namespace KinescopePS.Kinescope;

/// <summary>Calls inside a retry pipeline.</summary>
internal static class RetriedCalls
{
    /// <summary>Makes a call, again where the pipeline says so.</summary>
    public static async Task<T> CallAsync<T>(
        this ResiliencePipeline retry, Func<CancellationToken, Task<T>> call, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await call(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);

    /// <inheritdoc cref="CallAsync{T}" />
    public static async Task CallAsync(this ResiliencePipeline retry, Func<CancellationToken, Task> call, CancellationToken cancellation) =>
        await retry.ExecuteAsync(async token => await call(token).ConfigureAwait(false), cancellation).ConfigureAwait(false);
}
