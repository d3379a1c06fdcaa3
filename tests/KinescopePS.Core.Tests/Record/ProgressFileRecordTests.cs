using System.Text;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>The progress file: what was recorded is there again, whatever happened to the file.</summary>
public sealed class ProgressFileRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["progress.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_step_is_there_when_the_file_is_opened_again()
    {
        using (var record = UploadRecords.Open(FilePath))
        {
            await record.AppendAsync(Intent("l1"));
            await record.AppendAsync(new(UploadEventKind.Initialised, Now) { Lesson = "l1", Video = "v1", Endpoint = "https://x/1" });
            await record.AppendAsync(new(UploadEventKind.Uploaded, Now) { Lesson = "l1", Video = "v1" });
            await record.AppendAsync(Intent("l2"));
            await record.AppendAsync(new(UploadEventKind.Initialised, Now) { Lesson = "l2", Video = "v2", Endpoint = "https://x/2" });
            await record.AppendAsync(new(UploadEventKind.Failed, Now) { Lesson = "l2", Reason = "UploadInterrupted", Message = "cut" });
            await record.AppendAsync(Intent("l3"));
            await record.AppendAsync(new(UploadEventKind.Abandoned, Now) { Lesson = "l3", Video = "v3" });
        }

        using var again = UploadRecords.Open(FilePath);
        var (l1, l2, l3) = (await Find(again, "l1"), await Find(again, "l2"), await Find(again, "l3"));

        Assert.Equal((UploadStage.Uploaded, "v1", null), (l1!.Stage, l1.VideoId, l1.Endpoint));
        Assert.Equal((UploadStage.Initialised, "v2", "https://x/2", "cut"), (l2!.Stage, l2.VideoId, l2.Endpoint, l2.LastError));
        Assert.Equal((10, "Урок «l2»", Now), (l2.Length, l2.Title, l2.File?.Modified));
        Assert.Equal(UploadStage.Abandoned, l3!.Stage);
        Assert.Equal(["v3"], l3.AbandonedVideos);
        Assert.Null(await Find(again, "l4"));
        Assert.Null(again.Warning);
    }

    [Fact]
    public async Task Any_cut_end_loses_at_most_the_step_that_was_being_written()
    {
        await WriteAsync(30);
        var whole = File.ReadAllBytes(FilePath);

        for (var length = whole.Length; length >= 0; length -= 37)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            using (var record = UploadRecords.Open(FilePath))
            {
                Assert.Null(record.Warning);
                // The last line may be whole but for its line feed.
                var lines = whole.AsSpan(0, length).Count((byte)'\n') + (length < whole.Length && whole[length] == '\n' ? 1 : 0);
                for (var i = 0; i < 30; i++)
                    Assert.Equal(i < lines - 2 ? $"v{i}" : null, (await Find(record, $"l{i}"))?.VideoId);
                await record.AppendAsync(Uploaded("after", "va"));
            }

            using var again = UploadRecords.Open(FilePath);
            Assert.Equal("va", (await Find(again, "after"))!.VideoId);
        }
    }

    [Fact]
    public async Task No_flipped_bits_and_no_overwritten_stretch_yield_a_wrong_id_or_hide_the_intact_rest()
    {
        await WriteAsync(20);
        var whole = File.ReadAllBytes(FilePath);
        var random = new Random(20261122);
        for (var round = 0; round < 300; round++)
        {
            var damaged = whole.ToArray();
            var touched = new HashSet<int>();
            for (var hit = random.Next(1, 4); hit > 0; hit--)
            {
                var start = random.Next(damaged.Length);
                var length = random.Next(2) == 0 ? 1 : random.Next(1, 200);
                for (var i = start; i < Math.Min(start + length, damaged.Length); i++)
                {
                    var value = length == 1 ? (byte)(damaged[i] ^ (1 << random.Next(8))) : (byte)random.Next(256);
                    if (value != damaged[i])
                        touched.Add(LineOf(whole, i));
                    // A line feed that went or came joins or splits its neighbours.
                    if (whole[i] == '\n')
                        touched.Add(LineOf(whole, i) + 1);
                    damaged[i] = value;
                }
            }

            File.WriteAllBytes(FilePath, damaged);
            using var record = UploadRecords.OpenReadOnly(FilePath);
            for (var i = 0; i < 20; i++)
            {
                var id = (await Find(record, $"l{i}"))?.VideoId;
                if (touched.Contains(i + 2))
                    Assert.True(id is null || id == $"v{i}", $"round {round}: {id} for l{i}");
                else
                    Assert.Equal($"v{i}", id);
            }
        }
    }

    [Fact]
    public async Task A_damaged_file_is_kept_aside_and_the_user_is_told()
    {
        await WriteAsync(5);
        var lines = File.ReadAllLines(FilePath);
        lines[4] = lines[4].Replace("v2", "v9");
        lines[5] = "\0\0\0\0";
        File.WriteAllLines(FilePath, lines);
        var original = File.ReadAllBytes(FilePath);

        using var record = UploadRecords.Open(FilePath);

        var warning = record.Warning;
        var aside = Assert.Single(Directory.GetFiles(_folder.Path, "*.damaged-*"));
        Assert.Contains(aside, warning);
        Assert.Contains("2 of its 7 lines", warning);
        Assert.Equal(original, File.ReadAllBytes(aside));
        Assert.Equal(["v0", "v1", null, null, "v4"], [(await Find(record, "l0"))?.VideoId, (await Find(record, "l1"))?.VideoId, (await Find(record, "l2"))?.VideoId, (await Find(record, "l3"))?.VideoId, (await Find(record, "l4"))?.VideoId]);
    }

    [Fact]
    public void A_file_that_others_could_read_is_closed_to_them()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Unix rights.");
            return;
        }

        File.WriteAllText(FilePath, "");
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);

        using var record = UploadRecords.Open(FilePath);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
    }

    [Fact]
    public void A_line_is_JSON_whose_last_property_is_its_checksum()
    {
        var line = Encoding.UTF8.GetString(ProgressFileLine.Write(Uploaded("урок \"1\"\n", "v1")));

        var json = System.Text.Json.JsonDocument.Parse(line).RootElement;
        Assert.Equal("check", json.EnumerateObject().Last().Name);
        Assert.Equal("урок \"1\"\n", json.GetProperty("lesson").GetString());
        Assert.Contains("урок", line);
        Assert.Equal(1, line.Count(character => character == '\n'));
        Assert.Equal(
            System.IO.Hashing.XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(line[..line.IndexOf(",\"check\"", StringComparison.Ordinal)])).ToString("x16"),
            json.GetProperty("check").GetString());
    }

    private static DateTimeOffset Now => new(2026, 11, 22, 1, 2, 3, 456, TimeSpan.Zero);

    private async Task WriteAsync(int lessons)
    {
        using var record = UploadRecords.Open(FilePath);
        for (var i = 0; i < lessons; i++)
            await record.AppendAsync(Uploaded($"l{i}", $"v{i}"));
    }

    private static int LineOf(byte[] text, int index) => text.AsSpan(0, index).Count((byte)'\n');

    private static UploadEvent Intent(string lesson) =>
        new(UploadEventKind.Intent, Now) { Lesson = lesson, Title = $"Урок «{lesson}»", Path = "/a.mp4", Length = 10, Modified = Now, Parent = "p" };

    private static UploadEvent Uploaded(string lesson, string video) => new(UploadEventKind.Uploaded, Now) { Lesson = lesson, Video = video };

    private static async Task<RecordedUpload?> Find(IUploadRecord record, string lesson) => await record.FindAsync(lesson, TestContext.Current.CancellationToken);
}
