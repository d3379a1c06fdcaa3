using KinescopeSandbox.Control;

namespace KinescopeSandbox.Faults;

/// <summary>Requests that a fault holds open.</summary>
public sealed class StalledRequests(ChangeSignal changes)
{
    private readonly Dictionary<HttpContext, TaskCompletionSource> _held = [];

    public int Count
    {
        get
        {
            lock (_held)
                return _held.Count;
        }
    }

    public bool Holds(HttpContext context)
    {
        lock (_held)
            return _held.ContainsKey(context);
    }

    /// <summary>Returns when the request is released; throws when its client leaves.</summary>
    public async Task HoldAsync(HttpContext context)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_held)
            _held[context] = release;
        changes.Pulse();
        try
        {
            await release.Task.WaitAsync(context.RequestAborted);
        }
        finally
        {
            lock (_held)
                _held.Remove(context);
            changes.Pulse();
        }
    }

    /// <summary>Lets all held requests go on.</summary>
    /// <returns>How many there were.</returns>
    public int Release()
    {
        TaskCompletionSource[] held;
        lock (_held)
            held = [.. _held.Values];
        foreach (var release in held)
            release.TrySetResult();
        return held.Length;
    }
}
