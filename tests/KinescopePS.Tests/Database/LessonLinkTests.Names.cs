using System.Management.Automation;

namespace KinescopePS.Tests.Database;

/// <summary>Tables and columns by other names, and the look-up of Get-LessonVideoMap.</summary>
public abstract partial class LessonLinkTests
{
    [Theory]
    [InlineData("lessons", "lesson_id", "video_id", "video_url")]
    [InlineData("Les\"son'; DROP TABLE \"Lesson\"; --", "the id", "video \"id\"", "$url @x :y")]
    [InlineData("Уроки", "ключ", "select", "адрес [1]")]
    public async Task Tables_and_columns_may_have_any_name(string table, string id, string videoId, string videoUrl)
    {
        await Site.ExecuteAsync($"""
            CREATE TABLE {Quoted(table)} ({Quoted(id)} TEXT NOT NULL PRIMARY KEY, {Quoted(videoId)} TEXT, {Quoted(videoUrl)} TEXT);
            INSERT INTO {Quoted(table)} ({Quoted(id)}) VALUES ('a'), ('b')
            """);

        var result = Session.Run(
            """
            param($url, $table, $id, $videoId, $videoUrl)
            $names = @{ TableName = $table; IdColumn = $id; VideoIdColumn = $videoId; VideoUrlColumn = $videoUrl }
            Set-LessonVideoId a v1 -DatabaseUrl $url @names
            Set-LessonVideoId a v2 -DatabaseUrl $url @names -Force -PassThru
            """,
            Site.Url, table, id, videoId, videoUrl).RequireNoErrors();

        Assert.Equal(["v1"], result.Texts("PreviousVideoId"));
        Assert.Equal(["https://kinescope.io/embed/v1"], result.Texts("PreviousVideoUrl"));
        Assert.Equal(["https://kinescope.io/embed/v2"], result.Texts("VideoUrl"));
    }

    [Fact]
    public void A_table_that_is_not_there_ends_it_and_the_message_names_those_that_are()
    {
        var result = Link("-TableName Lessons", Sent("a", "v1"));

        Assert.Equal(["LessonTableNotFound"], result.ErrorIds);
        var error = result.Errors[0];
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.All(["Lessons", "Course", "-TableName"], text => Assert.Contains(text, error.Exception.Message));
    }

    [Theory]
    [InlineData("-IdColumn", "key")]
    [InlineData("-VideoIdColumn", "kinescopeId")]
    [InlineData("-VideoUrlColumn", "embedUrl")]
    public async Task A_column_that_is_not_there_ends_it_and_the_message_names_those_that_are(string parameter, string column)
    {
        await Site.AddAsync("a");

        var result = Link($"{parameter} {column}", Sent("a", "v1"));

        Assert.Equal(["LessonColumnNotFound"], result.ErrorIds);
        Assert.All([column, "videoId, videoUrl", parameter], text => Assert.Contains(text, result.Errors[0].Exception.Message));
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task The_map_shows_which_lessons_have_a_video()
    {
        await Site.AddAsync("b");
        await Site.AddLinkedAsync("a", "v1");
        await Site.AddLinkedAsync("c", "");
        var lessons = string.Join(",", new[] { "a", "b", "c", "d" }.Select(name => $$"""{"id":"{{Site.Id(name)}}","filepath":"{{name}}.mp4","title_original":"{{name}}"}"""));
        Folder.Write("manifest.json", $$"""{"courses":[{"id":"02_ads","modules":[{"id":"m","lessons":[{{lessons}}]}]}]}""");

        var result = Session.Run("param($url) Get-LessonVideoMap -CheckDatabase -DatabaseUrl $url", Site.Url).RequireNoErrors();

        Assert.Equal(["a", "b", "c", "d"], result.Texts("Title"));
        Assert.Equal(["v1", null], result.Texts("VideoId").Take(2));
        Assert.All(result.Texts("VideoId").Skip(2), id => Assert.True(string.IsNullOrEmpty(id)));

        // Also of a manifest that breaks off behind them.
        File.AppendAllText(Folder["manifest.json"], "broken");
        var broken = Session.Run("param($url) Get-LessonVideoMap -CheckDatabase -DatabaseUrl $url", Site.Url);
        Assert.Equal(["ManifestNotJson"], broken.ErrorIds);
        Assert.Equal(result.Texts("VideoId"), broken.Texts("VideoId"));
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
