using System.Collections.Concurrent;
using System.Globalization;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Server;

/// <summary>Checks the bearer token, its scope and its rate.</summary>
public sealed class TokenGate(SandboxState state, TimeProvider clock, Platform platform, SandboxOptions options)
{
    /// <summary>Requests per token in a stretch of time, shortest first.</summary>
    private readonly (int Requests, TimeSpan Window)[] _limits = !options.RateLimit ? [] :
    [
        .. new[] { (options.RequestsPerSecond, TimeSpan.FromSeconds(1)), (options.RequestsPerMinute, TimeSpan.FromMinutes(1)) }.Where(limit => limit.Item1 > 0),
    ];

    private readonly ConcurrentDictionary<string, List<long>> _recent = new();

    /// <summary>The token that the gate let pass.</summary>
    public static ApiToken TokenOf(HttpContext context) => (ApiToken)context.Items[typeof(ApiToken)]!;

    /// <exception cref="ApiError">100101, 100102, 100103 or 429.</exception>
    public void Check(HttpContext context)
    {
        const string Scheme = "Bearer ";
        var header = context.Request.Headers.Authorization.ToString();
        if (!header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw ApiError.TokenMissing();

        var token = state.Workspace.Tokens.FirstOrDefault(known => known.Value == header[Scheme.Length..].Trim()) ?? throw ApiError.TokenUnknown();
        CheckRate(context, token);
        CheckScope(context, token);
        context.Items[typeof(ApiToken)] = token;
    }

    private static void CheckScope(HttpContext context, ApiToken token)
    {
        var permission = PermissionFor(context.Request);
        // A token for uploading alone can also list projects and look at videos.
        if (!token.May(permission) && !(permission == "read" && token.May("upload")))
            throw ApiError.AccessDenied(permission);
    }

    private static string PermissionFor(HttpRequest request)
    {
        if (request.Path.StartsWithSegments("/v2"))
            return "upload";
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return "read";
        return HttpMethods.IsDelete(request.Method) ? "delete" : "write";
    }

    private string? RetryAfter(TimeSpan wait)
    {
        var seconds = Math.Ceiling(wait.TotalSeconds);
        return platform.Ways.RetryAfter switch
        {
            "absent" => null,
            "date" => clock.GetUtcNow().AddSeconds(seconds).ToString("R", CultureInfo.InvariantCulture),
            _ => seconds.ToString(CultureInfo.InvariantCulture),
        };
    }

    private void CheckRate(HttpContext context, ApiToken token)
    {
        if (_limits.Length == 0)
            return;

        var recent = _recent.GetOrAdd(token.Value, _ => new List<long>());
        lock (recent)
        {
            var now = clock.GetTimestamp();
            recent.RemoveAll(time => clock.GetElapsedTime(time, now) >= _limits[^1].Window);
            foreach (var (requests, window) in _limits)
            {
                if (recent.Count < requests || clock.GetElapsedTime(recent[^requests], now) is var since && since >= window)
                    continue;
                context.Response.Headers.RetryAfter = RetryAfter(window - since);
                throw ApiError.TooManyRequests();
            }
            recent.Add(now);
        }
    }
}
