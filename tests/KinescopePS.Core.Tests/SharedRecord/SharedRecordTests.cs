using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Database;
using KinescopePS.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>Machines that share a record: who has a lesson, who writes, and what becomes of it where the database is away.</summary>
[Collection(SharedRecordCollection.Name)]
public sealed class SharedRecordTests(SharedRecordServer server) : IAsyncLifetime
{
    private readonly List<IDisposable> _open = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.ResetAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var open in _open)
            open.Dispose();
        await Task.CompletedTask;
    }

    [Fact]
    public async Task A_lesson_of_another_machine_is_refused_until_that_is_done_with_it()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        var claim = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));

        var refused = await b.ClaimAsync("l1", Stop);

        Assert.False(refused.IsGranted);
        Assert.Equal(UploadClaims.Owner, refused.Owner);
        var free = b.WaitUntilFreeAsync(["l1"], Stop);
        Assert.False(free.IsCompleted);
        await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        await a.ReleaseAsync(claim);
        await b.RefreshAsync(Stop);
        Assert.Equal(["l1"], await free);
        // Finished ones are heard of without a claim.
        Assert.Equal("v1", (await b.FindAsync("l1", Stop))?.VideoId);
        Assert.True((await b.ClaimAsync("l1", Stop)).IsGranted);
    }

    [Fact]
    public async Task Who_was_silent_for_a_lease_loses_his_lessons_and_writes_nothing_more()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        var claim = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" });
        a.Mark("l1", new HashMark(64, "h"));
        await server.ExpireAsync();

        await b.RefreshAsync(Stop);
        var taken = await b.ClaimAsync("l1", Stop);
        var found = (await b.FindAsync("l1", Stop))!;

        Assert.True(taken.IsGranted);
        Assert.True(taken.Token > claim.Token);
        Assert.Equal((UploadStage.Initialised, "v1", "https://x/1", "f", null), (found.Stage, found.VideoId, found.Endpoint, found.Fingerprint, found.File));
        var refusal = await Assert.ThrowsAsync<KinescopeException>(async () => await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1")));
        Assert.Equal("LessonClaimed", refusal.ErrorId);
        Assert.True(claim.Lost.IsCancellationRequested);
        Assert.Equal("LessonClaimed", (await Assert.ThrowsAsync<KinescopeException>(async () => await a.ConfirmAsync("l1", waits: true, Stop))).ErrorId);
        Assert.Equal("initialised", await server.AskAsync("SELECT stage FROM kinescopeps.upload"));
        // What the late one gives back is not his.
        await a.ReleaseAsync(claim);
        Assert.Equal(1L, await server.AskAsync("SELECT count(*) FROM kinescopeps.claim"));
        Assert.Null(a.LostBy);
    }

    [Fact]
    public async Task The_heartbeat_tells_who_was_away_before_he_takes_a_step()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        var (lost, kept) = (await a.ClaimAsync("l1", Stop), await a.ClaimAsync("l2", Stop));
        await server.ExpireAsync();
        await b.RefreshAsync(Stop);
        await b.ClaimAsync("l1", Stop);

        await a.RefreshAsync(Stop);

        Assert.True(lost.Lost.IsCancellationRequested);
        // A lease that ran out and that nobody used revives.
        Assert.False(kept.Lost.IsCancellationRequested);
        await a.AppendAsync(Intent("l2"));
    }

    [Fact]
    public async Task Paths_are_each_computer_s_own_and_hold_for_the_content_that_was_seen()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        await a.AppendAsync(Intent("l1") with { Path = "/a/l1.mp4" });
        await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        await b.RefreshAsync(Stop);
        Assert.Null((await b.FindAsync("l1", Stop))!.File);

        // The same content under another path, which needs no claim to be noted.
        await b.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1") with { Path = "/b/l1.mp4", Modified = Noon, Length = 10, Fingerprint = "f" });
        b.Dispose();
        a.Dispose();

        Assert.Equal("/a/l1.mp4", (await (await JoinAsync("a")).FindAsync("l1", Stop))!.File?.Path);
        var again = await JoinAsync("b");
        Assert.Equal(new LocalFile("/b/l1.mp4", Noon), (await again.FindAsync("l1", Stop))!.File);
        Assert.Equal("l1", (await again.FindFileAsync("/b/l1.mp4", UploadStage.Uploaded, Stop))?.Lesson);
        Assert.Null(await again.FindFileAsync("/a/l1.mp4", UploadStage.Uploaded, Stop));
        await again.AppendAsync(Intent("l1") with { Path = "/b/l1.mp4", Fingerprint = "g" });
        Assert.Null((await (await JoinAsync("a")).FindAsync("l1", Stop))!.File);
    }

    [Fact]
    public async Task While_the_database_is_away_steps_are_kept_beside_and_nothing_is_begun()
    {
        await using var relay = new FaultyRelay(server.Port);
        var warnings = new List<string>();
        var a = await JoinAsync("a", port: relay.Port);
        a.Warn = warnings.Add;
        await a.ClaimAsync("l1", Stop);
        await a.ClaimAsync("l2", Stop);
        await a.ClaimAsync("l0", Stop);
        await a.AppendAsync(Intent("l0"));
        await a.AppendAsync(Intent("l1"));
        await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" });
        relay.GoDown();

        var begun = await a.AppendAsync(Of(UploadEventKind.Initialised, "l0", "v0") with { Endpoint = "https://x/0" });
        a.Mark("l1", new HashMark(64, "h"));
        var ended = await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        // The last byte, and what is new.
        Task[] waiting =
        [
            a.AppendAsync(Of(UploadEventKind.Ending, "l0")).AsTask(),
            a.AppendAsync(Intent("l2")).AsTask(),
            a.ClaimAsync("l3", Stop).AsTask(),
        ];

        Assert.Equal(("v0", UploadStage.Uploaded), (begun.VideoId, ended.Stage));
        Assert.False(await a.ConfirmAsync("l0", waits: false, Stop));
        Assert.Equal("intended", await server.AskAsync("SELECT stage FROM kinescopeps.upload WHERE lesson = 'l0'"));
        var spill = Assert.Single(Directory.GetFiles(server.Spills, "*.jsonl"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(spill));
        await Eventually.HoldsAsync(() => File.ReadLines(spill).Count() == 3);
        Assert.DoesNotContain(waiting, step => step.IsCompleted);

        relay.ComeUp();
        await a.RefreshAsync(Stop);
        await Task.WhenAll(waiting);
        Assert.Equal("initialised", await server.AskAsync("SELECT stage FROM kinescopeps.upload WHERE lesson = 'l0'"));
        await Eventually.HoldsAsync(async () => await server.AskAsync("SELECT stage || video_id || marks FROM kinescopeps.upload WHERE lesson = 'l1'") is "uploadedv1[{\"offset\":64,\"hash\":\"h\"}]");
        await Eventually.HoldsAsync(() => !File.Exists(spill));
        Assert.Equal(2, warnings.Count);
        Assert.DoesNotContain("https://x", string.Concat(warnings));
    }

    [Fact]
    public async Task An_id_that_comes_back_after_the_lesson_went_another_way_is_kept()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var relay = new FaultyRelay(server.Port);
        var a = await JoinAsync("a", port: relay.Port, time);
        var claim = await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        relay.GoDown();
        await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" });
        time.Advance(SharedUploadRecord.Lease);
        Assert.False(await a.ConfirmAsync("l1", waits: false, Stop));
        await server.ExpireAsync();
        var b = await JoinAsync("b");
        var taken = await b.ClaimAsync("l1", Stop);
        await b.AppendAsync(Intent("l1"));
        await b.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v2"));
        var waiting = a.ConfirmAsync("l1", waits: true, Stop).AsTask();

        relay.ComeUp();
        await a.RefreshAsync(Stop);

        Assert.Equal("LessonClaimed", (await Assert.ThrowsAsync<KinescopeException>(() => waiting)).ErrorId);
        await a.ReleaseAsync(claim);
        Assert.Equal("v2", await server.AskAsync("SELECT video_id FROM kinescopeps.upload"));
        await b.ReleaseAsync(taken);
        // Its turn comes once the other one is done with the lesson.
        await a.RefreshAsync(Stop);
        time.Advance(TimeSpan.FromSeconds(5));
        await Eventually.HoldsAsync(async () => (string)(await server.AskAsync("SELECT state FROM kinescopeps.upload"))! is var state && state.Contains("\"abandonedVideos\":[\"v1\"]") && state.Contains("v2"));
        await Eventually.HoldsAsync(() => Directory.GetFiles(server.Spills, "*.jsonl").Length == 0);
    }

    [Fact]
    public async Task What_a_dead_machine_of_this_computer_kept_is_told_by_the_next_one()
    {
        var dead = Guid.NewGuid();
        var known = new RecordedUpload("l1").With(Intent("l1"), 5)!;
        var (told, untold) = (known, known.With(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" }, 6)!);
        await server.ExecuteAsync($"INSERT INTO kinescopeps.machine (id, name, alive_until) VALUES ('{dead}', 'dead', clock_timestamp() + interval '1 hour')");
        await server.ExecuteAsync($"INSERT INTO kinescopeps.claim (lesson, machine, token) VALUES ('l1', '{dead}', 1)");
        var row = SharedRow.Of(told);
        await server.ExecuteAsync($"INSERT INTO kinescopeps.upload (lesson, revision, state, stage, updated_at) VALUES ('l1', 5, '{row.State}', 'intended', clock_timestamp())");
        using (var spill = Spill.Create((Guid)(await server.AskAsync("SELECT id FROM kinescopeps.schema"))!, dead))
            spill.Write(SpilledStep.Of(untold, 5, Noon));

        var a = await JoinAsync("a");

        // Its lease is not waited for.
        Assert.Equal("v1", (await a.FindAsync("l1", Stop))?.VideoId);
        Assert.True((await a.ClaimAsync("l1", Stop)).IsGranted);
        Assert.Equal("initialised", await server.AskAsync("SELECT stage FROM kinescopeps.upload"));
        Assert.Empty(Directory.GetFiles(server.Spills, $"*{dead:N}*"));
    }

    [Theory]
    [InlineData(UploadEventKind.Uploaded, "v2", "v1", "")]
    [InlineData(UploadEventKind.Initialised, "v2", "", "v1")]
    [InlineData(UploadEventKind.Uploaded, "v1", "", "")]
    public void A_step_that_comes_too_late_drops_no_id(object kind, string other, string superseded, string abandoned)
    {
        var known = new RecordedUpload("l1").With(Intent("l1"), 5)!;
        var late = known.With(Of((UploadEventKind)kind, "l1", "v1"), 6)!;
        var current = known.With(Intent("l1"), 7)!.With(Of(UploadEventKind.Uploaded, "l1", other), 8)!;

        var merged = SpillMerge.Of(SpilledStep.Of(late, 5, Noon), current, 8) ?? current;

        Assert.Equal((other, UploadStage.Uploaded), (merged.VideoId, merged.Stage));
        Assert.Equal((superseded, abandoned), (string.Concat(merged.SupersededVideos), string.Concat(merged.AbandonedVideos)));
        Assert.Null(SpillMerge.Of(SpilledStep.Of(late, 5, Noon), late, 6));
        // A finished one is the lesson's where that has none.
        var begun = known.With(Intent("l1"), 7)!.With(Of(UploadEventKind.Initialised, "l1", "v3"), 8)!;
        var met = SpillMerge.Of(SpilledStep.Of(late, 5, Noon), begun, 8)!;
        Assert.Equal(late.Stage == UploadStage.Uploaded ? ("v1", "v3") : ("v3", "v1"), (met.VideoId!, string.Concat(met.AbandonedVideos)));
        Assert.Equal("v1", SpillMerge.Of(SpilledStep.Of(late, 5, Noon), known, 5)!.VideoId);
    }

    [Fact]
    public async Task A_step_whose_answer_was_lost_is_taken_once()
    {
        await using var relay = new FaultyRelay(server.Port) { Commit = "SELECT 1\0"u8.ToArray() };
        var a = await JoinAsync("a", port: relay.Port);
        await a.ClaimAsync("l1", Stop);

        relay.LoseNextCommitAnswer();
        var intended = a.AppendAsync(Intent("l1"), null).AsTask();
        await Eventually.HoldsAsync(async () => await server.AskAsync("SELECT count(*) FROM kinescopeps.upload") is 1L);
        await a.RefreshAsync(Stop);
        var begun = await intended;

        Assert.Equal("initialised", (await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1"), begun)).Stage.ToString().ToLowerInvariant());
        Assert.Equal(1L, await server.AskAsync("SELECT count(*) FROM kinescopeps.upload WHERE video_id = 'v1'"));
    }

    [Fact]
    public async Task A_server_that_went_back_in_time_is_told_again_by_who_has_the_lesson()
    {
        var a = await JoinAsync("a");
        await a.ClaimAsync("l1", Stop);
        await a.AppendAsync(Intent("l1"));
        await server.ExecuteAsync("CREATE TABLE kinescopeps.older AS SELECT * FROM kinescopeps.upload");
        await a.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" });

        // As a replica that had not got the last commits: the claim, the machine and a step are gone.
        await server.ExecuteAsync("DELETE FROM kinescopeps.machine; DELETE FROM kinescopeps.upload; INSERT INTO kinescopeps.upload SELECT * FROM kinescopeps.older");
        var ended = await a.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));

        Assert.Equal("v1", ended.VideoId);
        Assert.Equal("uploadedv1", await server.AskAsync("SELECT stage || video_id FROM kinescopeps.upload"));
        Assert.Equal(1L, await server.AskAsync("SELECT count(*) FROM kinescopeps.machine"));
    }

    [Fact]
    public async Task What_cannot_be_read_of_one_lesson_stops_no_other()
    {
        await server.ExecuteAsync("INSERT INTO kinescopeps.upload (lesson, revision, state, stage, updated_at) VALUES ('l1', 5, 'by hand', 'uploaded', clock_timestamp())");
        var a = await JoinAsync("a");

        Assert.Contains("l1", a.Warning);
        Assert.Null(await a.FindAsync("l1", Stop));
        Assert.True((await a.ClaimAsync("l1", Stop)).IsGranted);
        await a.AppendAsync(Intent("l1"), null);
        await a.AppendAsync(Intent("l2"), null);
        Assert.Equal(2L, await server.AskAsync("SELECT count(*) FROM kinescopeps.upload WHERE stage = 'intended'"));
        Assert.Null(a.LostBy);
    }

    [Fact]
    public async Task A_clock_that_is_wrong_by_an_hour_changes_nothing()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UtcNow + TimeSpan.FromHours(1));
        var (a, b) = (await JoinAsync("a", time: time), await JoinAsync("b"));
        await a.ClaimAsync("l1", Stop);

        var written = await a.AppendAsync(Intent("l1"));

        Assert.InRange(written.UpdatedAt - b.Now, TimeSpan.FromMinutes(-1), TimeSpan.FromMinutes(1));
        Assert.False((await b.ClaimAsync("l1", Stop)).IsGranted);
        Assert.True(await a.ConfirmAsync("l1", waits: false, Stop));
    }

    [Fact]
    public async Task Machines_are_told_to_begin_nothing_more_and_are_seen_by_all()
    {
        var (a, b) = (await JoinAsync("a"), await JoinAsync("b"));
        a.Work = () => [new SharedWork("l1", 5, 10, 3)];
        await a.ClaimAsync("l1", Stop);
        await a.RefreshAsync(Stop);

        var (machines, claims) = await b.ReadMachinesAsync(Stop);
        await b.DrainAsync([a.Machine], Stop);
        await a.RefreshAsync(Stop);
        await b.RefreshAsync(Stop);

        Assert.Equal([a.Machine, b.Machine], machines.Select(machine => machine.Id));
        Assert.Equal(new SharedWork("l1", 5, 10, 3), Assert.Single(machines[0].Work));
        Assert.Equal(("l1", a.Machine), (Assert.Single(claims).Lesson, claims[0].Machine));
        await Eventually.HoldsAsync(() => a.Draining.IsCancellationRequested);
        Assert.False(b.Draining.IsCancellationRequested);
        a.Dispose();
        await b.RefreshAsync(Stop);
        Assert.Equal([b.Machine], b.Machines.Select(machine => machine.Id));
    }

    [Fact]
    public async Task A_database_without_the_schema_or_with_a_newer_one_is_refused()
    {
        await server.ExecuteAsync("UPDATE kinescopeps.schema SET version = 99");
        var newer = await Assert.ThrowsAsync<KinescopeException>(() => JoinAsync("a"));
        await server.ExecuteAsync("DROP SCHEMA kinescopeps CASCADE");
        var none = await Assert.ThrowsAsync<KinescopeException>(() => JoinAsync("a"));

        Assert.Equal(("RecordVersionUnsupported", "RecordNotInitialised"), (newer.ErrorId, none.ErrorId));
        Assert.Contains("Initialize-KinescopeUpload", none.Message);
    }

    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private async Task<SharedUploadRecord> JoinAsync(string host, int? port = null, TimeProvider? time = null)
    {
        var record = await SharedUploadRecord.JoinAsync(server.Address(port), TimeSpan.FromMinutes(1), time ?? TimeProvider.System, Stop, host);
        _open.Add(record);
        return record;
    }

    private static UploadEvent Of(UploadEventKind kind, string lesson, string? video = null) => new(kind, Noon) { Lesson = lesson, Video = video };

    private static UploadEvent Intent(string lesson) =>
        Of(UploadEventKind.Intent, lesson) with { Title = lesson, Path = $"/{lesson}.mp4", Length = 10, Modified = Noon, Fingerprint = "f", Parent = "p" };
}
