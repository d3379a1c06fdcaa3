using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Ways;

/// <summary>A sandbox and a session that all jobs of a class share; each job has a project and a folder of its own.</summary>
public sealed class WaysFixture : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _limits;
    private int _jobs;

    public WaysFixture()
        : this("--no-rate-limit")
    {
    }

    internal WaysFixture(params string[] limits)
    {
        _limits = limits;
    }

    internal RunningSandbox Sandbox { get; private set; } = null!;

    internal PowerShellSession Session { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Sandbox = await SandboxInProcess.StartAsync([.. _limits, "--transcode-seconds", "0"]);
        Session = new PowerShellSession(_folder.Path);
        Session.Use(Sandbox);
        _folder.Write(".env", "KINESCOPE_REQUESTS_PER_SECOND=off\nKINESCOPE_REQUESTS_PER_MINUTE=off\n");
    }

    /// <summary>The main job of a course of its own.</summary>
    internal async Task<MainJob> JobAsync(bool withWorkspace = false)
    {
        await Sandbox.GoAsync(new Dictionary<string, string>());
        await Sandbox.ClearFaultsAsync();
        await Sandbox.ForgetRequestsAsync();
        var name = $"j{_jobs++.ToString(CultureInfo.InvariantCulture)}";
        using var answer = await Sandbox.Http.PostAsJsonAsync("/v1/projects", new { name });
        var project = (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data").GetProperty("id").GetString()!;
        return new MainJob(Sandbox, Session, _folder, name, project, withWorkspace);
    }

    public async ValueTask DisposeAsync()
    {
        Session.Dispose();
        await Sandbox.DisposeAsync();
        _folder.Dispose();
    }
}
