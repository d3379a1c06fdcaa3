namespace KinescopePS.Tests.Database;

/// <summary>Tables and columns by other names.</summary>
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
            $null = Connect-LessonDatabase $url @names
            Set-LessonVideoId a v1
            Set-LessonVideoId a v2 -Force -PassThru
            Disconnect-LessonDatabase
            """,
            Site.Url, table, id, videoId, videoUrl).RequireNoErrors();

        Assert.Equal(["v1"], result.Texts("PreviousVideoId"));
        Assert.Equal(["https://kinescope.io/embed/v1"], result.Texts("PreviousVideoUrl"));
        Assert.Equal(["https://kinescope.io/embed/v2"], result.Texts("VideoUrl"));
    }

    private static string Quoted(string name) => $"\"{name.Replace("\"", "\"\"")}\"";
}
