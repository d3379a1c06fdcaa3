using KinescopePS.Changes;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Replacing;
using KinescopePS.Tests.Support;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Changes;

/// <summary>Videos are given back what they held, wherever the command that changed them ended.</summary>
public sealed class VideoRestoringTests : VideoChangeTest
{
    [Fact]
    public async Task Whenever_a_run_ends_the_same_command_and_a_restore_bring_all_back()
    {
        var moments = 0;
        for (var dieAt = 0; ; dieAt++)
        {
            var videos = await AddVideosAsync(2);
            await PatchAsync(videos[0], new { privacy_type = "custom", privacy_domains = new[] { "old.example" } });
            UndoPath = Folder[$"{dieAt}.jsonl"];
            using var life = new Mortal(dieAt);
            await ChangeAsync(ForDomain, videos, life);
            moments = life.Moments.Count;

            // Either at once, or once the same command has been given again.
            if (dieAt % 2 == 0)
                Assert.Null((await ChangeAsync(ForDomain, videos)).Cause);
            if (File.Exists(UndoPath))
                Assert.All(await RestoreAsync(all: true), one => Assert.Null(one.Failure));

            Assert.Equal(["custom old.example", "anywhere"], await PrivaciesAsync(videos));
            if (moments <= dieAt)
                break;
        }

        Assert.InRange(moments, 6, 12);
    }

    [Fact]
    public async Task The_real_process_killed_after_a_change_can_be_taken_back()
    {
        var videos = await AddVideosAsync(2);
        var script = Folder.Write("set.ps1", $"Import-Module '{Built.Module}'; '{videos[0]}', '{videos[1]}' | Set-KinescopeVideo -Privacy nowhere");
        using var process = ScriptProcess.Start(script, Sandbox, killAt: "video-changed");
        await process.WaitForExitAsync(Stop);
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("nowhere", await PrivaciesAsync(videos));

        Assert.Equal(2, (await RestoreAsync()).Count);

        Assert.Equal(["anywhere", "anywhere"], await PrivaciesAsync(videos));
    }

    [Fact]
    public async Task A_chain_goes_back_as_far_as_each_change_stands_on_the_one_before()
    {
        var videos = await AddVideosAsync(2);
        await ChangeAsync(new VideoChange { Title = "1" }, videos);
        await PatchAsync(videos[1], new { title = "theirs" });
        await ChangeAsync(new VideoChange { Title = "2" }, videos);
        await ChangeAsync(new VideoChange { Title = "3" }, videos);

        Assert.All(await RestoreAsync(all: true), one => Assert.Null(one.Failure));

        Assert.Equal(["v0", "theirs"], await TitlesAsync(videos));
    }

    [Fact]
    public async Task A_value_that_was_changed_and_changed_back_is_given_back_step_by_step()
    {
        var videos = await AddVideosAsync(1);
        await ChangeAsync(new VideoChange { PrivacyType = "nowhere" }, videos);
        await ChangeAsync(new VideoChange { PrivacyType = "anywhere" }, videos);

        await RestoreAsync();
        Assert.Equal(["nowhere"], await PrivaciesAsync(videos));
        await RestoreAsync();
        Assert.Equal(["anywhere"], await PrivaciesAsync(videos));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_text_is_given_back_beside_the_stamp_of_a_content_that_was_replaced_since(bool movesToTag)
    {
        var video = Assert.Single(await AddVideosAsync(1));
        var (old, now) = (UploadStamp.Of("l1", "old", "01234567"), UploadStamp.Of("l1", "new", "89abcdef"));
        await PatchAsync(video, new { description = $"Было\n{old}", tags = new[] { "a" } });
        await ChangeAsync(new VideoChange { Description = "Стало", Tags = ["b"] }, [video]);
        await PatchAsync(video, movesToTag ? new { description = "Стало", tags = new[] { "b", $"{now}" } } : new { description = $"Стало\n{now}", tags = new[] { "b" } });

        Assert.Null(Assert.Single(await RestoreAsync()).Failure);

        var held = (await Sandbox.VideosAsync()).Single();
        Assert.Equal(movesToTag ? "Было" : $"Было\n{now}", held.GetProperty("description").GetString());
        Assert.Equal(movesToTag ? ["a", $"{now}"] : ["a"], held.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("ba")]
    [InlineData("bab")]
    [InlineData("abb")]
    public async Task Commands_at_once_on_the_same_videos_are_taken_back_whichever_came_last_to_Kinescope(string order)
    {
        var video = Assert.Single(await AddVideosAsync(1));
        using var client = new HttpClient();
        var runs = new Dictionary<char, (VideoChanger Changer, IReadOnlyList<PlannedVideoChange> Planned)>();
        foreach (var run in order.Distinct().Order())
        {
            var changer = new VideoChanger(KinescopeOf(client), RetryOf(0), new VideoUndoFile(UndoPath), Target);
            runs[run] = (changer, await changer.PlanAsync([new AskedVideoChange(video, new VideoChange { Title = $"{run}" })], Stop));
        }

        foreach (var (changer, planned) in runs.Values)
            await changer.KeepAsync(planned, Stop);
        foreach (var run in order)
        {
            if (runs.Remove(run, out var first))
                await first.Changer.ChangeKeptAsync(first.Planned, Stop, Stop);
            else
                await ChangeAsync(new VideoChange { Title = $"{run} again" }, [video]);
        }

        var count = (await ReadUndoAsync()).Changes.Select(change => change.Run).Distinct().Count();
        for (var i = 0; i < count; i++)
            Assert.Null(Assert.Single(await RestoreAsync()).Failure);

        Assert.Equal(["v0"], await TitlesAsync(video));
        Assert.Empty((await ReadUndoAsync()).Changes);
    }

    [Theory]
    [InlineData("read, keep, restore, write")]
    [InlineData("read, restore, keep, write")]
    public async Task A_command_that_begins_while_another_one_gives_back_can_be_taken_back_to_the_very_first(string order)
    {
        var video = Assert.Single(await AddVideosAsync(1));
        await ChangeAsync(new VideoChange { Title = "1" }, [video]);
        using var client = new HttpClient();
        var changer = new VideoChanger(KinescopeOf(client), RetryOf(0), new VideoUndoFile(UndoPath), Target);
        IReadOnlyList<PlannedVideoChange> planned = [];
        foreach (var step in order.Split(", "))
        {
            await (step switch
            {
                "read" => ReadAsync(),
                "keep" => changer.KeepAsync(planned, Stop),
                "write" => changer.ChangeKeptAsync(planned, Stop, Stop),
                // It has read the undo file before the other one wrote to it.
                _ => RestoreAsync(run: (await ReadUndoAsync()).Changes.First().Run),
            });
        }

        Assert.Null(Assert.Single(await RestoreAsync(all: true)).Failure);

        Assert.Equal(["v0"], await TitlesAsync(video));
        Assert.Empty((await ReadUndoAsync()).Changes);

        async Task ReadAsync() => planned = await changer.PlanAsync([new AskedVideoChange(video, new VideoChange { Title = "2" })], Stop);
    }

    [Fact]
    public async Task What_somebody_else_wrote_is_not_taken_for_a_command_that_ran_at_the_same_time()
    {
        var video = Assert.Single(await AddVideosAsync(1));
        foreach (var title in new[] { "1", "2", "3" })
            await ChangeAsync(new VideoChange { Title = title }, [video]);
        await PatchAsync(video, new { title = "1" });

        Assert.Equal("VideoChangedSince", Assert.Single(await RestoreAsync()).Failure?.ErrorId);
        Assert.Equal(["1"], await TitlesAsync(video));
    }

    [Fact]
    public async Task What_Kinescope_made_of_a_text_counts_as_written()
    {
        var video = Assert.Single(await AddVideosAsync(1));
        await Sandbox.ChangeWayAsync("description", "escaped");
        await ChangeAsync(new VideoChange { Description = "a & b" }, [video]);

        Assert.Null(Assert.Single(await RestoreAsync()).Failure);

        Assert.Equal("", (await Sandbox.VideosAsync()).Single().GetProperty("description").GetString());
    }

    [Fact]
    public async Task A_deleted_video_is_its_own_failure_and_does_not_stand_in_the_way()
    {
        var videos = await AddVideosAsync(2);
        await ChangeAsync(new VideoChange { Title = "before" }, [videos[1]]);
        await ChangeAsync(ForDomain, videos);
        (await Sandbox.Http.DeleteAsync($"/v1/videos/{videos[0]}", Stop)).EnsureSuccessStatusCode();

        Assert.Equal(["VideoNotFound", null], (await RestoreAsync()).Select(one => one.Failure?.ErrorId));
        Assert.Null(Assert.Single(await RestoreAsync()).Failure);
        Assert.Equal(["v1"], await TitlesAsync(videos[1]));
        Assert.Empty(await RestoreAsync());
    }

    [Fact]
    public async Task A_refusal_of_all_stops_it_and_a_second_one_does_the_rest()
    {
        var videos = await AddVideosAsync(30);
        await ChangeAsync(ForDomain, videos);
        await Sandbox.SetFaultsAsync(Patches(new { kind = "answer", status = 401 }, times: null, path: $"/v1/videos/{videos[12]}"));

        Assert.Contains(await RestoreAsync(), one => one.IsLeftOver);
        await Sandbox.ClearFaultsAsync();
        await RestoreAsync();

        Assert.Equal(Enumerable.Repeat("anywhere", 30), await PrivaciesAsync(videos));
    }

    [Fact]
    public async Task A_damaged_line_is_counted_and_the_others_are_taken_back()
    {
        var videos = await AddVideosAsync(2);
        await ChangeAsync(ForDomain, videos);
        var lines = await File.ReadAllLinesAsync(UndoPath, Stop);
        await File.WriteAllTextAsync(UndoPath, string.Join('\n', lines).Replace("v0", "v7").Replace(videos[0], videos[0].ToUpperInvariant()) + "\n{\"event\":\"chang", Stop);

        Assert.Equal(1, (await ReadUndoAsync()).DamagedLines);
        await RestoreAsync();

        Assert.Equal(["custom school.example", "anywhere"], await PrivaciesAsync(videos));
    }

    private async Task<string?[]> TitlesAsync(params string[] videos)
    {
        var all = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("id").GetString()!);
        return [.. videos.Select(id => all[id].GetProperty("title").GetString())];
    }
}
