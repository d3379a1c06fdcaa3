using KinescopeSandbox.Faults;

namespace KinescopeSandbox.Server;

/// <summary>`/v1` out of service, as <see cref="PlatformWays.Api"/> says; a web server in front of it answers, or nobody.</summary>
public sealed class OutageMiddleware(Platform platform)
{
    private static readonly byte[] Page = "<html><head><title>503 Service Temporarily Unavailable</title></head><body><center><h1>503</h1></center><hr><center>nginx</center></body></html>"u8.ToArray();

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        switch (context.Request.Path.StartsWithSegments("/v1") ? platform.Api : "up")
        {
            case "up":
                await next(context);
                break;
            case "500500":
                throw ApiError.Internal("context deadline exceeded");
            case "reset":
                Connection.Reset(context);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
                context.Response.ContentType = "text/html";
                context.Response.ContentLength = Page.Length;
                await context.Response.Body.WriteAsync(Page, context.RequestAborted);
                break;
        }
    }
}
