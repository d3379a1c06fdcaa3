using KinescopeSandbox.Control;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Faults;

/// <summary>Looks up whether a request is to go wrong, and lets it.</summary>
public sealed class FaultMiddleware(FaultScript script, FaultPerformer performer, SandboxState state)
{
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var fault = script.Next(request, FileOf(request));
        if (fault is null)
        {
            await next(context);
            return;
        }

        RequestRecorder.EntryOf(context).Fault = fault.Kind;
        try
        {
            await performer.PerformAsync(context, fault, next);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left while its request was delayed or held.
        }
    }

    private string? FileOf(HttpRequest request) =>
        Guid.TryParse(request.RouteValues["uploadId"] as string, out var id) ? state.FindByUpload(id)?.Upload.FileName : null;
}
