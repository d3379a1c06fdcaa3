using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Line;

/// <summary>One direction of a line: a queue that overflows, then the rate, then the way.</summary>
/// <param name="from">Where packets come in.</param>
/// <param name="to">Where they go out.</param>
/// <param name="rate">Unit: bytes a second.</param>
/// <param name="delay">The time a packet is under way. Unit: seconds.</param>
/// <param name="queue">The most that a packet may wait for those before it. Unit: seconds.</param>
internal sealed class Direction(Tun from, Tun to, double rate, double delay, double queue)
{
    /// <summary>Packets read in one go, before those are looked after that are due.</summary>
    private const int Batch = 16;

    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>((int)(rate * (delay + queue) * 1.5) + 4 * Tun.MaxRead, pinned: true);
    private readonly Queue<(double Due, int Start, int Length)> _underWay = new(1 << 16);
    private double _freeAt;
    private int _head;
    private long _packets, _onLine, _drops, _delivered;
    private double _greatestQueueing, _sumOfQueueing, _greatestLateness, _sumOfLateness;

    /// <summary>When the next packet is due; infinite where none is under way.</summary>
    public double Due => _underWay.TryPeek(out var next) ? next.Due : double.PositiveInfinity;

    public LineStats Stats => new()
    {
        Packets = _packets,
        Bytes = _onLine,
        Drops = _drops,
        GreatestQueueing = _greatestQueueing,
        MeanQueueing = _sumOfQueueing / Math.Max(1, _packets),
        GreatestLateness = _greatestLateness,
        MeanLateness = _sumOfLateness / Math.Max(1, _delivered),
    };

    /// <summary>Takes in what has come.</summary>
    public void Take()
    {
        for (var left = Batch; left > 0 && MakeRoom(); left--)
        {
            var length = from.Read(_bytes.AsSpan(_head, Tun.MaxRead));
            if (length == 0)
                return;
            Admit(length, MonotonicClock.Now);
        }
    }

    /// <summary>Hands out what has arrived.</summary>
    public void Deliver()
    {
        while (_underWay.TryPeek(out var next) && MonotonicClock.Now - next.Due is >= 0 and var late)
        {
            _underWay.Dequeue();
            to.Write(_bytes.AsSpan(next.Start, next.Length));
            _delivered++;
            _sumOfLateness += late;
            _greatestLateness = Math.Max(_greatestLateness, late);
        }
    }

    private void Admit(int length, double now)
    {
        var segments = new Segments(_bytes.AsSpan(_head, length));
        var waits = Math.Max(0, _freeAt - now);
        var fitting = segments.CountWithin((queue - waits) * rate);
        _drops += segments.Count - fitting;
        if (fitting == 0)
            return;
        if (fitting < segments.Count)
        {
            length = segments.Keep(fitting);
            segments = new Segments(_bytes.AsSpan(_head, length));
        }

        _freeAt = now + waits + segments.OnLine / rate;
        _packets += segments.Count;
        _onLine += segments.OnLine;
        _sumOfQueueing += waits * segments.Count;
        _greatestQueueing = Math.Max(_greatestQueueing, waits);
        _underWay.Enqueue((_freeAt + delay, _head, length));
        _head += length;
    }

    /// <summary>Finds a place for the next packet in the bytes, which are used in a ring.</summary>
    /// <returns>False where what is there has to go out first.</returns>
    private bool MakeRoom()
    {
        if (!_underWay.TryPeek(out var oldest))
        {
            _head = 0;
            return true;
        }

        if (_head > oldest.Start && _bytes.Length - _head < Tun.MaxRead)
            _head = 0;
        return _head > oldest.Start || oldest.Start - _head >= Tun.MaxRead;
    }
}
