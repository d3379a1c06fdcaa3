using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>The next file's video is created while the last bytes of the one before are under way.</summary>
public sealed class AheadTests : UploadTest
{
    private const int LargerThanAnEnd = 24_000_000;

    [Fact]
    public async Task One_video_is_begun_ahead_of_a_file_that_is_at_its_end_and_none_is_sent_before_its_turn()
    {
        WriteCourse(4, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 900_000 }, "0.mp4"));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        await Sandbox.WaitAsync("requests=2&method=POST&path=/v2/init&ended=true");
        Assert.False(await Sandbox.HoldsSoonAsync("requests=3&method=POST&path=/v2/init"));
        run.Stop();

        Assert.Single(await PatchesAsync());
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);

        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded", "l3 Uploaded"], Statuses(Send("-ThrottleLimit 1").RequireNoErrors()));
        await RequireOneVideoEachAsync(4);
    }

    [Fact]
    public async Task Nothing_is_begun_ahead_of_a_file_that_has_more_than_its_end_to_go()
    {
        WriteCourse(2, LargerThanAnEnd);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_000_000 }, "0.mp4"));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        run.Stop();

        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task A_refusal_of_the_next_video_waits_until_the_file_under_way_is_done()
    {
        WriteCourse(3, 1_000_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "delay", seconds = 0.5 }, "0.mp4"),
            Fault("POST", "/v2/init", new { kind = "answer", status = 402 }, nth: 2));

        var result = Send("-ThrottleLimit 1", connection: "-MaxRetry 0");

        Assert.Equal(["l0 Uploaded", "l1 Failed"], Statuses(result));
        Assert.StartsWith("PaymentRequired", Assert.Single(result.Errors).FullyQualifiedErrorId);
        Assert.Equal(["l0 Skipped", "l1 Uploaded", "l2 Uploaded"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_files()
    {
        WriteCourse(3, 1_000_000);
        Assert.Equal(["l1 Uploaded"], Statuses(Session.Run("Get-LessonVideoMap | Where-Object LessonId -EQ l1 | Send-KinescopeVideo").RequireNoErrors()));
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 0.5 }, "0.mp4"));

        var result = Send("-ThrottleLimit 1").RequireNoErrors();

        Assert.Equal(["l0", "l1", "l2"], result.Texts("LessonId"));
    }
}
