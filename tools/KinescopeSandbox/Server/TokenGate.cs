using System.Collections.Concurrent;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Server;

/// <summary>Checks the bearer token, its scope and its rate.</summary>
public sealed class TokenGate(SandboxState state, TimeProvider clock, bool rateLimit)
{
    /// <summary>Requests per second and token.</summary>
    public const int RequestsPerSecond = 10;

    private readonly ConcurrentDictionary<string, Queue<long>> _recent = new();

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

    private void CheckRate(HttpContext context, ApiToken token)
    {
        if (!rateLimit)
            return;

        var recent = _recent.GetOrAdd(token.Value, _ => new Queue<long>());
        lock (recent)
        {
            var now = clock.GetTimestamp();
            if (recent.Count == RequestsPerSecond && clock.GetElapsedTime(recent.Peek(), now) < TimeSpan.FromSeconds(1))
            {
                context.Response.Headers.RetryAfter = "1";
                throw ApiError.TooManyRequests();
            }
            if (recent.Count == RequestsPerSecond)
                recent.Dequeue();
            recent.Enqueue(now);
        }
    }
}
