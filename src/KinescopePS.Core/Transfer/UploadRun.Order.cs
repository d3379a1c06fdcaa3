using System.Diagnostics.CodeAnalysis;

namespace KinescopePS.Transfer;

/// <summary>Which file comes next: as they were given, but for the last ones.</summary>
internal sealed partial class UploadRun
{
    /// <summary>The files of each lane that count as the last ones.</summary>
    private const int LastOfLane = 2;

    private readonly object _taking = new();

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

    /// <summary>Takes the largest of the last files, the first of equals. The others stay in the queue: that wakes whoever waits.</summary>
    private bool TryTakeLast([NotNullWhen(true)] out PlannedUpload? next)
    {
        lock (_taking)
        {
            next = null;
            // One after the other they end together anyway.
            if (!endsTogether || !_isComplete || throttle.Count == 1 || _planned.Reader.Count > LastOfLane * throttle.Count)
                return false;
            var last = new List<PlannedUpload>();
            while (_planned.Reader.TryRead(out var planned))
                last.Add(planned);
            next = last.MaxBy(planned => planned.Item.Length ?? 0);
            foreach (var planned in last)
            {
                if (planned != next)
                    _planned.Writer.TryWrite(planned);
            }

            return next is not null;
        }
    }
}
