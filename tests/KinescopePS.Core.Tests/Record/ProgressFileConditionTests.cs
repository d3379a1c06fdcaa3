using System.Text;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>Files that are found under a progress file's name: empty, foreign, read-only, edited.</summary>
public sealed class ProgressFileConditionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["progress.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{")]
    [InlineData("{\"event\":\"jou")]
    [InlineData("{\"event\":\"journal\",\"at\":\"2026-11-22T18:35:29.68")]
    public async Task What_a_crash_leaves_of_a_new_file_is_a_new_file(string text)
    {
        File.WriteAllText(FilePath, text);

        using (var preview = UploadRecords.OpenReadOnly(FilePath))
            Assert.Empty(preview.List());
        using (var record = UploadRecords.Open(FilePath))
        {
            Assert.Null(record.Warning);
            await record.AppendAsync(new(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = "l1", Video = "v1" });
        }

        using var again = UploadRecords.OpenReadOnly(FilePath);
        Assert.Null(again.Warning);
        Assert.Equal(["v1"], again.List().Select(state => state.VideoId));
    }

    [Theory]
    [InlineData("Dear diary")]
    [InlineData("a,b\n1,2\n")]
    [InlineData("{\"uploaded\":[],\"failed\":[]}")]
    [InlineData("{\"event\":\"click\",\"at\":\"2026-11-22\"}\n{\"event\":\"click\"}\n")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0 and then a file")]
    public void A_file_of_somebody_else_is_refused_and_untouched(string text)
    {
        File.WriteAllText(FilePath, text);
        var mode = OperatingSystem.IsWindows() ? default : File.GetUnixFileMode(FilePath);
        var time = File.GetLastWriteTimeUtc(FilePath);

        Assert.Equal("ProgressFileInvalid", Assert.Throws<KinescopeException>(() => UploadRecords.Open(FilePath)).ErrorId);
        Assert.Equal("ProgressFileInvalid", Assert.Throws<KinescopeException>(() => UploadRecords.OpenReadOnly(FilePath)).ErrorId);

        Assert.Equal(text, File.ReadAllText(FilePath));
        Assert.Equal(time, File.GetLastWriteTimeUtc(FilePath));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(mode, File.GetUnixFileMode(FilePath));
        Assert.DoesNotContain(Directory.GetFiles(_folder.Path), path => path.Contains(".damaged-"));
    }

    [Fact]
    public void A_long_file_without_lines_is_refused_without_being_held()
    {
        using (var file = File.Create(FilePath))
        {
            file.Write(Encoding.ASCII.GetBytes("ftyp"));
            file.SetLength(256 << 20);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<KinescopeException>(() => UploadRecords.Open(FilePath));

        Assert.Equal("ProgressFileInvalid", failure.ErrorId);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
    }

    [Fact]
    public void An_overlong_line_is_damage_and_hides_no_other_line()
    {
        static byte[] Line(string lesson) => ProgressFileLine.Write(new(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = lesson, Video = "v" });
        File.WriteAllBytes(FilePath, [.. Line("l1"), .. new byte[40 << 20].AsSpan(), (byte)'\n', .. Line("l2")]);

        using var record = UploadRecords.OpenReadOnly(FilePath);

        Assert.Equal(["l1", "l2"], record.List().Select(state => state.Lesson));
        Assert.Contains("1 of its 3 lines", record.Warning);
    }

    [Fact]
    public async Task A_file_that_an_editor_emptied_is_a_new_one()
    {
        File.WriteAllText(FilePath, "", new UTF8Encoding(true));
        using (var record = UploadRecords.Open(FilePath))
            await record.AppendAsync(new(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = "l1", Video = "v1" });

        using var again = UploadRecords.Open(FilePath);

        Assert.Equal(["v1"], again.List().Select(state => state.VideoId));
    }

    [Theory]
    [InlineData("\r\n", false)]
    [InlineData("\n", true)]
    [InlineData("\r\n", true)]
    public async Task A_file_that_an_editor_saved_in_its_own_way_is_read_and_written(string lineEnd, bool hasMark)
    {
        using (var record = UploadRecords.Open(FilePath))
            await record.AppendAsync(new(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = "l1", Video = "v1" });
        File.WriteAllText(FilePath, File.ReadAllText(FilePath).ReplaceLineEndings(lineEnd), new UTF8Encoding(hasMark));

        using (var record = UploadRecords.Open(FilePath))
            await record.AppendAsync(new(UploadEventKind.Uploaded, DateTimeOffset.UtcNow) { Lesson = "l2", Video = "v2" });
        using var again = UploadRecords.Open(FilePath);

        Assert.Null(again.Warning);
        Assert.Equal(["v1", "v2"], again.List().Select(state => state.VideoId));
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named()
    {
        if (Environment.IsPrivilegedProcess)
            Directory.CreateDirectory(FilePath);
        else
        {
            UploadRecords.Open(FilePath).Dispose();
            File.SetAttributes(FilePath, FileAttributes.ReadOnly);
        }

        var failure = Assert.Throws<KinescopeException>(() => UploadRecords.Open(FilePath));
        if (File.Exists(FilePath))
            File.SetAttributes(FilePath, FileAttributes.Normal);

        Assert.Equal("ProgressFileNotWritable", failure.ErrorId);
        Assert.Contains(FilePath, failure.Message);
    }
}
