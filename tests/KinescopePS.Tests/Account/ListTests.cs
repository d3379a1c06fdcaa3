using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>A Kinescope that gives fewer items a page than are asked for: whatever reads a list reads all of it.</summary>
public sealed class ListTests : AccountTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0"];

    [Fact]
    public async Task FoundA05_A_lost_progress_file_sends_nothing_again_however_short_the_pages_are()
    {
        WriteCourse(7);
        Connect().RequireNoErrors();
        var ids = Send().RequireNoErrors().Texts("VideoId").Order();
        File.Delete(ProgressFile);
        await ShortenPagesAsync();

        var again = Send("-Wait").RequireNoErrors();

        Assert.Equal(ids, again.Texts("VideoId").Order());
        Assert.All(again.Texts("Status"), status => Assert.Equal("Skipped", status));
        await Sandbox.ClearFaultsAsync();
        await RequireOneVideoEachAsync(7);
    }

    [Fact]
    public async Task FoundA05_Each_cmdlet_that_reads_a_list_reads_all_of_it()
    {
        Connect().RequireNoErrors();
        for (var i = 0; i < 5; i++)
        {
            await AddVideoAsync($"v{i}");
            await AddFolderAsync($"f{i}");
            await PostAsync("/v1/projects", new { name = $"p{i}", privacy_type = "anywhere" });
        }

        await ShortenPagesAsync();

        Assert.Equal(["v4", "v3", "v2", "v1", "v0"], Session.Run("Get-KinescopeVideo").RequireNoErrors().Texts("Title"));
        Assert.Equal(["f0", "f1", "f2", "f3", "f4"], Session.Run("Get-KinescopeFolder").RequireNoErrors().Texts("Name"));
        Assert.Equal(["p0", "p1", "p2", "p3", "p4"], Session.Run("Get-KinescopeProject p?").RequireNoErrors().Texts("Name").Order());
        Assert.Equal(5, Session.Run("Invoke-KinescopeApi videos -All").RequireNoErrors().Output.Count);
        Assert.Equal(5, Session.Run("Get-KinescopeVideo | Wait-KinescopeVideo").RequireNoErrors().Output.Count);
        Assert.Equal(5, Session.Run("TabExpansion2 'Get-KinescopeFolder -FolderId f' | ForEach-Object CompletionMatches").RequireNoErrors().Output.Count);
    }

    [Fact]
    public async Task FoundA05_A_lesson_goes_to_the_folder_that_is_not_on_the_first_page()
    {
        WriteCourse(1);
        Connect().RequireNoErrors();
        foreach (var name in new[] { "a", "b", "c", "02_ads" })
            await AddFolderAsync(name);
        await ShortenPagesAsync();

        Send("-FolderBy Course").RequireNoErrors();

        Assert.Equal(4, Session.Run("Get-KinescopeFolder").RequireNoErrors().Output.Count);
        Assert.Equal(["02_ads"], Session.Run("(Get-KinescopeFolder -FolderId (Get-KinescopeVideo).FolderId)").RequireNoErrors().Texts("Name"));
    }

    [Fact]
    public async Task FoundB09_A_list_that_has_no_end_is_an_error_that_says_so()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("v");
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "alter", replace = new Dictionary<string, string> { ["\"total\": ?1"] = "\"total\":2000000000" } }, times: null));

        Assert.Equal(["v"], Session.Run("Get-KinescopeVideo").RequireNoErrors().Texts("Title"));

        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 200, body = """{"meta":{"pagination":{"page":1,"per_page":1,"total":2000000000}},"data":[{"id":"v","title":"v"}]}""" }, times: null));
        foreach (var command in new[] { "Get-KinescopeVideo", "Invoke-KinescopeApi videos -All" })
        {
            var result = Session.Run(command);
            Assert.Equal(["AnswerInvalid"], result.ErrorIds);
            Assert.Contains("cannot be read to its end", result.LastError.Exception.Message);
        }
    }

    private Task ShortenPagesAsync() => Sandbox.SetFaultsAsync(Fault("GET", "/v1/", new { kind = "small-pages", items = 2 }, times: null));
}
