using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>What the reading cmdlets show of an account.</summary>
public sealed class ReadTests : AccountTest
{
    [Fact]
    public async Task Projects_come_by_name_and_id()
    {
        Connect().RequireNoErrors();
        var id = (await PostAsync("/v1/projects", new { name = "Курсы" })).GetProperty("id").GetString();

        Assert.Equal(["Sandbox", "Курсы"], Session.Run("Get-KinescopeProject").RequireNoErrors().Texts("Name").Order());
        Assert.Equal([id], Session.Run("Get-KinescopeProject кур*").RequireNoErrors().Texts("ProjectId"));
        Assert.Equal(["Курсы"], Session.Run("param($id) $id | Get-KinescopeProject", id).RequireNoErrors().Texts("Name"));
        Assert.Equal(["ProjectNotFound"], Session.Run("Get-KinescopeProject -ProjectId 11111111-1111-4111-8111-111111111111").ErrorIds);
    }

    [Fact]
    public async Task Folders_come_as_a_tree()
    {
        Connect().RequireNoErrors();
        var b = await AddFolderAsync("b");
        var inner = await AddFolderAsync("inner", await AddFolderAsync("a"));
        await AddFolderAsync("deep", inner);

        Assert.Equal(["a", "a/inner", "a/inner/deep", "b"], Session.Run("Get-KinescopeFolder").RequireNoErrors().Texts("Path"));
        Assert.Equal(["0", "1", "2", "0"], Session.Run("Get-KinescopeFolder").Texts("Depth"));
        Assert.Equal(["a/inner"], Session.Run("Get-KinescopeFolder a/inner").Texts("Path"));
        Assert.Equal(["a/inner/deep"], Session.Run("param($id) Get-KinescopeFolder -ParentId $id", inner).Texts("Path"));
        Assert.Equal(["b"], Session.Run("param($id) Get-KinescopeProject | Get-KinescopeFolder -FolderId $id", b).RequireNoErrors().Texts("Name"));
        Assert.Equal(["FolderNotFound"], Session.Run("Get-KinescopeFolder -FolderId 11111111-1111-4111-8111-111111111111").ErrorIds);
        Assert.Equal(["ProjectNotFound"], Session.Run("Get-KinescopeFolder -ProjectId 11111111-1111-4111-8111-111111111111").ErrorIds);
    }

    [Fact]
    public async Task Videos_come_newest_first_however_many_pages_there_are()
    {
        Connect().RequireNoErrors();
        for (var i = 0; i < 205; i++)
            await AddVideoAsync($"v{i}", status: null);
        await Sandbox.ForgetRequestsAsync();

        var result = Session.Run("Get-KinescopeVideo").RequireNoErrors();

        Assert.Equal(Enumerable.Range(0, 205).Reverse().Select(i => $"v{i}"), result.Texts("Title"));
        Assert.Equal(4, (await CallsAsync()).Count);
    }

    [Fact]
    public async Task Deleting_what_is_listed_passes_over_none()
    {
        Connect().RequireNoErrors();
        for (var i = 0; i < 110; i++)
            await AddVideoAsync($"v{i}", status: null);

        Session.Run("Get-KinescopeVideo -Status uploading | Remove-KinescopeVideo -Confirm:$false").RequireNoErrors();

        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task Videos_are_found_by_id_title_text_place_and_status()
    {
        Connect().RequireNoErrors();
        var folder = await AddFolderAsync("f");
        var other = (await PostAsync("/v1/projects", new { name = "Other" })).GetProperty("id").GetString()!;
        var one = await AddVideoAsync("Урок 1", folder);
        await AddVideoAsync("Урок 2", status: "error");
        await AddVideoAsync("Другое", other);
        string?[] Titles(string script) => [.. Session.Run($"param($id, $folder, $project) {script}", one, folder, other).RequireNoErrors().Texts("Title").Order(StringComparer.Ordinal)];

        Assert.Equal(["Урок 1"], Titles("Get-KinescopeVideo $id"));
        Assert.Equal(["Урок 1"], Titles("$id | Get-KinescopeVideo"));
        Assert.Equal(["Урок 1"], Titles("Get-KinescopeVideo $id | Get-KinescopeVideo"));
        Assert.Equal(["Урок 1"], Titles("(Get-KinescopeVideo $id).PlayUrl.Split('/')[-1] | Get-KinescopeVideo"));
        Assert.Equal(["Урок 1", "Урок 2"], Titles("Get-KinescopeVideo -Title 'урок*'"));
        Assert.Equal(["Урок 1", "Урок 2"], Titles("Get-KinescopeVideo -Search урок"));
        Assert.Equal(["Урок 1"], Titles("Get-KinescopeFolder f | Get-KinescopeVideo"));
        Assert.Equal(["Другое"], Titles("Get-KinescopeProject Other | Get-KinescopeVideo"));
        Assert.Equal(["Другое", "Урок 1"], Titles("Get-KinescopeVideo -Status done, processing"));
        Assert.Equal(3, Titles("Get-KinescopeVideo").Length);
    }

    [Fact]
    public void A_video_shows_links_duration_and_what_was_uploaded()
    {
        WriteCourse(1, length: 400_000);
        Connect().RequireNoErrors();
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Wait -WaitIntervalSeconds 0.1").RequireNoErrors();

        var result = Session.Run("$v = Get-KinescopeVideo; $v; $v.Original").RequireNoErrors();

        Assert.Equal(TimeSpan.FromSeconds(2.133), result.Values("Duration").First());
        Assert.StartsWith("https://kinescope.io/embed/", result.Texts("EmbedUrl").First());
        Assert.Equal("400000", result.Texts("Length").Last());
        Assert.Equal("0.mp4", result.Texts("FileName").Last());
    }

    [Fact]
    public async Task Fields_that_are_missing_null_or_new_are_no_errors()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "answer", status = 200, body = """{"data":[{"id":17,"status":"transmogrifying","duration":null,"assets":null,"tags":[1,null],"error":"?","created_at":"soon"},{}],"meta":null}""" }));

        var result = Session.Run("Get-KinescopeVideo").RequireNoErrors();

        Assert.Equal(["", "17"], result.Texts("VideoId").Order());
        Assert.Contains("transmogrifying", result.Texts("Status"));
    }

    [Fact]
    public void Usage_comes_by_day_and_product_with_its_unit()
    {
        WriteCourse(1);
        Connect().RequireNoErrors();
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo").RequireNoErrors();

        var result = Session.Run("Get-KinescopeUsage -From ([datetime]::UtcNow.AddDays(-1))").RequireNoErrors();

        Assert.Equal(6, result.Output.Count);
        Assert.Contains("1000 bytes", result.Output.Select(item => $"{item.Properties["Usage"].Value} {item.Properties["Unit"].Value}"));
        Assert.Equal(90, Session.Run("Get-KinescopeUsage").RequireNoErrors().Output.Count);
        Assert.Equal([ProjectId], Session.Run("Get-KinescopeUsage -ByProject -From ([datetime]::UtcNow)").RequireNoErrors().Texts("ProjectId").Distinct());
    }

    [Fact]
    public async Task Any_call_can_be_made()
    {
        Connect().RequireNoErrors();
        for (var i = 0; i < 12; i++)
            await AddVideoAsync($"v{i}");

        Assert.Equal(10, Session.Run("Invoke-KinescopeApi /v1/videos").RequireNoErrors().Output.Count);
        Assert.Equal(12, Session.Run("Invoke-KinescopeApi videos -All").RequireNoErrors().Output.Count);
        Assert.Equal(["v11"], Session.Run("Invoke-KinescopeApi 'v1/videos?order=created_at.desc' -Query @{ per_page = 1; 'status[]' = 'done', 'error' }").RequireNoErrors().Texts("title"));
        Assert.Equal(["Новый"], Session.Run("Invoke-KinescopeApi projects POST @{ name = 'Новый'; privacy_domains = @('a.example'); encrypted = $true }").RequireNoErrors().Texts("name"));
        Assert.Equal(["Text"], Session.Run("""Invoke-KinescopeApi projects POST '{"name":"Text"}'""").RequireNoErrors().Texts("name"));
        Assert.Equal(["BodyInvalid"], Session.Run("Invoke-KinescopeApi projects POST 'name=x'").ErrorIds);
        Assert.Equal(["UriInvalid"], Session.Run("Invoke-KinescopeApi //evil.example/v1/videos").ErrorIds);
        Assert.Equal(["UriInvalid"], Session.Run("Invoke-KinescopeApi '//['").ErrorIds);
        Assert.Equal(["UriInvalid"], Session.Run("Invoke-KinescopeApi https://evil.example/v1/videos").ErrorIds);
        Assert.Empty(Session.Run("Invoke-KinescopeApi projects POST @{ name = 'Unmade' } -WhatIf").RequireNoErrors().Output);
        Assert.DoesNotContain("Unmade", Session.Run("Get-KinescopeProject").Texts("Name"));
    }

    [Fact]
    public async Task A_stop_ends_a_call_that_hangs()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/videos", new { kind = "stall" }));
        using var listing = new RunningScript(Session.Shell("Get-KinescopeVideo"));
        await Sandbox.WaitAsync("stalled=1");

        var watch = System.Diagnostics.Stopwatch.StartNew();
        listing.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");
    }
}
