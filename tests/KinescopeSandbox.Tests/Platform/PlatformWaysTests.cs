using System.Globalization;
using KinescopeSandbox.Server;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>The open questions of the platform: each of their ways shows in the answers.</summary>
public sealed class PlatformWaysTests : SandboxTest
{
    private const string Videos = "/v1/videos";

    private static readonly byte[] File = Bytes.Some(1000);

    private string Folders => $"/v1/projects/{Client.ProjectId}/folders";

    public static TheoryData<string, string> AllWays() =>
        [.. PlatformQuestion.All.SelectMany(question => question.Ways.Select(way => new TheoryDataRow<string, string>(question.Name, way)))];

    [Theory]
    [MemberData(nameof(AllWays))]
    public async Task EachWayIsChosenByItsNameAndIsInTheReadMe(string question, string way)
    {
        await Client.GoAsync($"{question}={way}");

        Assert.Equal(way, await WayAsync(question));
        Assert.Contains($"`{question}`", ReadMe);
        Assert.Contains($"`{way}`", ReadMe);
    }

    [Fact]
    public async Task PutForgetsOtherWaysAndPatchKeepsThem()
    {
        await Client.GoAsync("page-cap=7", "list-delay=5");
        await Client.SendAsync(HttpMethod.Patch, "/sandbox/platform", new Dictionary<string, object> { ["list-delay"] = 9.5 });
        Assert.Equal(("7", "9.5"), (await WayAsync("page-cap"), await WayAsync("list-delay")));

        await Client.GoAsync();

        Assert.Equal(("100", "0"), (await WayAsync("page-cap"), await WayAsync("list-delay")));
    }

    [Theory]
    [InlineData("page-size", "5", "There is no question 'page-size' of the platform. There are: status-after-init, ")]
    [InlineData("page-cap", "0", "page-cap of the platform cannot be '0'. Its ways: a number from 1 to 100.")]
    [InlineData("page-cap", "many", "page-cap of the platform cannot be 'many'.")]
    [InlineData("long-title", "shortened", "long-title of the platform cannot be 'shortened'. Its ways: kept, cut, refused.")]
    public async Task WhatIsNoWayIsRefused(string question, string way, string detail)
    {
        await Client.GoAsync("list-delay=5");

        var reply = await Client.SendAsync(HttpMethod.Put, "/sandbox/platform", new Dictionary<string, string> { [question] = way });

        Assert.Equal(400400, reply.ErrorCode);
        Assert.Contains(detail, reply.Body.Replace("\\u0027", "'"));
        Assert.Equal("5", await WayAsync("list-delay"));
    }

    [Theory]
    [InlineData("pending")]
    [InlineData("uploading")]
    [InlineData("queued")]
    public async Task StatusAfterTheLastByteHoldsForItsTime(string status)
    {
        await Client.GoAsync("status-after-init=pending", $"status-after-bytes={status}", "status-after-bytes-seconds=60");
        var upload = await Client.InitAsync(File.Length);
        Assert.Equal("pending", await StatusAsync(upload));
        await Client.PatchAsync(upload.Endpoint, 0, File[..10]);
        Assert.Equal("uploading", await StatusAsync(upload));
        await Client.PatchAsync(upload.Endpoint, 10, File[10..]);
        Assert.Equal(status, await StatusAsync(upload));

        Sandbox.Clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal("processing", await StatusAsync(upload));
        await Client.SendAsync(HttpMethod.Post, "/sandbox/clock", new { advance_seconds = 10 });

        var video = await VideoAsync(upload);
        Assert.Equal(("done", 0), (video.GetProperty("status").GetString(), video.GetProperty("progress").GetInt32()));
    }

    [Theory]
    [InlineData(404)]
    [InlineData(410)]
    public async Task CompleteUploadIsNoLongerKnown(int status)
    {
        await Client.GoAsync($"head-after-completion={status}");
        var upload = await CompleteAsync();

        Assert.Equal(status, (await Client.HeadAsync(upload.Endpoint)).Status);
    }

    [Theory]
    [InlineData("404", "json", "yes")]
    [InlineData("410", "json", "no")]
    [InlineData("403", "text", "no")]
    public async Task UploadAddressExpires(string status, string body, string namesTus)
    {
        await Client.GoAsync("upload-lifetime=3600", $"expired-upload={status}", $"upload-refusals={body}", $"upload-refusals-name-tus={namesTus}");
        var upload = await Client.InitAsync(File.Length);
        await Client.PatchAsync(upload.Endpoint, 0, File[..10]);
        Sandbox.Clock.Advance(TimeSpan.FromHours(1));

        var reply = await Client.PatchAsync(upload.Endpoint, 10, File[10..]);

        Assert.Equal(int.Parse(status), reply.Status);
        Assert.Equal(namesTus == "yes" ? "1.0.0" : null, reply.Header("Tus-Resumable"));
        Assert.StartsWith(body == "json" ? "{" : "the upload", reply.Body);
    }

    [Fact]
    public async Task NewVideosAreSeenLater()
    {
        await Client.GoAsync("list-delay=30", "search-delay=60");
        var upload = await Client.InitAsync(4);

        Assert.Equal(200, (await Client.GetAsync($"{Videos}/{upload.VideoId}")).Status);
        Assert.Equal(0, await CountAsync(Videos));
        Assert.Equal(0, await CountAsync($"{Videos}?video_ids[]={upload.VideoId}"));
        Sandbox.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await CountAsync(Videos));
        Assert.Equal(0, await CountAsync($"{Videos}?q=lesson"));
        Sandbox.Clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, await CountAsync($"{Videos}?q=lesson"));
    }

    [Theory]
    [InlineData("substring", "ps1-l0", "introduction")]
    [InlineData("all-words", "l0 kps1", "kps1-l1")]
    [InlineData("any-word", "kps1-l1", "ps1")]
    [InlineData("whole-words", "KPS1-l0-abc", "KPS1-l0")]
    public async Task SearchGoesByPartsOrWords(string matches, string found, string notFound)
    {
        await Client.GoAsync($"search-matches={matches}");
        var upload = await Client.InitAsync(4, "An intro");
        await Client.SendAsync(HttpMethod.Patch, $"{Videos}/{upload.VideoId}", new { description = "Lesson one\n\nKPS1-l0-abc" });

        Assert.Equal((1, 0), (await CountAsync($"{Videos}?q={Uri.EscapeDataString(found)}"), await CountAsync($"{Videos}?q={Uri.EscapeDataString(notFound)}")));
    }

    [Theory]
    [InlineData("truly", 2)]
    [InlineData("as-asked", 50)]
    [InlineData("not", null)]
    public async Task PagesAreSmallerThanAsked(string told, int? perPage)
    {
        await Client.GoAsync("page-cap=2", $"per-page-told={told}");
        for (var i = 0; i < 3; i++)
            await Client.InitAsync(4);

        var reply = await Client.GetAsync($"{Videos}?per_page=50");

        Assert.Equal(2, reply.Data.GetArrayLength());
        var pagination = reply.Json.GetProperty("meta").GetProperty("pagination");
        Assert.Equal((3, perPage), (pagination.GetProperty("total").GetInt32(), pagination.TryGetProperty("per_page", out var size) ? size.GetInt32() : null));
    }

    [Fact]
    public async Task IdsAskedForAreCutOrRefused()
    {
        var (one, other) = (await Client.InitAsync(4), await Client.InitAsync(4));
        var path = $"{Videos}?video_ids[]={one.VideoId}&video_ids[]={other.VideoId}";

        await Client.GoAsync("video-ids-cap=1");
        Assert.Equal(1, await CountAsync(path));
        await Client.GoAsync("video-ids-cap=1", "video-ids-over-cap=refused");
        Assert.Equal(400400, (await Client.GetAsync(path)).ErrorCode);
    }

    [Fact]
    public async Task AnswersNameVideosByTheirShortIds()
    {
        await Client.GoAsync("video-ids=short");
        var reply = await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(4));

        var id = reply.Data.GetProperty("id").GetString()!;

        Assert.Equal(22, id.Length);
        Assert.Equal(id, (await Client.GetAsync($"{Videos}/{id}")).Data.GetProperty("id").GetString());
    }

    [Fact]
    public async Task MoveNeedsItsProject()
    {
        var folder = await CreateFolderAsync("F");
        var move = $"{Videos}/{(await Client.InitAsync(4)).VideoId}/move";

        var refused = await Client.SendAsync(HttpMethod.Put, move, new { folder_id = folder });
        await Client.GoAsync("move-needs-project=no");
        var moved = await Client.SendAsync(HttpMethod.Put, move, new { folder_id = folder });

        var named = Assert.Single(refused.Json.GetProperty("error").GetProperty("invalid_params").EnumerateArray());
        Assert.Equal((400, 400400, 0, "project_id", "required"), (refused.Status, refused.ErrorCode, named.GetProperty("index").GetInt32(), named.GetProperty("name").GetString(), named.GetProperty("reason").GetString()));
        Assert.Equal(folder, moved.Data.GetProperty("folder_id").GetGuid());
        await Client.GoAsync("move-to-root=refused");
        Assert.Equal(400400, (await Client.SendAsync(HttpMethod.Put, move, new { project_id = Client.ProjectId })).ErrorCode);
        await Client.GoAsync("move-to-root=ignored");
        Assert.Equal(folder, (await Client.SendAsync(HttpMethod.Put, move, new { project_id = Client.ProjectId })).Data.GetProperty("folder_id").GetGuid());
        await Client.GoAsync();
        Assert.Equal(System.Text.Json.JsonValueKind.Null, (await Client.SendAsync(HttpMethod.Put, move, new { project_id = Client.ProjectId })).Data.GetProperty("folder_id").ValueKind);
    }

    [Fact]
    public async Task ValidationHasItsCodeAndStatus()
    {
        await Client.GoAsync("validation-code=402402", "validation-status=422");

        var reply = await Client.SendAsync(HttpMethod.Post, Folders, new { });

        Assert.Equal((422, 402402), (reply.Status, reply.ErrorCode));
    }

    [Theory]
    [InlineData("kept", "a\n <b> & c")]
    [InlineData("trimmed", "a <b> & c")]
    [InlineData("escaped", "a\n &lt;b&gt; &amp; c")]
    [InlineData("dropped-by-init", "")]
    public async Task DescriptionIsWhatThePlatformMakesOfIt(string way, string expected)
    {
        await Client.GoAsync($"description={way}");
        var body = new { type = "video", parent_id = Client.ProjectId, title = "t", filename = "f.mp4", filesize = 4, description = "a\n <b> & c" };
        var id = (await Client.SendAsync(HttpMethod.Post, "/v2/init", body)).Data.GetProperty("id").GetGuid();

        Assert.Equal(expected, (await Client.GetAsync($"{Videos}/{id}")).Data.GetProperty("description").GetString());
    }

    [Fact]
    public async Task LongTitleIsCutOrRefused()
    {
        var title = new string('т', 141);
        await Client.GoAsync("long-title=cut");
        var upload = await Client.InitAsync(4, title);
        Assert.Equal(140, (await VideoAsync(upload)).GetProperty("title").GetString()!.Length);

        await Client.GoAsync("long-title=refused");

        Assert.Equal(400400, (await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(4, title))).ErrorCode);
        Assert.Equal(400400, (await Client.SendAsync(HttpMethod.Patch, $"{Videos}/{upload.VideoId}", new { title })).ErrorCode);
    }

    [Fact]
    public async Task OriginalMayComeLateOrNeverOrWithoutItsHash()
    {
        var upload = await CompleteAsync();

        await Client.GoAsync("original-md5=no");
        Assert.Equal("", (await VideoAsync(upload)).GetProperty("assets")[0].GetProperty("md5").GetString());
        await Client.GoAsync("original-asset=when-done");
        Assert.Equal(0, (await VideoAsync(upload)).GetProperty("assets").GetArrayLength());
        Sandbox.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("original", (await VideoAsync(upload)).GetProperty("assets")[0].GetProperty("quality").GetString());
        await Client.GoAsync("original-asset=never");
        Assert.Equal("1080p", (await VideoAsync(upload)).GetProperty("assets")[0].GetProperty("quality").GetString());
    }

    [Fact]
    public async Task UploadsGoToSeveralNodesOrToAnotherName()
    {
        await Client.GoAsync("upload-hosts=several");
        var hosts = new[] { await CompleteAsync(), await CompleteAsync() }.Select(upload => new Uri(upload.Endpoint).Authority).ToHashSet();
        Assert.Equal(2, hosts.Count);

        await Client.GoAsync("upload-hosts=other-name");

        Assert.Equal("localhost", new Uri((await CompleteAsync()).Endpoint).Host);
    }

    [Fact]
    public async Task DeletedVideoMayBeInABin()
    {
        await Client.GoAsync("deleted-video=in-bin", "delete-answers=204");
        var upload = await Client.InitAsync(4);
        Assert.Equal(204, (await Client.SendAsync(HttpMethod.Delete, $"{Videos}/{upload.VideoId}")).Status);

        Assert.Equal("2026-01-15T12:00:00.000000Z", (await VideoAsync(upload)).GetProperty("deleted_at").GetString());
        Assert.Equal(404, (await Client.SendAsync(HttpMethod.Delete, $"{Videos}/{upload.VideoId}")).Status);
        Assert.Equal(0, await CountAsync(Videos));
        Assert.True((await Client.GetAsync("/sandbox/videos")).Data[0].GetProperty("is_deleted").GetBoolean());
        await Client.GoAsync("deleted-video=in-bin-and-lists");
        Assert.Equal(1, await CountAsync(Videos));
    }

    [Theory]
    [InlineData("503", 503)]
    [InlineData("500500", 500)]
    [InlineData("reset", null)]
    public async Task ApiMayBeDownWhileTheUploaderWorks(string way, int? status)
    {
        await Client.GoAsync($"api={way}", "api-outage=5400");

        if (status is null)
            await Assert.ThrowsAsync<HttpRequestException>(() => Client.GetAsync(Videos));
        else
            Assert.Equal(status, (await Client.GetAsync(Videos)).Status);
        await CompleteAsync();
        Sandbox.Clock.Advance(TimeSpan.FromMinutes(90));
        Assert.Equal(1, await CountAsync(Videos));
    }

    [Fact]
    public async Task FiltersOfVideosCoverMoreOrLess()
    {
        var course = await CreateFolderAsync("Course");
        await Client.InitAsync(4, parentId: await CreateFolderAsync("Module", course));
        await Client.InitAsync(4, parentId: course);
        await Client.InitAsync(4);
        var (byFolder, byProject) = ($"{Videos}?folder_id={course}", $"{Videos}?project_id={Client.ProjectId}");
        Assert.Equal((1, 3), (await CountAsync(byFolder), await CountAsync(byProject)));

        await Client.GoAsync("folder-filter=subfolders", "project-filter=root");

        Assert.Equal((2, 1), (await CountAsync(byFolder), await CountAsync(byProject)));
    }

    [Fact]
    public async Task FolderListShowsOneLevelOrAll()
    {
        var course = await CreateFolderAsync("Course");
        await CreateFolderAsync("Module", course);
        await Client.GoAsync("folder-list=top-level");
        Assert.Equal((1, 1), (await CountAsync(Folders), await CountAsync($"{Folders}?parent_id={course}")));

        await Client.GoAsync("folder-list-takes-parent=no");

        Assert.Equal(2, await CountAsync($"{Folders}?parent_id={course}"));
    }

    [Fact]
    public async Task FolderNameMayBeTaken()
    {
        await CreateFolderAsync("Course");
        await Client.GoAsync("same-folder-name=refused", "videos-of-deleted-folder=deleted");

        Assert.Equal(400203, (await Client.SendAsync(HttpMethod.Post, Folders, new { name = "Course" })).ErrorCode);
        var other = await CreateFolderAsync("Other");
        var upload = await Client.InitAsync(4, parentId: other);
        await Client.SendAsync(HttpMethod.Delete, $"{Folders}/{other}");
        Assert.Equal(404, (await Client.GetAsync($"{Videos}/{upload.VideoId}")).Status);
    }

    [Theory]
    [InlineData("mixed", "0.005", "1000")]
    [InlineData("whole", "0", "1000")]
    [InlineData("decimal", "0.005", "1000.0")]
    public async Task NumbersAreWrittenInTheirWay(string way, string duration, string size)
    {
        await Client.GoAsync($"numbers={way}");
        var upload = await CompleteAsync();
        Sandbox.Clock.Advance(TimeSpan.FromMinutes(1));

        var video = await VideoAsync(upload);

        Assert.Equal((duration, size), (video.GetProperty("duration").GetRawText(), video.GetProperty("assets")[0].GetProperty("file_size").GetRawText()));
    }

    [Fact]
    public async Task SuccessHasOtherStatuses()
    {
        await Client.GoAsync("init-answers=200", "bytes-answer=200");

        var init = await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(4));

        Assert.Equal(200, init.Status);
        Assert.Equal(200, (await Client.PatchAsync(init.Data.GetProperty("endpoint").GetString()!, 0, [1, 2, 3, 4])).Status);
    }

    [Theory]
    [InlineData("date")]
    [InlineData("absent")]
    public async Task TooManyRequestsMayNameADateOrNothing(string way)
    {
        await using var limited = await Support.Sandbox.StartAsync(rateLimit: true, perSecond: 1, perMinute: 1);
        await limited.Client.GoAsync($"retry-after={way}");
        await limited.Client.GetAsync(Videos);

        var reply = await limited.Client.GetAsync(Videos);

        Assert.Equal(429, reply.Status);
        var until = new DateTimeOffset(2026, 1, 15, 12, 0, 1, TimeSpan.Zero).ToString("R", CultureInfo.InvariantCulture);
        Assert.Equal(way == "date" ? until : null, reply.Header("Retry-After"));
    }

    [Fact]
    public async Task OtherMethodsAreRefusedInTheEnvelope()
    {
        var reply = await Client.SendAsync(HttpMethod.Post, Videos, new { });

        Assert.Equal((405, 400405), (reply.Status, reply.ErrorCode));
    }

    private static string ReadMe { get; } = System.IO.File.ReadAllText(Path.Combine(Built.Repository, "tools", "KinescopeSandbox", "README.md"));

    private async Task<string?> WayAsync(string question) =>
        (await Client.GetAsync("/sandbox/platform")).Data.GetProperty(question).GetProperty("way").GetString();

    private async Task<Announced> CompleteAsync()
    {
        var upload = await Client.InitAsync(File.Length);
        Assert.Equal(204, (await Client.PatchAsync(upload.Endpoint, 0, File)).Status);
        return upload;
    }

    private async Task<System.Text.Json.JsonElement> VideoAsync(Announced upload) => (await Client.GetAsync($"{Videos}/{upload.VideoId}")).Data;

    private async Task<string?> StatusAsync(Announced upload) => (await VideoAsync(upload)).GetProperty("status").GetString();

    private async Task<int> CountAsync(string path) => (await Client.GetAsync(path)).Data.GetArrayLength();

    private async Task<Guid> CreateFolderAsync(string name, Guid? parentId = null) =>
        (await Client.SendAsync(HttpMethod.Post, Folders, new { name, parent_id = parentId })).Data.GetProperty("id").GetGuid();
}
