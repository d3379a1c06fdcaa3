using KinescopePS.Record;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Record;

/// <summary>A progress file is rewritten as fewer lines that say the same.</summary>
public sealed class ProgressFileCompactionTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 1, 2, 3, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["progress.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_history_leads_to_the_same_states_after_a_rewrite()
    {
        var random = new Random(20261123);
        for (var round = 0; round < 300; round++)
        {
            Write(Enumerable.Range(0, random.Next(1, 120)).SelectMany(i => RandomStep(random, i)));
            var before = Read();

            ProgressFileCompaction.Rewrite(FilePath, before)!.Dispose();

            var after = Read();
            Assert.Equal(before.States.All.Select(Text).Order(), after.States.All.Select(Text).Order());
            Assert.Equal(ProgressFileCompaction.CountLines(before), after.Lines);
            Assert.False(after.IsDamaged);
        }
    }

    [Fact]
    public void A_long_history_is_rewritten_when_a_run_opens_the_file_and_then_left_alone()
    {
        WriteLongHistory();
        var before = new FileInfo(FilePath).Length;
        var states = Read().States.All.Select(Text).Order().ToList();

        using (var record = ProgressFileRecord.Open(FilePath))
        {
            Assert.Null(record.Warning);
            Assert.Equal(states, record.List().Select(Text).Order());
        }

        Assert.InRange(new FileInfo(FilePath).Length, 1, before / 100);
        var rewritten = File.ReadAllText(FilePath);
        ProgressFileRecord.Open(FilePath).Dispose();
        Assert.StartsWith(rewritten, File.ReadAllText(FilePath));
    }

    [Fact]
    public void A_long_file_that_cannot_become_shorter_is_not_rewritten()
    {
        Write([
            new(UploadEventKind.Intent, Start) { Lesson = "l1", Path = "/1.mp4", Length = 1L << 50 },
            .. Enumerable.Range(1, 12_000).Select(i => new UploadEvent(UploadEventKind.Mark, Start) { Lesson = "l1", Offset = i * (64L << 20), Hash = "h" }),
        ]);
        var before = File.ReadAllText(FilePath);

        ProgressFileRecord.Open(FilePath).Dispose();

        Assert.StartsWith(before, File.ReadAllText(FilePath));
    }

    [Fact]
    public void What_a_crash_left_of_a_rewrite_is_harmless()
    {
        WriteLongHistory();
        var states = Read().States.All.Select(Text).Order().ToList();
        File.WriteAllText(FilePath + ".new", "{\"event\":\"jour");

        using var record = ProgressFileRecord.Open(FilePath);

        Assert.Equal(states, record.List().Select(Text).Order());
        Assert.False(File.Exists(FilePath + ".new"));
    }

    /// <summary>On Windows a reader is enough to keep the new file from its name: tests/Pester/HeldFiles.Tests.ps1.</summary>
    [Fact]
    public async Task FoundB11_a_run_goes_on_with_the_old_file_where_it_cannot_be_rewritten()
    {
        WriteLongHistory();
        var before = File.ReadAllText(FilePath);
        _folder.Write("progress.jsonl.new/in-the-way", "");

        using (var record = ProgressFileRecord.Open(FilePath))
        {
            Assert.Null(record.Warning);
            await record.RecordAsync(new(UploadEventKind.Uploaded, Start) { Lesson = "after", Video = "va" });
        }

        Assert.StartsWith(before, File.ReadAllText(FilePath));
        Assert.False(Read().IsDamaged);
        Assert.Equal("va", Assert.Single(Read().States.All, state => state.Lesson == "after").VideoId);
    }

    [Fact]
    public async Task FoundB11_a_run_goes_on_with_a_damaged_file_where_it_cannot_be_rewritten()
    {
        Write([new(UploadEventKind.Uploaded, Start) { Lesson = "l1", Video = "v1" }, new(UploadEventKind.Uploaded, Start) { Lesson = "l2", Video = "v2" }]);
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("v1", "v9") + "torn and of no kind");
        _folder.Write("progress.jsonl.new/in-the-way", "");

        using (var record = ProgressFileRecord.Open(FilePath))
        {
            Assert.Contains("is damaged", record.Warning);
            await record.RecordAsync(new(UploadEventKind.Uploaded, Start) { Lesson = "after", Video = "va" });
        }

        Assert.Equal(1, Read().DamagedLines);
        Assert.Equal(["v2", "va"], Read().States.All.Select(state => state.VideoId).Order());
        Assert.EndsWith("torn and of no kind", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path, "*.damaged-*"))));
    }

    [Fact]
    public async Task A_rewritten_file_stays_locked_goes_on_and_is_its_owners_only()
    {
        WriteLongHistory();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        using (var record = ProgressFileRecord.Open(FilePath))
        {
            Assert.Equal("ProgressFileLocked", Assert.Throws<KinescopeException>(() => ProgressFileRecord.Open(FilePath)).ErrorId);
            await record.RecordAsync(new(UploadEventKind.Uploaded, Start) { Lesson = "after", Video = "va" });
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }

        using var again = ProgressFileRecord.OpenReadOnly(FilePath);
        Assert.Equal("va", (await again.FindAsync("after", TestContext.Current.CancellationToken))!.VideoId);
    }

    [Fact]
    public void A_damaged_file_is_repaired_once()
    {
        Write([new(UploadEventKind.Uploaded, Start) { Lesson = "l1", Video = "v1" }, new(UploadEventKind.Uploaded, Start) { Lesson = "l2", Video = "v2" }]);
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("v2", "v9"));

        using (var first = ProgressFileRecord.Open(FilePath))
            Assert.NotNull(first.Warning);

        for (var run = 0; run < 2; run++)
        {
            using var later = ProgressFileRecord.Open(FilePath);
            Assert.Null(later.Warning);
            Assert.Equal(["v1"], later.List().Select(state => state.VideoId));
        }

        Assert.Single(Directory.GetFiles(_folder.Path, "*.damaged-*"));
    }

    private static string Text(RecordedUpload state) =>
        $"{state with { Marks = [], Orphans = [] }} {string.Join(' ', state.Marks)} {string.Join(' ', state.Orphans)}";

    private static IEnumerable<UploadEvent> RandomStep(Random random, int step)
    {
        var record = new UploadEvent(UploadEventKind.Run, Start.AddSeconds(step)) { Lesson = $"l{random.Next(3)}" };
        string? Maybe(string text) => random.Next(3) == 0 ? null : text;
        string Video() => $"v{random.Next(4)}";
        return random.Next(9) switch
        {
            0 or 1 =>
            [
                record with
                {
                    Event = UploadEventKind.Intent,
                    Course = Maybe("c"),
                    Title = $"t{step}",
                    Path = "/p",
                    Length = step,
                    Modified = Start.AddDays(step),
                    Fingerprint = $"f{step}",
                    Parent = "p",
                    InitId = Maybe($"i{step}"),
                },
            ],
            2 => [record with { Event = UploadEventKind.Initialised, Video = Video(), Endpoint = $"https://x/{step}" }],
            3 => [record with { Event = UploadEventKind.Mark, Offset = random.Next(5) * 10, Hash = $"h{step}" }],
            4 => [record with { Event = UploadEventKind.Uploaded, Video = Video(), Course = Maybe("d"), Length = step, Fingerprint = Maybe($"f{step}") }],
            5 => [record with { Event = UploadEventKind.Failed, Message = $"m{step}", Course = Maybe("e"), Path = Maybe("/q") }],
            6 => [record with { Event = UploadEventKind.Orphaned, Video = Video() }],
            7 => [record with { Event = UploadEventKind.Orphaned, Video = "gone" }, record with { Event = UploadEventKind.Deleted, Video = "gone" }],
            _ => [record with { Event = random.Next(4) == 0 ? UploadEventKind.Forgotten : UploadEventKind.Failed, Message = "again" }],
        };
    }

    private void WriteLongHistory() => Write(Enumerable.Range(0, 12_000).Select(i => (i % 3) switch
    {
        0 => new UploadEvent(UploadEventKind.Intent, Start) { Lesson = $"l{i % 10}", Title = "Урок", Path = "/1.mp4", Length = i },
        1 => new UploadEvent(UploadEventKind.Initialised, Start) { Lesson = $"l{i % 10}", Video = $"v{i}", Endpoint = "https://x/1" },
        _ => new UploadEvent(UploadEventKind.Uploaded, Start) { Lesson = $"l{i % 10}", Video = $"v{i}" },
    }));

    private void Write(IEnumerable<UploadEvent> records) =>
        File.WriteAllBytes(FilePath, [.. records.Prepend(ProgressFileCompaction.Header()).SelectMany(ProgressFileLine.Write)]);

    private ProgressFileContents Read()
    {
        using var file = File.OpenRead(FilePath);
        return ProgressFileContents.Read(file, FilePath);
    }
}
