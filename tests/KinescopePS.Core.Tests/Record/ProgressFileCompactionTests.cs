using KinescopePS.Record;

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
            Write(Enumerable.Range(0, random.Next(1, 120)).SelectMany(i => UploadHistory.RandomSteps(random, i)));
            var before = Read();

            Assert.True(ProgressFileCompaction.TryRewrite(FilePath, before));

            var after = Read();
            Assert.Equal(before.Uploads.All.Select(UploadHistory.Text).Order(), after.Uploads.All.Select(UploadHistory.Text).Order());
            Assert.Equal(ProgressFileCompaction.CountLines(before), after.Size.Lines);
            Assert.Null(after.Damage);
        }
    }

    [Fact]
    public void A_long_history_is_rewritten_when_a_run_opens_the_file_and_then_left_alone()
    {
        WriteLongHistory();
        var before = new FileInfo(FilePath).Length;
        var states = Read().Uploads.All.Select(UploadHistory.Text).Order().ToList();

        using (var record = UploadRecords.Open(FilePath))
        {
            Assert.Null(record.Warning);
            Assert.Equal(states, record.List().Select(UploadHistory.Text).Order());
        }

        Assert.InRange(new FileInfo(FilePath).Length, 1, before / 100);
        var rewritten = File.ReadAllText(FilePath);
        UploadRecords.Open(FilePath).Dispose();
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

        UploadRecords.Open(FilePath).Dispose();

        Assert.StartsWith(before, File.ReadAllText(FilePath));
    }

    [Fact]
    public void What_a_crash_left_of_a_rewrite_is_harmless()
    {
        WriteLongHistory();
        var states = Read().Uploads.All.Select(UploadHistory.Text).Order().ToList();
        File.WriteAllText(FilePath + ".new", "{\"event\":\"jour");

        using var record = UploadRecords.Open(FilePath);

        Assert.Equal(states, record.List().Select(UploadHistory.Text).Order());
        Assert.False(File.Exists(FilePath + ".new"));
    }

    /// <summary>On Windows a reader is enough to keep the new file from its name: tests/Pester/HeldFiles.Tests.ps1.</summary>
    [Fact]
    public async Task FoundB11_a_run_goes_on_with_the_old_file_where_it_cannot_be_rewritten()
    {
        WriteLongHistory();
        var before = File.ReadAllText(FilePath);
        _folder.Write("progress.jsonl.new/in-the-way", "");

        using (var record = UploadRecords.Open(FilePath))
        {
            Assert.Null(record.Warning);
            await record.AppendAsync(new(UploadEventKind.Uploaded, Start) { Lesson = "after", Video = "va" });
        }

        Assert.StartsWith(before, File.ReadAllText(FilePath));
        Assert.Null(Read().Damage);
        Assert.Equal("va", Assert.Single(Read().Uploads.All, state => state.Lesson == "after").VideoId);
    }

    [Fact]
    public async Task FoundB11_a_run_goes_on_with_a_damaged_file_where_it_cannot_be_rewritten()
    {
        Write([new(UploadEventKind.Uploaded, Start) { Lesson = "l1", Video = "v1" }, new(UploadEventKind.Uploaded, Start) { Lesson = "l2", Video = "v2" }]);
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("v1", "v9") + "torn and of no kind");
        _folder.Write("progress.jsonl.new/in-the-way", "");

        using (var record = UploadRecords.Open(FilePath))
        {
            Assert.Contains("is damaged", record.Warning);
            await record.AppendAsync(new(UploadEventKind.Uploaded, Start) { Lesson = "after", Video = "va" });
        }

        Assert.Equal(2, Read().Size.DamagedLines);
        Assert.Equal(["v2", "va"], Read().Uploads.All.Select(state => state.VideoId).Order());
        Assert.EndsWith("torn and of no kind", File.ReadAllText(Assert.Single(Directory.GetFiles(_folder.Path, "*.damaged-*"))));
    }

    [Fact]
    public async Task A_rewritten_file_stays_locked_goes_on_and_is_its_owners_only()
    {
        WriteLongHistory();
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        using (var record = UploadRecords.Open(FilePath))
        {
            Assert.Equal("ProgressFileLocked", Assert.Throws<KinescopeException>(() => UploadRecords.Open(FilePath)).ErrorId);
            await record.AppendAsync(new(UploadEventKind.Uploaded, Start) { Lesson = "after", Video = "va" });
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }

        using var again = UploadRecords.OpenReadOnly(FilePath);
        Assert.Equal("va", (await again.FindAsync("after", TestContext.Current.CancellationToken))!.VideoId);
    }

    [Fact]
    public void A_damaged_file_is_repaired_once()
    {
        Write([new(UploadEventKind.Uploaded, Start) { Lesson = "l1", Video = "v1" }, new(UploadEventKind.Uploaded, Start) { Lesson = "l2", Video = "v2" }]);
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("v2", "v9"));

        using (var first = UploadRecords.Open(FilePath))
            Assert.NotNull(first.Warning);

        for (var run = 0; run < 2; run++)
        {
            using var later = UploadRecords.Open(FilePath);
            Assert.Null(later.Warning);
            Assert.Equal(["v1"], later.List().Select(state => state.VideoId));
        }

        Assert.Single(Directory.GetFiles(_folder.Path, "*.damaged-*"));
    }

    private void WriteLongHistory() => Write(Enumerable.Range(0, 12_000).Select(i => (i % 3) switch
    {
        0 => new UploadEvent(UploadEventKind.Intent, Start) { Lesson = $"l{i % 10}", Title = "Урок", Path = "/1.mp4", Length = i },
        1 => new UploadEvent(UploadEventKind.Initialised, Start) { Lesson = $"l{i % 10}", Video = $"v{i % 10}", Endpoint = "https://x/1" },
        _ => new UploadEvent(UploadEventKind.Uploaded, Start) { Lesson = $"l{i % 10}", Video = $"v{i % 10}" },
    }));

    private void Write(IEnumerable<UploadEvent> events) =>
        File.WriteAllBytes(FilePath, [.. ProgressFileContents.Format.Header(Start), .. events.SelectMany(ProgressFileLine.Write)]);

    private ProgressFileContents Read() => ProgressFile.Read(FilePath);
}
