using System.Text;
using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>Taking videos away, and taking changes back.</summary>
public abstract partial class LessonLinkTests
{
    private string UndoPath => Folder["kinescope-undo.jsonl"];

    private protected ScriptResult Restore(string options = "") =>
        Session.Run($"param($url) Restore-LessonVideoId -Confirm:$false -Database (Get-UncheckedDatabase $url -RetryDelaySeconds 0.01) {options}", Site.Url);

    [Fact]
    public async Task Clear_takes_only_the_video_away_that_is_named()
    {
        await Site.AddLinkedAsync("a", "v1");
        await Site.AddLinkedAsync("b", "another");
        await Site.AddLinkedAsync("c", null, "https://elsewhere.example/film");
        await Site.AddAsync("d");

        var result = Link("-Clear -Confirm:$false -PassThru", Sent("a", "v1"), Sent("b", "v2"), Sent("c", null), Sent("d", null), Sent("gone", "v5"));

        Assert.Equal(["Cleared", "Unchanged", "Unchanged"], result.Texts("Status"));
        Assert.Equal(["LessonVideoDiffers", "LessonNotFound"], result.ErrorIds);
        Assert.Contains("another", result.Errors[0].Exception.Message);
        var left = await Site.LinkedAsync();
        Assert.Equal(new VideoColumns("another", null), left[Site.Id("b")]);
        Assert.Equal(new VideoColumns(null, "https://elsewhere.example/film"), left[Site.Id("c")]);
        Assert.Equal(2, left.Count);
    }

    [Fact]
    public async Task Restore_goes_back_through_all_changes_or_to_a_time()
    {
        await Site.AddLinkedAsync("a", "v0", "u0");
        Link("-Force", Sent("a", "v1")).RequireNoErrors();
        var between = DateTime.Now;
        Link("-Force", Sent("a", "v2")).RequireNoErrors();
        Link("-Force", Sent("a", "v3")).RequireNoErrors();

        Session.Run("param($url, $after) Restore-LessonVideoId -Confirm:$false -DatabaseUrl $url -After $after", Site.Url, between).RequireNoErrors();
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));

        Restore().RequireNoErrors();
        Assert.Equal(new VideoColumns("v0", "u0"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task FoundD01_Restore_takes_back_the_last_command_and_then_the_one_before()
    {
        await Site.AddAsync("a", "b", "c");
        Link("", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();
        Link("", Sent("c", "v3")).RequireNoErrors();
        // A command that was killed between its line and its commit.
        await new UndoFile(UndoPath).AppendAsync(
            UndoEvent.Changing, await LastTargetAsync(), [new ChangedRow(Site.Id("c"), new VideoLink("v3", "https://kinescope.io/embed/v3"), new VideoLink("v4", null))], TestContext.Current.CancellationToken);

        Restore().RequireNoErrors();
        Assert.Equal(3, (await Site.LinkedAsync()).Count);
        Restore().RequireNoErrors();
        Assert.Equal([Site.Id("a"), Site.Id("b")], (await Site.LinkedAsync()).Keys.Order());
        Restore().RequireNoErrors();
        Assert.Empty(await Site.LinkedAsync());
        Assert.Contains("nothing", Assert.Single(Restore().RequireNoErrors().Warnings));
    }

    private async Task<string> LastTargetAsync() =>
        (await new UndoFile(UndoPath).ReadAsync(TestContext.Current.CancellationToken)).Changes.Last().Target;

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
    public async Task A_damaged_line_is_told_and_the_others_are_taken_back()
    {
        await Site.AddAsync("a", "b", "c");
        Link("", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();
        var text = await File.ReadAllTextAsync(UndoPath, TestContext.Current.CancellationToken);
        // One wrong letter in what lesson a would be given back, and a line that a crash tore.
        await File.WriteAllTextAsync(UndoPath, text.Replace("\"newVideo\":\"v1\"", "\"newVideo\":\"v7\"") + "{\"event\":\"chang", TestContext.Current.CancellationToken);
        Link("", Sent("c", "v3")).RequireNoErrors();

        var result = Restore("-All").RequireNoErrors();

        Assert.Contains("1 of the 4 lines", Assert.Single(result.Warnings));
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
        await File.WriteAllBytesAsync(UndoPath, [.. text.SelectMany(line => CheckedLine.Seal(Encoding.UTF8.GetBytes(line[..line.IndexOf(",\"check\"", StringComparison.Ordinal)].Replace("\"target\":\"", "\"target\":\"staging.example ") + "}")))], TestContext.Current.CancellationToken);

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
        Assert.Equal(60, Restore("-All -PassThru").RequireNoErrors().Output.Count);
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
    public async Task A_view_that_shows_a_lesson_twice_is_told()
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync($"""
            CREATE VIEW "shown" AS SELECT "id", "videoId", "videoUrl" FROM "Lesson"
            UNION ALL SELECT "id", "videoId", "videoUrl" FROM "Lesson" WHERE "id" = '{Site.Id("a")}'
            """);

        Folder.Write("manifest.json", $$"""{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"{{Site.Id("a")}}","filepath":"a.mp4","title_original":"a"}]}]}]}""");

        var result = Session.Run("param($url) $null = Connect-LessonDatabase $url -TableName shown; Get-LessonVideoMap -CheckDatabase", Site.Url);

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Contains($"several rows for lesson '{Site.Id("a")}'", result.LastError.Exception.Message);
    }
}
