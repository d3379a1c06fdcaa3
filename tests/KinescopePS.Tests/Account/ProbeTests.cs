using System.Diagnostics;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>Test-KinescopeAccount, against a sandbox that answers as expected and in other ways.</summary>
public sealed class ProbeTests : AccountTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0.3"];

    private string Key => Sandbox.Environment["KINESCOPE_API_KEY"];

    [Fact]
    public async Task A_platform_that_is_as_expected_agrees_in_all_but_long_titles_and_nothing_is_left()
    {
        var report = await ProbeAsync();

        Assert.Equal(["title-141", "patch-title-141"], Otherwise(report));
        Assert.Equal("HTTP 200; the whole file", Seen(report, "tus-head-complete"));
        Assert.EndsWith(": the file", Seen(report, "original-download"));
        Assert.EndsWith("the video is at the project's root", Seen(report, "delete-folder"));
        Assert.Contains("done at", Seen(report, "status-sequence"));
        Assert.DoesNotContain(Findings(report), finding => finding.GetProperty("seen").GetString()!.StartsWith("no answer", StringComparison.Ordinal));
        Assert.Equal(["originals", "short-id"], Findings(report).Where(finding => finding.GetProperty("seen").GetString()!.EndsWith("to look at", StringComparison.Ordinal)).Select(Id).Order());
        await RequireNothingLeftAsync();
    }

    [Fact]
    public async Task A_platform_that_is_otherwise_is_told_apart_in_each_answer()
    {
        await Sandbox.GoAsync(new Dictionary<string, string>
        {
            ["status-after-bytes"] = "pending",
            ["status-after-bytes-seconds"] = "1",
            ["head-after-completion"] = "410",
            ["list-delay"] = "1",
            ["page-cap"] = "20",
            ["move-needs-project"] = "no",
            ["move-to-root"] = "ignored",
            ["validation-code"] = "402402",
            ["description"] = "escaped",
            ["long-title"] = "refused",
            ["original-asset"] = "never",
            ["deleted-video"] = "in-bin",
            ["videos-of-deleted-folder"] = "deleted",
            ["folder-filter"] = "subfolders",
            ["folder-list"] = "top-level",
            ["same-folder-name"] = "refused",
            ["replace-takes"] = "everything",
            ["replace-title"] = "kept",
            ["project-applies"] = "no",
            ["project-unsent"] = "dropped",
        });

        var report = await ProbeAsync();

        string[] expected =
        [
            "page-cap", "folder-twin", "folder-levels", "list-delay", "status-after-last-byte", "tus-head-complete", "description",
            "move-bare", "move-root", "folder-content", "original-size", "original-md5", "original-download", "replace-shown", "replace-title", "replace-keeps", "deleted-get", "project-applies",
        ];
        Assert.Empty(expected.Except(Otherwise(report)));
        Assert.DoesNotContain("title-141", Otherwise(report));
        Assert.Equal("HTTP 410", Seen(report, "tus-head-complete").Split(',', ':')[0]);
        Assert.Matches("^pending at 0 s, processing at [12] s, done at", Seen(report, "status-sequence"));
        Assert.Contains("402402", Seen(report, "patch-invalid"));
        Assert.EndsWith("no", Seen(report, "project-unsent"));
        Assert.Contains("HTML-escaped", Seen(report, "description"));
        Assert.Contains("deleted_at", Seen(report, "deleted-get"));
        Assert.EndsWith("the video is in the bin", Seen(report, "delete-folder"));
        Assert.All(Findings(report).Where(finding => Otherwise(report).Contains(Id(finding))), finding => Assert.NotEmpty(finding.GetProperty("consequence").GetString()!));
        Assert.Contains("page-cap", await File.ReadAllTextAsync(Folder["report.md"], TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_report_may_be_posted()
    {
        await PostAsync("/v1/projects", new { name = "Secret school" });
        await AddVideoAsync("Secret lesson");

        await ProbeAsync(withWorkspace: true);

        var uploads = (await Sandbox.RequestsAsync("PATCH", "/v2/upload")).Select(request => request.GetProperty("path").GetString()!.Split('/')[^1]).Distinct().ToList();
        Assert.NotEmpty(uploads);
        foreach (var file in new[] { "report.json", "report.md" })
        {
            var text = await File.ReadAllTextAsync(Folder[file], TestContext.Current.CancellationToken);
            Assert.All(
                (string[])[Key, .. uploads, ProjectId, Sandbox.Environment["KINESCOPE_WORKSPACE_ID"], "Secret", "Sandbox", "://", "/v2/upload"],
                secret => Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase));
        }
    }

    [Fact]
    public async Task Reading_alone_changes_nothing()
    {
        Connect();
        await Sandbox.ForgetRequestsAsync();

        var result = Session.Run("Test-KinescopeAccount -Quick").RequireNoErrors();

        Assert.True(result.Output.Count > 15);
        Assert.All(await CallsAsync(), call => Assert.Matches("^(GET|OPTIONS) ", call));
    }

    [Theory]
    [InlineData("PATCH", "/v2/upload/*")]
    [InlineData("POST", "/v2/init")]
    [InlineData("POST", "/v1/projects")]
    [InlineData("PUT", "/v1/videos/*/chapters")]
    public async Task A_stop_removes_what_was_made(string method, string path)
    {
        Connect();
        // It arrives, and nothing is heard of it.
        await Sandbox.SetFaultsAsync(new { match = new { method, path, nth = 1 }, fault = new { kind = "delay", when = "after-processing", seconds = 60 } });
        using var probe = new RunningScript(Session.Shell("Test-KinescopeAccount report -Confirm:$false -IntervalSeconds 0.1"));
        await Sandbox.WaitAsync($"requests=1&method={method}&path={Uri.EscapeDataString(path)}");

        var watch = Stopwatch.StartNew();
        probe.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
        await RequireNothingLeftAsync();
        Assert.True(ReadReport().GetProperty("incomplete").GetBoolean());
    }

    [Fact]
    public async Task A_command_further_down_that_fails_ends_it_clean()
    {
        Connect();

        var result = Session.Run("Test-KinescopeAccount report -Confirm:$false | ForEach-Object { if ($_.Id -eq 'tus-head') { throw 'enough' } }");

        Assert.Equal("enough", result.Terminating?.Exception.Message);
        await RequireNothingLeftAsync();
    }

    [Fact]
    public async Task What_cannot_be_removed_is_named_with_its_id()
    {
        await Sandbox.GrantTokenAsync("read", "write", "upload");

        var report = await ProbeAsync(isClean: false);

        var project = Assert.Single((await Sandbox.GetAsync("/v1/projects")).GetProperty("data").EnumerateArray(), project => project.GetProperty("name").GetString()!.Contains("probe", StringComparison.Ordinal)).GetProperty("id").GetString()!;
        Assert.Contains(report.GetProperty("left_behind").EnumerateArray(), left => left.GetString()!.Contains($"project {project}", StringComparison.Ordinal));
        Assert.Contains(Warnings, warning => warning.Contains(project, StringComparison.Ordinal));
        Assert.Contains("delete-video", Otherwise(report));
        Assert.Equal("read, write, upload", Seen(report, "rights"));
    }

    [Fact]
    public async Task A_session_that_is_closed_meanwhile_leaves_things_which_the_report_names()
    {
        Connect();

        var result = Session.Run("Test-KinescopeAccount report -Confirm:$false | ForEach-Object { if ($_.Id -eq 'tus-head') { Disconnect-Kinescope } }");

        Assert.Equal(["SessionClosed"], result.ErrorIds);
        var video = Assert.Single(await Sandbox.VideosAsync(), video => video.GetProperty("title").GetString()!.EndsWith(" a", StringComparison.Ordinal));
        var left = ReadReport().GetProperty("left_behind").EnumerateArray().Select(leftover => leftover.GetString()!).ToList();
        Assert.Contains(left, leftover => leftover.StartsWith($"video {video.GetProperty("id").GetString()}", StringComparison.Ordinal));
        Assert.Contains(left, leftover => leftover.StartsWith($"project {video.GetProperty("project_id").GetString()}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_probe_left_is_removed_by_the_next()
    {
        var old = (await PostAsync("/v1/projects", new { name = "KinescopePS probe 2026-01-02 03:04 UTC, 12ab (may be deleted)" })).GetProperty("id").GetString()!;
        await AddVideoAsync("left", old);
        var named = (await PostAsync("/v1/projects", new { name = "KinescopePS probe notes" })).GetProperty("id").GetString()!;

        await ProbeAsync(isClean: false);

        Assert.Contains(Warnings, warning => warning.Contains(old, StringComparison.Ordinal));
        var left = (await Sandbox.GetAsync("/v1/projects")).GetProperty("data").EnumerateArray().Select(project => project.GetProperty("id").GetString()).ToList();
        Assert.Equal((false, true), (left.Contains(old), left.Contains(named)));
        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task A_broken_connection_ends_one_question_and_a_rejected_key_all()
    {
        await Sandbox.SetFaultsAsync(
            new { match = new { method = "POST", path = "/v1/videos/*/posters" }, fault = new { kind = "reset" } },
            new { match = new { method = "GET", path = "^/v1/videos/[0-9a-f-]+$", times = 1 }, fault = new { kind = "answer", status = 502 } });
        var report = await ProbeAsync();
        Assert.StartsWith("no answer", Seen(report, "poster-moment"));
        Assert.Equal("HTTP 404, code 404404", Seen(report, "unknown-video").Split(':')[0]);
        Assert.StartsWith("HTTP 200", Seen(report, "delete-video"));

        await Sandbox.SetFaultsAsync(new { match = new { method = "POST", path = "/v2/init", nth = 1 }, fault = new { kind = "answer", status = 401, code = 100102, message = "no" } });
        Assert.StartsWith("HTTP 401", Seen(await ProbeAsync(), "init-json"));

        await Sandbox.SetFaultsAsync(new { match = new { path = "/v1/*" }, fault = new { kind = "answer", status = 401, code = 100102, message = "unauthorized" } });
        Assert.Equal(["TokenRejected"], Session.Run("Test-KinescopeAccount -Confirm:$false").ErrorIds);
    }

    [Fact]
    public async Task Limits_that_are_told_are_told_on()
    {
        await Sandbox.SetFaultsAsync(
            new { match = new { path = "/v1/billing/usage", times = 1 }, fault = new { kind = "answer", status = 429, headers = new Dictionary<string, string> { ["Retry-After"] = "1" } } },
            new { match = new { path = "/v1/videos" }, fault = new { kind = "alter", headers = new Dictionary<string, string> { ["X-RateLimit-Limit"] = "300" } } });

        var report = await ProbeAsync("-Quick");

        Assert.Equal("a 429 came; Retry-After: 1, X-RateLimit-Limit: 300", Seen(report, "rate-headers"));
        Assert.Contains("rate-headers", Otherwise(report));
        Assert.Equal("HTTP 200", Seen(report, "usage"));
    }

    [Fact]
    public async Task An_upload_host_that_is_not_known_gets_no_byte_and_is_named()
    {
        await Sandbox.GoAsync(new Dictionary<string, string> { ["upload-hosts"] = "other-name" });

        var report = await ProbeAsync();

        Assert.Matches("at localhost.*KINESCOPE_UPLOAD_HOSTS", Seen(report, "init-json"));
        Assert.StartsWith("not asked: no video could be created", Seen(report, "tus-head"));
        Assert.Empty(await Sandbox.RequestsAsync("PATCH", "/v2/upload"));
    }

    [Fact]
    public async Task A_film_that_cannot_be_processed_leaves_its_questions_open()
    {
        // The film's last part.
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = "/v2/upload/*", nth = 4 }, fault = new { kind = "video-status", video_status = "error" } });

        var report = await ProbeAsync();

        Assert.StartsWith("error at 0 s; not playable", Seen(report, "status-sequence"));
        Assert.StartsWith("not asked: the video did not become playable", Seen(report, "replace"));
        Assert.Contains("status-sequence", Otherwise(report));
        Assert.StartsWith("HTTP 200", Seen(report, "chapters"));
    }

    [Fact]
    public async Task What_suits_the_account_is_kept_in_the_session()
    {
        Connect();
        // The description comes back empty.
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "GET", path = "^/v1/videos/[0-9a-f-]+$" },
            fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"description\":\"([^\"\\\\]|\\\\.)*\""] = "\"description\":\"\"" } },
        });

        var result = Session.Run("Test-KinescopeAccount -Confirm:$false -IntervalSeconds 0.1 -Apply").RequireNoErrors();
        Assert.Contains("KINESCOPE_STAMP=tag", result.Texts("Setting"));
        await Sandbox.ClearFaultsAsync();
        Folder.WriteVideo("a.mp4", 1000);
        Session.Run("[pscustomobject]@{ LessonId = 'l1'; Title = 'A'; Path = 'a.mp4' } | Send-KinescopeVideo -Confirm:$false").RequireNoErrors();

        var video = Assert.Single(await Sandbox.VideosAsync());
        Assert.Equal("", video.GetProperty("description").GetString());
        Assert.StartsWith("KPS1-", Assert.Single(video.GetProperty("tags").EnumerateArray()).GetString());
    }

    private string[] Warnings { get; set; } = [];

    /// <summary>Connects without the platform's limits, which the sandbox does not have.</summary>
    private void Connect(bool withWorkspace = false)
    {
        Folder.Write("limits.env", "KINESCOPE_REQUESTS_PER_SECOND=off\nKINESCOPE_REQUESTS_PER_MINUTE=off\n");
        Session.Use(Sandbox, withWorkspace);
        Session.Run("$null = Connect-Kinescope @kinescope -EnvironmentFile limits.env").RequireNoErrors();
    }

    private async Task<JsonElement> ProbeAsync(string parameters = "", bool withWorkspace = false, bool isClean = true)
    {
        Connect(withWorkspace);
        var result = Session.Run($"Test-KinescopeAccount report.json -Confirm:$false -IntervalSeconds 0.1 -Force {parameters}").RequireNoErrors();
        Warnings = [.. result.Warnings];
        if (isClean)
            await RequireNothingLeftAsync();
        return ReadReport();
    }

    private async Task RequireNothingLeftAsync()
    {
        Assert.DoesNotContain((await Sandbox.GetAsync("/v1/projects")).GetProperty("data").EnumerateArray(), project => project.GetProperty("name").GetString()!.Contains("probe", StringComparison.Ordinal));
        Assert.DoesNotContain(await Sandbox.VideosAsync(), video => video.GetProperty("title").GetString()!.Contains("probe", StringComparison.Ordinal));
    }

    private JsonElement ReadReport() => JsonDocument.Parse(File.ReadAllBytes(Folder["report.json"])).RootElement;

    private static IEnumerable<JsonElement> Findings(JsonElement report) => report.GetProperty("findings").EnumerateArray();

    private static string Id(JsonElement finding) => finding.GetProperty("id").GetString()!;

    private static string Seen(JsonElement report, string id) => Findings(report).Single(finding => Id(finding) == id).GetProperty("seen").GetString()!;

    private static List<string> Otherwise(JsonElement report) =>
        [.. Findings(report).Where(finding => finding.GetProperty("agrees").ValueKind == JsonValueKind.False).Select(Id)];
}
