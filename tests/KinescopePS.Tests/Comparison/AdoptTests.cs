using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Comparison;

/// <summary>Videos that somebody made by hand are matched with lessons that have none.</summary>
public sealed class AdoptTests : CompareTest
{
    [Fact]
    public async Task Title_and_size_that_nobody_else_has_are_certain()
    {
        Begin(3);
        var id = await MakeByHandAsync("Таргетинг для начинающих", "1.mp4");

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 NeverSent", "l1 VideoMatched", "l2 NeverSent"], Findings(result));
        var match = Only(result, LessonFindingStatus.VideoMatched);
        Assert.Equal((id, "1", "Set-LessonVideoId"), (match["VideoId"], match["Confidence"], match["Command"]));
    }

    [Fact]
    public async Task A_file_that_was_dropped_into_the_dashboard_is_certain_by_its_name()
    {
        Begin(2);
        await MakeByHandAsync("1", "1.mp4");

        Assert.Equal(["l0 NeverSent", "l1 VideoMatched"], Findings(Compare().RequireNoErrors()));
    }

    [Fact]
    public async Task A_title_with_another_size_is_likely_and_never_certain()
    {
        Begin(2);
        Folder.WriteVideo("cut.mov", 900);
        await MakeByHandAsync("2. Таргетинг для начинающих (копия)", "cut.mov");
        File.Delete(Folder["cut.mov"]);

        var match = Only(Compare().RequireNoErrors(), LessonFindingStatus.VideoLikely);

        Assert.Equal(("l1", "Repair-LessonVideo -Accept"), (match["LessonId"], match["Command"]));
        Assert.Contains("900 bytes, not 1001", match["Message"]);

        // Accepted, it is the lesson's, and the question is not asked again.
        Compare("| Repair-LessonVideo -Accept -DatabaseUrl file:./lessons.db").RequireNoErrors();
        Assert.Equal(["l0 Agrees", "l1 TitleDiffers"], Findings(Compare().RequireNoErrors()));
    }

    [Theory]
    [InlineData("3. Таргетинг для начинающих", "")]
    [InlineData("Таргетинг для начинающих", "-Checksum")]
    public async Task Another_number_and_another_content_are_never_certain(string title, string parameters)
    {
        Begin(2);
        Folder.WriteVideo("other.mov", 1001, seed: 77);
        await MakeByHandAsync(title, "other.mov");
        File.Delete(Folder["other.mov"]);

        Assert.Equal(["l0 NeverSent", "l1 VideoLikely"], Findings(Compare(parameters).RequireNoErrors()));
    }

    [Fact]
    public async Task A_name_that_is_one_lessons_title_and_anothers_file_is_not_certain()
    {
        Begin(2);
        // The file of l0 has the title of l1, and the size of its file.
        Folder.Write("manifest.json", """
            {"courses":[{"id":"c","modules":[{"id":"m","lessons":[
            {"id":"l0","filepath":"Webinar.mp4","title_original":"Запись"},{"id":"l1","filepath":"1.mp4","title_original":"Webinar"}]}]}]}
            """);
        Folder.WriteVideo("Webinar.mp4", 1001, seed: 5);
        await MakeByHandAsync("Webinar", "Webinar.mp4");

        Assert.DoesNotContain(Findings(Compare().RequireNoErrors()), finding => finding.EndsWith("VideoMatched", StringComparison.Ordinal));
        Assert.Contains("l0 VideoMatched", Findings(Compare("-Checksum").RequireNoErrors()));
    }

    [Fact]
    public async Task A_size_that_nobody_else_has_is_likely_and_certain_by_checksum()
    {
        Begin(2);
        await MakeByHandAsync("Совсем другое имя", "1.mp4");

        Assert.Equal(["l0 NeverSent", "l1 VideoLikely"], Findings(Compare().RequireNoErrors()));
        Assert.Equal(["l0 NeverSent", "l1 VideoMatched"], Findings(Compare("-Checksum").RequireNoErrors()));
    }

    [Fact]
    public async Task Two_videos_of_one_lesson_are_listed_and_not_guessed()
    {
        Begin(2);
        var first = await MakeByHandAsync("Таргетинг для начинающих", "1.mp4");
        var second = await MakeByHandAsync("Таргетинг для начинающих", "1.mp4");

        var result = Compare().RequireNoErrors();

        Assert.Equal(["l0 NeverSent", "l1 VideoAmbiguous"], Findings(result));
        var match = Only(result, LessonFindingStatus.VideoAmbiguous);
        Assert.Null(match["VideoId"]);
        Assert.Contains(first, match["OtherValue"]);
        Assert.Contains(second, match["OtherValue"]);
    }

    [Fact]
    public async Task A_video_of_a_lesson_that_has_one_is_no_match()
    {
        Begin(2);
        UploadAndLink();
        await MakeByHandAsync("Таргетинг для начинающих", "1.mp4");

        Assert.Equal(["VideoWithoutLesson", "l0 Agrees", "l1 Agrees"], Findings(Compare().RequireNoErrors()).Select(text => text.Replace("Таргетинг для начинающих ", "")).Order(StringComparer.Ordinal));
    }

    private void Begin(int lessons)
    {
        string[] titles = ["Как выбрать поставщика", "Таргетинг для начинающих", "Аналитика продаж"];
        Folder.Write("manifest.json", $$"""
            {"courses":[{"id":"02_ads","modules":[{"id":"m","lessons":[
            {{string.Join(",", titles.Take(lessons).Select((title, i) => $$"""{"id":"l{{i}}","filepath":"{{i}}.mp4","title_original":"{{i + 1}}. {{title}}.mp4"}"""))}}
            ]}]}]}
            """);
        for (var i = 0; i < lessons; i++)
            Folder.WriteVideo($"{i}.mp4", 1000 + i, seed: i);
        SqliteLessons.Create(Database, Enumerable.Range(0, lessons).Select(i => $"l{i}"));
    }
}
