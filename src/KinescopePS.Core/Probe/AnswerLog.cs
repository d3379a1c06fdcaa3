namespace KinescopePS.Probe;

/// <summary>Facts of all responses of a run, whichever request they answer.</summary>
/// <param name="api">The API's address.</param>
internal sealed class AnswerLog(Uri api)
{
    private static readonly string[] Limiting = ["retry-after", "x-ratelimit", "ratelimit", "x-rate-limit"];

    private readonly object _lock = new();
    private readonly SortedDictionary<string, string> _limits = new(StringComparer.OrdinalIgnoreCase);
    private int _answers;
    private int _ofApi;
    private int _withRequestId;

    /// <summary>The number of responses.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>The status of the newest response.</summary>
    public int LastStatus { get; private set; }

    /// <summary>The API's responses, and those of them that have an <c>X-Request-ID</c>.</summary>
    public (int All, int WithRequestId) OfApi
    {
        get
        {
            lock (_lock)
                return (_ofApi, _withRequestId);
        }
    }

    /// <summary>The headers about limits that were seen, each with its first value.</summary>
    public IReadOnlyList<string> Limits
    {
        get
        {
            lock (_lock)
                return [.. _limits.Select(limit => $"{limit.Key}: {limit.Value}")];
        }
    }

    /// <summary>True where a response was a 429.</summary>
    public bool HasBeenLimited { get; private set; }

    public void Note(HttpResponseMessage response)
    {
        lock (_lock)
        {
            _answers++;
            LastStatus = (int)response.StatusCode;
            HasBeenLimited |= LastStatus == 429;
            if (response.RequestMessage?.RequestUri is { } uri && uri.Authority == api.Authority
                && uri.AbsolutePath.StartsWith("/v1/", StringComparison.Ordinal))
            {
                _ofApi++;
                _withRequestId += response.Headers.Contains("X-Request-ID") ? 1 : 0;
            }

            foreach (var (name, values) in response.Headers.NonValidated)
            {
                if (Limiting.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)))
                    _limits.TryAdd(name, values.ToString());
            }
        }
    }
}
