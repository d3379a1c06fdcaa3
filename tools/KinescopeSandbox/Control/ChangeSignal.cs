namespace KinescopeSandbox.Control;

/// <summary>Wakes those who wait for something to happen in the sandbox.</summary>
public sealed class ChangeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _waiting;

    /// <summary>Something changed.</summary>
    public void Pulse()
    {
        if (Volatile.Read(ref _waiting) == 0)
            return;
        Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }

    /// <summary>Waits until the condition holds; it is looked at again after every change.</summary>
    /// <returns>False when the time ran out first.</returns>
    public async Task<bool> WaitAsync(Func<bool> condition, TimeSpan timeout, CancellationToken cancellation)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        timer.CancelAfter(timeout);
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                var changed = Volatile.Read(ref _next).Task;
                if (condition())
                    return true;
                await changed.WaitAsync(timer.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return condition();
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}
