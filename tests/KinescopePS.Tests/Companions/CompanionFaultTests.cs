namespace KinescopePS.Tests.Companions;

/// <summary>Kinescope refuses or fails a call for what stands beside a video: that is an error of its own, and the next run tries again.</summary>
public sealed class CompanionFaultTests : CompanionTest
{
    private const string Poster = "POST /v2/poster", Subtitles = "POST /v1/videos/*/subtitles", Chapters = "PUT /v1/videos/*/chapters",
        Deletion = "DELETE /v1/videos/*/subtitles/*", Look = "GET /v1/videos/*/subtitles";

    /// <summary>Without a key no video goes either.</summary>
    [Theory]
    [InlineData(Poster, 401, 100102, "TokenRejected")]
    [InlineData(Chapters, 401, 100102, "TokenRejected")]
    public async Task What_stops_uploads_stops_the_run(string call, int status, int code, string error)
    {
        WriteCourse(3);
        WriteCompanions();
        await FailAsync(call, new { kind = "answer", status, code, message = "no" });

        var result = Session.Run(Script + " -ThrottleLimit 1");

        Assert.Equal([error], ErrorIdsOf(result));
        Assert.Contains("l0 Uploaded", Statuses(result));
        Assert.DoesNotContain("l2 Uploaded", Statuses(result));
        await RequireMendedAsync(3);
    }

    /// <summary>A plan may be without one of them: the others and the videos go.</summary>
    [Theory]
    [InlineData(Poster, "posters", "subtitles ru, chapters")]
    [InlineData(Subtitles, "subtitles", "poster, chapters")]
    [InlineData(Chapters, "chapters", "poster, subtitles ru")]
    public async Task What_the_plan_is_without_is_asked_for_once_a_run(string call, string sort, string others)
    {
        WriteCourse(3);
        WriteCompanions();
        for (var lesson = 1; lesson < 3; lesson++)
        {
            foreach (var end in (string[])["jpg", "ru.srt", "chapters.txt"])
                File.Copy(Folder[$"0.{end}"], Folder[$"{lesson}.{end}"]);
        }

        await FailAsync(call, new { kind = "answer", status = 402, code = 400207, message = "no" });

        var result = Session.Run(Script + " -ThrottleLimit 1");

        Assert.Equal(["PaymentRequired"], ErrorIdsOf(result));
        Assert.Single(result.Warnings, warning => warning.Contains($"All other {sort} are left", StringComparison.Ordinal));
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded"], Statuses(result));
        Assert.All(result.Output, item => Assert.Equal(others, string.Join(", ", (IReadOnlyList<string>)item.Properties["Companions"].Value)));
        Assert.Equal(["Failed", "Left", "Left"], result.Output.Select(item => $"{item.Properties["CompanionStatus"].Value}"));
        Assert.Contains("beside them 6 sent, 0 unchanged, 1 failed, 2 left;", $"{result.Summary}", StringComparison.Ordinal);
        await RequireMendedAsync(3);
    }

    [Theory]
    [InlineData(Poster, 404, 404404, "EntityNotFound")]
    [InlineData(Subtitles, 404, 404404, "EntityNotFound")]
    [InlineData(Chapters, 404, 404404, "EntityNotFound")]
    [InlineData(Poster, 403, 100103, "AccessDenied")]
    [InlineData(Subtitles, 429, 429429, "RateLimited")]
    [InlineData(Chapters, 503, 500500, "KinescopeUnavailable")]
    [InlineData(Look, 500, 500500, "KinescopeUnavailable")]
    [InlineData(Poster, 0, 0, "KinescopeUnavailable")]
    [InlineData(Chapters, 0, 0, "KinescopeUnavailable")]
    public async Task What_concerns_one_is_its_own_error_and_the_videos_go_on(string call, int status, int code, string error)
    {
        WriteCourse(2);
        WriteCompanions();
        Session.Connect("-MaxRetry 0");
        await FailAsync(call, status == 0 ? new { kind = "cut" } : new { kind = "answer", status, code, message = "no" });

        var result = Session.Run(Script + " -ThrottleLimit 1");

        Assert.Equal([error], ErrorIdsOf(result));
        Assert.Contains("lesson 'l0'", result.Errors[0].Exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(result));
        var (failed, other) = (result.Output[0], result.Output[1]);
        Assert.Equal(("Failed", error), ($"{failed.Properties["CompanionStatus"].Value}", $"{failed.Properties["CompanionErrorId"].Value}"));
        // The object has the lesson and its file beside: a column of a table has room for the reason.
        Assert.Equal(result.Errors[0].Exception.Message, $"Lesson 'l0' ({Folder["0.mp4"]}): {failed.Properties["CompanionError"].Value}");
        Assert.Equal(("None", null), ($"{other.Properties["CompanionStatus"].Value}", other.Properties["CompanionError"].Value));
        Assert.Contains(" 1 failed", $"{result.Summary}".Split("beside them")[1], StringComparison.Ordinal);
        await RequireMendedAsync(2);
    }

    /// <summary>Both are there meanwhile, and nothing is added once more.</summary>
    [Theory]
    [InlineData(429, "RateLimited")]
    [InlineData(503, "KinescopeUnavailable")]
    public async Task Old_subtitles_that_could_not_be_deleted_are_deleted_by_the_next_run(int status, string error)
    {
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        WriteCompanions(New);
        Session.Connect("-MaxRetry 0");
        await FailAsync(Deletion, new { kind = "answer", status, code = status * 1000, message = "no" });

        Assert.Equal([error], ErrorIdsOf(Session.Run(Script)));

        Assert.Equal([$"ru: {New}", $"ru: {Old}"], (await TruthOfAsync()).Subtitles);
        await Sandbox.ClearFaultsAsync();
        Session.Run(Script).RequireNoErrors();
        await RequireAsync(New);
        Assert.Equal(2, (await ChangesAsync()).Count(change => change == "POST subtitles"));
    }

    private Task FailAsync(string call, object fault) =>
        Sandbox.SetFaultsAsync(Fault(call.Split(' ')[0], call.Split(' ')[1], fault, times: null));

    private async Task RequireMendedAsync(int lessons)
    {
        await Sandbox.ClearFaultsAsync();
        Session.Connect();
        Session.Run(Script).RequireNoErrors();
        await RequireOneVideoEachAsync(lessons);
        await RequireAsync();
    }
}
