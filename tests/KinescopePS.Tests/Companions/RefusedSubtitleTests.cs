namespace KinescopePS.Tests.Companions;

/// <summary>Subtitles that did not arrive, and others that somebody then adds in the dashboard: those are nobody's to take.</summary>
public sealed class RefusedSubtitleTests : CompanionTest
{
    private const string Theirs = "1\n00:00:01,000 --> 00:00:02,000\nЧужое\n";

    [Theory]
    [InlineData(403, 100103, "absent")]
    [InlineData(402, 402100, "absent")]
    [InlineData(400, 400400, "absent")]
    [InlineData(503, null, "as-sent")]
    public async Task What_somebody_adds_after_a_failure_is_left(int status, int? code, string link)
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["subtitle-link"] = link });
        WriteCourse(1);
        Folder.Write("0.ru.srt", Old);
        Session.Connect("-MaxRetry 0");
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/videos/*/subtitles", new { kind = "answer", status, code, message = "no" }));
        Assert.Single(Session.Run(Script).Errors);
        await AddTheirsAsync();

        for (var run = 0; run < 2; run++)
            Assert.Equal(["CompanionAlreadySet"], ErrorIdsOf(Session.Run(Script)));

        Assert.Equal([$"ru: {Theirs}"], (await TruthOfAsync()).Subtitles);
    }

    [Fact]
    public async Task The_lessons_own_are_replaced_after_a_refusal()
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["subtitle-link"] = "absent" });
        WriteCourse(1);
        Folder.Write("0.ru.srt", Old);
        Session.Run(Script).RequireNoErrors();
        Folder.Write("0.ru.srt", New);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/videos/*/subtitles", new { kind = "answer", status = 403, code = 100103, message = "no" }));
        Assert.Equal(["AccessDenied"], ErrorIdsOf(Session.Run(Script)));

        Session.Run(Script).RequireNoErrors();

        Assert.Equal([$"ru: {New}"], (await TruthOfAsync()).Subtitles);
    }

    [Fact]
    public async Task What_did_not_arrive_with_a_description_is_sent_by_the_next_run()
    {
        WriteCourse(1);
        Session.Run(Script).RequireNoErrors();
        Folder.Write("0.ru.srt", Old);
        Session.Connect("-MaxRetry 0");
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/videos/*/subtitles", new { kind = "answer", status = 403, code = 100103, message = "no" }));
        Assert.Single(Session.Run("Get-LessonVideoMap | Set-KinescopeSubtitle -Description Русские").Errors);
        await Sandbox.ClearFaultsAsync();

        Session.Run(Script).RequireNoErrors();

        Assert.Equal([$"ru: {Old}"], (await TruthOfAsync()).Subtitles);
    }

    /// <summary>The host of the texts is not the API.</summary>
    [Fact]
    public async Task A_link_that_refuses_the_key_is_the_error_of_its_file_and_stops_nothing()
    {
        WriteCourse(1);
        Folder.Write("0.ru.srt", Old);
        Session.Connect("-MaxRetry 0");
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/videos/*/subtitles", new { kind = "answer", status = 503 }));
        Assert.Single(Session.Run(Script).Errors);
        await AddTheirsAsync();
        await Sandbox.SetFaultsAsync(Fault("GET", "/assets/subtitles/*", new { kind = "answer", status = 401 }));

        var refused = Session.Run(Script);

        Assert.Equal(("TokenRejected", "l0"), (ErrorIdsOf(refused).Single(), refused.Errors[0].TargetObject));
        Assert.Contains("could not be received", refused.Errors[0].Exception.Message, StringComparison.Ordinal);
        Assert.Equal([$"ru: {Theirs}"], (await TruthOfAsync()).Subtitles);
    }

    /// <summary>Adds subtitles of which the record hears nothing.</summary>
    private async Task AddTheirsAsync()
    {
        var file = Folder.Write("theirs/theirs.srt", Theirs);
        File.Move(ProgressFile, ProgressFile + ".away");
        Session.Run($"Get-KinescopeVideo | Add-KinescopeSubtitle -Path '{file}' -Language ru").RequireNoErrors();
        File.Move(ProgressFile + ".away", ProgressFile);
        Assert.Equal([$"ru: {Theirs}"], (await TruthOfAsync()).Subtitles);
    }
}
