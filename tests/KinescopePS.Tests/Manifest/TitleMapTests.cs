using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Manifest;

/// <summary>Get-LessonVideoMap without paths: files are found by title, and what is not sure is named and not sent.</summary>
public sealed class TitleMapTests : UploadTest
{
    private const string Columns = " | ForEach-Object { '{0} {1} {2} {3}' -f $_.LessonId, $_.State, $_.MatchedBy, [IO.Path]::GetFileName($_.Path) }";

    [Fact]
    public void Entries_without_a_path_get_the_files_that_no_entry_names()
    {
        foreach (var name in (string[])["a/001_kak_proiti_kurs.mp4", "a/002_dorozhnaya_karta.mov", "b/named.mp4", "b/nechto_drugoe.mp4"])
            Folder.WriteVideo(name, 10);
        Folder.Write("manifest.json", """
            {"courses":[{"id":"c","modules":[{"id":"a","lessons":[
            {"id":"l1","title_original":"1. Как пройти курс.mp4"},
            {"id":"l2","filepath":"b/named.mp4","title_original":"Дорожная карта"},
            {"id":"l3","title_original":"2. «Дорожная карта»"},
            {"id":"l4","title_original":"Названо"}
            ]}]}]}
            """);

        var map = Session.Run("Get-LessonVideoMap" + Columns).RequireNoErrors();
        var all = Session.Run("Get-LessonVideoMap -IncludeOrphan").RequireNoErrors();
        var one = Session.Run("Get-LessonVideoMap -LessonId l3" + Columns).RequireNoErrors();

        Assert.Equal(
            ["l2 Ready Path named.mp4", "l1 Ready ExactTitle 001_kak_proiti_kurs.mp4", "l3 Ready ExactTitle 002_dorozhnaya_karta.mov", "l4 Unmatched  "],
            map.Output.Select(line => line.ToString()));
        Assert.Equal(Folder["b/nechto_drugoe.mp4"], all.Texts("Path").Last());
        Assert.Equal("Orphan", all.Texts("State").Last());
        Assert.All(all.Values("Confidence").Take(3), confidence => Assert.InRange((double)confidence!, 0.75, 1));
        Assert.Equal(["l3 Ready ExactTitle 002_dorozhnaya_karta.mov"], one.Output.Select(line => line.ToString()));
    }

    [Fact]
    public void Two_lessons_of_one_title_and_one_file_get_none_and_see_it_as_the_likeliest()
    {
        Folder.WriteVideo("vvedenie.mp4", 10);
        Folder.Write("manifest.json", """
            {"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l1","title_original":"Введение"},{"id":"l2","title_original":"Введение"}]}]}]}
            """);

        var map = Session.Run("Get-LessonVideoMap").RequireNoErrors();

        Assert.Equal(["Unmatched", "Unmatched"], map.Texts("State"));
        Assert.Equal(["", ""], map.Texts("Path"));
        Assert.Equal([Folder["vvedenie.mp4"], Folder["vvedenie.mp4"]], map.Texts("RunnerUp"));
    }

    [Theory]
    [InlineData("map.json")]
    [InlineData("map.csv")]
    public async Task A_lesson_without_a_file_is_named_and_the_others_are_sent_also_from_a_map(string map)
    {
        Folder.WriteVideo("vvedenie_v_predmet.mp4", 10);
        Folder.Write("manifest.json", """
            {"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l1","title_original":"Итоги"},{"id":"l2","title_original":"Введение в предмет"}]}]}]}
            """);

        var sent = Session.Run($"Get-LessonVideoMap | Export-LessonVideoMap {map} -PassThru | Send-KinescopeVideo");
        var again = Session.Run($"Import-LessonVideoMap {map} | Send-KinescopeVideo");
        var measured = Session.Run($"Import-LessonVideoMap {map} | Measure-LessonVideoMap").RequireNoErrors();
        var before = Session.Run("Get-LessonVideoMap").RequireNoErrors();
        var back = Session.Run($"Import-LessonVideoMap {map}").RequireNoErrors();

        Assert.All([sent, again], result =>
        {
            Assert.StartsWith("LessonFileUnmatched,", Assert.Single(result.Errors).FullyQualifiedErrorId);
            Assert.Contains("l1", result.Errors[0].Exception.Message);
        });
        Assert.Contains("Uploaded", sent.Texts("Status"));
        Assert.Single(await Sandbox.VideosAsync());
        Assert.Equal([1, 1], [measured.Values("Unmatched").Single(), measured.Values("Ready").Single()]);
        foreach (var property in (string[])["LessonId", "State", "MatchedBy", "Confidence", "RunnerUp", "Path"])
            Assert.Equal(InOrder(before, property), InOrder(back, property));
    }

    private static IEnumerable<string> InOrder(ScriptResult map, string property) =>
        map.Texts("LessonId").Zip(map.Texts(property), (lesson, value) => $"{lesson} {value}").Order(StringComparer.Ordinal);

    [Fact]
    public void The_lesson_table_and_a_folder_make_a_map_without_a_manifest()
    {
        SqliteLessons.CreateCourses(Folder["site.db"],
        [
            ("a1", "Воронка продаж", "ozon", 1), ("b1", "Воронка продаж", "wb", 1), ("a2", "Нейросети 2.0", "ozon", 2), ("a3", "Нейросети 3.0", "ozon", 3),
        ]);
        foreach (var name in (string[])["ozon/voronka prodazh.mp4", "wb/voronka prodazh.mp4", "ozon/Нейросети 3.0.mp4", "ozon/нейросети 2.0.mp4", "wb/other.mp4"])
            Folder.WriteVideo("Курсы/" + name, 10);

        var map = Session.Run("Get-LessonVideoMap -FromDatabase -BasePath Курсы -DatabaseUrl file:./site.db").RequireNoErrors();
        var course = Session.Run("Get-LessonVideoMap -FromDatabase -BasePath Курсы -DatabaseUrl file:./site.db -Course '*course WB' -IncludeOrphan").RequireNoErrors();
        var strict = Session.Run("Get-LessonVideoMap -FromDatabase -BasePath Курсы -DatabaseUrl file:./site.db -MinConfidence 1 -LessonId a1").RequireNoErrors();

        Assert.Equal(["a1", "a2", "a3", "b1"], map.Texts("LessonId"));
        Assert.Equal(
            new[] { "ozon/voronka prodazh.mp4", "ozon/нейросети 2.0.mp4", "ozon/Нейросети 3.0.mp4", "wb/voronka prodazh.mp4" }.Select(name => Folder["Курсы/" + name]),
            map.Texts("Path"));
        Assert.Equal(["b1", null], course.Texts("LessonId"));
        Assert.Equal(Folder["Курсы/wb/other.mp4"], course.Texts("Path").Last());
        Assert.Equal(["ozon", "ozon", "ozon", "wb"], map.Texts("Course"));
    }

    [Theory]
    [InlineData("-BasePath nowhere -DatabaseUrl file:./site.db", "BasePathNotFound")]
    [InlineData("-BasePath . -DatabaseUrl file:./site.db -TitleColumn name", "LessonColumnNotFound")]
    [InlineData("-BasePath . -DatabaseUrl file:./site.db -CourseColumn course", "LessonColumnNotFound")]
    [InlineData("-BasePath . -DatabaseUrl file:./untitled.db", "LessonColumnNotFound")]
    [InlineData("-BasePath . -DatabaseUrl file:./none.db", "DatabaseNotFound")]
    public void What_is_not_there_is_one_clear_error(string parameters, string errorId)
    {
        SqliteLessons.CreateCourses(Folder["site.db"], [("a1", "Воронка", "ozon", 1)]);
        SqliteLessons.CreateCourses(Folder["untitled.db"], []);
        SqliteLessons.Run(Folder["untitled.db"], """ALTER TABLE "Lesson" DROP COLUMN "title" """);

        var result = Session.Run("Get-LessonVideoMap -FromDatabase " + parameters);

        Assert.Equal([errorId], result.ErrorIds.Distinct());
        Assert.Empty(result.Output);
    }

    [Fact]
    public void A_folder_without_videos_is_told_and_leaves_all_lessons_unmatched()
    {
        SqliteLessons.CreateCourses(Folder["site.db"], [("a1", "Воронка", "ozon", 1), ("a2", "", "ozon", 2)]);

        var result = Session.Run("Get-LessonVideoMap -FromDatabase -BasePath . -DatabaseUrl file:./site.db").RequireNoErrors();

        Assert.Equal(["Unmatched", "Unmatched"], result.Texts("State"));
        Assert.Contains(Folder.Path, Assert.Single(result.Warnings));
    }
}
