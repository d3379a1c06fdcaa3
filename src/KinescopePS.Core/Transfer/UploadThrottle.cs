using KinescopePS.Kinescope;

namespace KinescopePS.Transfer;

/// <summary>
/// The number of files that a run sends at once: a fixed one, or the smallest that the line gives its best rate with, looked for while the
/// run goes on.
/// </summary>
/// <remarks>
/// The round trip tells which way to look. While it is hardly longer than that of an idle line, there is room: more files are tried, and
/// kept where they bring a higher rate. Where it stays longer, a queue stands before the line: fewer are tried, and kept where they fill it
/// as well, so that others on the line wait less. Without round trips the rate alone decides, and nothing is taken back that brought
/// something. At first the number is doubled after a short look each, as TCP does with what it sends: a long line that is far from full
/// costs most then, so that one is begun with more.
/// </remarks>
internal sealed class UploadThrottle
{
    /// <summary>The number that a search begins with.</summary>
    public const int First = 4;

    /// <summary>The number that a search goes on with where the line turns out to be a long one.</summary>
    public const int FirstOnLongLine = 2 * First;

    /// <summary>The most that a search comes to.</summary>
    public const int Most = 16;

    /// <summary>The round trip of a line so long that four files leave much of it empty for seconds.</summary>
    private static readonly TimeSpan LongRoundTrip = TimeSpan.FromMilliseconds(50);

    /// <summary>The rate that more files have to bring, as a part of the one before.</summary>
    private const double WorthMore = 1.05;

    /// <summary>The rate that fewer files have to bring, as a part of the best one before.</summary>
    private const double WorthLess = 0.985;

    /// <summary>The part of the best rate that counts a window later: lines change.</summary>
    private const double Remembered = 0.9999;

    /// <summary>The time over which a rate is taken, while it climbs and later.</summary>
    private static readonly TimeSpan ShortWindow = TimeSpan.FromSeconds(1), Window = TimeSpan.FromSeconds(2.5);

    /// <summary>The time that a change takes to show: buffers fill, and connections find their pace.</summary>
    private static readonly TimeSpan ShortSettling = TimeSpan.FromSeconds(1), Settling = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan ShortestHold = TimeSpan.FromSeconds(30), LongestHold = TimeSpan.FromMinutes(5);

    private readonly List<TimeSpan> _queues = [];
    private readonly Direction _up = new(), _down = new();
    private TimeSpan _measuresFrom;
    private long? _bytesAtBegin;
    private (int Count, double Rate, Direction Direction)? _before;
    private double _best;
    private bool _climbs = true;
    private bool _knowsLine;

    private UploadThrottle(int count, bool isFixed) => (Count, IsFixed) = (count, isFixed);

    /// <summary>The number of files that are to be sent at once.</summary>
    public int Count { get; private set; }

    /// <summary>True where nothing is looked for.</summary>
    public bool IsFixed { get; }

    /// <summary>A number that stays.</summary>
    public static UploadThrottle Fixed(int count) => new(count, isFixed: true);

    /// <summary>A number that is looked for.</summary>
    public static UploadThrottle Search() => new(First, isFixed: false);

    /// <summary>Notes where a run stands: several times a second.</summary>
    /// <param name="now">A clock's reading.</param>
    /// <param name="bytesSent">The bytes that the run has sent so far.</param>
    /// <param name="isBusy">True where as many files are under way as may be, and nothing holds them.</param>
    /// <param name="delay">The round trip of what is sent; null where it is not known.</param>
    public void Note(TimeSpan now, long bytesSent, bool isBusy, LineDelay? delay)
    {
        if (!_knowsLine && delay is { Least: var least })
        {
            _knowsLine = true;
            if (least >= LongRoundTrip)
                Count = FirstOnLongLine;
        }

        if (!isBusy || bytesSent == 0)
        {
            Begin(now);
            return;
        }

        if (now < _measuresFrom)
            return;
        if (_bytesAtBegin is not { } bytes)
        {
            (_measuresFrom, _bytesAtBegin) = (now, bytesSent);
            _queues.Clear();
            return;
        }

        if (delay is { } measured)
            _queues.Add(measured.Queue - Room(measured));
        if (now - _measuresFrom < (_climbs ? ShortWindow : Window))
            return;
        Judge(now, (bytesSent - bytes) / (now - _measuresFrom).TotalSeconds);
        Begin(now);
    }

    /// <summary>The queue that is one by chance.</summary>
    private static TimeSpan Room(LineDelay delay) => Longer(TimeSpan.FromMilliseconds(10), delay.Least / 4);

    private void Begin(TimeSpan now)
    {
        // An idle run, or one at a new number, is measured once it has found its pace.
        _measuresFrom = now + (_climbs ? ShortSettling : Settling);
        _bytesAtBegin = null;
    }

    private void Judge(TimeSpan now, double rate)
    {
        // Where the queue never empties, the line is full. Unknown is neither.
        bool? isFull = _queues.Count > 0 ? _queues.Min() > TimeSpan.Zero : null;
        _best = Math.Max(rate, Remembered * _best);
        var climbed = _climbs;
        if (isFull == true || Count == Most)
            EndClimb(now);
        if (_before is { } before)
        {
            _before = null;
            var isKept = rate >= (Count > before.Count ? before.Rate * WorthMore : _best * WorthLess);
            if (!isKept)
            {
                // A climb goes by looks that are short: one that came off badly is looked at again at once, and longer.
                if (!climbed)
                    before.Direction.HoldFrom(now);
                EndClimb(now);
                Count = before.Count;
                return;
            }

            before.Direction.Succeeded();
        }

        if (isFull == true && Count > 1 && _down.IsFree(now))
            Try(Count - 1, rate, _down);
        else if (isFull != true && Count < Most && _up.IsFree(now))
            Try(Math.Min(Most, Count + (_climbs ? Count : Math.Max(1, Count / 2))), rate, _up);
    }

    // A run has to begin before it can be polite: fewer are tried once it has lasted.
    private void EndClimb(TimeSpan now)
    {
        if (_climbs)
            _down.Wait(now);
        _climbs = false;
    }

    private void Try(int count, double rate, Direction direction)
    {
        _before = (Count, rate, direction);
        Count = count;
    }

    private static TimeSpan Longer(TimeSpan first, TimeSpan second) => first > second ? first : second;

    /// <summary>One of the two ways to look: where it brought nothing, it is left alone for a while, longer each time.</summary>
    private sealed class Direction
    {
        private TimeSpan _hold = ShortestHold;
        private TimeSpan _freeAt;

        public bool IsFree(TimeSpan now) => now >= _freeAt;

        public void Succeeded() => _hold = ShortestHold;

        public void Wait(TimeSpan now) => _freeAt = now + _hold;

        public void HoldFrom(TimeSpan now)
        {
            Wait(now);
            _hold = TimeSpan.FromTicks(Math.Min(2 * _hold.Ticks, LongestHold.Ticks));
        }
    }
}
