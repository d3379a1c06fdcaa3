namespace KinescopeSandbox.Control;

/// <summary>One request as the log shows it.</summary>
public sealed class RequestEntry
{
    /// <summary>1 for the first request after the start or the last clearing.</summary>
    public required long Sequence { get; init; }
    public required string RequestId { get; init; }

    /// <summary>`api` or `upload`: the host that was asked.</summary>
    public required string Host { get; init; }
    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string Query { get; init; }

    /// <summary>Request headers; the token's value is replaced.</summary>
    public required IReadOnlyDictionary<string, string> Headers { get; init; }
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Null while the request runs.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Null while the request runs or when no answer was sent.</summary>
    public int? Status { get; set; }

    /// <summary>The kind of the fault applied.</summary>
    public string? Fault { get; set; }

    /// <summary>Body bytes taken from the connection so far.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    /// <summary>The request's `Upload-Offset`.</summary>
    public long? Offset => Headers.TryGetValue("Upload-Offset", out var text) && long.TryParse(text, out var offset) ? offset : null;

    /// <summary>A fault closed the connection.</summary>
    internal bool BrokenOff { get; set; }

    private long _bodyBytes;

    internal void Add(long bytes) => Interlocked.Add(ref _bodyBytes, bytes);
}

/// <summary>The latest requests, in order of arrival.</summary>
public sealed class RequestLog(TimeProvider clock, ChangeSignal changes)
{
    /// <summary>Older entries are dropped beyond this number.</summary>
    private const int Capacity = 50_000;

    private readonly Queue<RequestEntry> _entries = new();
    private long _sequence;
    private long _bodyBytes;

    /// <summary>Body bytes received in all requests since the start or the last clearing.</summary>
    public long BodyBytes => Interlocked.Read(ref _bodyBytes);

    public RequestEntry Begin(HttpContext context, string host, string requestId)
    {
        var request = context.Request;
        lock (_entries)
        {
            var entry = new RequestEntry
            {
                Sequence = ++_sequence,
                RequestId = requestId,
                Host = host,
                Method = request.Method,
                Path = request.Path.Value ?? "",
                Query = request.QueryString.Value ?? "",
                Headers = Safe(request.Headers),
                StartedAt = clock.GetUtcNow(),
            };
            _entries.Enqueue(entry);
            if (_entries.Count > Capacity)
                _entries.Dequeue();
            return entry;
        }
    }

    public void Received(RequestEntry entry, long bytes)
    {
        entry.Add(bytes);
        Interlocked.Add(ref _bodyBytes, bytes);
        changes.Pulse();
    }

    /// <param name="status">Null: no answer was sent.</param>
    public void End(RequestEntry entry, int? status)
    {
        entry.Status ??= status;
        entry.EndedAt = clock.GetUtcNow();
        changes.Pulse();
    }

    public IReadOnlyList<RequestEntry> Entries()
    {
        lock (_entries)
            return [.. _entries];
    }

    public void Clear()
    {
        lock (_entries)
        {
            _entries.Clear();
            _sequence = 0;
            Interlocked.Exchange(ref _bodyBytes, 0);
        }
    }

    private static Dictionary<string, string> Safe(IHeaderDictionary headers)
    {
        var safe = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in headers)
            safe[name] = name.Equals("Authorization", StringComparison.OrdinalIgnoreCase) ? "Bearer ***" : value.ToString();
        return safe;
    }
}
