using KinescopePS.Content;
using KinescopePS.Record;
using KinescopePS.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Record;

/// <summary>A progress file is one file, whatever leads to it, and a run notices when it is no longer there.</summary>
public sealed class ProgressFileIdentityTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["runs/p.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("deleted")]
    [InlineData("moved")]
    [InlineData("replaced by a copy")]
    [InlineData("emptied")]
    [InlineData("its folder deleted")]
    [InlineData("its folder replaced by a copy")]
    public async Task FoundA15_a_run_stops_at_the_first_step_that_its_file_would_not_have(string fate)
    {
        using var record = UploadRecords.Open(FilePath);
        await record.AppendAsync(Uploaded("l1"));

        Befall(fate);

        var refusal = await Assert.ThrowsAsync<KinescopeException>(async () => await record.AppendAsync(Uploaded("l2")));
        Assert.Equal(("ProgressFileLost", true), (refusal.ErrorId, refusal.StopsRun));
        Assert.Contains(FilePath, refusal.Message);
        Assert.Null(await record.FindAsync("l2", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task FoundA15_a_run_that_only_sends_notices_too()
    {
        using var record = UploadRecords.Open(FilePath);
        Befall("deleted");

        record.Mark("l1", new HashMark(64, "h"));

        await Eventually.HoldsAsync(() => record.Lost.IsCancellationRequested);
        Assert.Equal("ProgressFileLost", record.LostBy?.ErrorId);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    [InlineData("file not there yet")]
    public void FoundA15_two_names_of_one_file_are_one_lock(string kind)
    {
        var (name, other) = (FilePath, Link(kind));
        using (var record = UploadRecords.Open(other))
        {
            Assert.Equal("ProgressFileLocked", Assert.Throws<KinescopeException>(() => UploadRecords.Open(name)).ErrorId);
            Assert.Equal("ProgressFileLocked", Assert.Throws<KinescopeException>(() => UploadRecords.Open(other)).ErrorId);
        }

        using (UploadRecords.Open(name))
            Assert.Equal("ProgressFileLocked", Assert.Throws<KinescopeException>(() => UploadRecords.Open(other)).ErrorId);
    }

    [Fact]
    public async Task FoundA15_a_file_is_rewritten_behind_its_link()
    {
        var link = Link("file");
        using (var record = UploadRecords.Open(link))
        {
            await record.AppendAsync(Uploaded("l1"));
            await record.AppendAsync(Uploaded("l2"));
        }

        File.WriteAllText(FilePath, File.ReadAllText(FilePath).Replace("\"v-l2\"", "\"v-l9\""));
        UploadRecords.Open(link).Dispose();

        Assert.Equal(FilePath, File.ResolveLinkTarget(link, returnFinalTarget: true)?.FullName);
        Assert.Equal(["l1"], UploadRecords.OpenReadOnly(FilePath).List().Select(upload => upload.Lesson));
        Assert.Null(UploadRecords.OpenReadOnly(link).Warning);
        Assert.Single(Directory.GetFiles(_folder["runs"], "*.damaged-*"));
    }

    [Fact]
    public async Task Marks_are_in_the_file_before_what_follows_them_and_when_the_run_ends()
    {
        using (var record = UploadRecords.Open(FilePath))
        {
            record.Mark("l1", new HashMark(64, "h1"));
            record.Mark("l1", new HashMark(128, "h2"));
            await record.AppendAsync(Uploaded("l1"));
            record.Mark("l2", new HashMark(64, "h3"));
        }

        Assert.Equal(["journal", "run", "mark", "mark", "uploaded", "mark"], File.ReadAllLines(FilePath).Select(EventOf));
    }

    [Fact]
    public void A_mark_that_nothing_follows_is_written_after_a_fifth_of_a_second()
    {
        var time = new FakeTimeProvider();
        using var record = UploadRecords.Open(FilePath, time: time);
        record.Mark("l1", new HashMark(64, "h"));

        time.Advance(TimeSpan.FromSeconds(0.19));
        Assert.Empty(UploadRecords.OpenReadOnly(FilePath).List());
        time.Advance(TimeSpan.FromSeconds(0.01));
        Assert.Equal(64, Assert.Single(UploadRecords.OpenReadOnly(FilePath).List()).MarkedOffset);
    }

    [Fact]
    public async Task Many_marks_are_written_without_another_step()
    {
        using var record = UploadRecords.Open(FilePath);
        for (var i = 1; i <= 8; i++)
            record.Mark("l1", new HashMark(i * 64, "h"));

        await Eventually.HoldsAsync(() => UploadRecords.OpenReadOnly(FilePath).List() is [{ MarkedOffset: 512 }]);
    }

    private static string EventOf(string line) => System.Text.Json.JsonDocument.Parse(line).RootElement.GetProperty("event").GetString()!;

    private static UploadEvent Uploaded(string lesson) => UploadEvent.Of(UploadEventKind.Uploaded, lesson) with { Video = $"v-{lesson}" };

    private string Link(string kind)
    {
        Directory.CreateDirectory(_folder["runs"]);
        try
        {
            if (kind == "folder")
            {
                Directory.CreateSymbolicLink(_folder["other"], _folder["runs"]);
                return _folder["other/p.jsonl"];
            }

            if (kind == "file")
                UploadRecords.Open(FilePath).Dispose();
            File.CreateSymbolicLink(_folder["p.jsonl"], Path.Combine("runs", "p.jsonl"));
            return _folder["p.jsonl"];
        }
        catch (IOException) when (OperatingSystem.IsWindows())
        {
            Assert.Skip("This user may not make links.");
            throw;
        }
    }

    private void Befall(string fate)
    {
        var aside = _folder["aside"];
        switch (fate)
        {
            case "deleted":
                File.Delete(FilePath);
                break;
            case "moved":
                File.Move(FilePath, aside);
                break;
            case "emptied":
                using (var file = new FileStream(FilePath, FileMode.Truncate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
                    break;
            case "replaced by a copy":
                File.Copy(FilePath, aside);
                File.SetLastWriteTimeUtc(aside, File.GetLastWriteTimeUtc(FilePath));
                File.Delete(FilePath);
                File.Move(aside, FilePath);
                break;
            default:
                if (OperatingSystem.IsWindows())
                    Assert.Skip("Windows keeps a folder whose file is open.");
                var text = File.ReadAllBytes(FilePath);
                Directory.Delete(_folder["runs"], recursive: true);
                if (fate == "its folder deleted")
                    break;
                Directory.CreateDirectory(_folder["runs"]);
                File.WriteAllBytes(FilePath, text);
                break;
        }
    }
}
