namespace KinescopePS.Tests.Database;

/// <summary>Many lessons at once, and lessons that the database refuses.</summary>
public abstract partial class LessonLinkTests
{
    [Theory]
    [InlineData("& { $results; throw 'upstream' } | Set-LessonVideoId -DatabaseUrl $url")]
    [InlineData("$results | Set-LessonVideoId -DatabaseUrl $url -PassThru | ForEach-Object { throw 'downstream' }")]
    public async Task Results_that_were_taken_in_are_linked_whatever_ends_the_pipeline(string script)
    {
        await Site.AddAsync("a", "b");

        var result = Session.Run($"param($url, $results) {script}", Site.Url, new[] { Sent("a", "v1"), Sent("b", "v2") });

        Assert.Contains("stream", result.LastError.Exception.Message);
        Assert.Contains(Embedded("v1"), (await Site.LinkedAsync()).Values);
        if (script.Contains("upstream"))
            Assert.Equal([Embedded("v1"), Embedded("v2")], (await Site.LinkedAsync()).Values);
    }

    private const int ManyLessons = 5200;

    private protected abstract string TriggerThatRejects(string condition);

    private protected abstract string TriggerThatIgnores(string condition);

    /// <summary>A trigger that puts other values where those were written, in the row where the condition holds.</summary>
    private protected abstract string TriggerThatAlters(string condition, string videoId, string videoUrl);

    [Fact]
    public async Task Each_result_is_linked_before_the_next_one_comes()
    {
        await Site.AddAsync("a", "b");

        Session.Run(
            """
            param($url, $first, $linked, $second)
            & { $first; $linked.Invoke(); $second } | Set-LessonVideoId -DatabaseUrl $url
            """,
            Site.Url, Sent("a", "v1"), () => Site.UntilLinkedAsync("a", "v1").GetAwaiter().GetResult(), Sent("b", "v2")).RequireNoErrors();

        Assert.Equal(Embedded("v2"), await Site.RowAsync("b"));
    }

    [Fact]
    public async Task A_long_list_is_reported_to_its_last_lesson()
    {
        var names = Enumerable.Range(0, ManyLessons).Select(i => $"n{i}").ToArray();
        await Site.AddAsync(names);
        await Site.AddLinkedAsync("held", "other");

        var result = Link("-PassThru", [.. names.Select(name => Sent(name, "v-" + name)), Sent("held", "mine"), Sent("gone", "v")]);

        Assert.Equal(["VideoIdAlreadySet", "LessonNotFound"], result.ErrorIds);
        Assert.Equal(names.Select(Site.Id), result.Texts("LessonId"));
        Assert.All(result.Texts("Status"), status => Assert.Equal("Linked", status));
        var linked = await Site.LinkedAsync();
        Assert.Equal("other", linked[Site.Id("held")].VideoId);
        Assert.All(names, name => Assert.Equal("v-" + name, linked[Site.Id(name)].VideoId));
    }

    [Fact]
    public async Task A_lesson_that_comes_twice_is_answered_twice()
    {
        await Site.AddAsync("a", "b");

        var result = Link("-PassThru", Sent("a", "v1"), Sent("a", "v1"), Sent("b", "v2"), Sent("b", "v3"));

        Assert.Equal(["Linked", "Unchanged", "Linked"], result.Texts("Status"));
        Assert.Equal(["VideoIdAlreadySet"], result.ErrorIds);
        Assert.Equal("v2", (await Site.RowAsync("b"))!.VideoId);
    }

    [Fact]
    public async Task With_Force_the_last_of_two_wins()
    {
        await Site.AddAsync("a");

        var result = Link("-Force -PassThru", Sent("a", "v1"), Sent("a", "v2"), Sent("a", "v3")).RequireNoErrors();

        Assert.Equal([null, "v1", "v2"], result.Texts("PreviousVideoId"));
        Assert.Equal(Embedded("v3"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_video_that_must_be_unique_fails_alone()
    {
        var names = Enumerable.Range(0, 1000).Select(i => $"n{i}").ToArray();
        await Site.AddAsync(names);
        await Site.AddLinkedAsync("holder", "taken");
        await Site.ExecuteAsync("""CREATE UNIQUE INDEX "Lesson_videoId_key" ON "Lesson"("videoId")""");

        var result = Link("-PassThru", [.. names.Select(name => Sent(name, name == "n777" ? "taken" : "v-" + name))]);

        var error = Assert.Single(result.Errors);
        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal(Site.Id("n777"), error.TargetObject);
        Assert.Contains("unique", error.Exception.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(names.Except(["n777"]).Select(Site.Id), result.Texts("LessonId"));
        Assert.Null(await Site.RowAsync("n777"));
        Assert.Equal(1000, (await Site.LinkedAsync()).Count);
    }

    [Fact]
    public async Task A_lesson_that_a_trigger_rejects_fails_alone()
    {
        await Site.AddAsync("a", "b", "c");
        await Site.ExecuteAsync(TriggerThatRejects("\"videoId\" = 'v2'"));

        var result = Link("-PassThru", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"));

        var error = Assert.Single(result.Errors);
        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal(Site.Id("b"), error.TargetObject);
        Assert.Contains("not this one", error.Exception.Message);
        Assert.Equal([Site.Id("a"), Site.Id("c")], result.Texts("LessonId"));
        Assert.Equal([Embedded("v1"), Embedded("v3")], (await Site.LinkedAsync()).Values);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Force")]
    public async Task A_lesson_that_a_trigger_keeps_as_it_was_is_told(string options)
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync(TriggerThatIgnores("\"videoId\" = 'v1'"));

        var result = Link(options, Sent("a", "v1"), Sent("b", "v2"));

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal([(Site.Id("b"), "v2")], (await Site.LinkedAsync()).Select(row => (row.Key, row.Value.VideoId)));
    }

    [Theory]
    [InlineData("'other'", "'x'")]
    [InlineData("NULL", "NULL")]
    [InlineData("upper(NEW.\"videoId\")", "NEW.\"videoUrl\"")]
    public async Task FoundA14_A_lesson_of_which_a_trigger_makes_something_else_fails_alone(string videoId, string videoUrl)
    {
        await Site.AddAsync("a", "c");
        await Site.AddLinkedAsync("b", "old", "before");
        await Site.ExecuteAsync(TriggerThatAlters("\"videoId\" = 'v2'", videoId, videoUrl));

        var result = Link("-PassThru -Force", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"));

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal(Site.Id("b"), result.Errors[0].TargetObject);
        Assert.All(["video v2", "trigger"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
        Assert.Equal([Site.Id("a"), Site.Id("c")], result.Texts("LessonId"));
        Assert.Equal((Embedded("v1"), new VideoColumns("old", "before"), Embedded("v3")), (await Site.RowAsync("a"), await Site.RowAsync("b"), await Site.RowAsync("c")));
        Assert.Equal(2, Restore("-PassThru").RequireNoErrors().Output.Count);
        Assert.Equal([Site.Id("b")], (await Site.LinkedAsync()).Keys);
    }

    [Fact]
    public async Task FoundA14_What_a_trigger_makes_of_the_address_is_told_and_taken_back()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync(TriggerThatAlters("\"videoId\" = 'v1'", "NEW.\"videoId\"", "'https://site.example/v1'"));

        var result = Link("-PassThru", Sent("a", "v1")).RequireNoErrors();

        Assert.Equal(["Linked"], result.Texts("Status"));
        Assert.Equal(["https://site.example/v1"], result.Texts("VideoUrl"));
        Assert.Equal(["Unchanged"], Link("-PassThru", Sent("a", "v1")).RequireNoErrors().Texts("Status"));
        Restore("").RequireNoErrors();
        Assert.Empty(await Site.LinkedAsync());
    }
}
