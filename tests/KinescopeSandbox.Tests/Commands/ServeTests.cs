using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Commands;

/// <summary>`serve`: what it prints, how it ends, and what it still knows after a kill.</summary>
public sealed class ServeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task KilledSandboxContinuesWhereItWas()
    {
        var file = Bytes.Some(4_000_000);
        Announced half, whole;
        string before;
        await using (var killed = await SandboxProcess.StartAsync([], _folder["state"]))
        {
            using var client = SandboxClient.Of(killed);
            before = killed.Announced.ToString();
            half = await client.InitAsync(file.Length, "Половина");
            whole = await client.InitAsync(10, "Целое");
            await client.PatchAsync(whole.Endpoint, 0, file[..10]);
            await client.FaultsAsync(new { match = new { method = "PATCH" }, fault = new { kind = "stall", after_bytes = 1_500_000 } });
            var patch = client.PatchAsync(half.Endpoint, 0, file);
            await client.WaitAsync("stalled=1");
            await killed.KillAsync();
            await Assert.ThrowsAsync<HttpRequestException>(() => patch);
        }

        await using var restarted = await SandboxProcess.StartAsync(["--transcode-seconds", "0"], _folder["state"]);
        using var again = SandboxClient.Of(restarted);

        Assert.Equal(before, restarted.Announced.ToString());
        Assert.Equal(1_500_000, await again.OffsetAsync(half.Endpoint));
        Assert.Equal(file.Length, (await again.PatchAsync(half.Endpoint, 1_500_000, file[1_500_000..])).Offset);
        var video = (await again.GetAsync($"/v1/videos/{half.VideoId}")).Data;
        Assert.Equal(("Половина", "done"), (video.GetProperty("title").GetString(), video.GetProperty("status").GetString()));
        Assert.Equal(Bytes.Md5(file), video.GetProperty("assets")[0].GetProperty("md5").GetString());
        Assert.Equal(Bytes.Sha256(file[..10]), await again.Sha256Async(whole.VideoId));
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("--requests-per-second 20 --requests-per-minute 0", "20", "off")]
    [InlineData("--requests-per-minute 5", null, "5")]
    [InlineData("--no-rate-limit", "off", "off")]
    public async Task TellsTheModuleOfLimitsThatAreNotThePlatforms(string options, string? perSecond, string? perMinute)
    {
        await using var sandbox = await SandboxProcess.StartAsync(options.Split(' ', StringSplitOptions.RemoveEmptyEntries), _folder["state"]);

        Assert.Equal((perSecond, perMinute), (Announced("KINESCOPE_REQUESTS_PER_SECOND"), Announced("KINESCOPE_REQUESTS_PER_MINUTE")));
        string? Announced(string name) => sandbox.Announced.TryGetProperty(name, out var value) ? value.GetString() : null;
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("many")]
    public async Task LimitIsAWholeNumber(string limit)
    {
        var (exitCode, _, error) = await SandboxProcess.RunAsync("serve", "--data", _folder["state"], "--requests-per-minute", limit);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("--requests-per-minute", error);
    }

    [Fact]
    public async Task GoesTheWaysOfThePlatformThatAreAskedFor()
    {
        await using var sandbox = await SandboxProcess.StartAsync(["--platform", "page-cap=50", "--platform", "api=503"], _folder["state"]);

        var ways = (await sandbox.GetAsync("/sandbox/platform")).GetProperty("data");

        Assert.Equal(("50", "503", "kept"), (Way("page-cap"), Way("api"), Way("description")));
        string? Way(string question) => ways.GetProperty(question).GetProperty("way").GetString();
    }

    [Theory]
    [InlineData("page-cap", "'page-cap' is not in the form name=way.")]
    [InlineData("page-cap=500", "page-cap of the platform cannot be '500'. Its ways: a number from 1 to 100.")]
    [InlineData("pages=5", "There is no question 'pages' of the platform. There are: status-after-init,")]
    public async Task WayIsOneOfThePlatforms(string way, string message)
    {
        var (exitCode, _, error) = await SandboxProcess.RunAsync("serve", "--data", _folder["state"], "--platform", way);

        Assert.NotEqual(0, exitCode);
        Assert.Contains($"--platform: {message}", error);
    }

    [Fact]
    public async Task EndsWithItsInput()
    {
        await using var sandbox = await SandboxProcess.StartAsync([], _folder["state"]);

        Assert.Equal(0, await sandbox.EndInputAsync());
    }

    [Fact]
    public async Task FolderHasOneSandboxAtATime()
    {
        await using var first = await SandboxProcess.StartAsync([], _folder["state"]);

        var second = await SandboxProcess.RunAsync("serve", "--data", _folder["state"]);

        Assert.Equal((1, ""), (second.ExitCode, second.Output));
        Assert.StartsWith("sandbox: cannot start:", second.Error);
    }

    [Theory]
    [InlineData("pwsh", "$env:KINESCOPE_API_KEY = '", "# $env:KINESCOPE_WORKSPACE_ID = '")]
    [InlineData("sh", "export KINESCOPE_API_KEY='", "# export KINESCOPE_WORKSPACE_ID='")]
    public async Task PrintsVariablesToPaste(string shell, string key, string workspace)
    {
        var (exitCode, output, _) = await SandboxProcess.RunAsync("serve", "--data", _folder["state"], "--shell", shell, "--exit-with-stdin");

        Assert.Equal(0, exitCode);
        var lines = output.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Equal(6, lines.Length);
        Assert.StartsWith(key, lines[0]);
        Assert.Contains("KINESCOPE_PROJECT_ID", lines[1]);
        Assert.StartsWith(workspace, lines[2]);
        Assert.Contains("KINESCOPE_API_URL", lines[3]);
        Assert.Contains("'http://127.0.0.1:", lines[4]);
        Assert.Equal("sandbox: listening", lines[5]);
    }
}
