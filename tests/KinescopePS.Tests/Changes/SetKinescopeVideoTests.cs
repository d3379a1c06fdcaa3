using System.Diagnostics;
using KinescopePS.Tests.Account;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Changes;

/// <summary>What a user of Set-KinescopeVideo sees of a run that does not come to its end.</summary>
public sealed class SetKinescopeVideoTests : AccountTest
{
    [Fact]
    public async Task A_run_that_is_stopped_says_what_was_changed_and_what_was_not()
    {
        Connect().RequireNoErrors();
        var ids = await AddAsync(30);
        await Sandbox.SetFaultsAsync(Fault("PATCH", $"/v1/videos/{ids[12]}", new { kind = "answer", status = 401 }));

        var result = Session.Run("param($ids) $ids | Set-KinescopeVideo -Privacy nowhere", new object[] { ids });

        Assert.Equal(["TokenRejected"], result.ErrorIds);
        Assert.Matches("[1-9][0-9]* videos were changed, [1-9][0-9]* of those that came were not. Run the same command again", result.LastError.Exception.Message);
    }

    [Fact]
    public async Task Results_and_errors_come_in_the_order_of_the_videos()
    {
        Connect().RequireNoErrors();
        var ids = await AddAsync(4);
        await Sandbox.SetFaultsAsync(Fault("PATCH", $"/v1/videos/{ids[1]}", new { kind = "answer", status = 404, code = 404404, message = "gone" }));

        var result = Session.Run("param($ids) $ids | Set-KinescopeVideo -Privacy nowhere -PassThru", new object[] { ids });

        Assert.Equal([ids[0], ids[2], ids[3]], result.Texts("VideoId"));
        Assert.Equal(["VideoNotFound"], result.ErrorIds);
        Assert.Contains(ids[1], result.LastError.Exception.Message);
    }

    [Fact]
    public async Task It_shows_how_far_it_is_and_ends_soon_after_Ctrl_C_and_what_was_changed_can_be_given_back()
    {
        Connect().RequireNoErrors();
        var ids = await AddAsync(12);
        await Sandbox.SetFaultsAsync(Fault("PATCH", $"/v1/videos/{ids[3]}", new { kind = "delay", seconds = 60 }));
        var shell = Session.Shell("param($ids) $ids | Set-KinescopeVideo -Privacy nowhere").AddArgument(ids);
        using (var running = new RunningScript(shell))
        {
            await WaitUntilAsync(() => running.Progress.Any(row => row is { Activity: "Changing videos", StatusDescription: "11 of 12", PercentComplete: 91 }));
            var watch = Stopwatch.StartNew();
            running.Stop();
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 2.5);
        }

        await Sandbox.ClearFaultsAsync();
        var again = Session.Run("param($ids) $ids | Set-KinescopeVideo -Privacy nowhere -ProgressAction SilentlyContinue -InformationVariable words; \"$words\"", new object[] { ids }).RequireNoErrors();
        Assert.StartsWith("12 videos: 1 changed, 11 were so already, 0 failed.", again.Output[^1].ToString());
        Session.Run("Restore-KinescopeVideo -All -Confirm:$false").RequireNoErrors();
        Assert.All(await Sandbox.VideosAsync(), video => Assert.Equal("anywhere", video.GetProperty("privacy_type").GetString()));
    }

    private static async Task WaitUntilAsync(Func<bool> isSo)
    {
        var watch = Stopwatch.StartNew();
        while (!isSo())
        {
            Assert.InRange(watch.Elapsed.TotalSeconds, 0, 30);
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task<string[]> AddAsync(int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++)
            ids[i] = await AddVideoAsync($"v{i}");
        return ids;
    }
}
