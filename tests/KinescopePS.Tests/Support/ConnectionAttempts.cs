using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Tracing;

namespace KinescopePS.Tests.Support;

/// <summary>Notes this process's attempts to connect to a port, as the runtime itself tells of them.</summary>
internal sealed class ConnectionAttempts : EventListener
{
    private readonly string _portBytes;
    private readonly ConcurrentQueue<long> _times = new();

    public ConnectionAttempts(int port) => _portBytes = $":{{{port >> 8},{port & 255},";

    /// <summary>The time from each attempt to the next one.</summary>
    public IReadOnlyList<TimeSpan> Gaps => [.. _times.Zip(_times.Skip(1), Stopwatch.GetElapsedTime)];

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "System.Net.Sockets")
            EnableEvents(source, EventLevel.Informational);
    }

    protected override void OnEventWritten(EventWrittenEventArgs written)
    {
        if (written.EventName == "ConnectStart" && written.Payload?[0] is string address && address.Contains(_portBytes))
            _times.Enqueue(Stopwatch.GetTimestamp());
    }
}
