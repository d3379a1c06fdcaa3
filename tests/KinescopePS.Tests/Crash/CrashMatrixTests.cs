using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Crash;

/// <summary>
/// The real process, killed by SIGKILL at each step of the journey and at random moments, and started again until it ends by
/// itself. Then there is one video a lesson, byte for byte, every id is in the database, and no byte was sent twice that the
/// server had kept.
/// </summary>
public sealed class CrashMatrixTests : UploadTest
{
    private const int Lessons = 3;
    private const int Length = 200_000;

    /// <summary>How many random kills: a full run takes 200, see CONTRIBUTING.md.</summary>
    private static int RandomKills => int.TryParse(Environment.GetEnvironmentVariable("KINESCOPEPS_RANDOM_KILLS"), out var kills) ? kills : 20;

    public static TheoryData<string, bool> Places()
    {
        var places = new TheoryData<string, bool>();
        foreach (var place in Waypoint.All)
        {
            places.Add(place, false);
            places.Add(place, true);
        }

        return places;
    }

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Killed_at(string place, bool withWorkspace)
    {
        var script = WriteJob(Length);
        if (place == "patch-answered")
            await Sandbox.SetFaultsAsync(PatchFault(new { kind = "short-write", keep_bytes = 50_000 }, times: null, nth: 1));

        Assert.NotEqual(0, await RunAsync(script, withWorkspace, place));
        await Sandbox.ClearFaultsAsync();
        Assert.Equal(0, await RunAsync(script, withWorkspace));

        // The short answer meant that the server had thrown the rest of that request away.
        await RequireAllDoneAsync(Length, thrownAway: place == "patch-answered" ? Length - 50_000 : 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_random_moments(bool withWorkspace)
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        TestContext.Current.SendDiagnosticMessage("seed {0}", seed);
        const int LongLength = 1_500_000;
        var kills = 0;
        for (var round = 0; kills < RandomKills / 2; round++)
        {
            var script = WriteJob(LongLength, $"r{round}-");
            await Sandbox.ForgetRequestsAsync();
            // Slow enough that most kills hit the bytes, in several files at once.
            await Sandbox.SetFaultsAsync(PatchFault(new { kind = "trickle", bytes_per_second = 3_000_000 }, times: null));
            var isDone = false;
            while (!isDone && kills < RandomKills / 2)
            {
                using var process = ScriptProcess.Start(script, Sandbox, withWorkspace);
                await Task.WhenAny(Sandbox.WaitAsync($"requests={(await Sandbox.RequestsAsync("", "/v")).Count + 1}&path=/v"), process.WaitForExitAsync(TestContext.Current.CancellationToken));
                if (await EndsWithinAsync(process, TimeSpan.FromMilliseconds(random.Next(0, 1500))))
                {
                    isDone = true;
                }
                else
                {
                    process.Kill();
                    await process.WaitForExitAsync(TestContext.Current.CancellationToken);
                    kills++;
                }
            }

            await Sandbox.ClearFaultsAsync();
            Assert.Equal(0, await RunAsync(script, withWorkspace));
            await RequireAllDoneAsync(LongLength);
            foreach (var video in await Sandbox.VideosAsync())
                (await Sandbox.Http.DeleteAsync($"/v1/videos/{video.GetProperty("id").GetString()}", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }
    }

    private static async Task<bool> EndsWithinAsync(Process process, TimeSpan time)
    {
        using var limit = new CancellationTokenSource(time);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task<int> RunAsync(string script, bool withWorkspace, string? killAt = null)
    {
        using var process = ScriptProcess.Start(script, Sandbox, withWorkspace, killAt);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }

    private string WriteJob(int length, string prefix = "")
    {
        WriteCourse(Lessons, length, prefix);
        File.Delete(Folder["lessons.db"]);
        SqliteLessons.Create(Folder["lessons.db"], Enumerable.Range(0, Lessons).Select(i => $"{prefix}l{i}"));
        return Folder.Write("upload.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.05
            Get-LessonVideoMap '{{Folder.Path}}' | Send-KinescopeVideo -ThrottleLimit 2 -ProgressFile '{{ProgressFile}}' | Set-LessonVideoId -DatabaseUrl 'file:{{Folder["lessons.db"]}}'
            """);
    }

    private async Task RequireAllDoneAsync(int length, long thrownAway = 0)
    {
        await RequireOneVideoEachAsync(Lessons);
        var videos = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("title").GetString()!, video => video.GetProperty("id").GetString());
        Assert.Equal(Enumerable.Range(0, Lessons).Select(i => (string?)videos[$"Урок {i}"]), SqliteLessons.VideoIds(Folder["lessons.db"]));
        Assert.Equal((long)Lessons * length + thrownAway, (await Sandbox.RequestsAsync("PATCH", UploadPath)).Sum(patch => patch.GetProperty("body_bytes").GetInt64()));
    }
}
