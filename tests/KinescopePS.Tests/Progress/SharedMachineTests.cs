using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Who does what in a shared record, and stopping it.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedMachineTests(PostgresCluster cluster) : SharedUploadTest(cluster)
{
    [Fact]
    public async Task Each_lesson_shows_who_sends_it_since_when_how_far_and_at_what_rate()
    {
        var machine = await JoinAsync("1@nas");
        await machine.ClaimAsync("l1", Stop);
        await machine.AppendAsync(ProgressTest.Intent("l1", length: 1000));
        await machine.AppendAsync(ProgressTest.Initialised("l1", "v1"));
        await machine.AppendAsync(Of(UploadEventKind.Uploaded, "l2", "v2"));
        machine.Work = () => [new SharedWork("l1", 640, 1000, 50)];
        await machine.RefreshAsync(Stop);

        var uploads = Session.Run("Get-KinescopeUpload -ProgressFile $db l1, l2").RequireNoErrors();

        Assert.Equal(["1@nas", null], uploads.Texts("Machine"));
        Assert.Equal([640L, 0L], uploads.Values("Offset"));
        Assert.Equal([50L, null], uploads.Values("Rate"));
        Assert.InRange((DateTimeOffset)uploads.Values("Since").First()!, DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddMinutes(1));
        Assert.Equal([2], Session.Run("Get-KinescopeUpload -ByCourse -ProgressFile $db").RequireNoErrors().Values("Files").Select(files => (int)files! + 1).Distinct());
    }

    [Fact]
    public async Task Each_machine_shows_what_it_does_and_one_that_fell_silent_as_such()
    {
        var nas = await JoinAsync("1@nas");
        await nas.ClaimAsync("l2", Stop);
        await nas.ClaimAsync("l1", Stop);
        nas.Work = () => [new SharedWork("l1", 640, 1000, 50), new SharedWork("l2", 1, 1000, 25)];
        await nas.RefreshAsync(Stop);
        var dead = await JoinAsync("2@laptop");
        await dead.ClaimAsync("l3", Stop);
        await JoinAsync("3@office");
        Session.Run("Stop-KinescopeUpload 3@office -ProgressFile $db").RequireNoErrors();
        await Cluster.ExecuteAsync($"UPDATE kinescopeps.machine SET alive_until = clock_timestamp() - interval '4 minutes' WHERE id = '{dead.Machine}'");

        var machines = Session.Run("Get-KinescopeUpload -ByMachine -ProgressFile $db").RequireNoErrors();

        Assert.Equal(["1@nas: Working", "2@laptop: Silent", "3@office: Draining"], machines.Output.Select(machine => machine.ToString()));
        Assert.Equal(["l1 l2", "", ""], machines.Values("Lessons").Select(lessons => string.Join(' ', (IReadOnlyList<string>)lessons!)));
        Assert.Equal([75L, 0L, 0L], machines.Values("Rate"));
        Assert.InRange((TimeSpan)machines.Values("SilentFor").ElementAt(1)!, TimeSpan.FromMinutes(4.9), TimeSpan.FromMinutes(6));
        Assert.InRange((TimeSpan)machines.Values("SilentFor").First()!, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Theory]
    [InlineData("", "1@nas 2@office")]
    [InlineData("*@NAS", "1@nas")]
    [InlineData("-Machine 2@office", "2@office")]
    [InlineData("-WhatIf", "")]
    public async Task The_machines_that_are_named_begin_nothing_more(string parameters, string expected)
    {
        var machines = new[] { await JoinAsync("1@nas"), await JoinAsync("2@office") };

        var told = Session.Run($"Stop-KinescopeUpload {parameters} -ProgressFile $db -PassThru").RequireNoErrors();
        await Task.WhenAll(machines.Select(machine => machine.RefreshAsync(Stop)));

        Assert.Equal(expected, string.Join(' ', told.Texts("Name")));
        Assert.All(told.Texts("Status"), status => Assert.Equal("Draining", status));
        Assert.Equal([expected.Contains("1@nas"), expected.Contains("2@office")], machines.Select(machine => machine.Draining.IsCancellationRequested));
    }

    [Fact]
    public async Task Machines_come_down_the_pipeline_and_an_upload_that_nobody_has_stops_none()
    {
        var machine = await JoinAsync("1@nas");
        await machine.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));

        Assert.Empty(Session.Run("Get-KinescopeUpload -ProgressFile $db | Stop-KinescopeUpload -ProgressFile $db -PassThru").RequireNoErrors().Output);
        Assert.Equal(["1@nas"], Session.Run("Get-KinescopeUpload -ByMachine -ProgressFile $db | Stop-KinescopeUpload -ProgressFile $db -PassThru").RequireNoErrors().Texts("Name"));
    }

    [Fact]
    public async Task A_wait_ends_when_the_machines_have_left()
    {
        var machine = await JoinAsync("1@nas");
        using var stopping = new RunningScript(Session.Shell("Stop-KinescopeUpload -ProgressFile $db -Wait"));
        await UntilAsync("bool_and(is_draining) FROM kinescopeps.machine");
        await Eventually.HoldsAsync(() => stopping.Progress.Any(row => row.CurrentOperation == "1@nas"));
        Assert.False(stopping.HasEnded);

        machine.Dispose();

        (await stopping.EndAsync()).RequireNoErrors();
        Assert.Equal(System.Management.Automation.ProgressRecordType.Completed, stopping.Progress[^1].RecordType);
    }

    [Fact]
    public async Task A_wait_is_ended_by_Ctrl_C_and_the_stop_stays()
    {
        await JoinAsync("1@nas");
        using var stopping = new RunningScript(Session.Shell("Stop-KinescopeUpload -ProgressFile $db -Wait"));
        await UntilAsync("bool_and(is_draining) FROM kinescopeps.machine");

        stopping.Stop();

        Assert.True(await AskAsync<bool>("SELECT bool_and(is_draining) FROM kinescopeps.machine"));
    }

    [Theory]
    [InlineData("7@nowhere -ProgressFile $db", "MachineNotFound", "no machine 7@nowhere")]
    [InlineData("2@laptop -ProgressFile $db", "MachineNotFound", "not at work any more")]
    [InlineData("7@* -ProgressFile $db", null, "")]
    [InlineData("-ProgressFile run.jsonl", "RecordNotShared", "-MaxDuration")]
    public async Task A_machine_that_is_not_at_work_is_told(string parameters, string? errorId, string said)
    {
        var dead = await JoinAsync("2@laptop");
        await Cluster.ExecuteAsync($"UPDATE kinescopeps.machine SET alive_until = clock_timestamp() - interval '4 minutes' WHERE id = '{dead.Machine}'");

        var result = Session.Run($"Stop-KinescopeUpload {parameters}");

        Assert.Equal(errorId is null ? [] : [errorId], result.ErrorIds);
        Assert.All(result.Errors, error => Assert.Contains(said, error.Exception.Message));
        Assert.False(await AskAsync<bool>("SELECT bool_or(is_draining) FROM kinescopeps.machine"));
    }

    [Fact]
    public async Task A_night_on_one_of_many_machines_links_what_it_uploads()
    {
        await using var sandbox = await SandboxInProcess.StartAsync(["--no-rate-limit"]);
        Folder.WriteVideo("a.mp4", 1000);
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"a","filepath":"a.mp4","title_original":"a"}]}]}]}""");
        SqliteLessons.Create(Folder["lessons.db"], ["a"]);
        Folder.Write(".env", "DATABASE_URL=file:./lessons.db");
        Folder.Write("night.ps1", $"& '{Path.Combine(Built.Repository, "examples", "Invoke-NightlyUpload.ps1")}' -Path . -EnvironmentFile .env -ProgressFile '{Url}' -SkipVerify -Quick -Module '{Built.Module}' *> night.txt; exit $LASTEXITCODE");

        using var night = ScriptProcess.Start(Folder["night.ps1"], sandbox);
        await night.WaitForExitAsync(Stop);

        Assert.Contains("Success: 1 mapped, 1 uploaded, 0 skipped, 0 failed, 0 left, 1 linked", await File.ReadAllTextAsync(Folder["night.txt"], Stop));
        Assert.Equal(0, night.ExitCode);
        Assert.Equal(["Uploaded"], Session.Run("Get-KinescopeUpload -ProgressFile $db").RequireNoErrors().Texts("Status"));
        Assert.True(File.Exists(Folder["kinescope-undo.jsonl"]));
        Assert.False(File.Exists(Folder["kinescope-upload-progress.jsonl"]));
    }
}
