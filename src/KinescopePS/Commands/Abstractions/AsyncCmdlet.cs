using System.Collections.Concurrent;
using System.Management.Automation;
using KinescopePS.Files;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet with work in the background. The work posts what it has to say; only the pipeline thread calls Write*, while it
/// pumps. Every way out (end, Ctrl+C, an error, a downstream that ends early) cancels the work and waits for it.
/// </summary>
/// <remarks>
/// <c>Select-Object -First</c> ends a cmdlet by an exception from WriteObject and never calls StopProcessing, hence the
/// guard around each step. No context is captured: continuations run on the pool.
/// </remarks>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    /// <summary>How long a stop waits for the background work. Ctrl+C is to end within 2 s.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1.8);

    /// <summary>How often <see cref="Tick"/> is called while pumping.</summary>
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(1);

    private readonly BlockingCollection<Action> _posted = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _running = [];
    private long _lastTick = System.Diagnostics.Stopwatch.GetTimestamp();
    private bool? _isPreview;
    private bool _disposed;

    /// <summary>Cancelled when the pipeline ends before its time.</summary>
    private protected CancellationToken StopToken => _stop.Token;

    /// <summary>Whether -WhatIf is on: nothing is written and nobody is asked.</summary>
    private protected bool IsPreview => _isPreview ??= MyInvocation.BoundParameters.TryGetValue("WhatIf", out var given)
        ? ((SwitchParameter)given).IsPresent
        : LanguagePrimitives.IsTrue(SessionState.PSVariable.GetValue("WhatIfPreference"));

    private protected virtual void Begin()
    {
    }

    private protected virtual void Process()
    {
    }

    private protected virtual void End()
    {
    }

    /// <summary>Called on the pipeline thread about once a second while it pumps: the place for progress.</summary>
    private protected virtual void Tick()
    {
    }

    /// <summary>Called once when all work has ended, however it ended, on the thread that ends it.</summary>
    private protected virtual void Release()
    {
    }

    /// <inheritdoc />
    protected sealed override void BeginProcessing() => Guard(Begin);

    /// <inheritdoc />
    protected sealed override void ProcessRecord() => Guard(Process);

    /// <inheritdoc />
    protected sealed override void EndProcessing()
    {
        Guard(End);
        Dispose();
    }

    /// <inheritdoc />
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <summary>
    /// The file that a PowerShell path names, in the disk's spelling; wildcards in it are taken as they are. A relative path starts from
    /// the current folder, also where the current location is none; a path of a drive that is not here stays what it is, and names no file.
    /// </summary>
    private protected string FilePathOf(string path)
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

    /// <summary>
    /// The names by which the progress file may know a lesson: its id or, where that is a file's path, the path in the disk's spelling.
    /// </summary>
    private protected IEnumerable<string> NamesOf(string lesson) =>
        Path.IsPathFullyQualified(lesson) ? [lesson, FilePathOf(lesson)] : [lesson];

    /// <inheritdoc cref="Cmdlet.WriteVerbose" />
    private protected new void WriteVerbose(string text) => base.WriteVerbose(PrintableText.Of(text));

    /// <inheritdoc cref="Cmdlet.WriteWarning" />
    private protected new void WriteWarning(string text) => base.WriteWarning(PrintableText.Of(text));

    /// <inheritdoc cref="Cmdlet.ShouldProcess(string, string)" />
    private protected new bool ShouldProcess(string target, string action) => base.ShouldProcess(PrintableText.Of(target), PrintableText.Of(action));

    /// <summary>Has an action run on the pipeline thread. Callable from any thread; dropped once the cmdlet has ended.</summary>
    private protected void Post(Action action)
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

    /// <summary>Starts background work that every way out waits for. It runs on this thread up to its first await.</summary>
    private protected TTask Start<TTask>(Func<TTask> work)
        where TTask : Task
    {
        var task = work();
        _running.Add(task);
        return task;
    }

    /// <summary>
    /// Has items made on another thread, some hundred ahead of the one that takes them. They come in order; what ends the making
    /// comes as an exception after the last.
    /// </summary>
    /// <param name="make">Is given what hands an item over, and waits there while the taker is behind.</param>
    private protected IEnumerable<T> Ahead<T>(Action<Action<T>> make)
    {
        const int LargestBatch = 64, BatchesAhead = 4;
        var batches = new BlockingCollection<List<T>>(BatchesAhead);
        var stop = StopToken;
        // A thread of its own: it waits for most of its life, and the pool's few have others to serve.
        var making = Start(() => Task.Factory.StartNew(Make, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        return Items();

        void Make()
        {
            // The first item is handed over at once, a long list in batches.
            var size = 1;
            var batch = new List<T>(size);
            try
            {
                make(item =>
                {
                    batch.Add(item);
                    if (batch.Count < size)
                        return;
                    batches.Add(batch, stop);
                    size = Math.Min(2 * size, LargestBatch);
                    batch = new List<T>(size);
                });
            }
            finally
            {
                // What came before a failure is used all the same.
                batches.TryAdd(batch, Timeout.Infinite, stop);
                batches.CompleteAdding();
            }
        }

        IEnumerable<T> Items()
        {
            foreach (var batch in batches.GetConsumingEnumerable(stop))
            {
                foreach (var item in batch)
                {
                    stop.ThrowIfCancellationRequested();
                    yield return item;
                }
            }

            making.GetAwaiter().GetResult();
        }
    }

    /// <summary>Runs what has been posted, without waiting.</summary>
    private protected void Pump()
    {
        while (_posted.TryTake(out var action))
            action();
        TickWhenDue();
    }

    /// <summary>Runs posted actions until the task has ended and nothing is left of what it posted.</summary>
    /// <exception cref="PipelineStoppedException">Ctrl+C.</exception>
    private protected void PumpUntil(Task task)
    {
        if (!task.IsCompleted)
            _ = task.ContinueWith(_ => Post(() => { }), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        while (!task.IsCompleted || _posted.Count > 0)
        {
            if (_posted.TryTake(out var action, (int)TickInterval.TotalMilliseconds, _stop.Token))
                action();
            TickWhenDue();
        }

        task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="PumpUntil(Task)" />
    private protected T PumpUntil<T>(Task<T> task)
    {
        PumpUntil((Task)task);
        return task.Result;
    }

    /// <summary>Cancels what still runs and waits for it.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        StopRunning();
        Release();
        _posted.Dispose();
        _stop.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Guard(Action step)
    {
        try
        {
            step();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            StopRunning();
            throw new PipelineStoppedException();
        }
        catch (KinescopeException failure)
        {
            StopRunning();
            ThrowTerminatingError(failure.ToErrorRecord(null));
        }
        catch
        {
            StopRunning();
            throw;
        }
    }

    private void StopRunning()
    {
        _stop.Cancel();
        try
        {
            Task.WaitAll([.. _running], StopPatience);
        }
        catch (AggregateException)
        {
            // Each task has told of its own failure; here only their end matters.
        }
    }

    private void TickWhenDue()
    {
        if (System.Diagnostics.Stopwatch.GetElapsedTime(_lastTick) < TickInterval)
            return;
        _lastTick = System.Diagnostics.Stopwatch.GetTimestamp();
        Tick();
    }
}
