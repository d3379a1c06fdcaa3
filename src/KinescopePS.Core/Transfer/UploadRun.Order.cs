using System.Diagnostics.CodeAnalysis;

namespace KinescopePS.Transfer;

/// <summary>Which file comes next: as they were given, but for the last ones.</summary>
internal sealed partial class UploadRun
{
    /// <summary>The files of each lane that count as the last ones.</summary>
    private const int LastOfLane = 2;

    private readonly PriorityQueue<PlannedUpload, long> _last = new();

    /// <summary>Waits for the next file.</summary>
    /// <returns>Null where none will follow.</returns>
    private async ValueTask<PlannedUpload?> NextAsync(CancellationToken cancellation)
    {
        do
        {
            cancellation.ThrowIfCancellationRequested();
            if (TryTakeLast(out var next) || _planned.Reader.TryRead(out next))
                return next;
        }
        while (await _planned.Reader.WaitToReadAsync(cancellation).ConfigureAwait(false));
        return null;
    }

    private bool TryTakeLast([NotNullWhen(true)] out PlannedUpload? next)
    {
        lock (_last)
        {
            // One after the other they end together anyway.
            if (endsTogether && _isComplete && throttle.Count > 1 && _planned.Reader.Count <= LastOfLane * throttle.Count)
            {
                while (_planned.Reader.TryRead(out var last))
                    _last.Enqueue(last, -(last.Item.Length ?? 0));
            }

            return _last.TryDequeue(out next, out _);
        }
    }
}
