using System.Management.Automation;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>What the cmdlets do to the site's lessons, whichever database they are in.</summary>
public abstract partial class LessonLinkTests : LessonDatabaseTest
{
    [Fact]
    public async Task A_lesson_gets_its_video_id_and_the_address_to_embed()
    {
        await Site.AddAsync("a", "b");

        var result = Link("", Sent("a", "v1")).RequireNoErrors();

        Assert.Empty(result.Output);
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
        Assert.Single(await Site.LinkedAsync());
    }

    [Fact]
    public async Task The_address_that_came_with_the_upload_is_kept()
    {
        await Site.AddAsync("a");

        Link("", Sent("a", "v1") with { EmbedUrl = "https://video.example/v1", Status = "Uploaded" }).RequireNoErrors();

        Assert.Equal(new VideoColumns("v1", "https://video.example/v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_single_lesson_is_named_by_parameters()
    {
        await Site.AddAsync("a");

        Session.Run("param($url, $id) Set-LessonVideoId $id v1 -DatabaseUrl $url", Site.Url, Site.Id("a")).RequireNoErrors();

        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task The_same_video_id_changes_nothing()
    {
        await Site.AddLinkedAsync("a", "v1", "https://video.example/v1");

        var result = Link("-PassThru", Sent("a", "v1")).RequireNoErrors();

        Assert.Equal(["Unchanged"], result.Texts("Status"));
        Assert.Equal(["https://video.example/v1"], result.Texts("VideoUrl"));
        Assert.Equal(new VideoColumns("v1", "https://video.example/v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task Another_video_id_is_not_overwritten()
    {
        await Site.AddAsync("b");
        await Site.AddLinkedAsync("a", "old-video", "https://video.example/old");

        var result = Link("-PassThru", Sent("a", "new-video"), Sent("b", "v2"));

        var error = Assert.Single(result.Errors);
        Assert.Equal(["VideoIdAlreadySet"], result.ErrorIds);
        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Equal(Site.Id("a"), error.TargetObject);
        Assert.Contains("old-video", error.Exception.Message);
        Assert.Contains("new-video", error.Exception.Message);
        Assert.Equal([Site.Id("b")], result.Texts("LessonId"));
        Assert.Equal(new VideoColumns("old-video", "https://video.example/old"), await Site.RowAsync("a"));
        Assert.Equal(Embedded("v2"), await Site.RowAsync("b"));
    }

    [Fact]
    public async Task Force_overwrites_and_PassThru_tells_what()
    {
        await Site.AddLinkedAsync("a", "v1", "https://video.example/v1");

        var result = Link("-Force -PassThru", Sent("a", "v2")).RequireNoErrors();

        var link = Assert.Single(result.Output);
        Assert.Equal(
            [Site.Id("a"), "v2", "v1", "https://kinescope.io/embed/v2", "https://video.example/v1", "Linked"],
            new[] { "LessonId", "VideoId", "PreviousVideoId", "VideoUrl", "PreviousVideoUrl", "Status" }.Select(name => link.Properties[name].Value?.ToString()));
        Assert.Equal(Embedded("v2"), await Site.RowAsync("a"));
    }

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

    [Fact]
    public async Task A_lesson_that_the_site_does_not_have_is_an_error_of_its_own()
    {
        await Site.AddAsync("a", "c");

        var result = Link("-PassThru", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"));

        var error = Assert.Single(result.Errors);
        Assert.Equal(["LessonNotFound"], result.ErrorIds);
        Assert.Equal(Site.Id("b"), error.TargetObject);
        Assert.Contains("v2", error.Exception.Message);
        Assert.Equal([Site.Id("a"), Site.Id("c")], result.Texts("LessonId"));
        Assert.Equal(2, (await Site.LinkedAsync()).Count);
    }

    [Fact]
    public async Task WhatIf_changes_nothing()
    {
        await Site.AddAsync("a");
        await Site.AddLinkedAsync("b", "v1");

        var result = Link("-WhatIf -Force -PassThru", Sent("a", "v1"), Sent("b", "v2")).RequireNoErrors();

        Assert.Empty(result.Output);
        Assert.Null(await Site.RowAsync("a"));
        Assert.Equal("v1", (await Site.RowAsync("b"))!.VideoId);
    }

    [Fact]
    public async Task Failed_uploads_are_not_linked()
    {
        await Site.AddAsync("a", "b", "c");

        Link("", Sent("a", null) with { Status = "Failed" }, Sent("b", "v2") with { Status = "Failed" }, Sent("c", "v3") with { Status = "Skipped" }).RequireNoErrors();

        Assert.Equal([Site.Id("c")], (await Site.LinkedAsync()).Keys);
    }

    [Theory]
    [InlineData(null, "v1", "LessonIdMissing")]
    [InlineData("", "v1", "LessonIdMissing")]
    [InlineData("lesson", null, "VideoIdMissing")]
    [InlineData("lesson", " ", "VideoIdMissing")]
    public async Task A_result_without_an_id_is_an_error_of_its_own(string? lessonId, string? videoId, string errorId)
    {
        await Site.AddAsync("a");

        var result = Link("", new Sent(lessonId, videoId), Sent("a", "v2"));

        Assert.Equal([errorId], result.ErrorIds);
        Assert.Equal(Embedded("v2"), await Site.RowAsync("a"));
    }

    [Theory]
    [InlineData("'; DROP TABLE \"Lesson\"; --")]
    [InlineData("\"quoted\" \\ $1 @id :x {0} %")]
    [InlineData("Урок №1 😀 [\"json\"]")]
    public async Task Values_are_never_part_of_a_statement(string text)
    {
        await Site.AddAsync(text, "other");

        Link("", Sent(text, text) with { EmbedUrl = text }).RequireNoErrors();

        Assert.Equal([(Site.Id(text), new VideoColumns(text, text))], (await Site.LinkedAsync()).Select(row => (row.Key, row.Value)));
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

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await SqliteSite.CreateAsync(Folder["dev.db"]);
}

public abstract class PostgresLinkTests : LessonLinkTests
{
    private protected override string TriggerThatRejects(string condition) => Trigger(condition, "RAISE 'not this one'");

    private protected override string TriggerThatIgnores(string condition) => Trigger(condition, "RETURN NULL");

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
