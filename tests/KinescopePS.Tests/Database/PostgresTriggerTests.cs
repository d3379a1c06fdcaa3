using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A table that makes something of its own of what is written: what a row holds afterwards decides.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresTriggerTests(PostgresCluster cluster) : LessonDatabaseTest
{
    [Theory]
    [InlineData("TRIGGER late AFTER UPDATE")]
    [InlineData("CONSTRAINT TRIGGER late AFTER UPDATE")]
    [InlineData("CONSTRAINT TRIGGER late AFTER UPDATE", "DEFERRABLE INITIALLY DEFERRED")]
    public async Task FoundA14_What_a_trigger_does_afterwards_counts(string trigger, string when = "")
    {
        await Site.AddAsync("a", "b", "c");
        await Site.ExecuteAsync($"""
            CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                UPDATE "Lesson" SET "videoId" = 'other' WHERE "id" = NEW."id" AND "videoId" = 'v2';
                RETURN NULL;
            END $$;
            CREATE {trigger} ON "Lesson" {when} FOR EACH ROW EXECUTE FUNCTION late();
            """);

        var result = Link("-PassThru", Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3"));

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal("b", result.Errors[0].TargetObject);
        Assert.Equal(["a", "c"], result.Texts("LessonId"));
        Assert.Equal(["a", "c"], (await Site.LinkedAsync()).Keys);
    }

    [Fact]
    public async Task FoundA14_A_rule_that_does_nothing_instead_is_told()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync("""CREATE RULE nothing AS ON UPDATE TO "Lesson" DO INSTEAD NOTHING""");

        Assert.Equal(["LessonLinkRejected"], Link("-PassThru", Sent("a", "v1")).ErrorIds);
        Assert.Empty(await Site.LinkedAsync());
    }

    [Fact]
    public async Task FoundA14_A_row_that_a_trigger_takes_away_is_told_and_stays()
    {
        await Site.AddAsync("a", "b");
        await Site.ExecuteAsync("""
            CREATE FUNCTION gone() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "Lesson" WHERE "id" = NEW."id" AND "videoId" = 'v1'; RETURN NULL; END $$;
            CREATE TRIGGER gone AFTER UPDATE ON "Lesson" FOR EACH ROW EXECUTE FUNCTION gone();
            """);

        Assert.Equal(["LessonLinkRejected"], Link("", Sent("a", "v1"), Sent("b", "v2")).ErrorIds);
        Assert.Equal(["b"], (await Site.LinkedAsync()).Keys);
        Assert.Equal(2, await Site.CountAsync("""SELECT count(*) FROM "Lesson" """));
    }

    [Fact]
    public async Task FoundA14_A_generated_column_is_told_before_anything_is_done()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync("""ALTER TABLE "Lesson" DROP COLUMN "videoUrl", ADD COLUMN "videoUrl" TEXT GENERATED ALWAYS AS ('https://site.example/' || "videoId") STORED""");

        var result = LinkAfterSomethingLong(Site.Url);

        Assert.Equal(["DatabaseError"], result.ErrorIds);
        Assert.Contains("videoUrl", result.LastError.Exception.Message);
        Assert.Empty(result.Output);
        Assert.Empty(await Site.LinkedAsync());
        Assert.Equal(["DatabaseError"], Link("-WhatIf", Sent("a", "v1")).ErrorIds);
    }

    [Fact]
    public async Task An_id_in_capitals_is_the_same_in_a_column_of_the_type_uuid()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync("""ALTER TABLE "Lesson" ALTER COLUMN "videoId" TYPE UUID USING "videoId"::uuid""");
        var sent = Sent("a", "2AC5D62B-490E-491F-A9B0-C6BA3949C13D");

        Assert.Equal(["Linked"], Link("-PassThru", sent).RequireNoErrors().Texts("Status"));
        Assert.Equal(["Unchanged"], Link("-PassThru", sent).RequireNoErrors().Texts("Status"));
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);
}
