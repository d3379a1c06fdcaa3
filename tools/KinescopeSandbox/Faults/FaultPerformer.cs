using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using KinescopeSandbox.Control;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;

namespace KinescopeSandbox.Faults;

/// <summary>Makes a request go wrong in the way of one fault.</summary>
public sealed class FaultPerformer(SandboxState state, TimeProvider clock, StalledRequests stalls)
{
    public Task PerformAsync(HttpContext context, Fault fault, RequestDelegate next) => fault.Kind switch
    {
        "answer" or "redirect" => AnswerAsync(context, fault, next),
        "delay" => DelayAsync(context, fault, next),
        "cut" => EndAsync(context, fault, next, Connection.Cut),
        "reset" => EndAsync(context, fault, next, Connection.Reset),
        "stall" => StallAsync(context, fault, next),
        "trickle" => TrickleAsync(context, fault, next),
        "lost-answer" => LoseAnswerAsync(context, next),
        "cut-answer" => CutAnswerAsync(context, fault, next),
        "alter" => AlterAsync(context, fault, next),
        "short-write" => ShortWriteAsync(context, fault, next),
        "discard" => DiscardAsync(context, fault, next),
        "forget" => ForgetAsync(context, fault, next),
        "no-continue" => LeaveUnaskedAsync(context, next),
        "small-pages" => SmallPagesAsync(context, fault, next),
        "video-status" => SetVideoStatusAsync(context, fault, next),
        _ => throw new InvalidOperationException(fault.Kind),
    };

    private async Task AnswerAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        if (fault.When == "after-processing")
            await ProcessUnansweredAsync(context, next);
        else if (fault.When == "after-body")
            await ReadAwayAsync(context);
        else if (fault.AfterBytes > 0 && !await BreaksOffAsync(context, fault.AfterBytes, next))
            return;

        Apply(context.Response, fault);
        var body = BodyOf(context.Request, fault);
        context.Response.ContentLength = body.Length;
        if (fault.Then == "close")
        {
            await Connection.AnswerAndCloseAsync(context, body);
            return;
        }
        await SendAsync(context, body);
        if (fault.Then == "stall")
        {
            await context.Response.CompleteAsync();
            await stalls.HoldAsync(context);
        }
    }

    private async Task DelayAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        var delay = Task.Delay(TimeSpan.FromSeconds(fault.Seconds), clock, context.RequestAborted);
        if (fault.When == "before-body")
        {
            await delay;
            await next(context);
            return;
        }
        var answer = await ProcessUnansweredAsync(context, next);
        await delay;
        await SendAsync(context, answer);
    }

    private static async Task EndAsync(HttpContext context, Fault fault, RequestDelegate next, Action<HttpContext> end)
    {
        var afterBytes = fault.ConnectionBytes is { } most ? Math.Max(0, most - CarriedOn(context).Value) : fault.AfterBytes;
        if (afterBytes == 0 || await BreaksOffAsync(context, afterBytes, next))
            end(context);
        else if (fault.ConnectionBytes is not null)
            CarriedOn(context).Value += RequestRecorder.EntryOf(context).BodyBytes;
    }

    /// <summary>The body bytes that the connection's earlier requests brought, as far as a fault counted them.</summary>
    private static StrongBox<long> CarriedOn(HttpContext context)
    {
        var items = context.Features.GetRequiredFeature<IConnectionItemsFeature>().Items;
        if (!items.TryGetValue(typeof(StrongBox<long>), out var carried))
            items[typeof(StrongBox<long>)] = carried = new StrongBox<long>();
        return (StrongBox<long>)carried!;
    }

    /// <summary>A server that does not know `Expect`: it never says `100 Continue`, and takes the body when it comes.</summary>
    private static Task LeaveUnaskedAsync(HttpContext context, RequestDelegate next)
    {
        context.Request.Headers.Remove("Expect");
        return next(context);
    }

    private async Task StallAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        if (fault.When == "after-processing")
        {
            var answer = await ProcessUnansweredAsync(context, next);
            await stalls.HoldAsync(context);
            await SendAsync(context, answer);
            return;
        }
        if (fault.AfterBytes == 0)
            await stalls.HoldAsync(context);
        else
            Trigger(context, fault.AfterBytes, () => stalls.HoldAsync(context));
        await next(context);
    }

    private async Task TrickleAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        BodyOf(context).BytesPerSecond = fault.BytesPerSecond;
        if (fault.AnswerBytesPerSecond is not { } rate)
        {
            await next(context);
            return;
        }
        var answer = await ProcessUnansweredAsync(context, next);
        foreach (var value in answer)
        {
            await context.Response.Body.WriteAsync(new[] { value }, context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromSeconds(1.0 / rate), clock, context.RequestAborted);
        }
    }

    private static async Task LoseAnswerAsync(HttpContext context, RequestDelegate next)
    {
        await ProcessUnansweredAsync(context, next);
        Connection.Cut(context);
    }

    private static async Task CutAnswerAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        var answer = await ProcessUnansweredAsync(context, next);
        if (answer.Length <= fault.AfterBytes)
            await SendAsync(context, answer);
        else
            await Connection.AnswerAndCloseAsync(context, answer[..(int)fault.AfterBytes]);
    }

    private static Task SmallPagesAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        var query = context.Request.QueryString.Value ?? "";
        context.Request.QueryString = new QueryString(Regex.Replace(query, @"\bper_page=\d+", $"per_page={fault.Items}"));
        return next(context);
    }

    private static async Task AlterAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        var answer = await ProcessUnansweredAsync(context, next);
        Apply(context.Response, fault);
        if (fault.Body is not null)
            answer = Encoding.UTF8.GetBytes(fault.Body);
        if (fault.Replace is not null)
        {
            var text = fault.Replace.Aggregate(Encoding.UTF8.GetString(answer), (body, rule) => Regex.Replace(body, rule.Key, rule.Value));
            answer = Encoding.UTF8.GetBytes(text);
        }
        if (answer.Length > 0 && !(fault.Headers?.ContainsKey("Content-Length") ?? false))
            context.Response.ContentLength = answer.Length;
        await SendAsync(context, answer);
    }

    private static Task ShortWriteAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        BodyOf(context).DeliverBytes = fault.KeepBytes;
        return next(context);
    }

    /// <summary>A buffer on the way that passes on only whole bodies: a longer one is taken and lost.</summary>
    private static async Task DiscardAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        if (context.Request.ContentLength <= fault.AfterBytes)
        {
            await next(context);
            return;
        }
        BodyOf(context).DeliverBytes = 0;
        await EndAsync(context, fault, next, Connection.Cut);
    }

    private Task ForgetAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        ChangeVideo(context, video => video with { Upload = video.Upload with { ForgottenStatus = fault.Status ?? 404 } });
        return next(context);
    }

    private async Task SetVideoStatusAsync(HttpContext context, Fault fault, RequestDelegate next)
    {
        var answer = await ProcessUnansweredAsync(context, next);
        ChangeVideo(context, video => video with { ForcedStatus = fault.VideoStatus ?? "error" });
        await SendAsync(context, answer);
    }

    private void ChangeVideo(HttpContext context, Func<Video, Video> change)
    {
        if (Guid.TryParse(context.Request.RouteValues["uploadId"] as string, out var id) && state.FindByUpload(id) is { } video)
            state.Update(video.Id, change);
    }

    private static MeteredBodyReader BodyOf(HttpContext context) => (MeteredBodyReader)context.Features.GetRequiredFeature<IRequestBodyPipeFeature>();

    private static void Trigger(HttpContext context, long afterBytes, Func<Task> action)
    {
        var body = BodyOf(context);
        body.TriggerAfterBytes = afterBytes;
        body.AtTrigger = action;
    }

    /// <summary>Lets the handler have the first bytes of the body and then none.</summary>
    /// <returns>False when the body was shorter: the request has been answered normally.</returns>
    private static async Task<bool> BreaksOffAsync(HttpContext context, long afterBytes, RequestDelegate next)
    {
        Trigger(context, afterBytes, () => throw new BodyFaultException());
        try
        {
            await next(context);
            return false;
        }
        catch (BodyFaultException)
        {
            return true;
        }
    }

    private static async Task ReadAwayAsync(HttpContext context)
    {
        var body = context.Request.BodyReader;
        while (true)
        {
            var read = await body.ReadAsync(context.RequestAborted);
            body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                return;
        }
    }

    /// <summary>Processes the request and returns the answer's body instead of sending it.</summary>
    private static async Task<byte[]> ProcessUnansweredAsync(HttpContext context, RequestDelegate next)
    {
        var connection = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var held = new MemoryStream();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(held));
        try
        {
            await next(context);
        }
        finally
        {
            context.Features.Set(connection);
        }
        return held.ToArray();
    }

    private static Task SendAsync(HttpContext context, byte[] body) =>
        body.Length == 0 || HttpMethods.IsHead(context.Request.Method) || context.Response.StatusCode == StatusCodes.Status204NoContent
            ? Task.CompletedTask
            : context.Response.Body.WriteAsync(body, 0, body.Length, context.RequestAborted);

    private static void Apply(HttpResponse response, Fault fault)
    {
        if (fault.Status is { } status)
            response.StatusCode = status;
        if (fault.Location is not null)
        {
            response.StatusCode = fault.Status ?? StatusCodes.Status307TemporaryRedirect;
            response.Headers.Location = fault.Location
                .Replace("{host}", response.HttpContext.Request.Host.Value)
                .Replace("{path}", response.HttpContext.Request.Path.Value);
        }
        foreach (var (name, value) in fault.Headers ?? new Dictionary<string, string?>())
        {
            if (value is null)
                response.Headers.Remove(name);
            else
                response.Headers[name] = value;
        }
    }

    private static byte[] BodyOf(HttpRequest request, Fault fault)
    {
        var response = request.HttpContext.Response;
        if (response.StatusCode is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
            return [];
        if (fault.Body is null && fault.Code is { } code)
        {
            response.ContentType = "application/json; charset=utf-8";
            return JsonSerializer.SerializeToUtf8Bytes(new ApiError(response.StatusCode, code, fault.Message ?? "fault").Envelope, Answer.Json);
        }
        var reason = $"{response.StatusCode} {ReasonPhrases.GetReasonPhrase(response.StatusCode)}";
        var text = fault.Body ?? $"<html>\r\n<head><title>{reason}</title></head>\r\n<body>\r\n<center><h1>{reason}</h1></center>\r\n</body>\r\n</html>\r\n";
        if (fault.Headers?.ContainsKey("Content-Type") is not true)
            response.ContentType = text.StartsWith('{') ? "application/json; charset=utf-8" : "text/html";
        return Encoding.UTF8.GetBytes(text);
    }
}
