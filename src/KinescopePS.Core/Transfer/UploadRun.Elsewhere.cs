using System.Threading.Channels;

namespace KinescopePS.Transfer;

/// <summary>The lessons that others have in hand: they are looked at again once these are done with them.</summary>
internal sealed partial class UploadRun
{
    /// <summary>Puts lessons that others worked on back into the queue, once these are done with them.</summary>
    private async Task ReturnAsync(CancellationToken cancellation)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _drain.Token);
        try
        {
            while (await _someElsewhere.Reader.WaitToReadAsync(wait.Token).ConfigureAwait(false))
            {
                while (_someElsewhere.Reader.TryRead(out _))
                {
                }

                if (_elsewhere.IsEmpty)
                    continue;
                await Task.Delay(BetweenLooks, time, wait.Token).ConfigureAwait(false);
                foreach (var lesson in await FreeAsync(wait.Token).ConfigureAwait(false))
                {
                    if (_elsewhere.TryRemove(lesson, out var planned))
                        await _planned.Writer.WriteAsync(planned, cancellation).ConfigureAwait(false);
                }

                if (!_elsewhere.IsEmpty)
                    _someElsewhere.Writer.TryWrite(true);
            }
        }
        catch (Exception end) when (end is OperationCanceledException or ChannelClosedException)
        {
            // The run ends: what others work on is left to them.
        }

        if (IsOver)
            LeaveElsewhere();
    }

    private void LeaveElsewhere()
    {
        foreach (var lesson in _elsewhere.Keys)
        {
            if (_elsewhere.TryRemove(lesson, out _))
            {
                Interlocked.Increment(ref _leftOver);
                End();
            }
        }
    }

    private async Task<IReadOnlyList<string>> FreeAsync(CancellationToken cancellation)
    {
        using var wait = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var free = record.WaitUntilFreeAsync([.. _elsewhere.Keys], wait.Token);
        var timeIsUp = maxDuration is { } limit
            ? Task.Delay(TimeSpan.FromTicks(Math.Max(0, (limit - time.GetElapsedTime(_started)).Ticks)), time, wait.Token)
            : Task.Delay(Timeout.InfiniteTimeSpan, wait.Token);
        // One that comes meanwhile is asked for with the others.
        var more = _someElsewhere.Reader.WaitToReadAsync(wait.Token).AsTask();
        try
        {
            await Task.WhenAny(free, timeIsUp, more).ConfigureAwait(false);
            cancellation.ThrowIfCancellationRequested();
            if (timeIsUp.IsCompleted)
                _drain.Cancel();
            return free.IsCompletedSuccessfully ? await free.ConfigureAwait(false) : [];
        }
        finally
        {
            await wait.CancelAsync().ConfigureAwait(false);
        }
    }
}
