using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Changes;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Replacing;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Changes;

/// <summary>A project's privacy and name are changed, and its videos with it, whatever the platform does of what it documents.</summary>
public sealed class ProjectChangerTests : VideoChangeTest
{
    private static readonly AskedProjectChange ForDomainWithVideos = new() { PrivacyType = "custom", PrivacyDomains = ["school.example"], AppliesToVideos = true };

    private string ProjectPath => $"/v1/projects/{Sandbox.Environment["KINESCOPE_PROJECT_ID"]}";

    [Theory]
    [InlineData("yes", "all", 0)]
    [InlineData("no", "all", 3)]
    [InlineData("yes", "root", 0)]
    [InlineData("no", "root", 3)]
    public async Task Each_video_has_its_projects_privacy_whether_or_not_the_platform_gives_it(string applies, string filter, int patches)
    {
        await Sandbox.ChangeWayAsync("project-applies", applies);
        await Sandbox.ChangeWayAsync("project-filter", filter);
        string[] videos = [.. await AddVideosAsync(3), await AddInFolderAsync()];
        await PatchAsync(videos[0], new { privacy_type = "custom", privacy_domains = new[] { "school.example" } });
        await PatchAsync(videos[1], new { privacy_type = "custom", privacy_domains = new[] { "old.example" } });
        await Sandbox.ForgetRequestsAsync();

        var planned = await SetAsync(ForDomainWithVideos);

        Assert.True(planned.IsChanged);
        Assert.Equal(videos[1..].Order(), planned.Videos.Where(one => one is { IsChanged: true, Failure: null }).Select(one => one.Asked.VideoId).Order());
        Assert.Equal(Enumerable.Repeat("custom school.example", 4), await PrivaciesAsync(videos));
        Assert.Equal("custom", (await ProjectAsync()).GetProperty("privacy_type").GetString());
        Assert.Equal(patches, (await Sandbox.RequestsAsync("PATCH", "/v1/videos")).Count);
        Assert.All(await RestoreAsync(), one => Assert.Null(one.Failure));
        Assert.Equal(["custom school.example", "custom old.example", "anywhere", "anywhere"], await PrivaciesAsync(videos));
    }

    [Fact]
    public async Task What_is_not_named_stays_and_videos_are_left_alone()
    {
        await Sandbox.ChangeWayAsync("project-unsent", "dropped");
        var player = Guid.NewGuid().ToString();
        var videos = await AddVideosAsync(1);
        await PutAsync(new { privacy_type = "custom", privacy_domains = new[] { "school.example" }, player_id = player });

        Assert.True((await SetAsync(new AskedProjectChange { Name = "Курсы" })).IsChanged);

        var project = await ProjectAsync();
        Assert.Equal(("Курсы", "custom", player), (project.GetProperty("name").GetString(), project.GetProperty("privacy_type").GetString(), project.GetProperty("player_id").GetString()));
        Assert.Equal("school.example", Assert.Single(project.GetProperty("privacy_domains").EnumerateArray()).GetString());
        Assert.Equal(["anywhere"], await PrivaciesAsync(videos));
        Assert.False(File.Exists(UndoPath));
    }

    [Fact]
    public async Task What_is_so_already_is_not_sent()
    {
        await AddVideosAsync(2);
        await SetAsync(ForDomainWithVideos);
        await Sandbox.ForgetRequestsAsync();

        Assert.False((await SetAsync(ForDomainWithVideos)).IsNeeded);

        Assert.Empty(await Sandbox.RequestsAsync("PUT", "/v1"));
    }

    [Fact]
    public async Task Without_domains_custom_is_refused()
    {
        Assert.Equal(ErrorIds.PrivacyDomainMissing, (await Assert.ThrowsAsync<KinescopeException>(() => SetAsync(new AskedProjectChange { PrivacyType = "custom" }))).ErrorId);
        await PutAsync(new { privacy_type = "custom" });
        Assert.Equal(ErrorIds.PrivacyDomainMissing, (await Assert.ThrowsAsync<KinescopeException>(() => SetAsync(new AskedProjectChange { AppliesToVideos = true }))).ErrorId);
        Assert.True((await SetAsync(new AskedProjectChange { Name = "x" })).IsChanged);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("no")]
    public async Task Whenever_a_run_ends_the_same_command_ends_it_and_a_restore_brings_the_videos_back(string applies)
    {
        await Sandbox.ChangeWayAsync("project-applies", applies);
        var videos = await AddVideosAsync(2);
        var moments = 0;
        for (var dieAt = 0; ; dieAt++)
        {
            await PutAsync(new { privacy_type = "anywhere", privacy_domains = Array.Empty<string>() });
            await PatchAsync(videos[0], new { privacy_type = "custom", privacy_domains = new[] { "old.example" } });
            await PatchAsync(videos[1], new { privacy_type = "anywhere", privacy_domains = Array.Empty<string>() });
            UndoPath = Folder[$"{dieAt}.jsonl"];
            using var life = new Mortal(dieAt);
            await SetAsync(ForDomainWithVideos, life);
            moments = life.Moments.Count;

            if (dieAt % 2 == 0)
            {
                await SetAsync(ForDomainWithVideos);
                Assert.Equal(["custom school.example", "custom school.example"], await PrivaciesAsync(videos));
            }

            if (File.Exists(UndoPath))
                Assert.All(await RestoreAsync(all: true), one => Assert.Null(one.Failure));
            Assert.Equal(["custom old.example", "anywhere"], await PrivaciesAsync(videos));
            if (moments <= dieAt)
                break;
        }

        Assert.InRange(moments, 8, 16);
    }

    [Theory]
    [InlineData(402, null, "PaymentRequired")]
    [InlineData(403, 403001, "AccessDenied")]
    [InlineData(500, null, "KinescopeUnavailable")]
    public async Task A_project_that_is_refused_leaves_its_videos_as_they_were(int status, int? code, string id)
    {
        var videos = await AddVideosAsync(2);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PUT", path = "/v1/projects/" }, fault = new { kind = "answer", status, code, message = "no" } });

        Assert.Equal(id, (await Assert.ThrowsAnyAsync<KinescopeException>(() => SetAsync(ForDomainWithVideos))).ErrorId);

        Assert.Equal(["anywhere", "anywhere"], await PrivaciesAsync(videos));
        Assert.All(await RestoreAsync(), one => Assert.True(one is { Change: null, Failure: null }));
    }

    [Theory]
    [InlineData("answer", 429)]
    [InlineData("answer", 503)]
    [InlineData("lost-answer", 0)]
    [InlineData("cut", 0)]
    public async Task What_passes_is_repeated(string kind, int status)
    {
        var videos = await AddVideosAsync(2);
        var headers = status == 429 ? new Dictionary<string, string> { ["Retry-After"] = "0" } : null;
        await Sandbox.SetFaultsAsync(new { match = new { method = "PUT", path = "/v1/projects/", times = 1 }, fault = new { kind, status, headers } });

        Assert.True((await SetAsync(ForDomainWithVideos, maxRetry: 3)).IsChanged);

        Assert.Equal(["custom school.example", "custom school.example"], await PrivaciesAsync(videos));
        Assert.All(await RestoreAsync(), one => Assert.Null(one.Failure));
        Assert.Equal(["anywhere", "anywhere"], await PrivaciesAsync(videos));
    }

    [Fact]
    public async Task With_a_full_disk_nothing_is_changed()
    {
        var videos = await AddVideosAsync(2);
        using var disk = SmallDisk.Mount(Folder["disk"]);
        UndoPath = disk["undo.jsonl"];
        disk.Fill();

        Assert.Equal(ErrorIds.UndoFileNotWritable, (await Assert.ThrowsAsync<KinescopeException>(() => SetAsync(ForDomainWithVideos))).ErrorId);

        Assert.Empty(await Sandbox.RequestsAsync("PUT", "/v1/projects"));
        Assert.Equal(["anywhere", "anywhere"], await PrivaciesAsync(videos));
    }

    [Fact]
    public async Task A_video_that_is_refused_is_its_own_failure_and_a_refusal_of_all_stops()
    {
        await Sandbox.ChangeWayAsync("project-applies", "no");
        var videos = await AddVideosAsync(3);
        await Sandbox.SetFaultsAsync(Patches(new { kind = "answer", status = 404, code = 404404, message = "gone" }, path: $"/v1/videos/{videos[1]}"));
        Assert.Equal(["VideoNotFound"], (await SetAsync(ForDomainWithVideos)).Videos.Where(one => !one.IsChanged).Select(one => one.Failure?.ErrorId));

        await Sandbox.SetFaultsAsync(Patches(new { kind = "answer", status = 401 }));
        Assert.Contains((await SetAsync(ForDomainWithVideos)).Videos, one => one.IsLeftOver);
        await Sandbox.ClearFaultsAsync();
        await SetAsync(ForDomainWithVideos);
        Assert.Equal(Enumerable.Repeat("custom school.example", 3), await PrivaciesAsync(videos));
    }

    private async Task<PlannedProjectChange> SetAsync(AskedProjectChange asked, Mortal? life = null, int maxRetry = 0)
    {
        using var own = life is null ? new Mortal() : null;
        life ??= own!;
        using var client = new HttpClient(new Mortal.Requests(life)) { Timeout = Timeout.InfiniteTimeSpan };
        var changer = new ProjectChanger(KinescopeOf(client), RetryOf(maxRetry), new VideoUndoFile(UndoPath), Target);
        PlannedProjectChange planned = null!;
        try
        {
            planned = await changer.PlanAsync(Sandbox.Environment["KINESCOPE_PROJECT_ID"], asked, life.Death);
            if (planned.IsNeeded)
                await changer.ApplyAsync(planned, CancellationToken.None, life.Death);
        }
        catch (OperationCanceledException) when (life.Death.IsCancellationRequested)
        {
            // It is dead.
        }

        return planned;
    }

    private async Task<string> AddInFolderAsync()
    {
        var folder = await PostAsync($"{ProjectPath}/folders", new { name = "f" });
        return await PostAsync("/v2/init", new { type = "video", parent_id = folder, title = "inner", filename = "a.mp4", filesize = 1000 });
    }

    private async Task<string> PostAsync(string path, object body)
    {
        using var content = JsonContent.Create(body);
        await content.LoadIntoBufferAsync(Stop);
        return (await (await Sandbox.Http.PostAsync(path, content, Stop)).EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("data").GetProperty("id").GetString()!;
    }

    private async Task PutAsync(object fields)
    {
        using var content = JsonContent.Create(fields);
        await content.LoadIntoBufferAsync(Stop);
        (await Sandbox.Http.PutAsync(ProjectPath, content, Stop)).EnsureSuccessStatusCode();
    }

    private async Task<JsonElement> ProjectAsync() => (await Sandbox.Http.GetFromJsonAsync<JsonElement>(ProjectPath, Stop)).GetProperty("data");
}
