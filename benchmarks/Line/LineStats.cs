namespace KinescopeBenchmarks.Line;

/// <summary>What one direction of a line did. Times: seconds; sizes: bytes of IP packets.</summary>
internal sealed record LineStats
{
    public long Packets { get; init; }

    public long Bytes { get; init; }

    /// <summary>Packets that found the queue full.</summary>
    public long Drops { get; init; }

    public double GreatestQueueing { get; init; }

    public double MeanQueueing { get; init; }

    /// <summary>By how much a packet left later than it should have.</summary>
    public double GreatestLateness { get; init; }

    public double MeanLateness { get; init; }

    /// <summary>Packets that the kernel dropped on the way into the line. None may be.</summary>
    public long Lost { get; init; }

    /// <summary>Processor time of the router.</summary>
    public double Cpu { get; init; }
}
