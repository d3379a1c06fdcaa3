using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>Lesson tables whose columns have other types than Prisma's TEXT.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresTypeTests(PostgresCluster cluster) : LessonDatabaseTest
{
    private const string Video = "6f1c9d1e-3c1b-4f39-9d0e-0f4a1c2b3d4e";

    [Theory]
    [InlineData("VARCHAR(30)", "VARCHAR(40)", "cm1", "cm12")]
    [InlineData("CHAR(25)", "CHAR(40)", "cm1", "cm12")]
    [InlineData("UUID", "UUID", "11111111-aaaa-4000-8000-000000000001", "11111111-aaaa-4000-8000-000000000002")]
    [InlineData("INTEGER", "TEXT", "1", "12")]
    [InlineData("BIGINT", "TEXT", "1", "9000000000000000000")]
    public async Task A_lesson_is_linked_whatever_the_types(string idType, string videoType, string first, string second)
    {
        await CreateAsync(idType, videoType, first, second);

        var result = LinkTo(Site.Url, "-TableName typed", "-PassThru", [new Sent(first, Video), new Sent(second, Video), new Sent(first, Video)]).RequireNoErrors();

        Assert.Equal([first, second, first], result.Texts("LessonId"));
        Assert.Equal(["Linked", "Linked", "Unchanged"], result.Texts("Status"));
        Assert.Equal([Video, Video], await VideoIdsAsync());
    }

    [Theory]
    [InlineData("INTEGER", "1", "2147483648")]
    [InlineData("INTEGER", "1", "one")]
    [InlineData("UUID", "11111111-aaaa-4000-8000-000000000001", "{11111111-aaaa-4000-8000-000000000001}x")]
    [InlineData("UUID", "11111111-aaaa-4000-8000-000000000001", "lesson-1")]
    public async Task An_id_that_the_type_cannot_hold_is_a_lesson_that_is_not_there(string idType, string id, string other)
    {
        await CreateAsync(idType, "TEXT", id);

        var result = LinkTo(Site.Url, "-TableName typed", "", [new Sent(other, Video), new Sent(id, Video)]);
        var seen = Session.Run("param($url, $ids) $ids | Get-LessonVideoId -Database (Connect-LessonDatabase $url -TableName typed)", Site.Url, new[] { other, id });

        Assert.Equal(["LessonNotFound"], result.ErrorIds);
        Assert.Equal(["LessonNotFound"], seen.ErrorIds);
        Assert.Equal([id], seen.Texts("LessonId"));
        Assert.Equal([Video], await VideoIdsAsync());
    }

    [Fact]
    public async Task A_uuid_may_be_spelt_in_capitals()
    {
        const string Id = "11111111-aaaa-4000-8000-000000000001";
        await CreateAsync("UUID", "TEXT", Id);

        var result = LinkTo(Site.Url, "-TableName typed", "-Force -PassThru", [new Sent(Id.ToUpperInvariant(), "v1"), new Sent(Id, "v2")]).RequireNoErrors();

        Assert.Equal([null, "v1"], result.Texts("PreviousVideoId"));
        Assert.Equal(["v2"], await VideoIdsAsync());
    }

    [Fact]
    public async Task A_text_id_without_case_may_be_spelt_in_any()
    {
        await cluster.ExecuteAsync("CREATE EXTENSION IF NOT EXISTS citext SCHEMA public");
        await CreateAsync("public.citext", "TEXT", "Lesson-A");

        var result = LinkTo(Site.Url, "-TableName typed", "-Force -PassThru", [new Sent("lesson-a", "v1"), new Sent("LESSON-A", "v2")]).RequireNoErrors();

        Assert.Equal([null, "v1"], result.Texts("PreviousVideoId"));
        Assert.Equal(["v2"], await VideoIdsAsync());
    }

    [Fact]
    public async Task A_value_that_the_type_cannot_hold_fails_alone()
    {
        await CreateAsync("TEXT", "VARCHAR(10)", "a", "b");

        var result = LinkTo(Site.Url, "-TableName typed", "", [new Sent("a", "much-too-long"), new Sent("b", "short")]);

        Assert.Equal(["LessonLinkRejected"], result.ErrorIds);
        Assert.Equal("a", result.Errors[0].TargetObject);
        Assert.Equal([null, "short"], await VideoIdsAsync());
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);

    private Task CreateAsync(string idType, string videoType, params string[] ids) => Site.ExecuteAsync($"""
        CREATE TABLE typed ("id" {idType} PRIMARY KEY, "videoId" {videoType}, "videoUrl" VARCHAR(200));
        INSERT INTO typed ("id") VALUES {string.Join(", ", ids.Select(id => $"('{id}')"))}
        """);

    private async Task<List<string?>> VideoIdsAsync()
    {
        await using var connection = await Site.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = """SELECT "videoId"::text FROM typed ORDER BY "id" """;
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string?>();
        while (await reader.ReadAsync())
            ids.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return ids;
    }
}
