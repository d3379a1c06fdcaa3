using System.Text.Json;
using KinescopeSandbox.Server;

namespace KinescopeSandbox.Control;

/// <summary>`/sandbox/platform` and `/sandbox/clock`: the ways of the platform's open questions, and time.</summary>
public sealed class PlatformApi(Platform platform, MovableClock clock)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/sandbox/platform", (RequestDelegate)AnswerAsync);
        routes.MapPut("/sandbox/platform", (RequestDelegate)(context => ChooseAsync(context, new PlatformWays())));
        routes.MapPatch("/sandbox/platform", (RequestDelegate)(context => ChooseAsync(context, platform.Ways)));
        routes.MapPost("/sandbox/clock", (RequestDelegate)AdvanceAsync);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var (now, standard) = (platform.Ways, new PlatformWays());
        return Answer.DataAsync(context, PlatformQuestion.All.ToDictionary(
            question => question.Name,
            question => new { Way = question.In(now), Default = question.In(standard), Ways = question.WaysText }));
    }

    /// <param name="others">The ways of the questions that the request does not name.</param>
    private async Task ChooseAsync(HttpContext context, PlatformWays others)
    {
        try
        {
            var chosen = await JsonSerializer.DeserializeAsync<Dictionary<string, JsonElement>>(context.Request.Body, Answer.Json, context.RequestAborted);
            platform.Go(PlatformQuestion.Choose(others, (chosen ?? []).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.ToString()))));
        }
        catch (Exception exception) when (exception is JsonException or FormatException)
        {
            throw ApiError.Unexpected(exception.Message);
        }
        await AnswerAsync(context);
    }

    private async Task AdvanceAsync(HttpContext context)
    {
        var fields = await JsonFields.ReadAsync(context);
        clock.Advance(TimeSpan.FromSeconds(fields.Integer("advance_seconds") ?? throw ApiError.Unexpected("advance_seconds")));
        await Answer.DataAsync(context, new { now = clock.GetUtcNow() });
    }
}
