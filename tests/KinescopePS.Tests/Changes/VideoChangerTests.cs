using KinescopePS.Changes;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Changes;

/// <summary>Changing many videos at once.</summary>
public sealed class VideoChangerTests : VideoChangeTest
{
    [Fact]
    public async Task A_course_takes_a_page_for_each_hundred_and_a_request_for_each_video_that_differs()
    {
        var videos = await AddVideosAsync(405);
        foreach (var video in videos[..25])
            await PatchAsync(video, new { privacy_type = "custom", privacy_domains = new[] { "School.Example" } });
        await Sandbox.ForgetRequestsAsync();

        var changed = await ChangeAsync(ForDomain, videos);

        Assert.Equal((405, 380, 25, 0, 0), (changed.Counts.Taken, changed.Counts.Changed, changed.Counts.Alike, changed.Counts.Failed, changed.Counts.LeftOver));
        Assert.Equal(videos, changed.Ended.Select(one => one.Asked.VideoId));
        Assert.InRange((await Sandbox.RequestsAsync("GET", "/v1/videos")).Count, 5, 6);
        Assert.Equal(380, (await Sandbox.RequestsAsync("PATCH", "/v1/videos")).Count);
        Assert.Equal(380, (await ReadUndoAsync()).Changes.Count());

        await Sandbox.ForgetRequestsAsync();
        Assert.Equal(405, (await ChangeAsync(ForDomain, videos)).Counts.Alike);
        Assert.Empty(await Sandbox.RequestsAsync("PATCH", "/v1/videos"));
    }

    [Fact]
    public async Task What_a_video_held_is_on_the_disk_before_it_is_changed()
    {
        var video = Assert.Single(await AddVideosAsync(1));
        await PatchAsync(video, new { title = "Старое", description = "d", tags = new[] { "a" }, privacy_type = "custom", privacy_domains = new[] { "old.example" } });
        await Sandbox.SetFaultsAsync(Patches(new { kind = "cut" }, times: null));

        var changed = await ChangeAsync(new VideoChange { Title = "Новое", Tags = [], PrivacyType = "anywhere" }, [video]);

        Assert.Equal(ErrorIds.KinescopeUnavailable, Assert.Single(changed.Ended).Failure?.ErrorId);
        var undo = Assert.Single((await ReadUndoAsync()).Changes);
        Assert.Equal((video, Target), (undo.VideoId, undo.Target));
        Assert.Equal(("Старое", null, "a", "custom", "old.example"), (undo.Old.Title, undo.Old.Description, undo.Old.Tags!.Single(), undo.Old.PrivacyType, undo.Old.PrivacyDomains!.Single()));
        Assert.Equal(("Новое", "anywhere", null), (undo.New.Title, undo.New.PrivacyType, undo.New.PrivacyDomains));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(UndoPath));
    }

    [Fact]
    public async Task Domains_go_along_with_a_type_that_may_drop_them()
    {
        var video = Assert.Single(await AddVideosAsync(1));
        await PatchAsync(video, new { privacy_type = "nowhere", privacy_domains = new[] { "old.example" } });

        var planned = Assert.Single((await ChangeAsync(new VideoChange { PrivacyType = "custom" }, [video])).Ended);

        Assert.Equal(["old.example"], planned.Change!.PrivacyDomains!);
    }

    [Fact]
    public async Task The_second_change_of_a_video_stands_on_the_first()
    {
        var video = Assert.Single(await AddVideosAsync(1));

        Assert.Equal((1, 1), await ChangeAsync(ForDomain, [video, video]) is var twice ? (twice.Counts.Changed, twice.Counts.Alike) : default);
    }

    [Theory]
    [InlineData(401, null, "TokenRejected")]
    [InlineData(402, null, "PaymentRequired")]
    [InlineData(403, 403001, "AccessDenied")]
    public async Task A_refusal_of_all_stops_the_run_and_a_second_one_does_the_rest(int status, int? code, string id)
    {
        var videos = await AddVideosAsync(60);
        object refusal = code is null ? new { kind = "answer", status } : new { kind = "answer", status, code, message = "no" };
        await Sandbox.SetFaultsAsync(Patches(refusal, times: null, path: $"/v1/videos/{videos[30]}"));

        var changed = await ChangeAsync(ForDomain, videos);

        Assert.Equal(id, changed.Cause?.ErrorId);
        Assert.InRange(changed.Counts.Changed, 20, 45);
        Assert.Equal((60 - changed.Counts.Changed, 0), (changed.Counts.LeftOver, changed.Counts.Failed));
        await Sandbox.ClearFaultsAsync();
        var again = await ChangeAsync(ForDomain, videos);
        Assert.Equal((changed.Counts.LeftOver, changed.Counts.Changed), (again.Counts.Changed, again.Counts.Alike));
    }

    [Fact]
    public async Task A_failure_of_one_video_is_its_own()
    {
        var videos = await AddVideosAsync(5);
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{videos[1]}", Stop)).EnsureSuccessStatusCode();
        await Sandbox.SetFaultsAsync(
            Patches(new { kind = "answer", status = 404, code = 404404, message = "gone since" }, path: $"/v1/videos/{videos[2]}"),
            Patches(new { kind = "answer", status = 500 }, times: null, path: $"/v1/videos/{videos[3]}"));

        var changed = await ChangeAsync(ForDomain, videos);

        Assert.Null(changed.Cause);
        Assert.Equal([null, "VideoNotFound", "VideoNotFound", "KinescopeUnavailable", null], changed.Ended.Select(one => one.Failure?.ErrorId));
        Assert.Equal((2, 3), (changed.Counts.Changed, changed.Counts.Failed));
    }

    [Theory]
    [InlineData("answer", 429)]
    [InlineData("answer", 503)]
    [InlineData("lost-answer", 0)]
    [InlineData("cut", 0)]
    public async Task What_passes_is_repeated(string kind, int status)
    {
        var videos = await AddVideosAsync(3);
        await Sandbox.SetFaultsAsync(Patches(new { kind, status, headers = status == 429 ? new Dictionary<string, string> { ["Retry-After"] = "1" } : null }));

        var changed = await ChangeAsync(ForDomain, videos, maxRetry: 3);

        Assert.Equal(3, changed.Counts.Changed);
        Assert.Equal(Enumerable.Repeat("custom school.example", 3), await PrivaciesAsync(videos));
    }

    [Fact]
    public async Task Without_an_undo_file_nothing_is_changed()
    {
        var videos = await AddVideosAsync(2);
        Directory.CreateDirectory(UndoPath);

        var changed = await ChangeAsync(ForDomain, videos);

        Assert.Equal(ErrorIds.UndoFileNotWritable, changed.Cause?.ErrorId);
        Assert.Empty(await Sandbox.RequestsAsync("PATCH", "/v1/videos"));
        Assert.Equal(2, changed.Counts.LeftOver);
    }

    [Fact]
    public async Task With_a_full_disk_nothing_is_changed()
    {
        var videos = await AddVideosAsync(2);
        using var disk = SmallDisk.Mount(Folder["disk"]);
        UndoPath = disk["undo.jsonl"];
        disk.Fill();

        Assert.Equal(ErrorIds.UndoFileNotWritable, (await ChangeAsync(ForDomain, videos)).Cause?.ErrorId);
        Assert.Empty(await Sandbox.RequestsAsync("PATCH", "/v1/videos"));
        disk.Free();
        Assert.Equal(2, (await ChangeAsync(ForDomain, videos)).Counts.Changed);
    }

    [Fact]
    public async Task Two_runs_at_once_share_the_undo_file()
    {
        var videos = await AddVideosAsync(40);

        await Task.WhenAll(ChangeAsync(ForDomain, videos[..20]), ChangeAsync(ForDomain, videos[20..]));

        var contents = await ReadUndoAsync();
        Assert.Equal((40, 0), (contents.Changes.Count(), contents.DamagedLines));
        Assert.Equal(2, contents.Changes.Select(change => change.Run).Distinct().Count());
    }

    [Theory]
    [InlineData("https://school.example/lessons", "school.example")]
    [InlineData("school.example/lessons", "school.example")]
    [InlineData("a.example, b.example", "list")]
    [InlineData(" ", "empty")]
    [InlineData("a..b", "Write a.b")]
    [InlineData(".school.example", "Write school.example")]
    [InlineData("*", "-Privacy anywhere")]
    [InlineData("www.*.example", "*.school.example")]
    [InlineData("-x.example", "hyphen, as '-x'")]
    [InlineData("x-.example", "hyphen, as 'x-'")]
    [InlineData("school.example:lessons", "Write school.example")]
    [InlineData("школа!.рф", "letters that no domain has")]
    [InlineData("aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.example", "too long")]
    public void A_domain_is_written_without_anything_around_it(string domain, string advice)
    {
        var refusal = Assert.Throws<KinescopeException>(() => PrivacyDomains.Read([domain]));

        Assert.Equal(ErrorIds.PrivacyDomainInvalid, refusal.ErrorId);
        Assert.Contains(advice, refusal.Message);
    }

    [Fact]
    public void Other_forms_of_domains_are_the_platforms_business()
    {
        string[] domains = ["school.example", "*.school.example", "школа.рф", "localhost:3000", "dev_site.example", "127.0.0.1"];
        Assert.Equal(domains, PrivacyDomains.Read(domains));
    }

    [Fact]
    public void A_domain_counts_once_however_it_is_written() => Assert.Equal(
        ["school.example", "*.школа.рф", "localhost:3000"],
        PrivacyDomains.Read(["School.Example", "school.example.", "*.школа.рф", "*.xn--80atdl2c.xn--p1ai", "LOCALHOST:3000", "localhost:3000", "SCHOOL.example"]));
}
