using System.Globalization;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>`GET /v1/billing/usage`: for each day and project the stored bytes, the minutes encoded and the bytes delivered (none here).</summary>
public sealed class BillingApi(SandboxState state)
{
    private const double BytesPerMinute = 187_500 * 60;
    private const int MaxDays = 366;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/v1/billing/usage", (RequestDelegate)UsageAsync);

    private Task UsageAsync(HttpContext context)
    {
        var (from, to) = (Day(context, "from"), Day(context, "to"));
        if (to < from || to.DayNumber - from.DayNumber >= MaxDays)
            throw ApiError.Unexpected("to");
        var byProject = context.Request.Query["group_by"].ToString() switch
        {
            "" => false,
            "project_id" => true,
            _ => throw ApiError.Unexpected("group_by"),
        };
        Guid? only = context.Request.Query["project_id"].ToString() is { Length: > 0 } text ? Parse.Uuid(text) : null;
        var complete = state.Videos.All.Where(video =>
            video is { DeletedAt: null, Upload.CompletedAt: not null } && (only is null || video.ProjectId == only)).ToList();

        var rows = new List<object>();
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            foreach (var group in complete.GroupBy(video => byProject ? video.ProjectId : (Guid?)null))
                rows.AddRange(RowsOf(day, group.Key, [.. group]));
        }
        return Answer.DataAsync(context, rows);
    }

    private static IEnumerable<object> RowsOf(DateOnly day, Guid? projectId, IReadOnlyList<Video> videos)
    {
        var date = new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        var stored = videos.Where(video => DayOf(video) <= day).Sum(video => video.Upload.Length ?? 0);
        var encoded = videos.Where(video => DayOf(video) == day).Sum(video => Math.Ceiling((video.Upload.Length ?? 0) / BytesPerMinute));
        yield return new { date, usage = stored, product = "storage", project_id = projectId };
        yield return new { date, usage = (long)encoded, product = "encoding", project_id = projectId };
        yield return new { date, usage = 0L, product = "cdn", project_id = projectId };
    }

    private static DateOnly DayOf(Video video) => DateOnly.FromDateTime(video.Upload.CompletedAt!.Value.UtcDateTime);

    private static DateOnly Day(HttpContext context, string name)
    {
        var text = context.Request.Query[name].ToString();
        if (text.Length == 0)
            throw ApiError.Validation(new InvalidParam(name, "required", "must not be empty"));
        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day
            : throw ApiError.Unexpected(name);
    }
}
