using System.Globalization;
using System.Xml.Linq;
using KinescopeBenchmarks.Harness;

namespace KinescopePS.Tests.Documentation;

/// <summary>The pages of figures against the figures that they are made of.</summary>
public sealed class PerformancePageTests : IDisposable
{
    private readonly CultureInfo _culture = CultureInfo.CurrentCulture;

    // One that writes 0,5 and spaces between thousands: what is written does not depend on it.
    public PerformancePageTests() => CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo("ru-RU");

    public void Dispose() => CultureInfo.CurrentCulture = _culture;

    [Fact]
    public async Task Pictures_are_those_of_the_figures()
    {
        var pictures = Docs.PicturesOf(await CommandLine.ReadAsync(Docs.Figures));

        Assert.Equal(pictures.Keys.Order(), Docs.Pictures().Order());
        Assert.All(pictures, picture => Assert.Equal(picture.Value, File.ReadAllText(Path.Combine(Docs.Folder, picture.Key))));
    }

    [Fact]
    public async Task Answers_and_tables_are_those_of_the_figures()
    {
        foreach (var (page, mark, text) in Docs.PartsOf(await CommandLine.ReadAsync(Docs.Figures)))
        {
            var written = await File.ReadAllTextAsync(Path.Combine(Docs.Folder, page), TestContext.Current.CancellationToken);
            Assert.Equal(Docs.Put(written, mark, text), written);
        }
    }

    [Fact]
    public void What_was_not_measured_is_left_out()
    {
        var results = new Results(new Machine("", 2, 1, "", "", null, null, null, null, true), null, default, "Release", 1, false);

        Assert.Empty(Docs.PicturesOf(results));
        Assert.All(Docs.PartsOf(results).Where(part => part.Mark != "targets"), part => Assert.Equal("", part.Text));
    }

    [Fact]
    public void Bars_are_as_long_as_their_medians_and_a_range_goes_from_the_least_to_the_most()
    {
        var svg = XDocument.Parse(SvgChart.Bars("Title", "s", [new("by <x>", [new("one", new(2, 1, 4), true), new("other", new(1, 1, 1), false)])]));
        var rectangles = svg.Descendants().Where(element => element.Name.LocalName == "rect" && (string?)element.Attribute("class") is "ours" or "other").ToList();
        var widths = rectangles.ConvertAll(element => (double)element.Attribute("width")!);

        Assert.Equal(2, widths[0] / widths[1], 1);
        Assert.Equal("M" + ((double)rectangles[0].Attribute("x")! + widths[1]).ToString(CultureInfo.InvariantCulture), svg.Descendants().Single(element => (string?)element.Attribute("class") == "range").Attribute("d")!.Value.Split(' ')[0]);
        Assert.Contains(svg.Descendants(), element => element.Value == "by <x>");
        Assert.Contains(svg.Descendants(), element => element.Value == "2.00 (1.00–4.00)");
    }

    [Fact]
    public void Work_that_takes_a_hundred_times_as_long_for_ten_times_as_many_is_told_so()
    {
        var results = new Results(new Machine("", 2, 1, "", "", null, null, null, null, true), null, default, "Release", 1, false);
        foreach (var (what, seconds) in new[] { ("405 lessons", 9), ("1,000 lessons", 1), ("10,000 lessons", 100) })
            results.Measurements.Add(new("mapping", what, "Get-LessonVideoMap", 1, new() { ["net s"] = seconds }));

        var line = Assert.Single(Growth.LinesOf(results));
        Assert.Equal(100, Assert.Single(Growth.StepsOf(line)), 6);
    }

    [Fact]
    public void A_line_through_points_parts_what_a_unit_costs_from_what_is_there_before()
    {
        var line = StraightLine.Through([(4, 2.5), (12, 6.5), (24, 12.5)]);

        Assert.Equal(0.5, line.Slope, 6);
        Assert.Equal(0.5, line.Intercept, 6);
    }
}
