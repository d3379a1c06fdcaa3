using System.Diagnostics;
using KinescopePS.Reports;
using PuppeteerSharp;
using PuppeteerSharp.Media;

namespace KinescopePS.Tests.Reports;

/// <summary>Reports as a reader has them: opened from disk, in Chromium, without a network.</summary>
public sealed class ReportInBrowserTests(Browser browser, ITestOutputHelper output) : IClassFixture<Browser>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("en-US", "light", 1440)]
    [InlineData("en-US", "dark", 390)]
    [InlineData("ru-RU", "light", 390)]
    [InlineData("ru-RU", "dark", 1440)]
    public async Task Axe_finds_nothing_serious(string culture, string scheme, int width)
    {
        await using var page = await browser.OpenAsync(SampleReport.Write(_folder, SampleReport.Course(culture == "ru-RU"), culture), scheme, width);

        Assert.Empty(await Browser.SeriousAsync(page));
        // A phone is not moved sideways; a wide table is, within itself.
        Assert.True(await page.EvaluateExpressionAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }

    [Fact]
    public async Task A_hostile_title_does_not_run_and_nothing_is_refused_by_the_policy_either()
    {
        await using var page = await browser.OpenAsync(Empty());
        var said = new List<string>();
        page.Console += (_, message) => said.Add(message.Message.Text);
        page.PageError += (_, failure) => said.Add(failure.Message);
        var asked = new List<string>();
        page.Request += (_, request) => asked.Add(request.Request.Url);
        await page.GoToAsync(new Uri(SampleReport.Write(_folder, SampleReport.Hostile(), "en-US")).AbsoluteUri);

        Assert.Equal("Video uploads", await page.GetTitleAsync());
        Assert.Equal(0, await page.EvaluateExpressionAsync<int>("document.querySelectorAll('img, svg[onload], main script').length"));
        Assert.Contains("<script>document.title='run'</script>", await page.EvaluateExpressionAsync<string>("document.querySelector('#lessons').textContent"));
        Assert.Empty(said);
        Assert.Single(asked);
        Assert.Empty(await Browser.SeriousAsync(page));
    }

    [Fact]
    public async Task Search_filter_sort_and_pages_work_by_keyboard_and_say_what_they_found()
    {
        await using var page = await browser.OpenAsync(SampleReport.Write(_folder, SampleReport.Course(), "en-US"));
        Assert.Equal(100, await RowsAsync(page));

        await page.FocusAsync("#find");
        await page.Keyboard.TypeAsync("SOURDOUGH 02_ADS");
        Assert.Equal("4 lessons found", await TextAsync(page, "#found"));
        Assert.Equal(4, await RowsAsync(page));
        for (var i = 0; i < "SOURDOUGH 02_ADS".Length; i++)
            await page.Keyboard.PressAsync("Backspace");
        Assert.Equal("405 lessons found", await TextAsync(page, "#found"));

        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync("failed");
        Assert.Equal("3 lessons found", await TextAsync(page, "#found"));
        await page.SelectAsync("#state", "");

        await page.FocusAsync("#course");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Tab");
        Assert.Equal("Lesson", await page.EvaluateExpressionAsync<string>("document.activeElement.textContent"));
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("ascending", await page.EvaluateExpressionAsync<string>("document.activeElement.closest('th').ariaSort"));
        Assert.StartsWith("Budgets and bids, part 1 ", await TextAsync(page, "#lessons tbody th"));
        await page.Keyboard.PressAsync("Space");
        Assert.Equal("descending", await page.EvaluateExpressionAsync<string>("document.activeElement.closest('th').ariaSort"));
        Assert.StartsWith("Your first picture, part 34 ", await TextAsync(page, "#lessons tbody th"));

        await page.FocusAsync("#later");
        await page.Keyboard.PressAsync("Enter");
        Assert.Equal("Rows 101 to 200 of 405", await TextAsync(page, "#rows"));
        Assert.Empty(await Browser.SeriousAsync(page));
    }

    [Fact]
    public async Task A_command_is_copied_by_its_button()
    {
        await using var page = await browser.OpenAsync(SampleReport.Write(_folder, SampleReport.Course(isRussian: true), "ru-RU"));

        await page.FocusAsync(".command button");
        Assert.Equal("Скопировать: Get-LessonVideoMap | Send-KinescopeVideo | Set-LessonVideoId", await page.EvaluateExpressionAsync<string>("document.activeElement.ariaLabel"));
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForFunctionAsync("() => document.getElementById('said').textContent !== ''");

        Assert.Equal("Скопировано", await TextAsync(page, "#said"));
    }

    [Fact]
    public async Task Paper_and_a_reader_without_scripts_have_every_lesson()
    {
        await using var page = await browser.OpenAsync(SampleReport.Write(_folder, SampleReport.Course(), "en-US"));
        await page.EvaluateExpressionAsync("dispatchEvent(new Event('beforeprint'))");
        await page.EmulateMediaTypeAsync(MediaType.Print);
        Assert.Equal(405, await RowsAsync(page));
        Assert.Equal("none", await page.EvaluateExpressionAsync<string>("getComputedStyle(document.querySelector('#tools')).display"));
        await page.EvaluateExpressionAsync("dispatchEvent(new Event('afterprint'))");
        Assert.Equal(100, await RowsAsync(page));

        await page.SetJavaScriptEnabledAsync(false);
        await page.ReloadAsync();
        Assert.Equal(405, await RowsAsync(page));
        Assert.True(await page.EvaluateExpressionAsync<bool>("document.querySelector('#tools').hidden"));
        Assert.Equal(0, await page.EvaluateExpressionAsync<int>("document.querySelectorAll('button:not(#earlier, #later)').length"));
    }

    [Fact]
    public async Task Ten_thousand_lessons_are_searched_and_sorted_at_once()
    {
        var clock = Stopwatch.StartNew();
        var data = SampleReport.Large(10_000);
        var gathered = clock.ElapsedMilliseconds;
        var file = SampleReport.Write(_folder, data, "ru-RU");
        var small = SampleReport.Write(_folder, SampleReport.Course(), "ru-RU", "small.html");
        output.WriteLine(
            $"10 000 lessons: {new FileInfo(file).Length / 1024} KiB, gathered in {gathered} ms, written in {clock.ElapsedMilliseconds - gathered} ms; "
            + $"405 lessons: {new FileInfo(small).Length / 1024} KiB");
        clock.Restart();
        await using var page = await browser.OpenAsync(file);
        output.WriteLine($"opened in {clock.ElapsedMilliseconds} ms");
        const string timed = "() => { const began = performance.now(); eval(act); document.body.offsetHeight; return performance.now() - began; }";
        async Task TimeAsync(string name, string act) =>
            output.WriteLine($"{name}: {await page.EvaluateFunctionAsync<double>(timed.Replace("eval(act)", act, StringComparison.Ordinal)):0.0} ms");

        await TimeAsync("first search", "document.querySelector('#find').value = 'закваске'; document.querySelector('#find').dispatchEvent(new Event('input'))");
        Assert.Equal(100, await RowsAsync(page));
        await TimeAsync("next search", "document.querySelector('#find').value = 'часть 7'; document.querySelector('#find').dispatchEvent(new Event('input'))");
        await TimeAsync("search of all", "document.querySelector('#find').value = ''; document.querySelector('#find').dispatchEvent(new Event('input'))");
        await TimeAsync("first sort by title", "document.querySelectorAll('#lessons thead button')[0].click()");
        await TimeAsync("the other way round", "document.querySelectorAll('#lessons thead button')[0].click()");
        await TimeAsync("sort by size", "document.querySelectorAll('#lessons thead button')[3].click()");
        Assert.Equal("Найдено 10 000 уроков", (await TextAsync(page, "#found")).Replace('\u00A0', ' ').Replace('\u202F', ' '));
    }

    /// <summary>The pictures of docs/report.md: see CONTRIBUTING.md.</summary>
    [Fact(Explicit = true)]
    public async Task Pictures_for_the_docs()
    {
        var images = Path.Combine(Built.Repository, "docs", "images");
        foreach (var (name, culture, scheme, width, height, from) in new[]
        {
            ("report-1440.png", "en-US", "light", 1440, 1500, "h1"),
            ("report-dark.png", "en-US", "dark", 1440, 1500, "#rate-head"),
            ("report-390.png", "ru-RU", "light", 390, 1700, "h1"),
        })
        {
            var file = SampleReport.Write(_folder, SampleReport.Course(culture == "ru-RU"), culture);
            await using var page = await browser.OpenAsync(file, scheme, width, height);
            await page.EvaluateFunctionAsync("from => document.querySelector(from).scrollIntoView()", from);
            await page.ScreenshotAsync(Path.Combine(images, name), new ScreenshotOptions { Type = ScreenshotType.Png });
        }
    }

    private string Empty() => SampleReport.Write(_folder, new ReportData(), "en-US", "empty.html");

    private static Task<int> RowsAsync(IPage page) => page.EvaluateExpressionAsync<int>("document.querySelectorAll('#lessons tbody tr').length");

    private static Task<string> TextAsync(IPage page, string selector) =>
        page.EvaluateFunctionAsync<string>("selector => document.querySelector(selector).textContent", selector);
}
