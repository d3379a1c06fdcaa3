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
        Assert.All(await Sandbox.VideosAsync(), video => Assert.Equal("done", video.GetProperty("status").GetString()));
        var asked = await Sandbox.RequestsAsync("GET", "/v1/videos");
        Assert.True(asked.Count < 30, $"{asked.Count} calls for 30 videos.");

        Assert.DoesNotContain(Session.Run($"{SendAndVerify} -Verbose").RequireNoErrors().Verbose, message => message.Contains("by size"));
    }
}
