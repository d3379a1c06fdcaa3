using CsCheck;
using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Record;
using KinescopePS.Tests.Record;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Progress and undo files that something went over: what is intact of them is used, and the rest is told.</summary>
public sealed class RecordFuzz : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 22, 1, 2, 3, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["log.jsonl"];

    private static Gen<byte[]> ProgressText { get; } = Gen.Select(Gen.Int, Gen.Int[0, 40], (seed, steps) =>
    {
        var random = new Random(seed);
        return (byte[])[.. ProgressFileContents.Format.Header(Start), .. Enumerable.Range(0, steps).SelectMany(i => UploadHistory.RandomSteps(random, i)).SelectMany(ProgressFileLine.Write)];
    });

    private static CheckedLogFormat UndoFormat { get; } = new("undo", 1, "an undo file", "-UndoFile", ErrorIds.UndoFileInvalid, ErrorIds.UndoFileInvalid);

    private static Gen<byte[]> UndoText { get; } =
        Gen.Select(Gen.Bool, Gen.Int[0, 3], Inputs.Text, Inputs.Text, (restored, lesson, before, after) => (restored, lesson, before, after)).Array[1, 12].Select(changes =>
        {
            var lines = new UndoLines();
            foreach (var (restored, lesson, before, after) in changes)
                lines.Add(restored ? UndoEvent.Restored : UndoEvent.Changing, Start, "site Lesson", new ChangedRow($"l{lesson}", LinkOf(before), LinkOf(after)));
            return (byte[])[.. UndoFormat.Header(Start), .. lines.Text];
        });

    private static VideoLink LinkOf(string value) =>
        new(value, null) { Others = new ColumnValues(new Dictionary<string, string?> { ["duration"] = value, ["poster"] = null }) };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_intact_of_a_progress_file_is_used_and_a_repair_keeps_it() =>
        Inputs.Mutated(ProgressText).Check(RequireIntactLines, Fuzz.Quoted);

    [Fact]
    public void A_rewritten_progress_file_says_the_same() => ProgressText.Check(text =>
    {
        File.WriteAllBytes(FilePath, text);
        var before = ProgressFile.Read(FilePath);

        Assert.True(ProgressFileCompaction.TryRewrite(FilePath, before));

        var after = ProgressFile.Read(FilePath);
        Assert.Equal(StatesOf(before.Uploads), StatesOf(after.Uploads));
        Assert.Null(after.Damage);
    }, Fuzz.Quoted);

    [Fact]
    public void What_is_intact_of_an_undo_file_is_used() => Inputs.Mutated(UndoText).Check(text =>
    {
        File.WriteAllBytes(FilePath, text);
        try
        {
            using var log = new CheckedLog(FilePath, SharedFile.OpenRead(FilePath), UndoFormat);
            var contents = UndoContents.Read(log, CancellationToken.None);
            Assert.InRange(contents.DamagedLines, 0, contents.Lines);
            Assert.All(contents.Changes, change => Assert.Equal("site Lesson", change.Target));
        }
        catch (KinescopeException failure)
        {
            Assert.Equal(ErrorIds.UndoFileInvalid, failure.ErrorId);
        }
    }, Fuzz.Quoted);

    private void RequireIntactLines(byte[] text)
    {
        File.WriteAllBytes(FilePath, text);
        ProgressFileContents contents;
        try
        {
            contents = ProgressFile.Read(FilePath);
        }
        catch (KinescopeException failure)
        {
            Assert.Contains(failure.ErrorId, new[] { ErrorIds.ProgressFileInvalid, ErrorIds.ProgressFileVersionUnsupported });
            return;
        }

        var expected = new RecordedUploads();
        foreach (var line in Lines(text).Where(line => CheckedLine.IsIntact(line) && !line.AsSpan().StartsWith(ProgressFileContents.Format.FirstBytes)))
            expected.Apply(ProgressFileLine.Parse(line));
        Assert.Equal(StatesOf(expected), StatesOf(contents.Uploads));

        using (var record = UploadRecords.Open(FilePath))
            Assert.Equal(contents.Damage is null, record.Warning is null || text.Length == 0 || record.Warning.Contains("is empty"));
        var repaired = ProgressFile.Read(FilePath);
        Assert.Null(repaired.Damage);
        Assert.Equal(StatesOf(expected), StatesOf(repaired.Uploads));
        foreach (var copy in Directory.GetFiles(_folder.Path))
            File.Delete(copy);
    }

    private static IEnumerable<byte[]> Lines(byte[] text)
    {
        for (var rest = text; rest.Length > 0;)
        {
            var end = Array.IndexOf(rest, (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            yield return [.. line.AsSpan().TrimEnd((byte)'\r')];
            rest = end < 0 ? [] : rest[(end + 1)..];
        }
    }

    private static IEnumerable<string> StatesOf(RecordedUploads uploads) => uploads.All.Select(UploadHistory.Text).Order();
}
