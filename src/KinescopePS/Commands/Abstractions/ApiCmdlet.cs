using System.Management.Automation;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>A cmdlet whose work is calls of the API, made one after the other while the pipeline waits.</summary>
public abstract class ApiCmdlet : KinescopeCmdlet
{
    private KinescopeHttp? _http;
    private KinescopeClient? _kinescope;
    private ResiliencePipeline? _retry;

    private protected KinescopeClient Kinescope => _kinescope ??= Connect();

    private protected ResiliencePipeline Retries => _retry ??= CreateRetry();

    private protected override void Release() => _http?.Dispose();

    private KinescopeClient Connect()
    {
        var account = RequireAccount();
        _http = CreateHttp();
        _http.Paused = (cause, host, wait) => Post(() => WriteVerbose($"{cause.Message} All requests to {host} wait {wait.TotalSeconds:0.0} s."));
        return new KinescopeClient(_http, account);
    }

    /// <summary>Makes a call that does no harm twice, and repeats it where that may help.</summary>
    private protected T Call<T>(Func<KinescopeClient, CancellationToken, Task<T>> call)
    {
        var kinescope = Kinescope;
        return Await(stop => Retries.ExecuteAsync(async token => await call(kinescope, token).ConfigureAwait(false), stop).AsTask());
    }

    /// <inheritdoc cref="Call{T}" />
    private protected void Call(Func<KinescopeClient, CancellationToken, Task> call) => Call(async (kinescope, token) =>
    {
        await call(kinescope, token).ConfigureAwait(false);
        return true;
    });

    /// <summary>Makes a call that is not to arrive twice: it is repeated only where it surely was not done.</summary>
    private protected T CallOnce<T>(Func<KinescopeClient, CancellationToken, Task<T>> call) => Call(async (kinescope, token) =>
    {
        try
        {
            return await call(kinescope, token).ConfigureAwait(false);
        }
        catch (KinescopeException lost) when (lost.IsTransient && lost.ErrorId == ErrorIds.KinescopeUnavailable)
        {
            throw lost.Saying($"{lost.Message} It may have been done all the same: look before you try again.", isTransient: false);
        }
    });

    /// <summary>Writes what comes, as it comes; nothing is asked for that nobody takes.</summary>
    /// <param name="items">What comes.</param>
    /// <param name="matches">What of it is written; null for all.</param>
    private protected void WriteAll<T>(IAsyncEnumerable<T> items, Func<T, bool>? matches = null)
    {
        var item = items.GetAsyncEnumerator(StopToken);
        try
        {
            while (item.MoveNextAsync() is var next && (next.IsCompletedSuccessfully ? next.Result : Await(_ => next.AsTask())))
            {
                if (matches is null || matches(item.Current))
                    WriteObject(item.Current);
            }
        }
        finally
        {
            item.DisposeAsync().AsTask().GetAwaiter().GetResult();
        }
    }

    /// <summary>Does something for each input; what fails for one is told, and the others go on.</summary>
    private protected void ForEach(IEnumerable<string> inputs, string noun, Action<string> action)
    {
        foreach (var input in inputs)
        {
            try
            {
                action(input);
            }
            catch (KinescopeException failure) when (!failure.StopsRun)
            {
                WriteError(failure.About($"{noun} '{input}'").ToErrorRecord(input));
            }
        }
    }
}
