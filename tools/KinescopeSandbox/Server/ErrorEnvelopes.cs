using KinescopeSandbox.Faults;
using Microsoft.AspNetCore.Connections;

namespace KinescopeSandbox.Server;

/// <summary>Turns exceptions of the handlers into error envelopes.</summary>
public static class ErrorEnvelopes
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (ApiError error) when (!context.Response.HasStarted)
        {
            await Answer.ErrorAsync(context, error);
        }
        catch (Exception exception) when (ClientLeft(exception, context))
        {
            context.Abort();
        }
        catch (Exception exception) when (exception is not BodyFaultException && !context.Response.HasStarted)
        {
            await Console.Error.WriteLineAsync($"sandbox: {context.Request.Method} {context.Request.Path}: {exception}");
            await Answer.ErrorAsync(context, ApiError.Internal(exception.Message));
        }
    }

    private static bool ClientLeft(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or BadHttpRequestException or OperationCanceledException
            || (exception is IOException && context.RequestAborted.IsCancellationRequested);
}
