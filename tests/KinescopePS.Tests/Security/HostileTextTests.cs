using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Security;

/// <summary>Texts of others that command a terminal, leave a folder, or add a header.</summary>
public sealed class HostileTextTests : UploadTest
{
    // Clears the screen, writes the clipboard (OSC 52), turns the reading order round.
    private const string Hostile = "\u001b[2J\u001b]52;c;cm0gLXJmIC8=\u0007Урок\u202Egpj.\u009b31m\r\n1";

    [Fact]
    public async Task A_hostile_title_reaches_nobody_as_it_is()
    {
        Folder.WriteVideo("0.mp4", 1000);
        WriteManifest("l0", "0.mp4", Hostile);

        var result = Send("-Verbose").RequireNoErrors();

        Assert.Equal(["Uploaded"], result.Texts("Status"));
        var title = Assert.Single(result.Texts("Title"))!;
        RequireHarmless(title);
        Assert.Contains("Урок", title);
        Assert.All(result.Verbose, RequireHarmless);
        Assert.All(result.Progress, record => RequireHarmless($"{record.Activity}{record.StatusDescription}{record.CurrentOperation}"));
        var video = Assert.Single(await Sandbox.VideosAsync());
        Assert.Equal(title, video.GetProperty("title").GetString());
    }

    [Fact]
    public void A_hostile_title_of_a_script_is_made_harmless_too()
    {
        Folder.WriteVideo("0.mp4", 1000);

        var result = Session.Run("param($title) [pscustomobject]@{ Path = '0.mp4'; LessonId = 'l0'; Title = $title } | Send-KinescopeVideo -WhatIf -Verbose; 'done'", Hostile).RequireNoErrors();

        Assert.All(result.Verbose, RequireHarmless);
    }

    [Theory]
    [InlineData("\u001b[2J.mp4")]
    [InlineData("../outside.mp4")]
    [InlineData("a/../../outside.mp4")]
    [InlineData("..\\outside.mp4")]
    [InlineData("/etc/passwd")]
    [InlineData("C:\\Windows\\win.ini")]
    [InlineData("\\\\server\\share\\film.mp4")]
    public void A_path_that_leaves_the_course_is_refused(string path)
    {
        Folder.Write("course/placeholder", "");
        Folder.WriteVideo("outside.mp4", 1000);
        Folder.Write("course/manifest.json", $$"""{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l0","filepath":{{System.Text.Json.JsonSerializer.Serialize(path)}},"title_original":"a"}]}]}]}""");

        var result = Session.Run("Get-LessonVideoMap course | Send-KinescopeVideo");

        Assert.Contains("LessonFilePathRefused", result.ErrorIds);
        Assert.All(result.Errors, error => RequireHarmless(error.Exception.Message));
        Assert.Empty(result.Output);
    }

    [Fact]
    public async Task What_a_server_says_is_shown_without_its_commands()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "POST", path = "/v2/init" },
            fault = new { kind = "answer", status = 400, code = 400, message = "\u001b[2J\u001b]0;owned\u0007 no" },
        });

        var result = Send(connection: "-MaxRetry 0");

        Assert.NotEmpty(result.Errors);
        Assert.All(result.Errors, error => RequireHarmless(error.Exception.Message));
        Assert.All(result.Texts("Error"), error => RequireHarmless(error ?? ""));
    }

    [Fact]
    public async Task A_workspace_that_would_add_a_header_is_refused()
    {
        WriteCourse(1);

        var result = Session.Run("Connect-Kinescope @kinescope -WorkspaceId \"w`r`nX-Injected: 1\"");

        Assert.Equal(["IdInvalid"], result.ErrorIds);
        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Theory]
    [InlineData("'; DROP TABLE \\\"Lesson\\\"; --")]
    [InlineData("../../v1/tokens")]
    [InlineData("\\u001b[2J")]
    public async Task A_video_id_that_is_none_goes_nowhere(string id)
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(new { match = new { method = "POST", path = "/v2/init" }, fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"id\": ?\"[^\"]*\""] = $"\"id\":\"{id}\"" } } });

        var result = Send(connection: "-MaxRetry 0");

        Assert.Contains("AnswerInvalid", result.ErrorIds);
        Assert.DoesNotContain("DROP TABLE", await File.ReadAllTextAsync(ProgressFile, TestContext.Current.CancellationToken));
    }

    private void WriteManifest(string id, string path, string title) => Folder.Write("manifest.json", $$"""
        {"courses":[{"id":"02_ads","modules":[{"id":"m","lessons":[{"id":"{{id}}","filepath":"{{path}}","title_original":{{System.Text.Json.JsonSerializer.Serialize(title)}}}]}]}]}
        """);

    private static void RequireHarmless(string text) =>
        Assert.DoesNotContain(text, character => char.IsControl(character) || character is '\u202E' or '\u2066');
}
