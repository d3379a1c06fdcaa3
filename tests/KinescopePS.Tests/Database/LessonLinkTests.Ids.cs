namespace KinescopePS.Tests.Database;

/// <summary>A video's two names: the row's own form stands, and what is written has the form of the table.</summary>
public abstract partial class LessonLinkTests
{
    private const string Uuid = "2ac5d62b-490e-491f-a9b0-c6ba3949c13d";
    private const string ShortId = "6hkSeTa382Dp1LaU5CoUtx";
    private const string OtherUuid = "11111111-1111-4111-8111-111111111111";
    private const string OtherShortId = "37evEvXGZbDo269LpGqSMX";

    [Theory]
    [InlineData(ShortId, OtherShortId)]
    [InlineData(Uuid, OtherShortId)]
    [InlineData(Uuid, OtherShortId, "201234567")]
    [InlineData(Uuid, OtherUuid)]
    [InlineData(ShortId, OtherUuid)]
    [InlineData(Uuid, OtherUuid, OtherShortId)] // both: the UUID
    [InlineData(ShortId, "201234567")] // an old number says nothing
    [InlineData(ShortId)]
    public async Task An_id_is_written_in_the_form_that_the_table_has(string given, params string[] held)
    {
        await Site.AddAsync("a", "b");
        for (var i = 0; i < held.Length; i++)
            await Site.AddLinkedAsync($"c{i}", held[i]);

        var result = Link("-PassThru", Sent("a", given), Sent("b", "v1")).RequireNoErrors();

        var written = held.Contains(OtherShortId) && !held.Contains(OtherUuid) ? ShortId : Uuid;
        Assert.Equal(Embedded(written), await Site.RowAsync("a"));
        Assert.Equal(Embedded("v1"), await Site.RowAsync("b"));
        Assert.Equal([written, "v1"], result.Texts("VideoId"));
    }

    [Theory]
    [InlineData("Short", Uuid, ShortId)]
    [InlineData("Uuid", ShortId, Uuid)]
    [InlineData("Uuid", $"https://kinescope.io/embed/{ShortId}?t=1", Uuid)]
    public async Task The_form_may_be_said_and_an_address_of_ones_own_stays(string form, string given, string written)
    {
        await Site.AddAsync("a", "b");
        await Site.AddLinkedAsync("c", form == "Short" ? OtherUuid : OtherShortId);

        Link($"-IdForm {form}", Sent("a", given), Sent("b", given) with { EmbedUrl = "https://site.example/film" }).RequireNoErrors();

        Assert.Equal(Embedded(written), await Site.RowAsync("a"));
        Assert.Equal(new VideoColumns(written, "https://site.example/film"), await Site.RowAsync("b"));
    }

    [Theory]
    [InlineData(ShortId, Uuid, "")]
    [InlineData(ShortId, Uuid, "-Force")]
    [InlineData(ShortId, Uuid, "-IdForm Uuid")]
    [InlineData(Uuid, ShortId, "-IdForm Short -Force")]
    [InlineData("2AC5D62B-490E-491F-A9B0-C6BA3949C13D", ShortId, "")]
    [InlineData($"https://kinescope.io/{ShortId}", Uuid, "")]
    public async Task A_row_that_holds_the_video_in_another_form_is_left_and_is_no_conflict(string held, string given, string options)
    {
        await Site.AddLinkedAsync("a", held, "https://site.example/film");

        var result = Link($"-PassThru -Verbose {options}", Sent("a", given)).RequireNoErrors();

        Assert.Equal(["Unchanged"], result.Texts("Status"));
        Assert.Equal(new VideoColumns(held, "https://site.example/film"), await Site.RowAsync("a"));
        Assert.Contains(result.Verbose, line => line.Contains($"holds the same video as '{held}'"));
        Link("-Clear -Confirm:$false", Sent("a", given)).RequireNoErrors();
        Assert.Null(await Site.RowAsync("a"));
    }

    [Fact]
    public async Task Restore_gives_back_the_very_text_also_where_the_row_was_rewritten_in_the_other_form()
    {
        await Site.AddLinkedAsync("a", OtherShortId, $"https://kinescope.io/{OtherShortId}");
        await Site.AddLinkedAsync("b", "201234567");
        Link("-Force -IdForm Uuid", Sent("a", Uuid), Sent("b", Uuid)).RequireNoErrors();
        await Site.ExecuteAsync($"""UPDATE "Lesson" SET "videoId" = '{ShortId}', "videoUrl" = 'https://kinescope.io/embed/{ShortId}' WHERE "videoUrl" LIKE '%{Uuid}'""");

        Restore().RequireNoErrors();

        Assert.Equal(new VideoColumns(OtherShortId, $"https://kinescope.io/{OtherShortId}"), await Site.RowAsync("a"));
        Assert.Equal(new VideoColumns("201234567", null), await Site.RowAsync("b"));
    }
}
