using System.Text;
using KinescopePS.Companions;

namespace KinescopePS.Tests.Companions;

/// <summary>Chapters as people write them, and what is refused before it is sent.</summary>
public class ChapterFileTests
{
    [Theory]
    [InlineData("00:00 Начало\n01:30 Настройка\n1:02:03 Итоги\n")]
    [InlineData("0:00 - Начало\r\n1:30 – Настройка\r\n01:02:03 — Итоги")]
    [InlineData("\uFEFF[00:00] Начало\n\n(01:30) Настройка\n\n62:03 Итоги")]
    [InlineData("WEBVTT\n\n1\n00:00.000 --> 01:30.000\nНачало\n\n01:30.000 --> 01:02:03.000\nНастройка\n\n01:02:03.000 --> 01:05:00.000\nИтоги")]
    [InlineData("""[{"time":"00:00","title":"Начало"},{"time":90,"title":"Настройка"},{"time":"1:02:03","title":" Итоги "}]""")]
    [InlineData("""{"chapters":[{"start_time":0.0,"end_time":90,"title":"Начало"},{"start_time":90.0,"title":"Настройка"},{"start":3723,"title":"Итоги"}]}""")]
    [InlineData("""{"items":[{"time":0,"title":"Начало"},{"time":90000,"title":"Настройка"},{"time":3723000,"title":"Итоги"}],"enabled":true}""")]
    public void Reads_the_same_chapters_from_each_form(string text) => Assert.Equal(
        [(0L, "Начало"), (90_000, "Настройка"), (3_723_000, "Итоги")],
        Parse(text).Select(chapter => (ChapterFile.Milliseconds(chapter.Time), chapter.Title)));

    [Fact]
    public void UTF8_with_a_byte_that_is_none_is_not_read_as_Windows1251()
    {
        byte[] file = [.. Encoding.UTF8.GetBytes("00:00 Начало\r\n00:10 Кон"), 0xFF, .. Encoding.UTF8.GetBytes("ц\r\n")];

        var failure = Assert.Throws<KinescopeException>(() => ChapterFile.Parse("l.chapters.txt", file, _ => { }));

        Assert.Equal(ErrorIds.ChapterInvalid, failure.ErrorId);
        Assert.StartsWith("l.chapters.txt, line 2: the file is UTF-8", failure.Message);
    }

    [Fact]
    public void Reads_fractions_of_a_second() =>
        Assert.Equal([500, 1_250], Parse("0:00.5 а\n0:01,25 б").Select(chapter => ChapterFile.Milliseconds(chapter.Time)));

    [Fact]
    public void Reads_Windows_1251_and_says_so()
    {
        var notes = new List<string>();

        var chapters = ChapterFile.Parse("l.chapters.txt", CodePagesEncodingProvider.Instance.GetEncoding(1251)!.GetBytes("00:00 Начало"), notes.Add);

        Assert.Equal("Начало", Assert.Single(chapters).Title);
        Assert.Contains("Windows-1251", Assert.Single(notes));
    }

    [Theory]
    [InlineData("", null, "has no chapters")]
    [InlineData("\n\n", null, "has no chapters")]
    [InlineData("00:00 а\nЧасть вторая\n", "line 2", "'Часть вторая' stands there")]
    [InlineData("00:00 а\n01:00", "line 2", "has no title")]
    [InlineData("01:00 а\n01:00 б", "line 2", "Each has to begin later")]
    [InlineData("02:00 а\n01:00 б", "line 2", "Each has to begin later")]
    [InlineData("WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "line 3", "has no text")]
    [InlineData("""[{"time":"x","title":"а"}]""", "chapter 1", "no time such as")]
    [InlineData("""[{"title":"а"}]""", "chapter 1", "has no `time`")]
    [InlineData("""[{"time":0}]""", "chapter 1", "has no title")]
    [InlineData("""[7]""", "chapter 1", "an object with `time` and `title`")]
    [InlineData("""{"x":1}""", null, "a list is expected")]
    [InlineData("[\n{\"time\":0,\n", "line 3", "is not JSON")]
    public void Says_what_is_wrong_and_where(string text, string? where, string why)
    {
        var failure = Assert.Throws<KinescopeException>(() => Parse(text));

        Assert.Equal(ErrorIds.ChapterInvalid, failure.ErrorId);
        Assert.StartsWith(where is null ? "l.chapters.txt: " : $"l.chapters.txt, {where}: ", failure.Message);
        Assert.Contains(why, failure.Message);
        Assert.DoesNotContain("LineNumber", failure.Message);
    }

    [Fact]
    public void None_may_begin_where_the_video_is_over()
    {
        var chapters = Parse("00:00 а\n10:00 б");

        ChapterFile.Check("l", chapters, TimeSpan.FromSeconds(601));
        Assert.Contains("the video is over at 00:10:00", Assert.Throws<KinescopeException>(() => ChapterFile.Check("l", chapters, TimeSpan.FromSeconds(600))).Message);
    }

    private static IReadOnlyList<Chapter> Parse(string text) => ChapterFile.Parse("l.chapters.txt", Encoding.UTF8.GetBytes(text), _ => { });
}
