using KinescopeSandbox.Faults;
using Microsoft.AspNetCore.Connections;

namespace KinescopeSandbox.Server;

/// <summary>Turns exceptions of the handlers into error envelopes.</summary>
public sealed class ErrorEnvelopes(Platform platform)
{
    public Task OfApiAsync(HttpContext context, RequestDelegate next) => InvokeAsync(context, next, error => Answer.ErrorAsync(context, error));

    public Task OfNodeAsync(HttpContext context, RequestDelegate next) => InvokeAsync(context, next, error =>
    {
        if (platform.Ways.UploadRefusalsNameTus == "no")
            context.Response.Headers.Remove("Tus-Resumable");
        return platform.Ways.UploadRefusals == "json" ? Answer.ErrorAsync(context, error) : Answer.TextAsync(context, error.Message, error.Status);
    });

    private async Task InvokeAsync(HttpContext context, RequestDelegate next, Func<ApiError, Task> refuse)
    {
        try
        {
            await next(context);
            if (context.Response is { StatusCode: StatusCodes.Status405MethodNotAllowed, HasStarted: false })
                await refuse(ApiError.MethodNotAllowed());
        }
        catch (ApiError error) when (!context.Response.HasStarted)
        {
            await refuse(error.IsValidation ? error.As(int.Parse(platform.Ways.ValidationStatus), int.Parse(platform.Ways.ValidationCode)) : error);
        }
        catch (Exception exception) when (ClientLeft(exception, context))
        {
            context.Abort();
        }
        catch (Exception exception) when (exception is not BodyFaultException && !context.Response.HasStarted)
        {
            await Console.Error.WriteLineAsync($"sandbox: {context.Request.Method} {context.Request.Path}: {exception}");
            await refuse(ApiError.Internal(exception.Message));
        }
    }

    private static bool ClientLeft(Exception exception, HttpContext context) =>
        exception is ConnectionResetException or BadHttpRequestException or OperationCanceledException
            || (exception is IOException && context.RequestAborted.IsCancellationRequested);
}
