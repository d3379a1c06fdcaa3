using System.Net.Http.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>Send-KinescopeVideo -Verify: what Kinescope made of the bytes.</summary>
public sealed class VerifyTests : UploadTest
{
    private const string SendAndVerify = "Get-LessonVideoMap | Send-KinescopeVideo -Verify";

    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0.3"];

    [Fact]
    public async Task A_result_comes_once_the_stored_original_is_the_file_and_many_videos_are_asked_for_at_once()
    {
        WriteCourse(30);

        var result = Session.Run($"{SendAndVerify} -Verbose -ThrottleLimit 8").RequireNoErrors();

        Assert.Equal(30, result.Texts("Status").Count(status => status == "Uploaded"));
        Assert.Equal(30, result.Verbose.Count(message => message.Contains("by size and MD5")));
        Assert.DoesNotContain(result.Verbose, message => message.Contains("reading the file"));
        Assert.All(await Sandbox.VideosAsync(), video => Assert.Equal("done", video.GetProperty("status").GetString()));
        var asked = await Sandbox.RequestsAsync("GET", "/v1/videos");
        Assert.True(asked.Count < 30, $"{asked.Count} calls for 30 videos.");

        Assert.DoesNotContain(Session.Run($"{SendAndVerify} -Verbose").RequireNoErrors().Verbose, message => message.Contains("by size"));
    }

    /// <summary>The MD5 is taken while the bytes are sent, and an upload that is continued goes on from its state.</summary>
    [Theory]
    [InlineData("-Verify", false)]
    [InlineData("", true)]
    public async Task Verifying_reads_no_byte_again_after_a_run_that_took_the_MD5(string firstRun, bool readsAgain)
    {
        WriteCourse(1, length: 70_000_000);
        await Sandbox.SetFaultsAsync([PatchFault(new { kind = "cut", after_bytes = 68_000_000 }), PatchFault(new { kind = "answer", status = 500 }, times: null)]);
        Assert.Equal(["l0 Failed"], Statuses(Send(firstRun, connection: "-MaxRetry 0")));
        await Sandbox.ClearFaultsAsync();

        var verified = Send("-Verify -Verbose").RequireNoErrors();

        Assert.Equal(["Md5"], verified.Texts("Verification"));
        Assert.Equal(readsAgain, verified.Verbose.Any(line => line.Contains("reading the file")));
        Assert.NotEqual(0, Offsets(await PatchesAsync()).Last());
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("never", "yes", "NotPossible")]
    [InlineData("at-once", "no", "Size")]
    [InlineData("at-once", "yes", "Md5")]
    public async Task What_cannot_be_compared_is_told_from_what_differs(string original, string md5, string verification)
    {
        WriteCourse(2);
        await Sandbox.ChangeWayAsync("original-asset", original);
        await Sandbox.ChangeWayAsync("original-md5", md5);

        var result = Session.Run(SendAndVerify).RequireNoErrors();

        Assert.Equal([verification, verification], result.Texts("Verification"));
        if (verification == "NotPossible")
            Assert.StartsWith("2 videos could not be compared", Assert.Single(result.Warnings));
        else
            Assert.Empty(result.Warnings);
        var again = Session.Run(SendAndVerify).RequireNoErrors().Texts("Verification");
        Assert.All(again, text => Assert.Equal(verification == "NotPossible" ? verification : "Earlier", text));
    }

    /// <summary>The video may be linked: a site must not point at what is gone.</summary>
    [Theory]
    [InlineData(false, "VideoDiffers", "other.jsonl")]
    [InlineData(false, "VideoProcessingFailed", "other.jsonl")]
    [InlineData(false, "VideoDiffers", "first.jsonl")]
    [InlineData(true, "VideoDiffers", "other.jsonl")]
    [InlineData(true, "VideoProcessingFailed", "first.jsonl")]
    public async Task FoundE05_A_video_that_was_handed_on_and_differs_is_named_and_never_deleted(bool withWorkspace, string failure, string progressFile)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(1);
        var old = Send("-Wait -ProgressFile first.jsonl").RequireNoErrors().Texts("VideoId").Single();
        Assert.Equal([old], Send($"-ProgressFile {progressFile}").RequireNoErrors().Texts("VideoId"));
        if (failure == "VideoDiffers")
            await Sandbox.SetFaultsAsync(AlteredMd5("00000000"));
        else
            await Sandbox.SetStatusAsync(old!, "error");

        var verified = Send($"-ProgressFile {progressFile} -Verify");
        await Sandbox.ClearFaultsAsync();
        var next = Send($"-ProgressFile {progressFile}").RequireNoErrors();
        var last = Send($"-ProgressFile {progressFile}").RequireNoErrors();

        Assert.Equal([failure], verified.ErrorIds);
        Assert.Contains($"Video {old} stays at Kinescope", verified.LastError.Exception.Message);
        Assert.Equal(["l0 Uploaded"], Statuses(next));
        Assert.Equal(["l0 Skipped"], Statuses(last));
        Assert.Equal(next.Texts("VideoId"), last.Texts("VideoId"));
        Assert.Empty(await Sandbox.RequestsAsync("DELETE", "/v1/videos"));
        Assert.Contains(await Sandbox.VideosAsync(), video => video.GetProperty("id").GetString() == old);
    }
}
