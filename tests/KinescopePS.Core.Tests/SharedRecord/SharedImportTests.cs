using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Record;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>Whole uploads of another record, taken over into one that machines share.</summary>
[Collection(SharedRecordCollection.Name)]
public sealed class SharedImportTests(SharedRecordServer server) : IAsyncLifetime
{
    private readonly List<SharedUploadRecord> _machines = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.ResetAsync();

    public ValueTask DisposeAsync()
    {
        _machines.ForEach(machine => machine.Dispose());
        return default;
    }

    [Fact]
    public async Task Ten_thousand_lessons_take_fifty_transactions_and_all_of_them_is_there()
    {
        var machine = await JoinAsync();
        List<RecordedUpload> uploads = [.. Enumerable.Range(0, 10_000).Select(i => Begun($"l{i}") with { Marks = [new HashMark(64, "h"), new HashMark(128, $"h{i}")] })];
        var before = await TransactionsAsync();

        var failures = await machine.ImportAsync([.. uploads.Select(upload => new ImportedUpload(upload, null))]);

        // Beside a heartbeat or two, and the questions themselves.
        Assert.InRange(await TransactionsAsync() - before, 50, 60);
        Assert.All(failures, Assert.Null);
        var other = await JoinAsync();
        Assert.Equal(uploads.Select(UploadHistory.Text), (await other.ListAsync(Stop)).OrderBy(upload => int.Parse(upload.Lesson[1..])).Select(UploadHistory.Text));
        Assert.Equal(0L, await server.AskAsync("SELECT count(*) FROM kinescopeps.claim"));
    }

    [Fact]
    public async Task What_another_machine_has_or_has_changed_is_left_and_so_is_an_id_that_no_database_holds()
    {
        var (here, there) = (await JoinAsync(), await JoinAsync());
        var read = await here.AppendAsync(new UploadEvent(UploadEventKind.Failed, DateTimeOffset.UtcNow) { Lesson = "changed" });
        await there.ClaimAsync("claimed", Stop);
        await there.AppendAsync(new UploadEvent(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = "changed", Video = "v9" });
        await there.AppendAsync(new UploadEvent(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = "new", Video = "v9" });
        string[] lessons = ["claimed", "changed", "new", "a\0b", "free"];

        var failures = await here.ImportAsync([.. lessons.Select(lesson => new ImportedUpload(Begun(lesson), lesson == "changed" ? read : null))]);

        Assert.Equal(["LessonClaimed", "UploadRecordChanged", "UploadRecordChanged", "LessonIdInvalid", null], failures.Select(failure => failure?.ErrorId));
        Assert.Equal("changed v9, free v1, new v9", await server.AskAsync("SELECT string_agg(lesson || ' ' || video_id, ', ' ORDER BY lesson) FROM kinescopeps.upload"));
        Assert.Equal("claimed", await server.AskAsync("SELECT string_agg(lesson, ' ') FROM kinescopeps.claim"));
    }

    [Fact]
    public async Task A_machine_that_was_taken_for_dead_joins_anew_and_imports()
    {
        var machine = await JoinAsync();
        await server.ExecuteAsync("DELETE FROM kinescopeps.machine");

        Assert.Equal([null], await machine.ImportAsync([new ImportedUpload(Begun("l1"), null)]));
        Assert.Equal("v1", await server.AskAsync("SELECT video_id FROM kinescopeps.upload"));
    }

    private static RecordedUpload Begun(string lesson) => new(lesson)
    {
        Stage = UploadStage.Initialised,
        VideoId = "v1",
        Endpoint = "https://x/1",
        File = new LocalFile("/1.mp4", DateTimeOffset.UnixEpoch),
        Length = 200,
        Fingerprint = "f",
        UpdatedAt = DateTimeOffset.UnixEpoch,
    };

    private async Task<SharedUploadRecord> JoinAsync()
    {
        var machine = await SharedUploadRecord.JoinAsync(server.Address(), TimeSpan.FromMinutes(1), TimeProvider.System, Stop);
        _machines.Add(machine);
        return machine;
    }

    private async Task<long> TransactionsAsync() => (long)(await server.AskAsync("SELECT pg_current_xact_id()::text::bigint"))!;
}
