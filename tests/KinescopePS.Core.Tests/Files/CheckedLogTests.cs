using System.Globalization;
using System.Text;
using System.Text.Json;
using KinescopePS.Database;
using KinescopePS.Files;

namespace KinescopePS.Tests.Files;

/// <summary>The log that progress file and undo file are.</summary>
public sealed class CheckedLogTests : IDisposable
{
    private static readonly CheckedLogFormat Format = new("undo", 1, "an undo file", "-UndoFile", "UndoFileInvalid", "UndoFileInvalid");

    private readonly TemporaryFolder _folder = new();

    private string LogPath => _folder["log.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("{\"event\":\"x\",\"torn\":", new[] { "a", "b" }, 0)]
    [InlineData("{\"ev", new[] { "a", "b" }, 0)]
    [InlineData("a whole line", new[] { "a", "whole", "b" }, 0)]
    [InlineData("not of ours", new[] { "a", "b" }, 1)]
    [InlineData("\0\0\0\0", new[] { "a", "b" }, 1)]
    public void Whatever_stands_at_the_end_hides_no_line_that_is_appended(string end, string[] expected, int damaged)
    {
        Append("a");
        File.AppendAllText(LogPath, end == "a whole line" ? Encoding.UTF8.GetString(Line("whole")).TrimEnd('\n') : end);

        Append("b");

        var (names, damagedLines) = Read();
        Assert.Equal(expected, names);
        Assert.Equal(damaged, damagedLines);
    }

    [Fact]
    public void A_newer_version_is_neither_read_nor_appended_to()
    {
        File.WriteAllBytes(LogPath, (Format with { Version = 2 }).Header(DateTimeOffset.UtcNow));
        var before = File.ReadAllBytes(LogPath);

        using (var log = Open())
        {
            Assert.Contains("newer", Assert.Throws<KinescopeException>(() => log.Read(_ => { }, TestContext.Current.CancellationToken)).Message);
            Assert.Contains("newer", Assert.Throws<KinescopeException>(log.RequireOurs).Message);
        }

        Assert.Equal(before, File.ReadAllBytes(LogPath));
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    public async Task FoundC16_a_line_without_end_in_an_undo_file_is_damage_that_takes_no_memory(string end)
    {
        await new UndoFile(LogPath).AppendAsync(UndoEvent.Changing, "here", [new ChangedRow("l1", new VideoLink(null, null), new VideoLink("v1", null))], TestContext.Current.CancellationToken);
        using (var file = new FileStream(LogPath, FileMode.Append))
        {
            var block = Encoding.ASCII.GetBytes(new string('x', 1 << 20));
            for (var i = 0; i < 256; i++)
                file.Write(block);
            file.Write(Encoding.ASCII.GetBytes(end));
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = new UndoFile(LogPath).ReadAsync(TestContext.Current.CancellationToken);
        Assert.True(reading.IsCompleted, "It was read on this thread, or the memory is another's.");
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var contents = await reading;

        Assert.InRange(allocated, 0, 64 << 20);
        Assert.Equal(1, contents.DamagedLines);
        Assert.Equal(["l1"], contents.Changes.Select(change => change.Row.LessonId));
    }

    [Theory]
    [InlineData("th-TH")]
    [InlineData("ar-SA")]
    public void FoundC15_a_copy_of_a_damaged_file_has_the_date_of_the_common_calendar(string culture)
    {
        Append("a");
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo(culture);
        try
        {
            using var log = Open();
            Assert.Matches(@"\.damaged-20\d{6}T\d{9}$", log.KeepAside());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static byte[] Line(string name) => CheckedLine.Seal(Encoding.UTF8.GetBytes($$"""{"event":"x","name":"{{name}}"}"""));

    private static string NameOf(ReadOnlySpan<byte> line) => JsonDocument.Parse(line.ToArray()).RootElement.GetProperty("name").GetString()!;

    private CheckedLog Open() => new(LogPath, OwnerOnlyFile.OpenAlone(LogPath), Format);

    private void Append(string name)
    {
        using var log = Open();
        log.RequireOurs();
        log.Append(Line(name));
    }

    private (string[] Names, int Damaged) Read()
    {
        var names = new List<string>();
        using var log = Open();
        var size = log.Read(line => names.Add(NameOf(line)), TestContext.Current.CancellationToken);
        return ([.. names], size.DamagedLines);
    }
}
