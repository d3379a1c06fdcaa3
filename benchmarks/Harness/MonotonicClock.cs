using System.Diagnostics;

namespace KinescopeBenchmarks.Harness;

/// <summary>Seconds of the machine's monotonic clock, which all its processes share.</summary>
internal static class MonotonicClock
{
    public static double Now => (double)Stopwatch.GetTimestamp() / Stopwatch.Frequency;
}
