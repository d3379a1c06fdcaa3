using System.Text.Json;
using KinescopeSandbox.Faults;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Control;

/// <summary>`/sandbox`: what tests do to the sandbox and ask of it. Described in README.md.</summary>
public sealed class ControlApi(SandboxState state, RequestLog log, FaultScript script, StalledRequests stalls, ChangeSignal changes, TimeProvider clock)
{
    private static readonly string[] Statuses =
        ["pending", "uploading", "pre-processing", "processing", "aborted", "done", "error", "suspended"];

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sandbox/faults", (RequestDelegate)(context => Answer.DataAsync(context, script.Rules)));
        routes.MapPut("/sandbox/faults", (RequestDelegate)SetFaultsAsync);
        routes.MapDelete("/sandbox/faults", (RequestDelegate)ClearFaults);
        routes.MapPost("/sandbox/release", (RequestDelegate)(context => Answer.DataAsync(context, new { released = stalls.Release() })));
        routes.MapPost("/sandbox/rewind", (RequestDelegate)Rewind);
        routes.MapGet("/sandbox/requests", (RequestDelegate)RequestsAsync);
        routes.MapDelete("/sandbox/requests", (RequestDelegate)ClearRequests);
        routes.MapGet("/sandbox/wait", (RequestDelegate)WaitAsync);
        routes.MapGet("/sandbox/tokens", (RequestDelegate)(context => Answer.DataAsync(context, state.Workspace.Tokens)));
        routes.MapPost("/sandbox/tokens", (RequestDelegate)AddTokenAsync);
        routes.MapDelete("/sandbox/tokens/{token}", (RequestDelegate)RevokeToken);
        routes.MapGet("/sandbox/videos", (RequestDelegate)(context => Answer.DataAsync(context, state.Videos.All.OrderBy(video => video.CreatedAt).Select(Truth))));
        routes.MapPost("/sandbox/videos/{videoId}/status", (RequestDelegate)SetStatusAsync);
        routes.MapPut("/sandbox/videos/{videoId}/bytes", (RequestDelegate)SetBytesAsync);
        routes.MapGet("/sandbox/videos/{videoId}/sha256", (RequestDelegate)Sha256Async);
    }

    private async Task SetFaultsAsync(HttpContext context)
    {
        try
        {
            var rules = await JsonSerializer.DeserializeAsync<List<FaultRule>>(context.Request.Body, Answer.Json, context.RequestAborted);
            script.Replace(rules ?? []);
        }
        catch (JsonException exception)
        {
            throw ApiError.Unexpected(exception.Message);
        }
        await Answer.DataAsync(context, script.Rules);
    }

    private Task ClearFaults(HttpContext context)
    {
        script.Replace([]);
        return Answer.DataAsync(context, new { released = stalls.Release() });
    }

    private Task Rewind(HttpContext context)
    {
        state.Rewind();
        return Answer.DataAsync(context, new { success = true });
    }

    private Task RequestsAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var match = MatchOf(query);
        var after = Number(query, "after") ?? 0;
        return Answer.DataAsync(context, log.Entries().Where(entry => entry.Sequence > after && Covers(match, entry)).ToList());
    }

    private Task ClearRequests(HttpContext context)
    {
        log.Clear();
        return Answer.DataAsync(context, new { success = true });
    }

    private async Task WaitAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var timeout = TimeSpan.FromSeconds(double.TryParse(query["timeout"], System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : 30);
        var met = await changes.WaitAsync(ConditionOf(query), timeout, context.RequestAborted);
        await Answer.DataAsync(context, new { met }, met ? StatusCodes.Status200OK : StatusCodes.Status408RequestTimeout);
    }

    private Func<bool> ConditionOf(IQueryCollection query)
    {
        if (Number(query, "stalled") is { } stalled)
            return () => stalls.Count >= stalled;
        if (Number(query, "requests") is { } requests)
        {
            var match = MatchOf(query);
            var status = Number(query, "status");
            var ended = query["ended"] == "true" || status is not null;
            return () => log.Entries().Count(entry =>
                Covers(match, entry) && (!ended || entry.EndedAt is not null) && (status is null || entry.Status == status)) >= requests;
        }
        if (Number(query, "bytes") is not { } bytes)
            throw ApiError.Unexpected("wait for bytes, requests or stalled");
        if (query["video"].ToString() is { Length: > 0 } video)
        {
            var id = Parse.VideoId(video);
            return () => state.FindVideo(id) is { } found && state.Bytes.Length(found.Upload.Id) >= bytes;
        }
        if (query["upload"].ToString() is { Length: > 0 } upload)
        {
            var id = Parse.Uuid(upload);
            return () => state.Bytes.Length(id) >= bytes;
        }
        return () => log.BodyBytes >= bytes;
    }

    private async Task AddTokenAsync(HttpContext context)
    {
        var fields = await JsonFields.ReadAsync(context);
        var permissions = fields.Texts("permissions") ?? ApiToken.AllPermissions;
        if (permissions.Except(ApiToken.AllPermissions).FirstOrDefault() is { } unknown)
            throw ApiError.Unexpected($"permission '{unknown}'");
        var token = new ApiToken(
            fields.Text("value") ?? Guid.NewGuid().ToString("D"), permissions, fields.Texts("projects")?.Select(Parse.Uuid).ToList());
        state.ChangeWorkspace(workspace => workspace with { Tokens = [.. workspace.Tokens.Where(known => known.Value != token.Value), token] });
        await Answer.DataAsync(context, token, StatusCodes.Status201Created);
    }

    private Task RevokeToken(HttpContext context)
    {
        var value = Parse.Route(context, "token");
        var known = state.Workspace.Tokens.Any(token => token.Value == value);
        if (!known)
            throw ApiError.NoSuchEntity("token");
        state.ChangeWorkspace(workspace => workspace with { Tokens = [.. workspace.Tokens.Where(token => token.Value != value)] });
        return Answer.DataAsync(context, new { success = true });
    }

    /// <summary>A null status returns the video to the one that follows from its upload.</summary>
    private async Task SetStatusAsync(HttpContext context)
    {
        var fields = await JsonFields.ReadAsync(context);
        var status = fields.Text("status");
        if (status is not null && !Statuses.Contains(status))
            throw ApiError.Unexpected($"status '{status}'");
        var message = fields.Text("message");
        var video = Find(context);
        state.Update(video.Id, current => current with { ForcedStatus = status, StatusMessage = message });
        await Answer.DataAsync(context, new { video.Id, Status = status });
    }

    private async Task SetBytesAsync(HttpContext context)
    {
        var video = Find(context);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var bytes = body.ToArray();
        state.Bytes.Delete(video.Upload.Id);
        using (var file = state.Bytes.Open(video.Upload.Id))
            state.Bytes.Write(file, [bytes], 0, bytes.Length);
        var md5 = Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(bytes));
        state.Update(video.Id, current => current with { Upload = current.Upload with { Length = bytes.Length, Md5 = md5, CompletedAt = clock.GetUtcNow() } });
        await Answer.DataAsync(context, new { video.Id, bytes.Length, Md5 = md5 });
    }

    private async Task Sha256Async(HttpContext context)
    {
        var video = Find(context);
        var sha256 = await state.Bytes.Sha256Async(video.Upload.Id, context.RequestAborted) ?? throw ApiError.NoSuchEntity("bytes");
        await Answer.DataAsync(context, new { video.Id, Length = state.Bytes.Length(video.Upload.Id), Sha256 = sha256 });
    }

    /// <summary>What is known of a video, whichever way the platform goes.</summary>
    private object Truth(Video video) => new
    {
        video.Id,
        video.ProjectId,
        video.FolderId,
        video.Title,
        video.Description,
        video.Upload.Length,
        Held = state.Bytes.Length(video.Upload.Id),
        IsComplete = video.Upload.CompletedAt is not null,
        IsDeleted = video.DeletedAt is not null,
        PosterSha256 = video.Extras.Posters.FirstOrDefault(poster => poster.Active)?.Sha256,
        Subtitles = video.Extras.Subtitles.Select(subtitle => new { subtitle.Id, subtitle.Language, subtitle.Text }),
        Chapters = video.Extras.Chapters,
    };

    private Video Find(HttpContext context) =>
        state.FindVideo(Parse.VideoId(Parse.Route(context, "videoId"))) ?? throw ApiError.NoSuchEntity("video");

    private static FaultMatch MatchOf(IQueryCollection query) => new()
    {
        Method = query["method"].ToString() is { Length: > 0 } method ? method : null,
        Path = query["path"].ToString() is { Length: > 0 } path ? path : null,
    };

    private static bool Covers(FaultMatch match, RequestEntry entry) => match.Covers(entry.Method, entry.Path, file: null);

    private static long? Number(IQueryCollection query, string name)
    {
        if (query[name].ToString() is not { Length: > 0 } text)
            return null;
        return long.TryParse(text, out var number) ? number : throw ApiError.Unexpected(name);
    }
}
