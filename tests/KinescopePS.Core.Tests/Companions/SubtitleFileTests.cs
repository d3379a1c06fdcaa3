using System.Text;
using KinescopePS.Companions;

namespace KinescopePS.Tests.Companions;

/// <summary>Subtitles as people's programs write them, and what is refused before it is sent.</summary>
public class SubtitleFileTests
{
    private const string Srt = "1\n00:00:01,000 --> 00:00:04,000\nПривет, мир!\n\n2\n00:00:04,000 --> 00:00:06,500\nВторая\nстрока\n";
    private const string Vtt = "WEBVTT - урок\n\nNOTE\nсделано руками\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:04.000 line:0\nПривет, мир!\n\n"
        + "01:00:04.000 --> 01:00:06.500\nВторая\nстрока\n";

    [Fact]
    public void Reads_SubRip()
    {
        var subtitles = Parse("l.ru.srt", Srt);

        Assert.Equal(".srt", subtitles.Extension);
        Assert.Equal([new Cue(Seconds(1), Seconds(4), "Привет, мир!", 2), new Cue(Seconds(4), Seconds(6.5), "Вторая\nстрока", 6)], subtitles.Cues);
        Assert.Empty(subtitles.Notes);
    }

    [Fact]
    public void Reads_WebVTT_with_notes_styles_names_and_settings()
    {
        var subtitles = Parse("l.ru.vtt", Vtt);

        Assert.Equal(".vtt", subtitles.Extension);
        Assert.Equal(
            [new Cue(Seconds(1), Seconds(4), "Привет, мир!", 10), new Cue(Seconds(3604), Seconds(3606.5), "Вторая\nстрока", 13)], subtitles.Cues);
    }

    [Fact]
    public void Letters_that_a_program_lost_are_sent_to_nobody()
    {
        var subtitles = Assert.Throws<KinescopeException>(() => Parse("l.ru.srt", Srt.Replace("Вторая", "\uFFFD\uFFFD")));
        Assert.Equal(ErrorIds.SubtitleInvalid, subtitles.ErrorId);
        Assert.StartsWith("l.ru.srt, line 7: letters are lost there", subtitles.Message, StringComparison.Ordinal);

        var chapters = Assert.Throws<KinescopeException>(() => ChapterFile.Parse("l.chapters.txt", Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("00:00 \uFFFD")).ToArray(), _ => { }));
        Assert.Equal(ErrorIds.ChapterInvalid, chapters.ErrorId);
        var given = Assert.Throws<KinescopeException>(() => ChapterFile.Check("-Chapter", [new Chapter(TimeSpan.Zero, "\uFFFD", "chapter 1")], null));
        Assert.StartsWith("-Chapter, chapter 1: letters of", given.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public void Reads_lines_that_end_otherwise(string end) => Assert.Equal(2, Parse("l.srt", Srt.Replace("\n", end)).Cues.Count);

    [Theory]
    [InlineData("without numbers", "00:00:01,000 --> 00:00:02,000\nа\n\n00:00:03,000 --> 00:00:04,000\nб")]
    [InlineData("with points, blanks at the ends, places", "1 \n 0:0:1.5 -->  0:0:2.25 X1:40 X2:600\nа")]
    [InlineData("with blank lines between", "\n\n1\n00:00:01,000 --> 00:00:02,000\nа\n\n\n\n2\n00:00:03,000 --> 00:00:04,000\nб\n\n\n")]
    public void Reads_SubRip_as_players_do(string what, string text) => Assert.NotEmpty(Parse($"{what}.srt", text).Cues);

    [Theory]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("utf-16", false)]
    [InlineData("utf-16BE", false)]
    [InlineData("windows-1251", false)]
    public void Reads_each_encoding_and_sends_UTF8_without_a_mark(string name, bool isMarked)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        byte[] file = [.. isMarked ? encoding.GetPreamble() : [], .. encoding.GetBytes(Srt)];

        var subtitles = SubtitleFile.Parse("l.ru.srt", file);

        Assert.Equal(Encoding.UTF8.GetBytes(Srt), subtitles.Content);
        Assert.Equal(name == "windows-1251", subtitles.Notes.Any(note => note.Contains("Windows-1251")));
    }

    [Theory]
    [InlineData("l.srt", "", null, "empty")]
    [InlineData("l.srt", "\n \n", null, "has no subtitles")]
    [InlineData("l.vtt", "WEBVTT\n\nNOTE x\n", null, "has no subtitles")]
    [InlineData("l.vtt", "1\n00:00:01,000 --> 00:00:02,000\nа", 1, "begins with the line WEBVTT")]
    [InlineData("l.srt", "WEBVTT\n\n00:01.000 --> 00:02.000\nа", 1, "Name it .vtt")]
    [InlineData("l.srt", "1\n00:00:01,000 --> 00:00:02,000\n\n2\n00:00:03,000 --> 00:00:04,000\nб", 2, "has no text")]
    [InlineData("l.srt", "1\n00:00:02,000 --> 00:00:02,000\nа", 2, "it ends at 00:00:02.000")]
    [InlineData("l.srt", "1\n00:00:05,000 --> 00:00:06,000\nа\n\n2\n00:00:01,000 --> 00:00:02,000\nб", 6, "before the one on line 2")]
    [InlineData("l.srt", "1\n00:00:01,000 --> 00:00:03,000\nа\n\n2\n00:00:02,999 --> 00:00:04,000\nб", 6, "while the one on line 2")]
    [InlineData("l.vtt", "WEBVTT\n\n00:05.000 --> 00:06.000\nа\n\n00:01.000 --> 00:02.000\nб", 6, "before the one on line 3")]
    [InlineData("l.srt", "1\n00:00:01,000 --> 00:61:02,000\nа", 2, "are no times")]
    [InlineData("l.vtt", "WEBVTT\n\n00:01,000 --> 00:02,000\nа", 3, "are no times")]
    [InlineData("l.srt", "1\n00:00:01,000 --> 00:00:02,000\nа\n2\n00:00:03,000 --> 00:00:04,000\nб", 5, "a blank line has to stand")]
    [InlineData("l.srt", "1\n00:00:01,000 --> 00:00:02,000\nа\n\nещё строка\n\n2\n00:00:03,000 --> 00:00:04,000\nб", 5, "'ещё строка' stands there")]
    [InlineData("l.srt", "1\nПривет", 2, "the times of a subtitle are expected")]
    [InlineData("l.srt", "\u0001\u0002\u0003", null, "is no text")]
    public void Says_what_is_wrong_and_where(string name, string text, int? line, string why)
    {
        var failure = Assert.Throws<KinescopeException>(() => Parse(name, text));

        Assert.Equal(ErrorIds.SubtitleInvalid, failure.ErrorId);
        Assert.StartsWith(line is null ? $"{name}: " : $"{name}, line {line}: ", failure.Message);
        Assert.Contains(why, failure.Message);
    }

    [Theory]
    [InlineData((byte)0xFF)]
    [InlineData((byte)0xD0)]
    public void UTF8_with_a_byte_that_is_none_is_not_read_as_Windows1251(byte bad)
    {
        var file = Encoding.UTF8.GetBytes(Srt.Replace("Вторая", "Вт#рая"));
        file[Array.IndexOf(file, (byte)'#')] = bad;

        var failure = Assert.Throws<KinescopeException>(() => SubtitleFile.Parse("l.ru.srt", file));

        Assert.Equal(ErrorIds.SubtitleInvalid, failure.ErrorId);
        Assert.StartsWith("l.ru.srt, line 7: the file is UTF-8", failure.Message);
    }

    [Fact]
    public void Capitals_and_quotes_of_Windows1251_are_not_taken_for_UTF8()
    {
        var file = CodePagesEncodingProvider.Instance.GetEncoding("windows-1251")!.GetBytes("00:00 «СССР» №1\n00:10 ЕЩЁ ВСЁ\n");

        Assert.Equal(["«СССР» №1", "ЕЩЁ ВСЁ"], ChapterFile.Parse("l.chapters.txt", file, _ => { }).Select(chapter => chapter.Title));
    }

    [Fact]
    public void Two_speakers_at_once_are_WebVTTs_right()
    {
        var subtitles = Parse("l.vtt", "WEBVTT\n\n00:01.000 --> 00:03.000\nа\n\n00:02.000 --> 00:04.000\nб");

        Assert.Contains("line 6", Assert.Single(subtitles.Notes));
    }

    [Fact]
    public void The_same_in_the_other_format_shows_the_same()
    {
        var srt = Parse("l.srt", Srt);

        Assert.True(srt.Shows(Parse("l.vtt", "WEBVTT\n\n" + Srt.Replace(',', '.').Replace("Привет. мир", "Привет, мир"))));
        Assert.False(srt.Shows(Parse("l.srt", Srt.Replace("мир", "свет"))));
        Assert.False(srt.Shows(Parse("l.srt", Srt.Replace("06,500", "06,501"))));
    }

    private static SubtitleText Parse(string name, string text) => SubtitleFile.Parse(name, Encoding.UTF8.GetBytes(text));

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}
