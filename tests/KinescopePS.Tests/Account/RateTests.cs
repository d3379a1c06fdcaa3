using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>The platform's limits, which all cmdlets of a process keep together.</summary>
public sealed class RateTests : AccountTest
{
    private protected override string[] SandboxOptions => [];

    [Fact]
    public async Task Sessions_that_call_at_the_same_time_stay_below_the_limit_together()
    {
        using var other = new PowerShellSession(Folder.Path);
        Connect().RequireNoErrors();
        Connect(other).RequireNoErrors();
        const string Script = "foreach ($i in 1..18) { Invoke-KinescopeApi projects }";
        using var one = new RunningScript(Session.Shell(Script));
        using var two = new RunningScript(other.Shell(Script));

        Assert.Equal(18, (await one.EndAsync()).RequireNoErrors().Output.Count);
        Assert.Equal(18, (await two.EndAsync()).RequireNoErrors().Output.Count);

        var calls = await Sandbox.RequestsAsync("GET", "/v1/projects");
        Assert.DoesNotContain(calls, call => call.GetProperty("status").GetInt32() == 429);
        Assert.Equal(38, calls.Count);
    }

    [Fact]
    public async Task A_429_is_waited_out_by_all_and_loses_nothing()
    {
        using var other = new PowerShellSession(Folder.Path);
        Connect().RequireNoErrors();
        Connect(other).RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/projects", new { kind = "answer", status = 429, headers = new Dictionary<string, string> { ["Retry-After"] = "2" } }));

        Assert.Single(Session.Run("Get-KinescopeProject").RequireNoErrors().Output);
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/projects", new { kind = "answer", status = 429, headers = new Dictionary<string, string> { ["Retry-After"] = "2" } }));
        using var first = new RunningScript(Session.Shell("Get-KinescopeProject"));
        await Sandbox.WaitAsync("requests=2&path=/v1/projects&status=429");
        Assert.Single(other.Run("Get-KinescopeProject").RequireNoErrors().Output);
        Assert.Single((await first.EndAsync()).RequireNoErrors().Output);

        var calls = await Sandbox.RequestsAsync("GET", "/v1/projects");
        foreach (var (refused, next) in calls.Zip(calls.Skip(1)).Where(pair => pair.First.GetProperty("status").GetInt32() == 429))
            Assert.True(At(next) - At(refused) >= TimeSpan.FromSeconds(1.9), $"{At(next) - At(refused)}");
    }

    private static DateTimeOffset At(JsonElement call) => call.GetProperty("started_at").GetDateTimeOffset();
}
