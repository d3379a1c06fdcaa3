using KinescopeSandbox.Faults;
using Microsoft.AspNetCore.Http.Features;

namespace KinescopeSandbox.Control;

/// <summary>Gives every answer an `X-Request-ID` and every platform request a place in the log.</summary>
public sealed class RequestRecorder(RequestLog log, string host)
{
    /// <summary>The log entry of the running request.</summary>
    public static RequestEntry EntryOf(HttpContext context) => (RequestEntry)context.Items[typeof(RequestEntry)]!;

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var requestId = Guid.NewGuid().ToString("D");
        context.Response.Headers["X-Request-ID"] = requestId;
        if (context.Request.Path.StartsWithSegments("/sandbox"))
        {
            await next(context);
            return;
        }

        var entry = log.Begin(context, host, requestId);
        context.Items[typeof(RequestEntry)] = entry;
        context.Features.Set<IRequestBodyPipeFeature>(new MeteredBodyReader(context.Request.BodyReader, bytes => log.Received(entry, bytes)));
        try
        {
            await next(context);
        }
        finally
        {
            var unanswered = entry.BrokenOff || context.RequestAborted.IsCancellationRequested;
            log.End(entry, unanswered && !context.Response.HasStarted ? null : context.Response.StatusCode);
        }
    }
}
