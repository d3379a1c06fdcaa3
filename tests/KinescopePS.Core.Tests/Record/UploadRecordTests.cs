using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Record;

/// <summary>The behaviour that every record has, wherever it is kept.</summary>
public abstract class UploadRecordTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private protected abstract IUploadRecord Record { get; }

    /// <summary>The error of a record whose store is gone.</summary>
    private protected virtual string LostId => "ProgressFileLost";

    /// <summary>Takes the record's store away.</summary>
    private protected abstract void Lose();

    [Fact]
    public async Task An_upload_is_found_by_its_lesson_as_its_steps_add_up()
    {
        Assert.Null(await Record.FindAsync("l1", Stop));

        await Record.AppendAsync(Intent("l1"));
        var begun = await Record.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1") with { Endpoint = "https://x/1" });

        Assert.Equal((UploadStage.Initialised, "v1", "https://x/1", 10L, "/l1.mp4"), (begun.Stage, begun.VideoId, begun.Endpoint, begun.Length, begun.File?.Path));
        Assert.Equal(UploadHistory.Text(begun), UploadHistory.Text((await Record.FindAsync("l1", Stop))!));
        await Record.AppendAsync(Of(UploadEventKind.Forgotten, "l1"));
        Assert.Null(await Record.FindAsync("l1", Stop));
    }

    [Fact]
    public async Task Only_finished_uploads_are_found_by_file_and_content_and_another_one_where_the_last_is_no_longer_finished()
    {
        await Record.AppendAsync(Intent("l1"));
        Assert.Null(await Record.FindFileAsync("/l1.mp4", UploadStage.Uploaded, Stop));
        Assert.Null(await Record.FindContentAsync(10, "f", Stop));
        Assert.Null(await Record.FindFileAsync("/l1.mp4", UploadStage.Initialised, Stop));
        await Record.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v0") with { Endpoint = "https://x/0" });
        Assert.Equal("l1", (await Record.FindFileAsync("/l1.mp4", UploadStage.Initialised, Stop))?.Lesson);
        foreach (var lesson in (string[])["l1", "l2"])
        {
            await Record.AppendAsync(Intent(lesson) with { Path = "/shared.mp4" });
            await Record.AppendAsync(Of(UploadEventKind.Uploaded, lesson, "v1"));
        }

        await Record.AppendAsync(Intent("l2") with { Fingerprint = "other", Path = "/other.mp4" });

        Assert.Equal("l1", (await Record.FindFileAsync("/shared.mp4", UploadStage.Uploaded, Stop))?.Lesson);
        Assert.Equal("l1", (await Record.FindContentAsync(10, "f", Stop))?.Lesson);
        Assert.Null(await Record.FindContentAsync(11, "f", Stop));
        Assert.Null(await Record.FindContentAsync(10, "other", Stop));
        Assert.Null(await Record.FindFileAsync("/other.mp4", UploadStage.Uploaded, Stop));
    }

    [Fact]
    public async Task A_video_is_found_with_all_lessons_that_have_it()
    {
        await Record.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        await Record.AppendAsync(Of(UploadEventKind.Initialised, "l2", "v1"));
        await Record.AppendAsync(Of(UploadEventKind.Uploaded, "l3", "v3"));

        Assert.Equal(["l1", "l2"], (await Record.FindVideoAsync("v1", Stop)).Select(upload => upload.Lesson).Order());
        Assert.Empty(await Record.FindVideoAsync("v2", Stop));
    }

    [Fact]
    public async Task All_uploads_are_listed_and_totalled_by_course()
    {
        await Record.AppendAsync(Intent("l1") with { Course = "b" });
        await Record.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        await Record.AppendAsync(Intent("l2") with { Course = "b" });
        await Record.AppendAsync(Intent("l3") with { Course = "a" });

        Assert.Equal(["l1", "l2", "l3"], (await Record.ListAsync(Stop)).Select(upload => upload.Lesson).Order());
        Assert.Equal([("a", 1, 0, 0L), ("b", 2, 1, 10L)], (await Record.TotalsAsync(Stop)).Select(total => (total.Course, total.Files, total.Uploaded, total.BytesUploaded)));
    }

    [Fact]
    public async Task A_step_that_was_decided_on_from_an_older_state_is_refused_and_leaves_no_trace()
    {
        var read = await Record.AppendAsync(Intent("l1"));
        await Record.AppendAsync(Of(UploadEventKind.Initialised, "l1", "v1"));

        var refusal = await Refused(Of(UploadEventKind.Initialised, "l1", "v2"), read);

        Assert.Equal("UploadRecordChanged", refusal.ErrorId);
        Assert.Equal("v1", (await Record.FindAsync("l1", Stop))!.VideoId);
        Assert.Equal("UploadRecordChanged", (await Refused(Intent("l1"), null)).ErrorId);
        await Record.AppendAsync(Of(UploadEventKind.Forgotten, "l1"));
        await Record.AppendAsync(Intent("l1"));
        Assert.Equal("UploadRecordChanged", (await Refused(Intent("l1"), read)).ErrorId);
    }

    [Fact]
    public async Task A_step_passes_where_nothing_but_marks_came_between()
    {
        var read = await Record.AppendAsync(Intent("l1"), null);
        Record.Mark("l1", new HashMark(64, "h"));
        await Record.AppendAsync(Intent("l2"));

        Assert.Equal(UploadStage.Uploaded, (await Record.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"), read)).Stage);
    }

    [Fact]
    public async Task Whole_uploads_are_imported_with_their_marks_unless_a_lesson_was_changed_since_it_was_read()
    {
        var read = await Record.AppendAsync(Intent("l1"));
        await Record.AppendAsync(Intent("l2"));
        var whole = new RecordedUpload("l1")
        {
            Stage = UploadStage.Initialised,
            Course = "c",
            Title = "t",
            File = new LocalFile("/l1.mp4", Noon),
            Length = 100,
            Fingerprint = "f",
            Marks = [new HashMark(ContentHash.BlockSize, "h1"), new HashMark(ContentHash.BlockSize + 26, "h2")],
            Parent = "p",
            Attempt = "a",
            IntendedAt = Noon,
            UploadedAt = Noon,
            LostAttempts = [new LostAttempt("a0", Noon)],
            VideoId = "v1",
            Endpoint = "https://x/1",
            MayBeComplete = true,
            UpdatedAt = Noon,
            Failures = 2,
            LastError = "cut",
            AbandonedVideos = ["v0"],
            SupersededVideos = ["v00"],
        };

        var failures = await Record.ImportAsync([new(whole, read), new(whole with { Lesson = "l2" }, null), new(whole with { Lesson = "l3" }, null)]);

        Assert.Equal([null, "UploadRecordChanged", null], failures.Select(failure => failure?.ErrorId));
        Assert.Equal(UploadHistory.Text(whole), UploadHistory.Text((await Record.FindAsync("l1", Stop))!));
        Assert.Equal(UploadStage.Intended, (await Record.FindAsync("l2", Stop))!.Stage);
        var found = await Record.FindAsync("l3", Stop);
        Assert.Equal((UploadStage.Uploaded, 2), ((await Record.AppendAsync(Of(UploadEventKind.Uploaded, "l3", "v1"), found)).Stage, found!.Marks.Count));
    }

    [Fact]
    public async Task Of_steps_that_race_from_one_state_exactly_one_is_taken()
    {
        var read = await Record.AppendAsync(Intent("l1"));

        var refusals = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            try
            {
                await Record.AppendAsync(Of(UploadEventKind.Initialised, "l1", $"v{i}"), read);
                return 0;
            }
            catch (KinescopeException)
            {
                return 1;
            }
        })));

        Assert.Equal(19, refusals.Sum());
    }

    [Fact]
    public async Task Marks_are_found_at_once_in_their_order()
    {
        await Record.AppendAsync(Intent("l1"));
        for (var i = 1; i <= 20; i++)
            Record.Mark("l1", new HashMark(i * ContentHash.BlockSize, $"h{i}"));

        Assert.Equal(Enumerable.Range(1, 20).Select(i => new HashMark(i * ContentHash.BlockSize, $"h{i}")), (await Record.FindAsync("l1", Stop))!.Marks);
        Assert.Equal(20 * ContentHash.BlockSize, (await Record.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"))).MarkedOffset);
    }

    [Fact]
    public async Task A_lesson_is_claimed_once_until_it_is_released()
    {
        var claim = await Record.ClaimAsync("l1", Stop);
        var second = await Record.ClaimAsync("l1", Stop);

        Assert.True(claim.IsGranted);
        Assert.False(second.IsGranted);
        Assert.Equal(claim.Owner, second.Owner);
        Assert.True((await Record.ClaimAsync("l2", Stop)).IsGranted);
        Assert.True(await Record.ConfirmAsync("l1", waits: false, Stop));
        Assert.Equal(["l3"], await Record.WaitUntilFreeAsync(["l1", "l3"], Stop));
        var free = Record.WaitUntilFreeAsync(["l1"], Stop);
        Assert.False(free.IsCompleted);
        await Record.ReleaseAsync(claim);
        Assert.False(claim.Lost.IsCancellationRequested);
        var next = await Record.ClaimAsync("l1", Stop);
        Assert.True(next.IsGranted);
        Assert.True(next.Token > claim.Token);
        // Who was too late gives nothing back that is another's by now.
        await Record.ReleaseAsync(claim);
        Assert.False((await Record.ClaimAsync("l1", Stop)).IsGranted);
    }

    [Fact]
    public async Task A_record_whose_store_is_gone_says_so_and_takes_nothing_more()
    {
        await Record.AppendAsync(Intent("l1"));
        Assert.False(Record.Lost.IsCancellationRequested);
        Assert.Null(Record.LostBy);

        Lose();

        for (var i = 0; i < 2; i++)
        {
            var refusal = await Assert.ThrowsAsync<KinescopeException>(async () => await Record.AppendAsync(Intent("l2")));
            Assert.Equal((LostId, true), (refusal.ErrorId, refusal.StopsRun));
        }

        Assert.Equal(LostId, Record.LostBy?.ErrorId);
        await Eventually.HoldsAsync(() => Record.Lost.IsCancellationRequested);
    }

    private Task<KinescopeException> Refused(UploadEvent happened, RecordedUpload? read) =>
        Assert.ThrowsAsync<KinescopeException>(async () => await Record.AppendAsync(happened, read));

    private static UploadEvent Of(UploadEventKind kind, string lesson, string? video = null) => new(kind, Noon) { Lesson = lesson, Video = video };

    private static UploadEvent Intent(string lesson) =>
        Of(UploadEventKind.Intent, lesson) with { Title = lesson, Path = $"/{lesson}.mp4", Length = 10, Modified = Noon, Fingerprint = "f", Parent = "p" };
}

/// <summary>A record in memory.</summary>
public sealed class MemoryRecordTests : UploadRecordTests
{
    private readonly MemoryRecord _record = new();

    private protected override IUploadRecord Record => _record;

    private protected override void Lose() => _record.Lose();
}

/// <summary>A record in a progress file.</summary>
public sealed class ProgressFileAsRecordTests : UploadRecordTests, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly IUploadRecord _record;

    public ProgressFileAsRecordTests() => _record = UploadRecords.Open(_folder["p.jsonl"]);

    private protected override IUploadRecord Record => _record;

    private protected override void Lose() => File.Delete(_folder["p.jsonl"]);

    public void Dispose()
    {
        _record.Dispose();
        _folder.Dispose();
    }
}
