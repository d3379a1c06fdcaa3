using System.Text;
using KinescopePS.Companions;

namespace KinescopePS.Tests.Companions;

/// <summary>The encoding of a file that is not UTF-8, by its letters: told right, or not at all.</summary>
public class CyrillicEncodingTests
{
    private const string Lesson =
        "В этом уроке мы разберём карточку товара.\nСначала откроем личный кабинет, затем — раздел «Цены».\nЁлка, объём, съёмка: всё на месте.";

    public static TheoryData<string, int, string> Texts =>
    [
        .. from text in (string[])[Lesson, Lesson.ToUpperInvariant(), "Начало", "ВСТУПЛЕНИЕ", "Привет мир", "Настройка API и SEO в кабинете", "Дзякуй вам"]
           from encoding in ((int, string)[])[(1251, "Windows-1251"), (866, "DOS 866"), (20866, "KOI8-R")]
           select (text, encoding.Item1, encoding.Item2),
    ];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Russian_is_told_by_its_letters(string text, int codePage, string name)
    {
        // Each has its own part of the typography.
        var bytes = Encode(text, codePage);
        var expected = Encoding(codePage).GetString(bytes);

        var chapters = ChapterFile.Parse("l.chapters.txt", [.. "00:00 "u8, .. Encode(text.Split('\n')[0], codePage)], note => Assert.Contains(name, note));

        Assert.Equal(text.Split('\n')[0], chapters[0].Title);
        Assert.Equal((expected, name), CyrillicEncoding.Decode(bytes));
    }

    [Theory]
    [InlineData("Voil\u00E0, c'est d\u00E9j\u00E0 l'\u00E9t\u00E9 en r\u00E9alit\u00E9", 1252)]
    [InlineData("Gr\u00F6\u00DFe \u00FCber alles M\u00F6gliche", 1252)]
    [InlineData("Za\u017C\u00F3\u0142\u0107 g\u0119\u015Bl\u0105 ja\u017A\u0144", 1250)]
    [InlineData("\u0393\u03B5\u03B9\u03AC \u03C3\u03BF\u03C5 \u03BA\u03CC\u03C3\u03BC\u03B5", 1253)]
    [InlineData("Привет мир, как дела сегодня", 28595)]
    [InlineData("Моя статья для меня и тебя, моя дорогая семья", 10007)]
    [InlineData("а", 1251)]
    [InlineData("ЦЭХ", 866)]
    public void What_cannot_be_told_is_an_error_with_the_line_and_what_to_do(string text, int codePage)
    {
        var failure = Assert.Throws<KinescopeException>(() => SubtitleFile.Parse(
            "l.ru.srt", [.. "1\n00:00:01,000 --> 00:00:02,000\n"u8, .. Encode(text, codePage)]));

        Assert.Equal(ErrorIds.SubtitleInvalid, failure.ErrorId);
        Assert.StartsWith("l.ru.srt, line 3: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains("save it as UTF-8", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dashes_and_quotation_marks_of_Windows_are_no_letters() =>
        Assert.Equal(("\u201CHello\u201D \u2014 world", "Windows-1251"), CyrillicEncoding.Decode(Encode("\u201CHello\u201D \u2014 world", 1252)));

    private static byte[] Encode(string text, int codePage) => Encoding(codePage).GetBytes(text);

    private static Encoding Encoding(int codePage) => CodePagesEncodingProvider.Instance.GetEncoding(codePage)!;
}
