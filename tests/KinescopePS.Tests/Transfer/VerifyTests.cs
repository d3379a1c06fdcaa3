using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>Send-KinescopeVideo -Verify: what Kinescope made of the bytes.</summary>
public sealed class VerifyTests : UploadTest
{
    private const string SendAndVerify = "Get-LessonVideoMap | Send-KinescopeVideo @kinescope -Verify -VerifyIntervalSeconds 0.1";

    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0.3"];

    [Fact]
    public async Task A_result_comes_once_the_stored_original_is_the_file_and_many_videos_are_asked_for_at_once()
    {
        WriteCourse(30);

        var result = Session.Run($"{SendAndVerify} -Verbose -ThrottleLimit 8").RequireNoErrors();

        Assert.Equal(30, result.Texts("Status").Count(status => status == "Uploaded"));
        Assert.Equal(30, result.Verbose.Count(message => message.Contains("by size and MD5")));
        Assert.All(await Sandbox.VideosAsync(), video => Assert.Equal("done", video.GetProperty("status").GetString()));
        var asked = await Sandbox.RequestsAsync("GET", "/v1/videos");
        Assert.True(asked.Count < 30, $"{asked.Count} calls for 30 videos.");

        Assert.DoesNotContain(Session.Run($"{SendAndVerify} -Verbose").RequireNoErrors().Verbose, message => message.Contains("by size"));
    }

    [Fact]
    public async Task Another_MD5_fails_the_lesson_and_the_next_run_uploads_it_again()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(new
        {
            match = new { method = "GET", path = "/v1/videos" },
            fault = new { kind = "alter", replace = new Dictionary<string, string> { ["\"md5\":\"[0-9a-f]{32}\""] = "\"md5\":\"00000000000000000000000000000000\"" } },
        });

        var first = Session.Run(SendAndVerify);
        await Sandbox.ClearFaultsAsync();
        var second = Session.Run(SendAndVerify).RequireNoErrors();

        Assert.Equal(["VideoDiffers"], first.ErrorIds);
        Assert.Equal(["Failed"], first.Texts("Status"));
        Assert.Equal([null], first.Values("VideoId"));
        Assert.Equal(["Uploaded"], second.Texts("Status"));
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("aborted")]
    [InlineData("suspended")]
    public async Task A_video_that_Kinescope_cannot_process_fails_the_lesson(string status)
    {
        WriteCourse(2);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = UploadPath, file = "1.mp4" }, fault = new { kind = "video-status", video_status = status } });

        var result = Session.Run(SendAndVerify);

        Assert.Equal(["VideoProcessingFailed"], result.ErrorIds);
        Assert.Contains($"'{status}'", result.LastError.Exception.Message);
        Assert.Equal(["l0 Uploaded", "l1 Failed"], result.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value}").Order());
    }

    [Fact]
    public async Task A_video_that_takes_too_long_is_said_so_and_stays_uploaded()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = UploadPath }, fault = new { kind = "video-status", video_status = "uploading" } });

        var result = Session.Run($"{SendAndVerify} -VerifyTimeout 00:00:01");

        Assert.Equal(["VideoNotProcessed"], result.ErrorIds);
        Assert.Equal(["Uploaded"], result.Texts("Status"));
        Assert.NotNull(Assert.Single(result.Values("VideoId")));
    }
}
