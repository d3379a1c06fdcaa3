using System.Text;
using KinescopePS.Journal;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>Taking videos away, and taking changes back.</summary>
public abstract partial class LessonLinkTests
{
    private string UndoPath => Folder["kinescope-undo.jsonl"];

    private ScriptResult Restore(string options = "") =>
        Session.Run($"param($url) Restore-LessonVideoId -DatabaseUrl $url -RetryDelaySeconds 0.01 {options}", Site.Url);

    [Fact]
    public async Task Clear_takes_the_video_away()
    {
        await Site.AddLinkedAsync("a", "v1", "https://video.example/v1");
        await Site.AddLinkedAsync("b", "v2", "https://video.example/v2");

        var result = Session.Run("param($url, $id) Set-LessonVideoId $id -Clear -DatabaseUrl $url -PassThru", Site.Url, Site.Id("a")).RequireNoErrors();

        Assert.Equal(["Cleared"], result.Texts("Status"));
        Assert.Equal(["v1"], result.Texts("PreviousVideoId"));
        Assert.Equal([null], result.Values("VideoId"));
        Assert.Equal([Site.Id("b")], (await Site.LinkedAsync()).Keys);
    }

    [Fact]
    public async Task Clear_takes_only_the_video_away_that_is_named()
    {
        await Site.AddLinkedAsync("a", "v1");
        await Site.AddLinkedAsync("b", "another");
        await Site.AddLinkedAsync("c", null, "https://elsewhere.example/film");
        await Site.AddAsync("d");

        var result = Link("-Clear -PassThru", Sent("a", "v1"), Sent("b", "v2"), Sent("c", null), Sent("d", null), Sent("gone", "v5"));

        Assert.Equal(["Cleared", "Unchanged", "Unchanged"], result.Texts("Status"));
        Assert.Equal(["LessonVideoDiffers", "LessonNotFound"], result.ErrorIds);
        Assert.Contains("another", result.Errors[0].Exception.Message);
        var left = await Site.LinkedAsync();
        Assert.Equal(new VideoColumns("another", null), left[Site.Id("b")]);
        Assert.Equal(new VideoColumns(null, "https://elsewhere.example/film"), left[Site.Id("c")]);
        Assert.Equal(2, left.Count);
    }

    [Fact]
    public async Task Restore_gives_each_lesson_back_what_it_held()
    {
        await Site.AddAsync("a", "untouched");
        await Site.AddLinkedAsync("b", "old", "https://video.example/old");
        await Site.AddLinkedAsync("c", "kept", "https://video.example/kept");
        Link("-Force", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();
        Link("-Clear", Sent("c", null)).RequireNoErrors();
        Assert.Equal(2, (await Site.LinkedAsync()).Count);

        var result = Restore("-PassThru").RequireNoErrors();

        Assert.Equal(["Restored", "Restored", "Restored"], result.Texts("Status"));
        Assert.Equal(["v1", "v2", null], result.Texts("PreviousVideoId"));
        Assert.Equal(
            [(Site.Id("b"), new VideoColumns("old", "https://video.example/old")), (Site.Id("c"), new VideoColumns("kept", "https://video.example/kept"))],
            (await Site.LinkedAsync()).Select(row => (row.Key, row.Value)).OrderBy(row => row.Value.VideoId == "kept"));
        Assert.Empty(Restore("-PassThru").RequireNoErrors().Output);
    }

    [Fact]
    public async Task Restore_leaves_what_somebody_else_wrote()
    {
        await Site.AddAsync("a", "b", "c");
        Link("", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3")).RequireNoErrors();
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "videoId" = 'theirs' WHERE "videoId" = 'v2'""");
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "videoUrl" = 'https://their.example/v3' WHERE "videoId" = 'v3'""");

        var result = Restore("-PassThru");

        Assert.Equal(["LessonVideoDiffers", "LessonVideoDiffers"], result.ErrorIds);
        Assert.Contains("theirs", result.Errors[0].Exception.Message);
        Assert.Equal([Site.Id("a")], result.Texts("LessonId"));
        Assert.Equal(["theirs", "v3"], (await Site.LinkedAsync()).Values.Select(row => row.VideoId).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Restore_goes_back_through_all_changes_or_to_a_time()
    {
        await Site.AddLinkedAsync("a", "v0", "u0");
        Link("-Force", Sent("a", "v1")).RequireNoErrors();
        var between = DateTime.Now;
        Link("-Force", Sent("a", "v2")).RequireNoErrors();
        Link("-Force", Sent("a", "v3")).RequireNoErrors();

        Session.Run("param($url, $after) Restore-LessonVideoId -DatabaseUrl $url -After $after", Site.Url, between).RequireNoErrors();
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));

        Restore().RequireNoErrors();
        Assert.Equal(new VideoColumns("v0", "u0"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task Restore_ends_where_somebody_else_wrote_in_between()
    {
        await Site.AddAsync("a");
        Link("", Sent("a", "v1")).RequireNoErrors();
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "videoId" = 'theirs', "videoUrl" = NULL""");
        Link("-Force", Sent("a", "v2")).RequireNoErrors();

        Restore().RequireNoErrors();

        Assert.Equal(new VideoColumns("theirs", null), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_lesson_that_was_taken_back_and_set_by_hand_stays()
    {
        await Site.AddAsync("a");
        Link("", Sent("a", "v1")).RequireNoErrors();
        Restore().RequireNoErrors();
        await Site.ExecuteAsync("""UPDATE "Lesson" SET "videoId" = 'v1', "videoUrl" = 'https://kinescope.io/embed/v1'""");

        Assert.Empty(Restore("-PassThru").RequireNoErrors().Output);

        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task Restore_takes_the_lessons_that_are_named()
    {
        await Site.AddAsync("a1", "a2", "b1", "b2");
        Link("", Sent("a1", "v1"), Sent("a2", "v2"), Sent("b1", "v3"), Sent("b2", "v4")).RequireNoErrors();

        Session.Run("param($url, $one) Restore-LessonVideoId $one -DatabaseUrl $url", Site.Url, Site.Id("b1")).RequireNoErrors();
        Assert.Equal(3, (await Site.LinkedAsync()).Count);

        Session.Run("param($url, $one) Get-LessonVideoId $one -DatabaseUrl $url | Restore-LessonVideoId -DatabaseUrl $url", Site.Url, Site.Id("b2")).RequireNoErrors();
        Assert.Equal([Site.Id("a1"), Site.Id("a2")], (await Site.LinkedAsync()).Keys);

        var result = Session.Run("param($url, $one, $pattern) Restore-LessonVideoId $one, $pattern, nothing* -DatabaseUrl $url", Site.Url, "nobody", Site.Id("a1")[..^1] + "?");
        Assert.Equal(["LessonNotFound"], result.ErrorIds);
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_preview_shows_what_would_be_done_and_does_nothing()
    {
        await Site.AddAsync("a");
        await Site.AddLinkedAsync("b", "other");
        await Site.AddLinkedAsync("c", "v3");

        var result = Link("-WhatIf -Verbose", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"), Sent("gone", "v4"));

        Assert.Equal(["VideoIdAlreadySet", "LessonNotFound"], result.ErrorIds);
        Assert.Contains(result.Verbose, line => line.Contains(Site.Id("c")) && line.Contains("stays as it is"));
        Assert.Equal(2, (await Site.LinkedAsync()).Count);
        Assert.False(File.Exists(UndoPath));

        Link("", Sent("a", "v1")).RequireNoErrors();
        Restore("-WhatIf").RequireNoErrors();
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task What_cannot_be_recorded_is_not_changed()
    {
        await Site.AddAsync("a");
        Directory.CreateDirectory(UndoPath);

        var result = Link("", Sent("a", "v1"));

        Assert.Equal(["UndoFileNotWritable"], result.ErrorIds);
        Assert.Empty(await Site.LinkedAsync());
        Link("-UndoFile other/undo.jsonl", Sent("a", "v1")).RequireNoErrors();
        Restore("-UndoFile other/undo.jsonl").RequireNoErrors();
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_file_that_is_no_undo_file_is_left_alone()
    {
        await Site.AddAsync("a");
        Folder.Write("notes.txt", "Купить молоко\n");

        Assert.Equal(["UndoFileInvalid"], Link("-UndoFile notes.txt", Sent("a", "v1")).ErrorIds);
        Assert.Equal(["UndoFileInvalid"], Restore("-UndoFile notes.txt").ErrorIds);
        Assert.Equal(["UndoFileNotFound"], Restore().ErrorIds);
        Assert.Equal("Купить молоко\n", await File.ReadAllTextAsync(Folder["notes.txt"], TestContext.Current.CancellationToken));
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_damaged_line_is_told_and_the_others_are_taken_back()
    {
        await Site.AddAsync("a", "b", "c");
        Link("", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();
        var text = await File.ReadAllTextAsync(UndoPath, TestContext.Current.CancellationToken);
        // One wrong letter in what lesson a would be given back, and a line that a crash tore.
        await File.WriteAllTextAsync(UndoPath, text.Replace("\"newVideo\":\"v1\"", "\"newVideo\":\"v7\"") + "{\"event\":\"chang", TestContext.Current.CancellationToken);
        Link("", Sent("c", "v3")).RequireNoErrors();

        var result = Restore().RequireNoErrors();

        Assert.Contains("2 of the 5 lines", Assert.Single(result.Warnings));
        Assert.Equal([Site.Id("a")], (await Site.LinkedAsync()).Keys);
    }

    [Fact]
    public async Task An_undo_file_of_a_newer_module_is_refused()
    {
        await Site.AddAsync("a");
        await File.WriteAllBytesAsync(UndoPath, CheckedLine.Seal(Encoding.UTF8.GetBytes("""{"event":"undo","at":"2030-01-01T00:00:00+00:00","version":2}""")), TestContext.Current.CancellationToken);

        Assert.Contains("newer", Assert.Single(Restore().Errors).Exception.Message);
    }

    [Fact]
    public async Task A_change_of_another_table_is_passed_over_unless_it_is_said_to_be_the_same()
    {
        await Site.AddAsync("a");
        Link("", Sent("a", "v1")).RequireNoErrors();
        var text = await File.ReadAllLinesAsync(UndoPath, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(UndoPath, [.. text.SelectMany(line => CheckedLine.Seal(Encoding.UTF8.GetBytes(line[..line.IndexOf(",\"check\"", StringComparison.Ordinal)].Replace("\"place\":\"", "\"place\":\"staging.example ") + "}")))], TestContext.Current.CancellationToken);

        var result = Restore().RequireNoErrors();

        Assert.Contains("staging.example", Assert.Single(result.Warnings));
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
        Restore("-Force").RequireNoErrors();
        Assert.Empty(await Site.LinkedAsync());
        Assert.Empty(Restore("-Force -PassThru").RequireNoErrors().Output);
    }

    [Fact]
    public async Task Two_runs_at_once_share_an_undo_file()
    {
        var names = Enumerable.Range(0, 60).Select(i => $"n{i}").ToArray();
        await Site.AddAsync(names);
        using var other = new PowerShellSession(Folder.Path);

        // One lesson after the other, so that each is a change of its own.
        const string OneByOne = "param($url, $results) foreach ($result in $results) { $result | Set-LessonVideoId -DatabaseUrl $url }";
        await Task.WhenAll(
            Task.Run(() => Session.Run(OneByOne, Site.Url, names[..30].Select(name => Sent(name, "v-" + name)).ToArray()).RequireNoErrors()),
            Task.Run(() => other.Run(OneByOne, Site.Url, names[30..].Select(name => Sent(name, "v-" + name)).ToArray()).RequireNoErrors()));

        Assert.Equal(60, (await Site.LinkedAsync()).Count);
        Assert.Equal(60, Restore("-PassThru").RequireNoErrors().Output.Count);
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_long_list_is_taken_back()
    {
        var names = Enumerable.Range(0, ManyLessons).Select(i => $"n{i}").ToArray();
        await Site.AddAsync(names);
        Link("", [.. names.Select(name => Sent(name, "v-" + name))]).RequireNoErrors();
        Assert.Equal(ManyLessons, (await Site.LinkedAsync()).Count);

        Restore().RequireNoErrors();

        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_column_that_names_several_lessons_is_refused()
    {
        await Site.AddAsync("a", "b");

        var result = Link("-IdColumn courseId", Sent("a", "v1"));

        Assert.Equal(["LessonColumnNotUnique"], result.ErrorIds);
        Assert.Contains("courseId", result.Errors[0].Exception.Message);
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_view_that_shows_a_lesson_twice_is_told()
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync($"""
            CREATE VIEW "shown" AS SELECT "id", "videoId", "videoUrl" FROM "Lesson"
            UNION ALL SELECT "id", "videoId", "videoUrl" FROM "Lesson" WHERE "id" = '{Site.Id("a")}'
            """);

        Folder.Write("manifest.json", $$"""{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"{{Site.Id("a")}}","filepath":"a.mp4","title_original":"a"}]}]}]}""");

        var result = Session.Run("param($url) Get-LessonVideoMap -CheckDatabase -DatabaseUrl $url -TableName shown", Site.Url);

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Contains($"several rows for lesson '{Site.Id("a")}'", result.LastError.Exception.Message);
    }
}
