using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>Looking at the site's lessons.</summary>
public abstract partial class LessonLinkTests
{
    private ScriptResult Get(string options = "", params object?[] arguments) =>
        Session.Run($"param($url, $one, $two) Get-LessonVideoId -DatabaseUrl $url {options}", [Site.Url, .. arguments]);

    [Fact]
    public async Task Lessons_are_shown_with_course_title_and_video()
    {
        await Site.AddAsync("a");
        await Site.AddLinkedAsync("b", "v2", "https://video.example/v2");

        var result = Get().RequireNoErrors();

        Assert.Equal([Site.Id("a"), Site.Id("b")], result.Texts("LessonId"));
        Assert.Equal([null, "v2"], result.Texts("VideoId"));
        Assert.Equal([null, "https://video.example/v2"], result.Texts("VideoUrl"));
        Assert.Equal(["Урок", "Урок"], result.Texts("Title"));
        Assert.Equal(["Реклама", "Реклама"], result.Texts("CourseTitle"));
        Assert.Single(result.Texts("Course").Distinct());
    }

    [Fact]
    public async Task Missing_shows_the_lessons_without_a_video()
    {
        await Site.AddAsync("a");
        await Site.AddLinkedAsync("b", "v2");
        await Site.AddLinkedAsync("c", "");

        Assert.Equal([Site.Id("a"), Site.Id("c")], Get("-Missing").RequireNoErrors().Texts("LessonId"));
        Assert.Equal([Site.Id("a")], Get("-Missing -LessonId $one, $two", Site.Id("a"), Site.Id("b")).RequireNoErrors().Texts("LessonId"));
    }

    [Fact]
    public async Task A_course_is_named_by_its_id_or_its_title()
    {
        await Site.AddAsync("a");
        var course = Assert.Single(Get().Texts("Course"))!;

        Assert.Single(Get("-Course $one", course).RequireNoErrors().Output);
        Assert.Single(Get("-Course рек*").RequireNoErrors().Output);
        var missing = Get("-Course nothing, $one", course[..3] + "*");
        Assert.Single(missing.Output);
        Assert.Equal(["CourseNotFound"], missing.ErrorIds);
        Assert.Empty(Get("-Course Аналитика*").RequireNoErrors().Output);
    }

    [Fact]
    public async Task No_input_means_no_lesson()
    {
        await Site.AddAsync("a");

        Assert.Empty(Session.Run("param($url) @() | Get-LessonVideoId -DatabaseUrl $url", Site.Url).RequireNoErrors().Output);
    }

    [Fact]
    public async Task Every_lesson_of_many_is_shown_once_while_they_are_changed()
    {
        var names = Enumerable.Range(0, 2 * ManyLessons).Select(i => $"n{i}").ToArray();
        await Site.AddAsync(names);

        // In one pipeline: what is read must not hold up what is written.
        var result = Session.Run(
            """
            param($url)
            Get-LessonVideoId -DatabaseUrl $url -Missing |
                ForEach-Object { @{ LessonId = $_.LessonId; VideoId = 'v-' + $_.LessonId } } |
                ForEach-Object { [pscustomobject] $_ } |
                Set-LessonVideoId -DatabaseUrl $url -PassThru
            """, Site.Url).RequireNoErrors();

        Assert.Equal(names.Length, result.Texts("LessonId").Distinct().Count());
        var linked = await Site.LinkedAsync();
        Assert.All(names, name => Assert.Equal("v-" + Site.Id(name), linked[Site.Id(name)].VideoId));
        Assert.Empty(Get("-Missing").RequireNoErrors().Output);
    }

    [Fact]
    public async Task Columns_that_are_not_there_are_left_out_or_told()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync("""ALTER TABLE "Lesson" RENAME COLUMN "title" TO "name" """);

        Assert.Equal([null], Get().RequireNoErrors().Values("Title"));
        Assert.Equal(["Урок"], Get("-TitleColumn name").RequireNoErrors().Texts("Title"));
        var error = Assert.Single(Get("-CourseColumn course").Errors);
        Assert.StartsWith("LessonColumnNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.All(["-CourseColumn", "courseId"], text => Assert.Contains(text, error.Exception.Message));
    }

    [Fact]
    public async Task A_title_of_any_length_is_no_burden()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync($"""UPDATE "Lesson" SET "title" = '{new string('x', 100_000)}' """);

        Assert.Equal([new string('x', 1000)], Get().RequireNoErrors().Texts("Title"));
    }
}
