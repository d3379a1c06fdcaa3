using System.Collections.Concurrent;
using System.Diagnostics;
using KinescopePS.Database;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Database;
using KinescopePS.Tests.Support;
using Npgsql;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>A server that restarts, forgets, is full or falls silent, and statements that meet.</summary>
[Collection(SharedRecordCollection.Name)]
public sealed class SharedRecordFaultTests(SharedRecordServer server) : IAsyncLifetime
{
    private readonly List<IDisposable> _open = [];
    private readonly ConcurrentQueue<string> _warnings = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.ResetAsync();

    public ValueTask DisposeAsync()
    {
        foreach (var open in _open)
            open.Dispose();
        return default;
    }

    [Fact]
    public async Task A_lesson_that_was_taken_over_and_given_back_is_lost_all_the_same()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        var lost = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        await server.ExpireAsync();
        await b.RefreshAsync(Stop);
        var taken = await b.ClaimAsync("l1", Stop);
        await b.AppendAsync(Intent("l1"));
        await b.ReleaseAsync(taken);

        await a.RefreshAsync(Stop);

        Assert.True(lost.Lost.IsCancellationRequested);
        Assert.Equal("LessonClaimed", (await Assert.ThrowsAsync<KinescopeException>(async () => await a.ConfirmAsync("l1", waits: false, Stop))).ErrorId);
        Assert.Equal(0L, await server.AskAsync("SELECT count(*) FROM kinescopeps.claim"));
    }

    [Fact]
    public async Task A_server_that_forgot_a_claim_and_an_id_is_told_both_again_and_the_lesson_is_given_back()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        var claim = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        await server.ExecuteAsync("CREATE TABLE kinescopeps.older AS SELECT * FROM kinescopeps.upload");
        await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" });
        await server.ExecuteAsync("DELETE FROM kinescopeps.machine; DELETE FROM kinescopeps.upload; INSERT INTO kinescopeps.upload SELECT * FROM kinescopeps.older");

        await a.RefreshAsync(Stop);

        // Until it is told, the id is in the spill too, not in this process alone.
        Assert.Single(Directory.GetFiles(server.Spills, "*.jsonl"));
        await b.RefreshAsync(Stop);
        Assert.False((await b.ClaimAsync("l1", Stop)).IsGranted);
        Assert.True(await a.ConfirmAsync("l1", waits: true, Stop));
        Assert.Equal("initialisedv1", await server.AskAsync("SELECT stage || video_id FROM kinescopeps.upload"));
        Assert.Empty(Directory.GetFiles(server.Spills, "*.jsonl"));
        await a.ReleaseAsync(claim);
        await b.RefreshAsync(Stop);
        Assert.True((await b.ClaimAsync("l1", Stop)).IsGranted);
        Assert.Equal("v1", (await b.FindAsync("l1", Stop))?.VideoId);
    }

    [Fact]
    public async Task A_database_that_restarts_loses_nothing()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        var claim = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        await server.StopAsync();
        try
        {
            await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1"));
        }
        finally
        {
            await server.StartAsync();
        }

        await a.RefreshAsync(Stop);
        await b.RefreshAsync(Stop);

        Assert.False((await b.ClaimAsync("l1", Stop)).IsGranted);
        Assert.True(await a.ConfirmAsync("l1", waits: true, Stop));
        await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        Assert.Equal("uploadedv1", await server.AskAsync("SELECT stage || video_id FROM kinescopeps.upload"));
        Assert.False(claim.Lost.IsCancellationRequested);
        Assert.Empty(Directory.GetFiles(server.Spills, "*.jsonl"));
    }

    [Fact]
    public async Task A_server_without_a_free_connection_is_away_until_there_is_one()
    {
        await server.ExecuteAsync($"DROP ROLE IF EXISTS uploads; CREATE ROLE uploads LOGIN; {SharedSchema.Grants("uploads")}");
        var a = await JoinAsync("a", user: "uploads");
        await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        var others = new List<NpgsqlConnection>();
        try
        {
            // Who has the rights of PostgreSQL's own user gets the last ones, which are kept for him.
            await FillAsync(others, "uploads");
            await FillAsync(others, "postgres", beforeLast: async () =>
                await new NpgsqlCommand("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'uploads' AND application_name = 'KinescopePS'", others[^1]).ExecuteNonQueryAsync(Stop));
            await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1"));
            Assert.Contains("53300", Assert.Single(_warnings));
        }
        finally
        {
            others.ForEach(other => other.Dispose());
        }

        await Eventually.HoldsAsync(async () =>
        {
            try
            {
                await a.RefreshAsync(Stop);
                return true;
            }
            catch (KinescopeException full) when (full.IsTransient)
            {
                return false;
            }
        });
        await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        Assert.Equal("uploadedv1", await server.AskAsync("SELECT stage || video_id FROM kinescopeps.upload"));
    }

    [Fact]
    public async Task A_server_notices_soon_that_a_machine_is_gone()
    {
        using var store = new SharedStore(server.Address());
        foreach (var (setting, value) in new[] { ("tcp_keepalives_idle", "10"), ("tcp_keepalives_interval", "5"), ("tcp_keepalives_count", "3"), ("tcp_user_timeout", "25000") })
        {
            await using var command = store.DataSource.CreateCommand($"SHOW {setting}");
            Assert.Equal(value, await command.ExecuteScalarAsync(Stop));
        }
    }

    [Fact]
    public async Task Statements_that_meet_are_repeated_and_nobody_hears_of_it()
    {
        await server.ExecuteAsync("ALTER ROLE postgres SET default_transaction_isolation = serializable");
        try
        {
            var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
            List<string> lessons = [.. Enumerable.Range(0, 40).Select(i => $"l{i}")];
            var had = new ConcurrentBag<string>();

            await Task.WhenAll(new[] { a, b, a, b }.Select((machine, i) => Task.Run(async () =>
            {
                foreach (var lesson in i < 2 ? lessons : lessons.AsEnumerable().Reverse())
                {
                    var claim = await machine.ClaimAsync(lesson, Stop);
                    if (!claim.IsGranted)
                        continue;
                    if ((await machine.FindAsync(lesson, Stop))?.Stage != UploadStage.Uploaded)
                    {
                        await machine.AppendAsync(Intent(lesson), await machine.FindAsync(lesson, Stop));
                        await machine.AppendAsync(Of(UploadEventKind.Initialised, lesson, $"v{lesson}"));
                        await machine.AppendAsync(Of(UploadEventKind.Uploaded, lesson, $"v{lesson}"));
                        had.Add(lesson);
                    }

                    await machine.ReleaseAsync(claim);
                }
            })));

            Assert.Equal(lessons.Order(), had.Order());
            Assert.Empty(_warnings);
            Assert.Equal(40L, await server.AskAsync("SELECT count(*) FROM kinescopeps.upload WHERE stage = 'uploaded' AND video_id = 'v' || lesson"));
            Assert.Equal(0L, await server.AskAsync("SELECT count(*) FROM kinescopeps.claim"));
        }
        finally
        {
            await server.ExecuteAsync("ALTER ROLE postgres RESET default_transaction_isolation");
        }
    }

    [Fact]
    public async Task A_step_that_the_server_ends_as_a_deadlock_is_repeated()
    {
        var a = await JoinAsync("a");
        var claim = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        var before = await DeadlocksAsync();
        // Somebody else's transaction, which the server does not choose.
        await using var other = await server.OpenAsync();
        await ExecuteAsync("SET deadlock_timeout = '60s'; BEGIN; UPDATE kinescopeps.upload SET updated_at = updated_at");

        var step = a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1")).AsTask();
        await Eventually.HoldsAsync(async () => await server.AskAsync("SELECT count(*) FROM pg_locks WHERE NOT granted") is > 0L);
        await ExecuteAsync("UPDATE kinescopeps.claim SET taken_at = taken_at; COMMIT");
        await step;

        await Eventually.HoldsAsync(async () => await DeadlocksAsync() > before);
        Assert.Equal("v1", await server.AskAsync("SELECT video_id FROM kinescopeps.upload"));
        Assert.Empty(_warnings);
        await a.ReleaseAsync(claim);

        async Task<long> DeadlocksAsync() => (long)(await server.AskAsync("SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'"))!;

        async Task ExecuteAsync(string sql)
        {
            await using var command = new NpgsqlCommand(sql, other);
            await command.ExecuteNonQueryAsync(Stop);
        }
    }

    [Fact]
    public async Task Who_is_stopped_does_not_wait_for_the_database()
    {
        await using var relay = new FaultyRelay(server.Port);
        var a = await JoinAsync("a", relay.Port);
        using var stop = new CancellationTokenSource();
        var claim = await a.ClaimAsync("l1", stop.Token);
        relay.GoDown();
        var intended = a.AppendAsync(Intent("l1")).AsTask();
        await Eventually.HoldsAsync(() => !_warnings.IsEmpty);
        Assert.False(intended.IsCompleted);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => intended.WaitAsync(TimeSpan.FromSeconds(20), Stop));
        await a.ReleaseAsync(claim);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_asked_by_heartbeats_only()
    {
        await using var relay = new FaultyRelay(server.Port);
        var a = await JoinAsync("a", relay.Port, parameters: "?connect_timeout=1");
        List<string> lessons = [.. Enumerable.Range(0, 40).Select(i => $"l{i}")];
        foreach (var lesson in lessons)
        {
            await a.ClaimAsync(lesson, Stop);
            await a.AppendAsync(Intent(lesson));
        }

        relay.FallSilent();
        relay.GoDown();
        var watch = Stopwatch.StartNew();
        foreach (var lesson in lessons)
        {
            await a.AppendAsync(Of(UploadEventKind.Initialised, lesson, "v" + lesson));
            Assert.False(await a.ConfirmAsync(lesson, waits: false, Stop));
        }

        // One waits for its time; each of the others would take as long.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
        Assert.Single(_warnings);
    }

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private async Task FillAsync(List<NpgsqlConnection> others, string user, Func<Task>? beforeLast = null)
    {
        for (var isLast = false; ;)
        {
            var other = new NpgsqlConnection($"Host=127.0.0.1;Port={server.Port};Username={user};Database=postgres;Pooling=false");
            try
            {
                await other.OpenAsync(Stop);
                others.Add(other);
            }
            catch (PostgresException full) when (full.SqlState == PostgresErrorCodes.TooManyConnections)
            {
                other.Dispose();
                if (beforeLast is null || isLast)
                    return;
                isLast = true;
                await beforeLast();
            }
        }
    }

    private async Task<SharedUploadRecord> JoinAsync(string host, int? port = null, string user = "postgres", string parameters = "")
    {
        var address = (PostgresAddress)DatabaseAddress.Parse($"postgresql://{user}@127.0.0.1:{port ?? server.Port}/postgres{parameters}", "/");
        var record = await SharedUploadRecord.JoinAsync(address, TimeSpan.FromMinutes(1), TimeProvider.System, Stop, host);
        record.Warn = _warnings.Enqueue;
        _open.Add(record);
        return record;
    }

    private static UploadEvent Of(UploadEventKind kind, string lesson, string? video = null) => new(kind, Noon) { Lesson = lesson, Video = video };

    private static UploadEvent Intent(string lesson) =>
        Of(UploadEventKind.Intent, lesson) with { Title = lesson, Path = $"/{lesson}.mp4", Length = 10, Modified = Noon, Fingerprint = "f", Parent = "p" };
}
