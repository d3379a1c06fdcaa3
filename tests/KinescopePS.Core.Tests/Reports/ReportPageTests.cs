using System.Globalization;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using KinescopePS.Reports;

namespace KinescopePS.Tests.Reports;

/// <summary>The page of a report, as the text of its file; tests in a browser are elsewhere.</summary>
public sealed partial class ReportPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_policy_names_the_only_sheet_and_the_only_script_by_their_hashes()
    {
        var page = PageOf(SampleReport.Course());
        var policy = WebUtility.HtmlDecode(Policy().Match(page).Groups["policy"].Value);

        Assert.Equal(
            $"default-src 'none'; style-src 'sha256-{HashOf(page, "style")}'; script-src 'sha256-{HashOf(page, "script")}'; img-src data:; base-uri 'none'; form-action 'none'",
            policy);
        Assert.DoesNotContain('\r', page);
        Assert.NotEqual('\uFEFF', page[0]);
        Assert.DoesNotMatch(@"(?i)<[a-z][^>]*\s(style|on\w+)=", page);
        Assert.DoesNotMatch(@"(?i)<(link|iframe|object|embed|img|base|form)\b", page);
    }

    [Fact]
    public void A_hostile_title_id_or_address_is_text()
    {
        var page = PageOf(SampleReport.Hostile());

        Assert.Single(Regex.Matches(page, "<script"));
        Assert.Single(Regex.Matches(page, "</script"));
        Assert.DoesNotContain("<img", page);
        Assert.DoesNotContain("<svg onload", page);
        Assert.All(Regex.Matches(page, "href=\"([^\"]*)\"").Select(link => link.Groups[1].Value), target =>
            Assert.True(target is "#failures" or "#all" || target == $"https://kinescope.io/embed/{SampleReport.VideoOf(1)}", target));
        Assert.DoesNotContain("SECRET", page);
        Assert.Contains("https://uploader.kinescope.io/\u2026", page);
    }

    [Fact]
    public void A_command_quotes_what_a_person_did_not_write()
    {
        Assert.Equal("'it''s \u2019\u2019 a'", ReportPage.Quoted("it's \u2019 a"));
        Assert.Equal("'a b'", ReportPage.Quoted("a\nb"));
        var data = new ReportData();
        data.Add(Failed("o'clock [1]", ErrorIds.LessonFileEmpty));
        Assert.Contains("Get-LessonVideoMap -LessonId 'o''clock `[1`]' | Send-KinescopeVideo | Set-LessonVideoId", WebUtility.HtmlDecode(PageOf(data)));
    }

    [Fact]
    public void Failures_come_first_each_once_with_its_advice_and_a_command()
    {
        var data = new ReportData();
        data.Add(Failed("l1", ErrorIds.LessonFileEmpty));
        data.Add(Failed("l2", ErrorIds.LessonFileEmpty));
        data.Add(Failed("l3", null));
        data.Add(new LessonVideo { LessonId = "l4", Title = "Gone", Path = "", Extension = ".mp4", State = LessonVideoState.Missing });
        data.Add(new LessonVideo { LessonId = "l5", Title = "Later", Path = "", Extension = ".mp4" });
        var page = PageOf(data);

        Assert.Contains("4 lessons failed, 1 lesson is left to do, of 5.", page);
        Assert.Single(Regex.Matches(page, "The file has no bytes"));
        Assert.Contains("Get-LessonVideoMap -LessonId 'l1', 'l2' |", WebUtility.HtmlDecode(page));
        Assert.Contains("<code>LessonFileNotFound</code>", page);
        Assert.Contains("No error id is known", page);
        string[] heads = ["What to do", "What failed", "Not reached", "Totals", "By course", "All lessons"];
        Assert.Equal(heads, Regex.Matches(page, "<h2[^>]*>([^<]*)").Select(head => head.Groups[1].Value));
    }

    [Theory]
    [InlineData("en-US", "lang=\"en\"", "What failed", "of 1,234.", "11/26/2026")]
    [InlineData("ru-RU", "lang=\"ru\"", "Что не удалось", "из 1 234.", "26.11.2026")]
    [InlineData("de-DE", "lang=\"en\"", "What failed", "of 1.234.", "26.11.2026")]
    [InlineData("ru", "lang=\"ru\"", "Что не удалось", "из 1 234.", "26.11.2026")]
    public void Texts_are_of_the_language_and_figures_of_the_culture(string culture, string language, string head, string count, string date)
    {
        var page = Plain(PageOf(SampleReport.Large(1234), culture));

        Assert.Contains(language, page);
        Assert.Contains(head, page);
        Assert.Contains(count, page);
        Assert.Contains(date, page);
        Assert.Contains(culture.StartsWith("ru", StringComparison.Ordinal) ? "копировать" : "Copy it again", page);
    }

    [Theory]
    [InlineData(0, "0 уроков", "0 lessons")]
    [InlineData(1, "1 урок", "1 lesson")]
    [InlineData(2, "2 урока", "2 lessons")]
    [InlineData(5, "5 уроков", "5 lessons")]
    [InlineData(11, "11 уроков", "11 lessons")]
    [InlineData(14, "14 уроков", "14 lessons")]
    [InlineData(21, "21 урок", "21 lessons")]
    [InlineData(23, "23 урока", "23 lessons")]
    [InlineData(111, "111 уроков", "111 lessons")]
    [InlineData(1002, "1 002 урока", "1,002 lessons")]
    public void Counts_have_their_nouns_in_the_right_form(int number, string russian, string english)
    {
        Assert.Equal(russian, Plain(Texts("ru-RU").LessonCount(number)));
        Assert.Equal(english, Texts("en-US").LessonCount(number));
    }

    [Theory]
    [InlineData(0.5, "0,5 с", "0.5 s")]
    [InlineData(59, "59 с", "59 s")]
    [InlineData(250, "4 мин 10 с", "4 min 10 s")]
    [InlineData(1800, "30 мин", "30 min")]
    [InlineData(26_400, "7 ч 20 мин", "7 h 20 min")]
    [InlineData(183_600, "2 д 3 ч", "2 d 3 h")]
    public void Times_have_two_units(double seconds, string russian, string english)
    {
        Assert.Equal(russian, Plain(Texts("ru-RU").Duration(TimeSpan.FromSeconds(seconds))));
        Assert.Equal(english, Plain(Texts("en-US").Duration(TimeSpan.FromSeconds(seconds))));
    }

    [Fact]
    public void Each_error_id_has_advice_in_both_languages()
    {
        var ids = typeof(ErrorIds).GetFields(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static).Where(field => field.IsLiteral)
            .Select(field => (string)field.GetRawConstantValue()!).ToList();

        Assert.NotEmpty(ids);
        Assert.All(ids, id => Assert.True(Advice.Of(id, isRussian: false) is not null && Advice.Of(id, isRussian: true) is not null, id));
        Assert.DoesNotContain('\\', Advice.Of(ErrorIds.LessonFilePathRefused, isRussian: false)!.Meaning);
    }

    [Fact]
    public void A_record_of_nothing_says_so()
    {
        var page = PageOf(new ReportData());

        Assert.Contains("Nothing is known of any upload.", page);
        Assert.Contains("Nothing failed.", page);
        Assert.Contains("Ни об одной загрузке ничего не известно.", PageOf(new ReportData(), "ru-RU"));
    }

    [Fact]
    public void A_run_shows_its_rate_and_its_pauses_with_their_reasons_also_as_a_table()
    {
        var data = new ReportData();
        data.Add(SampleReport.Run(SampleReport.Night, 100, "completed", 5, 0, 0, 0));
        data.Add(SampleReport.Run(SampleReport.Night.AddDays(-1), 100, null, 5, 0, 0, 0));
        var page = Plain(PageOf(data));

        Assert.Equal(2, Regex.Matches(page, "<svg class=\"chart\" role=\"img\" aria-label=\"Run of [^\"]*: mean ").Count);
        Assert.Contains("<b>A</b> 11:09 PM–11:19 PM: Kinescope is out of reach, 9 min 10 s", page);
        Assert.Contains("killed, or goes on", page);
        Assert.Contains("<code>RateLimited</code></th><td class=\"number\">41</td>", page);
        Assert.Contains("1.013", page);
        Assert.Contains("<details><summary>The same as a table</summary>", page);
        Assert.Contains("Kinescope недоступен", PageOf(data, "ru-RU"));
    }

    private string PageOf(ReportData data, string culture = "en-US") =>
        File.ReadAllText(SampleReport.Write(_folder, data, culture), new UTF8Encoding(false));

    private static ReportTexts Texts(string culture) => new(CultureInfo.GetCultureInfo(culture), TimeZoneInfo.Utc);

    // Cultures write blanks of several kinds.
    private static string Plain(string text) => WebUtility.HtmlDecode(text).Replace('\u00A0', ' ').Replace('\u202F', ' ');

    private static string HashOf(string page, string tag) =>
        Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Assert.Single(Regex.Matches(page, $"(?s)<{tag}>(.*?)</{tag}>")).Groups[1].Value)));

    private static KinescopeUpload Failed(string lesson, string? errorId) => new()
    {
        LessonId = lesson,
        Status = KinescopeUploadStatus.Failed,
        Error = "it did not go",
        ErrorId = errorId,
        UpdatedAt = SampleReport.Night,
    };

    [GeneratedRegex("http-equiv=\"Content-Security-Policy\" content=\"(?<policy>[^\"]*)\"")]
    private static partial Regex Policy();
}
