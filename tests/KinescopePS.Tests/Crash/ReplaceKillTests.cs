using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Crash;

/// <summary>The real process, killed by SIGKILL while it replaces the content of a video, and started again. ReplaceCrashTests has each of its moments.</summary>
public sealed class ReplaceKillTests : UploadTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0"];

    [Theory]
    [InlineData("replacing-ending")]
    [InlineData("replacing-answered")]
    public async Task Killed_at(string place)
    {
        Assert.Contains(place, Waypoint.Replacing);
        WriteCourse(1, 200_000);
        var videoId = (string)Send("-Wait").RequireNoErrors().Output.Single().Properties["VideoId"].Value;
        Folder.WriteVideo("0.mp4", 150_000, seed: 9);
        var script = Folder.Write("replace.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.05
            Get-LessonVideoMap '{{Folder.Path}}' | Send-KinescopeVideo -Replace -Verify -ProgressFile '{{ProgressFile}}'
            """);

        Assert.NotEqual(0, await RunAsync(script, place));
        Assert.Equal(0, await RunAsync(script));

        await RequireOneVideoEachAsync(1);
        var video = Assert.Single(await Sandbox.VideosAsync());
        Assert.Equal((videoId, "Урок 0"), (video.GetProperty("id").GetString(), video.GetProperty("title").GetString()));
        Assert.Equal("replaced", ProgressEvents[^1]);
    }

    private async Task<int> RunAsync(string script, string? killAt = null)
    {
        using var process = ScriptProcess.Start(script, Sandbox, killAt: killAt);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
