namespace KinescopePS.Transfer;

/// <summary>
/// The size of one request: all that is left, unless something on the way holds whole bodies back or refuses large ones. Then
/// bounded chunks, smaller after each failure and larger again after successes.
/// </summary>
internal sealed class ChunkSize
{
    private const long Largest = 64L << 20;
    private const long Smallest = 16L << 20;
    private const int SuccessesToGrow = 4;

    private long? _limit;
    private int _successesToGrow = SuccessesToGrow;
    private int _successes;

    /// <summary>The size of the next request for so much that is left. Unit: bytes.</summary>
    public long Of(long left) => Math.Min(left, _limit ?? long.MaxValue);

    /// <summary>A request was taken whole.</summary>
    public void Succeeded()
    {
        if (_limit is null || ++_successes < _successesToGrow)
            return;
        _successes = 0;
        _limit = _limit < Largest ? _limit * 2 : null;
    }

    /// <summary>Much was sent and nothing of it arrived.</summary>
    /// <param name="sent">Unit: bytes.</param>
    /// <returns>Whether a smaller size is left to try.</returns>
    public bool TryShrink(long sent)
    {
        _successes = 0;
        for (var size = Largest; size >= Smallest; size /= 2)
        {
            if (size < sent && (_limit is null || size < _limit))
            {
                _limit = size;
                // Where large requests fail for good, trying them again and again would send much for nothing.
                _successesToGrow *= 2;
                return true;
            }
        }

        return false;
    }
}
