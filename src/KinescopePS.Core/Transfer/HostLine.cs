namespace KinescopePS.Transfer;

/// <summary>
/// Knowledge of the line to one host, gathered by all uploads of a run: the size of one request, whether a connection carries more than
/// one, and whether the host can be asked before the bytes. A request takes all that is left, unless something on the way cuts connections,
/// swallows whole bodies or refuses large ones, or the server keeps only a part of them.
/// </summary>
internal sealed class HostLine
{
    /// <summary>Below this nothing is gained: requests and connections would cost more than their bytes. Unit: bytes.</summary>
    public const long Smallest = 256 << 10;

    /// <summary>The same where the host answers: requests that share a connection cost little. Unit: bytes.</summary>
    public const long SmallestAnswered = 64 << 10;

    // So much may be sent in vain before the size of requests changes: a part that is kept by chance, once, says nothing. Unit: bytes.
    private const long LittleInVain = 1 << 20;

    private const long LargestGuess = 64L << 20;
    private const long Unlimited = 4L << 30;
    private const int MostSuccessesToGrow = 64;

    private readonly object _lock = new();
    private long? _limit;
    private long _taken;
    private long _inVain;
    // What a request carried whose cut made them smaller, and what all have carried since the last cut. Unit: bytes.
    private long _carried, _sinceCut;
    private int _successesToGrow = 4;
    private int _successes;

    /// <summary>True where a request takes its connection along: a line that cuts counts what went through before.</summary>
    public bool EndsConnections { get; private set; }

    /// <summary>False where the host answers <c>Expect: 100-continue</c> by a refusal, by closing, or not at all.</summary>
    public bool CanBeAsked { get; private set; } = true;

    /// <summary>True once the host said that it holds bytes of an upload: nothing on the way forbids them.</summary>
    public bool HasTaken
    {
        get
        {
            lock (_lock)
                return _taken > 0;
        }
    }

    /// <summary>The size of the next request for so much that is left. Unit: bytes.</summary>
    public long SizeOf(long left)
    {
        lock (_lock)
            return Math.Min(left, _limit ?? long.MaxValue);
    }

    /// <summary>True for a size that is larger than any that went through, where large ones failed.</summary>
    public bool IsUntried(long count)
    {
        lock (_lock)
            return _limit is not null && count > _taken;
    }

    /// <summary>Notes that the host is not to be asked before the bytes.</summary>
    public void LeaveUnasked() => CanBeAsked = false;

    /// <summary>A request was taken whole.</summary>
    public void Succeeded(long count)
    {
        lock (_lock)
        {
            _taken = Math.Max(_taken, count);
            if (_limit is null || count <= _limit / 2)
                return;
            _sinceCut += count;
            if (++_successes < _successesToGrow)
                return;
            _successes = 0;
            _limit *= 2;
            if (_limit >= Unlimited)
                (_limit, EndsConnections) = (null, false);
        }
    }

    /// <summary>The connection was cut during a request of which some arrived.</summary>
    /// <param name="count">The size of the request. Unit: bytes.</param>
    /// <param name="arrived">What the server holds of it. Unit: bytes.</param>
    /// <returns>True where the next request is smaller.</returns>
    public bool Cut(long count, long arrived)
    {
        // The headers and TLS take their part of what a connection carries.
        const long LeastMargin = 16 << 10;
        lock (_lock)
        {
            var since = _sinceCut + arrived;
            _sinceCut = 0;
            // A larger one went through, and smaller ones are cut no less often: it is not their size.
            if (_limit is not null && arrived < _taken / 2 && since >= _carried)
                return false;
            _carried = arrived;
            var isSmaller = TryLimit(count, arrived - Math.Max(arrived / 16, LeastMargin));
            EndsConnections |= isSmaller;
            return isSmaller;
        }
    }

    /// <summary>The host answered a request of which it keeps a part.</summary>
    /// <param name="count">The size of the request. Unit: bytes.</param>
    /// <param name="kept">What the server holds of it. Unit: bytes.</param>
    /// <inheritdoc cref="Cut" path="/returns" />
    public bool Shortened(long count, long kept)
    {
        lock (_lock)
        {
            _taken = Math.Max(_taken, kept);
            _inVain += count - kept;
            // The server says to the byte what it takes.
            return (_limit is not null || _inVain > LittleInVain) && TryLimit(count, kept, SmallestAnswered);
        }
    }

    /// <summary>Nothing arrived of what was sent of a request: something on the way swallowed it.</summary>
    /// <param name="count">The size of the request. Unit: bytes.</param>
    /// <param name="sent">What of it was sent. Unit: bytes.</param>
    /// <inheritdoc cref="Cut" path="/returns" />
    public bool Lost(long count, long sent)
    {
        // In steps that reach the smallest size within the repetitions that a user grants.
        lock (_lock)
            return sent > 0 && TryLimit(count, Math.Min(sent, LargestGuess) / 8);
    }

    /// <summary>The host refused the size of a request (413).</summary>
    /// <inheritdoc cref="Lost" path="/param" />
    /// <inheritdoc cref="Cut" path="/returns" />
    public bool Refused(long count, long sent)
    {
        // A refusal before the bytes costs nothing, so the size is found more closely.
        lock (_lock)
            return TryLimit(count, sent > 0 ? Math.Min(count, LargestGuess) / 8 : Math.Min(count, 2 * LargestGuess) / 2);
    }

    private bool TryLimit(long count, long size, long smallest = Smallest)
    {
        size = Math.Max(size, smallest);
        _successes = 0;
        if (_limit is { } limit && count <= limit)
        {
            // Where large requests fail for good, trying them again and again would send much for nothing.
            _successesToGrow = Math.Min(2 * _successesToGrow, MostSuccessesToGrow);
        }

        // Another upload may have found out meanwhile.
        if (size < count)
            _limit = Math.Min(size, _limit ?? size);
        return _limit < count;
    }
}
