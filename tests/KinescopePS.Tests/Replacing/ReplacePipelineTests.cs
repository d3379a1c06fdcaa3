using KinescopePS.Tests.Support;
using Microsoft.Data.Sqlite;

namespace KinescopePS.Tests.Replacing;

/// <summary>A content that is replaced, and the lesson's row.</summary>
public sealed class ReplacePipelineTests : UploadTest
{
    private protected override string[] SandboxOptions => ["--no-rate-limit", "--transcode-seconds", "0"];

    [Fact]
    public void The_row_keeps_its_id_and_gets_the_new_duration()
    {
        var site = Folder["site.db"];
        WriteCourse(1, 1_875_000);
        SqliteLessons.Create(site, ["l0"]);
        Ask(site, """ALTER TABLE "Lesson" ADD COLUMN "duration" INTEGER""");
        const string Link = "Set-LessonVideoId -DatabaseUrl 'file:./site.db' -DurationColumn duration -DurationUnit Seconds -PassThru";
        var first = Send($"-Wait | {Link}").RequireNoErrors();
        Assert.Equal(10L, Ask(site, """SELECT "duration" FROM "Lesson" """));
        var ids = SqliteLessons.VideoIds(site);

        Folder.WriteVideo("0.mp4", 3_750_000, seed: 7);
        var again = Send($"-Replace -Wait | {Link}").RequireNoErrors();

        Assert.Equal(["Linked"], first.Texts("Status"));
        Assert.Equal(["Filled"], again.Texts("Status"));
        Assert.Equal(ids, SqliteLessons.VideoIds(site));
        Assert.Equal(20L, Ask(site, """SELECT "duration" FROM "Lesson" """));
    }

    private static object? Ask(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
