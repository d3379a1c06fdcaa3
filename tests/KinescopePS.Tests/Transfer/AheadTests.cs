using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>The next file's video is created while the last bytes of the one before are under way.</summary>
public sealed class AheadTests : UploadTest
{
    private const int LargerThanAnEnd = 24_000_000;

    [Fact]
    public async Task One_video_is_begun_ahead_of_a_file_that_is_at_its_end_and_none_is_sent_before_its_turn()
    {
        WriteCourse(5, 1_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 900_000 }, "1.mp4"));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        await Sandbox.WaitAsync("requests=3&method=POST&path=/v2/init&ended=true");
        Assert.False(await Sandbox.HoldsSoonAsync("requests=4&method=POST&path=/v2/init"));
        run.Stop();

        Assert.Equal(2, (await PatchesAsync()).Count);
        Assert.Equal(3, (await Sandbox.VideosAsync()).Count);

        await Sandbox.ClearFaultsAsync();
        Assert.Equal(["l0 Skipped", "l1 Uploaded", "l2 Uploaded", "l3 Uploaded", "l4 Uploaded"], Statuses(Send("-ThrottleLimit 1").RequireNoErrors()));
        await RequireOneVideoEachAsync(5);
    }

    [Theory]
    [InlineData(LargerThanAnEnd, "1.mp4", 2)]
    [InlineData(1_000_000, "0.mp4", 1)]
    public async Task Nothing_is_begun_ahead_of_a_file_that_has_more_than_its_end_to_go_nor_before_the_host_took_any(int length, string file, int videos)
    {
        WriteCourse(3, length);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 500_000 }, file));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        run.Stop();

        Assert.Equal(videos, (await Sandbox.VideosAsync()).Count);
    }

    [Fact]
    public async Task A_refusal_of_the_next_video_waits_until_the_file_under_way_is_done()
    {
        WriteCourse(4, 1_000_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "delay", seconds = 0.5 }, "1.mp4"),
            Fault("POST", "/v2/init", new { kind = "answer", status = 402 }, nth: 3));

        var result = Send("-ThrottleLimit 1", connection: "-MaxRetry 0");

        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Failed"], Statuses(result));
        Assert.Equal(["PaymentRequired"], result.ErrorIds);
        Assert.Equal(["l0 Skipped", "l1 Skipped", "l2 Uploaded", "l3 Uploaded"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(4);
    }

    [Fact]
    public async Task Results_come_in_the_order_of_the_files()
    {
        WriteCourse(4, 1_000_000);
        Assert.Equal(["l2 Uploaded"], Statuses(Session.Run("Get-LessonVideoMap | Where-Object LessonId -EQ l2 | Send-KinescopeVideo").RequireNoErrors()));
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 0.5 }, "1.mp4"));

        var result = Send("-ThrottleLimit 1").RequireNoErrors();

        Assert.Equal(["l0", "l1", "l2", "l3"], result.Texts("LessonId"));
    }

    [Theory]
    [InlineData("-ThrottleLimit 2", true)]
    [InlineData("-ThrottleLimit 2 -Order SmallestFirst", false)]
    [InlineData("-ThrottleLimit 1", false)]
    public async Task The_last_files_go_largest_first_so_that_no_large_one_is_sent_alone_at_the_end(string parameters, bool isLargestFirst)
    {
        WriteCourse(8);
        for (var i = 0; i < 8; i++)
            Folder.WriteVideo($"{i}.mp4", 10_000 * (i + 1), seed: i);
        // By then all files are known.
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 1 }, "0.mp4"), PatchFault(new { kind = "delay", seconds = 1 }, "1.mp4"));

        Send(parameters).RequireNoErrors();

        var intents = File.ReadLines(ProgressFile).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(step => step.GetProperty("event").GetString() == "intent").Select(step => step.GetProperty("lesson").GetString()!).ToList();
        // Two that go at once are recorded in either order.
        Assert.Equal(["l0", "l1"], intents[..2].Order());
        Assert.Equal(isLargestFirst, intents.IndexOf("l7") < intents.IndexOf("l4"));
    }
}
