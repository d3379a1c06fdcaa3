using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>What becomes of the site's lessons, whichever database they are in.</summary>
public abstract partial class LessonLinkTests : LessonDatabaseTest
{
    [Fact]
    public async Task A_lesson_without_a_video_holds_null_or_an_empty_text()
    {
        await Site.AddAsync("a");
        await Site.AddLinkedAsync("b", "", "");

        var result = Link("-PassThru", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();

        Assert.Equal([null, ""], result.Values("PreviousVideoId"));
        Assert.Equal([null, ""], result.Values("PreviousVideoUrl"));
        Assert.Equal(["Linked", "Linked"], result.Texts("Status"));
        Assert.Equal([Embedded("v1"), Embedded("v2")], (await Site.LinkedAsync()).Values);
    }

    [Theory]
    [InlineData("'; DROP TABLE \"Lesson\"; --")]
    [InlineData("\"quoted\" \\ $1 @id :x {0} %")]
    [InlineData("Урок №1 😀 [\"json\"]")]
    public async Task Values_are_never_part_of_a_statement(string text)
    {
        await Site.AddAsync(text, "other");

        Link("", Sent(text, "v1") with { EmbedUrl = text }).RequireNoErrors();

        Assert.Equal([(Site.Id(text), new VideoColumns("v1", text))], (await Site.LinkedAsync()).Select(row => (row.Key, row.Value)));
    }

    [Fact]
    public async Task An_odd_lesson_id_is_a_lesson_that_is_not_there()
    {
        await Site.AddAsync("a");

        var result = Link("", new Sent("' OR ''='", "v1"), new Sent("a\0b", "v1"), new Sent("*", "v1"), Sent("a", "v2"));

        Assert.Equal(["LessonNotFound", "LessonNotFound", "LessonNotFound"], result.ErrorIds);
        Assert.Equal([(Site.Id("a"), "v2")], (await Site.LinkedAsync()).Select(row => (row.Key, row.Value.VideoId)));
    }

    [Fact]
    public async Task A_text_that_is_none_fails_alone()
    {
        await Site.AddAsync("a", "b");

        var result = Link("", Sent("a", "v1"), new Sent("\ud800", "v2"), Sent("b", "v3"));

        Assert.Single(result.Errors);
        Assert.Equal(["v1", "v3"], (await Site.LinkedAsync()).Values.Select(row => row.VideoId));
    }
}

public sealed class SqliteLessonLinkTests : LessonLinkTests
{
    private protected override string TriggerThatRejects(string condition) =>
        $"""CREATE TRIGGER "guard" BEFORE UPDATE ON "Lesson" WHEN NEW.{condition} BEGIN SELECT RAISE(ABORT, 'not this one'); END""";

    private protected override string TriggerThatIgnores(string condition) =>
        $"""CREATE TRIGGER "guard" BEFORE UPDATE ON "Lesson" WHEN NEW.{condition} BEGIN SELECT RAISE(IGNORE); END""";

    private protected override string TriggerThatAlters(string condition, string videoId, string videoUrl) => $"""
        CREATE TRIGGER "alter" AFTER UPDATE ON "Lesson" WHEN NEW.{condition}
        BEGIN UPDATE "Lesson" SET "videoId" = {videoId}, "videoUrl" = {videoUrl} WHERE "id" = NEW."id"; END
        """;

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await SqliteSite.CreateAsync(Folder["dev.db"]);
}

/// <summary>And what the Pester tests say of SQLite.</summary>
public abstract class PostgresLinkTests : LessonLinkTests
{
    [Fact]
    public void A_table_that_is_not_there_ends_it_and_the_message_names_those_that_are()
    {
        var result = LinkTo(Site.Url, "-TableName Lessons", "", [Sent("a", "v1")]);

        Assert.Equal(["LessonTableNotFound"], result.ErrorIds);
        Assert.All(["Lessons", "Course"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
    }

    [Fact]
    public async Task A_column_that_is_not_there_ends_it_and_the_message_names_those_that_are()
    {
        await Site.AddAsync("a");

        var result = Session.Run("param($url) Connect-LessonDatabase $url -VideoIdColumn kinescopeId", Site.Url);

        Assert.Equal(["LessonColumnNotFound"], result.ErrorIds);
        Assert.All(["kinescopeId", "videoId, videoUrl"], text => Assert.Contains(text, result.Errors[0].Exception.Message));
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task A_column_that_names_several_lessons_is_refused()
    {
        await Site.AddAsync("a", "b");

        var result = Session.Run("param($url) Connect-LessonDatabase $url -IdColumn courseId", Site.Url);

        Assert.Equal(["LessonColumnNotUnique"], result.ErrorIds);
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
    }

    [Fact]
    public async Task Restore_gives_each_lesson_back_what_it_held()
    {
        await Site.AddAsync("a", "untouched");
        await Site.AddLinkedAsync("b", "old", "https://video.example/old");
        await Site.AddLinkedAsync("c", "kept", "https://video.example/kept");
        Link("-Force", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();
        Link("-Clear -Confirm:$false", Sent("c", null)).RequireNoErrors();
        Assert.Equal(2, (await Site.LinkedAsync()).Count);

        var result = Restore("-All -PassThru").RequireNoErrors();

        Assert.Equal(["Restored", "Restored", "Restored"], result.Texts("Status"));
        Assert.Equal(["v1", "v2", null], result.Texts("PreviousVideoId"));
        Assert.Equal(
            [(Site.Id("b"), new VideoColumns("old", "https://video.example/old")), (Site.Id("c"), new VideoColumns("kept", "https://video.example/kept"))],
            (await Site.LinkedAsync()).Select(row => (row.Key, row.Value)).OrderBy(row => row.Value.VideoId == "kept"));
        Assert.Empty(Restore("-PassThru").RequireNoErrors().Output);
    }

    private protected override string TriggerThatRejects(string condition) => Trigger(condition, "RAISE 'not this one'");

    private protected override string TriggerThatIgnores(string condition) => Trigger(condition, "RETURN NULL");

    private protected override string TriggerThatAlters(string condition, string videoId, string videoUrl) =>
        Trigger(condition, $"NEW.\"videoUrl\" := {videoUrl}; NEW.\"videoId\" := {videoId}");

    private static string Trigger(string condition, string action) => $"""
        CREATE FUNCTION guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.{condition} THEN {action}; END IF; RETURN NEW; END $$;
        CREATE TRIGGER "guard" BEFORE UPDATE ON "Lesson" FOR EACH ROW EXECUTE FUNCTION guard();
        """;
}

[Collection(PostgresCollection.Name)]
public sealed class PostgresLessonLinkTests(PostgresCluster cluster) : PostgresLinkTests
{
    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);
}

/// <summary>Through a pooler that hands each transaction another session of the server.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PgBouncerLessonLinkTests(PostgresCluster cluster) : PostgresLinkTests
{
    private protected override async Task<SiteDatabase> CreateSiteAsync() =>
        await PostgresSite.CreateAsync(cluster, poolerPort: await cluster.RequirePoolerAsync());
}

/// <summary>Ids of the type uuid, in a schema of its own.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresUuidLessonLinkTests(PostgresCluster cluster) : PostgresLinkTests
{
    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster, "учёба", hasUuids: true);
}
