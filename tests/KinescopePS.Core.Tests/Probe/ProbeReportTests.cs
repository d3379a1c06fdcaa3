using System.Text.Json;
using KinescopePS.Probe;

namespace KinescopePS.Tests.Probe;

/// <summary>What stands in a report that its owner may post.</summary>
public class ProbeReportTests
{
    private const string Ours = "11111111-1111-4111-8111-111111111111", Other = "22222222-2222-4222-8222-222222222222";

    [Theory]
    [InlineData($"video {Ours} is there", $"video {Ours} is there")]
    [InlineData($"workspace {Other} is theirs", "workspace [id] is theirs")]
    [InlineData("a key My-Secret-Key here", "a key [key] here")]
    [InlineData($"see https://user:pw@eu-1.kinescope.io:8443/v2/upload/{Ours}?sign=abc, please", "see [address at eu-1.kinescope.io] please")]
    [InlineData("ask anna.k@school.example for it", "ask [mail address] for it")]
    [InlineData("two\nlines \u001b[31m", "two lines \uFFFD[31m")]
    public void A_text_loses_what_is_not_the_worlds_business(string text, string expected) =>
        Assert.Equal(expected, ReportText.Of(text, "my-secret-key", id => id == Ours));

    [Fact]
    public void A_long_text_is_cut() => Assert.InRange(ReportText.Of(new string('a', 5000), null, _ => false).Length, 100, 700);

    [Fact]
    public void The_page_shows_each_finding_and_names_what_is_otherwise()
    {
        var report = Report() with { LeftBehind = ["project x: no"] };
        var page = report.ToMarkdown();

        Assert.Contains("1 answers as expected, 1 otherwise, 1 without judgement.", page);
        Assert.Contains("- `b`: the module does \\| so", page);
        Assert.Contains("- `KINESCOPE_STAMP=tag`", page);
        Assert.Contains("- project x: no", page);
        Assert.Contains("| **otherwise** | `b` Which \\|? | yes | a &lt;b> \\\\ | because |", page);
    }

    [Fact]
    public void The_json_has_all_of_it()
    {
        using var stream = new MemoryStream();
        Report().WriteJson(stream);
        var json = JsonDocument.Parse(stream.ToArray()).RootElement;

        Assert.Equal(("2026-01-02T03:04:05Z", "api.kinescope.io", 7), (json.GetProperty("at").GetString(), json.GetProperty("api_host").GetString(), json.GetProperty("responses").GetInt32()));
        Assert.Equal([JsonValueKind.True, JsonValueKind.False, JsonValueKind.Null], json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("agrees").ValueKind));
        Assert.Equal("KINESCOPE_STAMP=tag", Assert.Single(json.GetProperty("settings").EnumerateArray()).GetString());
    }

    [Fact]
    public void A_project_of_a_probe_is_known_by_its_name()
    {
        var now = new DateTimeOffset(2026, 1, 2, 3, 4, 0, TimeSpan.Zero);

        Assert.Equal(now, Scratch.MadeAt(Scratch.NameOf(now)));
        Assert.Null(Scratch.MadeAt("KinescopePS probe 2026-01-02"));
        Assert.Null(Scratch.MadeAt($"{Scratch.NameOf(now)} keep"));
    }

    [Fact]
    public void Each_question_has_a_name_of_its_own_and_says_all_that_a_reader_needs()
    {
        Assert.Equal(ProbeQuestions.All.Count, ProbeQuestions.All.Select(question => question.Id).Distinct().Count());
        Assert.All(ProbeQuestions.All, question =>
        {
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", question.Id);
            Assert.All([question.Text, question.Subject, question.Expected, question.Matters], text => Assert.NotEmpty(text));
            Assert.EndsWith("?", question.Text);
        });
        Assert.Empty(ProbeQuestions.Reading.Except(ProbeQuestions.All));
    }

    private static ProbeReport Report() => new()
    {
        At = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        Version = "1.2.3",
        Host = "api.kinescope.io",
        Took = TimeSpan.FromSeconds(9),
        Answers = 7,
        IsQuick = false,
        IsIncomplete = false,
        LeftBehind = [],
        Findings =
        [
            Finding("a", "yes", agrees: true),
            Finding("b", "a <b> \\", agrees: false, "the module does | so", "KINESCOPE_STAMP=tag"),
            Finding("c", "not asked", agrees: null),
        ],
    };

    private static KinescopeAccountFinding Finding(string id, string seen, bool? agrees, string? consequence = null, string? setting = null) => new()
    {
        Id = id,
        Subject = "All",
        Question = "Which |?",
        Expected = "yes",
        Seen = seen,
        Agrees = agrees,
        Matters = "because",
        Consequence = consequence,
        Setting = setting,
    };
}
