using System.Text.Json;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Support;
using Npgsql;

namespace KinescopePS.Tests.Machines;

/// <summary>The tests of machines that share a server of their own.</summary>
[CollectionDefinition(Name)]
public sealed class MachineCollection : ICollectionFixture<MachineServer>
{
    public const string Name = "machines";
}

/// <summary>A throw-away PostgreSQL that machines in networks of their own can reach.</summary>
public sealed class MachineServer : IAsyncLifetime
{
    private readonly PostgresServer? _server = PostgresServer.FindPrograms() is { } programs ? new PostgresServer(programs) : null;

    public int Port => _server!.Port;

    public async ValueTask InitializeAsync()
    {
        if (_server is not null)
            await _server.CreateAsync("fsync = off\nshared_buffers = 16MB\nlisten_addresses = '*'", "local all all trust\nhost all all 0.0.0.0/0 trust");
    }

    /// <summary>Makes the schema anew, or skips the test where this machine has no PostgreSQL.</summary>
    public async Task ResetAsync()
    {
        Assert.SkipUnless(_server is not null, "PostgreSQL's initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql).");
        // The server may not have noticed yet that a machine of an earlier test is gone.
        await ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()");
        await ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
        await ExecuteAsync(SharedSchema.Script);
    }

    public Task ExecuteAsync(string sql) => _server!.ExecuteAsync(sql);

    /// <summary>The first column of all rows, as text.</summary>
    public async Task<IReadOnlyList<string>> AskAsync(string sql)
    {
        await using var connection = await _server!.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<string>();
        while (await reader.ReadAsync())
            rows.Add(reader.GetString(0));
        return rows;
    }

    /// <summary>Lets the lease of every machine run out, as where they were silent for longer.</summary>
    public Task ExpireAsync() => ExecuteAsync("UPDATE kinescopeps.machine SET alive_until = clock_timestamp() - interval '1 second'");

    public ValueTask DisposeAsync() => _server?.DisposeAsync() ?? default;
}

/// <summary>A machine is killed, paused or cut off while it sends, and another one, with a copy of the files elsewhere, is at work.</summary>
[Collection(MachineCollection.Name)]
public sealed class MachineFaultTests(MachineServer server) : UploadTest
{
    private const int Length = 2_500_000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string Url => $"postgresql://postgres@127.0.0.1:{server.Port}/postgres";

    [Fact]
    public async Task A_machine_that_is_killed_is_followed_at_the_server_s_byte_by_one_with_the_same_content()
    {
        using var killed = await StartAsync(lessons: 1);
        await Sandbox.WaitAsync("bytes=500000&timeout=60");
        killed.Kill();
        await server.ExpireAsync();
        await Sandbox.ClearFaultsAsync();

        var result = SendHere().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        var video = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString();
        Assert.Equal([video], result.Texts("VideoId"));
        Assert.Equal(Sha256Of(Folder["0.mp4"]), await Sandbox.Sha256Async(video!));
        var patches = await PatchesAsync();
        var told = string.Join(", ", patches.Select(patch => $"{patch.GetProperty("offset")}+{patch.GetProperty("body_bytes")}"));
        Assert.True(Offsets(patches).Max() >= 500_000, told);
        Assert.True(BytesOf(patches) == Length, told);
    }

    [Fact]
    public async Task Who_has_another_content_or_no_file_leaves_the_lesson_and_takes_the_other_s_id()
    {
        using var killed = await StartAsync(lessons: 2, "-ThrottleLimit 1 -Order SmallestFirst", first: 1000);
        await Sandbox.WaitAsync("bytes=500000&timeout=60");
        killed.Kill();
        await server.ExpireAsync();
        await Sandbox.ClearFaultsAsync();
        var known = await server.AskAsync("SELECT video_id FROM kinescopeps.upload WHERE lesson = 'l0'");
        File.Delete(Folder["0.mp4"]);
        Folder.WriteVideo("1.mp4", Length, seed: 99);
        var manifest = File.ReadAllText(Folder["manifest.json"]);
        File.WriteAllText(Folder["manifest.json"], manifest.Replace("""{"id":"l0",""", """{"id":"l9","filepath":"9.mp4","title_original":"Урок 9.mp4"},{"id":"l0",""", StringComparison.Ordinal));

        var result = SendHere();

        Assert.Equal(["l0 Skipped", "l1 Failed", "l9 Failed"], Statuses(result));
        Assert.Equal(["LessonContentDiffers", "LessonFileNotFound"], result.ErrorIds.Order());
        Assert.Equal(known, result.Texts("VideoId").Where(id => id is not null).Select(id => id!));
        Assert.Contains("No other machine", string.Concat(result.Errors.Select(error => error.Exception.Message)));
        // The other content is neither sent nor is what was begun given up.
        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Equal(["initialised"], await server.AskAsync("SELECT stage FROM kinescopeps.upload WHERE lesson = 'l1'"));
    }

    [Fact]
    public async Task A_machine_that_was_asleep_for_longer_than_its_lease_writes_nothing_more_and_takes_the_other_s_id()
    {
        using var paused = await StartAsync(lessons: 1);
        await Sandbox.WaitAsync("bytes=500000&timeout=60");
        paused.Pause();
        await server.ExpireAsync();
        await Sandbox.ClearFaultsAsync();
        var result = SendHere().RequireNoErrors();
        var (written, sent) = (await server.AskAsync("SELECT revision || state FROM kinescopeps.upload"), (await Sandbox.RequestsAsync("", "/v")).Count);

        paused.Continue();
        await paused.EndAsync(Patience);

        Assert.Equal(0, paused.ExitCode);
        Assert.Equal(("l0", result.Texts("VideoId").Single(), "Skipped"), paused.ReadResults().Select(own => (own.Lesson, own.Video, own.Status)).Single());
        Assert.Equal(written, await server.AskAsync("SELECT revision || state FROM kinescopeps.upload"));
        Assert.DoesNotContain((await Sandbox.RequestsAsync("", "/v")).Skip(sent), request => request.GetProperty("method").GetString() is "POST" or "DELETE" or "PATCH" && request.GetProperty("status").ValueKind == JsonValueKind.Number && request.GetProperty("status").GetInt32() < 300);
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cut_off_from_the_database_bytes_flow_on_and_what_they_did_is_told_later(bool isKilled)
    {
        CourseMachine.RequireNetworks();
        using var network = new MachineNetwork();
        await server.ResetAsync();
        WriteCourse(2, Length);
        await Sandbox.SetFaultsAsync(
            Fault("POST", "/v2/init", new { kind = "stall", when = "after-processing" }),
            PatchFault(new { kind = "trickle", bytes_per_second = 2_000_000 }, times: null));
        using var machine = NewMachine("-ThrottleLimit 1", network);
        machine.Start();
        await Sandbox.WaitAsync("stalled=1&timeout=60");

        network.Database.Cut();
        await Sandbox.ReleaseAsync();

        // The id is in the spill; the last bytes wait, and so does the second lesson.
        await Sandbox.WaitAsync($"bytes={Length - (1 << 20)}&timeout=60");
        Assert.Single(machine.Spills);
        Assert.Equal(["intended"], await server.AskAsync("SELECT stage FROM kinescopeps.upload"));
        Assert.Single(await Sandbox.RequestsAsync("POST", "/v2/init"));
        if (isKilled)
            machine.Kill();
        network.Database.Mend();
        if (isKilled)
            machine.Start();
        await machine.EndAsync(Patience);

        Assert.Equal(0, machine.ExitCode);
        await RequireOneVideoEachAsync(2);
        Assert.Equal(2L * Length, BytesOf(await PatchesAsync()));
        Assert.Equal(machine.ReadResults().OrderBy(own => own.Lesson).Select(own => $"{own.Lesson} {own.Video} uploaded"), await server.AskAsync("SELECT lesson || ' ' || video_id || ' ' || stage FROM kinescopeps.upload ORDER BY lesson"));
        Assert.Empty(machine.Spills);
    }

    /// <summary>Starts a machine that sends slowly.</summary>
    private async Task<CourseMachine> StartAsync(int lessons, string parameters = "", int first = Length)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A host name of one's own needs Linux and root.");
        await server.ResetAsync();
        WriteCourse(lessons, Length);
        if (first != Length)
            Folder.WriteVideo("0.mp4", first, seed: 7);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "trickle", bytes_per_second = 500_000 }, times: null));
        var machine = NewMachine(parameters);
        machine.Start();
        return machine;
    }

    /// <summary>A machine with a copy of the files in another folder.</summary>
    private CourseMachine NewMachine(string parameters, MachineNetwork? network = null)
    {
        // A short patience with the server is the test's own.
        var machine = new CourseMachine(
            Folder["other"], "other", Folder["manifest.json"], $"postgresql://postgres@{network?.Database.Host ?? "127.0.0.1"}:{server.Port}/postgres?connect_timeout=1&socket_timeout=1",
            Sandbox, network, parameters: parameters);
        foreach (var file in Directory.GetFiles(Folder.Path, "*.mp4"))
            File.Copy(file, Path.Combine(machine.Files, Path.GetFileName(file)));
        return machine;
    }

    /// <summary>Sends the course from this process.</summary>
    private ScriptResult SendHere() => Send($"-ProgressFile '{Url}'");
}
