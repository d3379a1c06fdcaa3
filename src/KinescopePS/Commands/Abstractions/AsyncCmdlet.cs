using System.Collections.Concurrent;
using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet with work in the background. The work posts its output; only the pipeline thread calls Write*, while it pumps. Every way
/// out (end, Ctrl+C, an error, a downstream that ends early) drains, cancels and waits for the work, once and within one budget.
/// </summary>
/// <remarks>
/// <c>Select-Object -First</c> ends a cmdlet by an exception from WriteObject and never calls StopProcessing, hence the
/// guard around each step. No context is captured: continuations run on the pool.
/// </remarks>
public abstract partial class AsyncCmdlet : PSCmdlet, IDisposable
{
    /// <summary>The last part of <see cref="StopBudget"/>, for cancelled work to end; the rest is for <see cref="Drain"/>.</summary>
    private static readonly TimeSpan EndBudget = TimeSpan.FromSeconds(0.5);

    /// <summary>The interval between calls of <see cref="Tick"/> while pumping.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<Action> _posted = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _work = new();
    private readonly CancellationTokenSource _budget = new();
    private readonly Dictionary<Task, Task> _running = [];
    private readonly Stack<IDisposable> _owned = [];
    private readonly Lazy<Task> _stopping;
    private long _lastTick = Clock.GetTimestamp();
    private HashSet<string> _typed = [];
    private bool? _isPreview;
    private volatile bool _isStopped;
    private bool _disposed;

    private protected AsyncCmdlet() => _stopping = new(StopAsync);

    /// <summary>The time that cmdlets go by.</summary>
    private protected static TimeProvider Clock => TimeProvider.System;

    /// <summary>The time stamp of its start, which comes before anything comes down the pipeline.</summary>
    internal long StartedAt { get; private set; }

    /// <summary>Cancelled when the pipeline ends before its time. Background work has its own token, cancelled after the drain.</summary>
    internal CancellationToken StopToken => _stop.Token;

    /// <summary>The time that a way out may take in all. Ctrl+C is to give the prompt back within 2 s.</summary>
    private protected virtual TimeSpan StopBudget => TimeSpan.FromSeconds(1.8);

    /// <summary>True with -WhatIf: nothing is written and nobody is asked.</summary>
    internal bool IsPreview => _isPreview ??= MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? ((SwitchParameter)given).IsPresent
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    /// <summary>Raised on the pipeline thread about once a second while it pumps: the place for progress.</summary>
    internal event Action? Ticked;

    private protected virtual void Begin()
    {
    }

    private protected virtual void Process()
    {
    }

    private protected virtual void End()
    {
    }

    /// <inheritdoc cref="Ticked" />
    private protected virtual void Tick()
    {
    }

    /// <summary>
    /// Brings what was taken in to its end where that takes little time. Called once on every way out, before the work is cancelled;
    /// with Ctrl+C on another thread than the pipeline's.
    /// </summary>
    private protected virtual Task Drain(CancellationToken budget) => Task.CompletedTask;

    /// <summary>Called once when all work has ended, or the budget of the way out is used up.</summary>
    private protected virtual void Release()
    {
    }

    /// <inheritdoc />
    protected sealed override void BeginProcessing() => Guard(() =>
    {
        StartedAt = Clock.GetTimestamp();
        _typed = [.. MyInvocation.BoundParameters.Keys];
        ReadWishes();
        Begin();
    });

    /// <inheritdoc />
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc />
    protected sealed override void EndProcessing()
    {
        Guard(() =>
        {
            End();
            StopRunning();
            // The failures of background work that nobody awaited.
            Pump();
        });
        Dispose();
    }

    /// <inheritdoc />
    protected sealed override void StopProcessing()
    {
        _isStopped = true;
        _ = _stopping.Value;
    }

    /// <summary>
    /// The file that a PowerShell path names, in the disk's spelling; wildcards in it are taken as they are. A relative path starts from
    /// the current folder, also where the current location is none; a path of a drive that is not here stays what it is, and names no file.
    /// </summary>
    internal string FilePathOf(string path)
    {
        var folder = SessionState.Path.CurrentFileSystemLocation.ProviderPath;
        try
        {
            var resolved = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return FilePaths.OnDisk(provider.Name == "FileSystem" ? resolved : Path.GetFullPath(path, folder));
        }
        catch (Exception failure) when (failure is SessionStateException)
        {
            return path;
        }
    }

    /// <summary>True for a parameter that stands on the command line: only there is a wildcard meant as one.</summary>
    private protected bool IsTyped(string parameter) => _typed.Contains(parameter);

    /// <summary>
    /// The names by which the progress file may know a lesson: its id or, where that is a file's path, the path in the disk's spelling.
    /// </summary>
    private protected IEnumerable<string> NamesOf(string lesson) =>
        Path.IsPathFullyQualified(lesson) ? [lesson, FilePathOf(lesson)] : [lesson];

    /// <inheritdoc cref="Cmdlet.WriteVerbose" />
    internal new void WriteVerbose(string text) => base.WriteVerbose(PrintableText.Of(text));

    /// <inheritdoc cref="Cmdlet.WriteWarning" />
    internal new void WriteWarning(string text) => base.WriteWarning(PrintableText.Of(text));

    /// <summary>Names lessons whose work or results a pipeline that ended before its time left behind. The host shows it.</summary>
    internal void WarnOfTheRest(string what, IReadOnlyCollection<string> lessons)
    {
        const int MostNamed = 20;
        var rest = lessons.Count > MostNamed ? $" and {lessons.Count - MostNamed} more" : "";
        var named = string.Join(", ", lessons.Take(MostNamed)) + rest;
        Host.UI?.WriteWarningLine(PrintableText.Of($"{what}: {named}. Nothing is lost: run the same command again."));
    }

    /// <summary>Takes a resource over: it is disposed of once all work has ended, the last one first.</summary>
    internal T Own<T>(T resource)
        where T : IDisposable
    {
        _owned.Push(resource);
        return resource;
    }

    /// <summary>The settings of the environment, and of the files that the cmdlet was given for it.</summary>
    private protected virtual EnvironmentSettings Settings => new(this, null);

    /// <summary>Opens a record, for the time of the cmdlet, and warns of its condition. With -WhatIf it is read only.</summary>
    /// <inheritdoc cref="Records.Open" path="/exception" />
    private protected IUploadRecord OwnRecord(string progressFile, bool mustExist = false)
    {
        var record = Own(Records.Open(this, progressFile, Settings, IsPreview, mustExist));
        if (record.Warning is { } warning)
            WriteWarning(warning);
        return record;
    }

    /// <summary>Runs an action on the pipeline thread at its next pump. From any thread; dropped once the cmdlet has ended.</summary>
    internal void Post(Action action)
    {
        try
        {
            _posted.Add(action, CancellationToken.None);
        }
        catch (Exception failure) when (failure is InvalidOperationException or ObjectDisposedException)
        {
            // The pipeline is gone: nobody is left to tell.
        }
    }

    /// <summary>Does some work while pumping: returns when it has ended and nothing is left of what it posted.</summary>
    /// <param name="work">Is given the token that ends it.</param>
    /// <exception cref="OperationCanceledException">The pipeline was stopped.</exception>
    internal void Await(Func<CancellationToken, Task> work) => Await(work(_work.Token));

    /// <inheritdoc cref="Await(Func{CancellationToken, Task})" />
    internal T Await<T>(Func<CancellationToken, Task<T>> work) => Await(work(_work.Token));

    /// <summary>As <see cref="Await(Func{CancellationToken, Task})"/>, for work that mostly ends at once.</summary>
    internal void Await(Func<CancellationToken, ValueTask> work)
    {
        var started = work(_work.Token);
        if (!started.IsCompletedSuccessfully)
            Await(started.AsTask());
        else
            Pump();
    }

    /// <summary>Waits, as <see cref="Await(Func{CancellationToken, Task})"/>, for what was started.</summary>
    internal void Await(Task started)
    {
        if (!started.IsCompleted)
            Register(started);
        while (!started.IsCompleted || _posted.Count > 0)
        {
            if (_posted.TryTake(out var action, (int)TickInterval.TotalMilliseconds, _stop.Token))
                action();
            TickWhenDue();
        }

        started.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Await(Task)" />
    internal T Await<T>(Task<T> started)
    {
        Await((Task)started);
        return started.Result;
    }

    /// <summary>
    /// Starts background work, on this thread up to its first await. Every way out waits for it, and its failure ends the cmdlet at
    /// the next pump, whether it is awaited or not.
    /// </summary>
    /// <param name="work">Is given the token that ends it.</param>
    internal TTask Start<TTask>(Func<CancellationToken, TTask> work)
        where TTask : Task
    {
        var task = work(_work.Token);
        Register(task, () =>
        {
            if (task.IsFaulted || !_stop.IsCancellationRequested)
                task.GetAwaiter().GetResult();
        });
        return task;
    }

    /// <summary>Runs what has been posted, without waiting.</summary>
    internal void Pump()
    {
        while (_posted.TryTake(out var action))
            action();
        TickWhenDue();
    }

    /// <summary>Drains, cancels and waits for what still runs.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        StopRunning();
        Leave(mayWrite: false);
        Release();
        while (_owned.TryPop(out var resource))
            resource.Dispose();
        _posted.Dispose();
        _stop.Dispose();
        _work.Dispose();
        _budget.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch when (_isStopped)
        {
            StopRunning();
            Leave(mayWrite: false);
            throw new PipelineStoppedException();
        }
        catch (KinescopeException failure)
        {
            StopRunning();
            Leave(mayWrite: true);
            ThrowTerminatingError(failure.ToErrorRecord(null));
        }
        catch (Exception failure) when (failure.IsUnexpected())
        {
            StopRunning();
            Leave(mayWrite: true);
            ThrowTerminatingError(KinescopeException.Unexpected(failure).ToErrorRecord(null));
        }
        catch
        {
            StopRunning();
            Leave(mayWrite: true);
            throw;
        }
    }

    /// <summary>Every way out waits for the task; its failure is observed even where nobody awaits it any more.</summary>
    /// <param name="task">The task.</param>
    /// <param name="ended">Called at its end, on the pipeline thread.</param>
    private void Register(Task task, Action? ended = null)
    {
        if (_running.ContainsKey(task))
            return;
        _running[task] = task.ContinueWith(
            done =>
            {
                _ = done.Exception;
                Post(() =>
                {
                    _running.Remove(task);
                    ended?.Invoke();
                });
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <summary>Begins the way out. Once it has begun, whatever ends the cmdlet next waits for the same.</summary>
    private async Task StopAsync()
    {
        _budget.CancelAfter(StopBudget);
        try
        {
            _stop.Cancel();
            using var budget = new CancellationTokenSource(StopBudget - EndBudget);
            await Drain(budget.Token).WaitAsync(budget.Token).ConfigureAwait(false);
        }
        finally
        {
            _work.Cancel();
        }
    }

    private void StopRunning()
    {
        try
        {
            Task.WaitAll([_stopping.Value, .. _running.Values], _budget.Token);
        }
        catch (Exception failure) when (failure is AggregateException or OperationCanceledException)
        {
            // The budget is used up, or what was drained has failed and told it.
        }
    }

    private void TickWhenDue()
    {
        if (Clock.GetElapsedTime(_lastTick) < TickInterval)
            return;
        _lastTick = Clock.GetTimestamp();
        Ticked?.Invoke();
        Tick();
    }
}
