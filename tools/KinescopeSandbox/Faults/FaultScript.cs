using KinescopeSandbox.Server;

namespace KinescopeSandbox.Faults;

/// <summary>The rules in force. Every rule counts the requests it covers; the first one that is due is applied.</summary>
public sealed class FaultScript
{
    private static readonly HashSet<string> Kinds =
    [
        "answer", "redirect", "delay", "cut", "reset", "stall", "trickle", "lost-answer", "cut-answer", "alter", "short-write", "discard", "forget", "small-pages",
        "video-status", "no-continue",
    ];

    private readonly Lock _lock = new();
    private List<CountedRule> _rules = [];

    /// <summary>Replaces the script; all counts begin anew.</summary>
    /// <exception cref="ApiError">A rule is unusable.</exception>
    public void Replace(IReadOnlyList<FaultRule> rules)
    {
        foreach (var fault in rules.Select(rule => rule.Fault))
        {
            if (!Kinds.Contains(fault.Kind))
                throw ApiError.Unexpected($"fault kind '{fault.Kind}'");
            if (fault.When is not ("before-body" or "after-body" or "after-processing"))
                throw ApiError.Unexpected($"fault when '{fault.When}'");
            if (fault.Then is not (null or "close" or "stall"))
                throw ApiError.Unexpected($"fault then '{fault.Then}'");
        }
        lock (_lock)
            _rules = [.. rules.Select(rule => new CountedRule(rule))];
    }

    public IReadOnlyList<FaultRule> Rules
    {
        get
        {
            lock (_lock)
                return [.. _rules.Select(counted => counted.Rule)];
        }
    }

    /// <summary>The fault due for this request; null: none.</summary>
    /// <param name="file">File name of the upload asked for; null when the request is not for an upload.</param>
    public Fault? Next(HttpRequest request, string? file)
    {
        var path = request.Path.Value ?? "";
        lock (_lock)
        {
            Fault? due = null;
            foreach (var counted in _rules)
            {
                if (counted.Rule.Match.Covers(request, file) && counted.CountAndAsk(path, mayFire: due is null))
                    due = counted.Rule.Fault;
            }
            return due;
        }
    }

    private sealed class CountedRule(FaultRule rule)
    {
        private readonly Dictionary<string, (int Seen, int Fired)> _counts = [];

        public FaultRule Rule => rule;

        public bool CountAndAsk(string path, bool mayFire)
        {
            var key = rule.Match.EachPath ? path : "";
            var (seen, fired) = _counts.GetValueOrDefault(key);
            seen++;
            var fires = mayFire && (rule.Match.Nth is null || rule.Match.Nth == seen) && (rule.Match.Times is null || fired < rule.Match.Times);
            _counts[key] = (seen, fires ? fired + 1 : fired);
            return fires;
        }
    }
}
