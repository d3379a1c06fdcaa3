using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>Commits whose fate the client does not learn, outages between two results, and rows that somebody else holds.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresCommitTests(PostgresCluster cluster) : LessonDatabaseTest
{
    private string UrlBy(FaultyRelay relay) => cluster.Url(port: relay.Port);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_lost_commit_is_looked_at_and_not_repeated_blindly(bool reachedTheServer)
    {
        await Site.AddLinkedAsync("a", "old", "https://video.example/old");
        await CountUpdatesAsync();
        await using var relay = new FaultyRelay(cluster.Port);
        if (reachedTheServer)
            relay.LoseNextCommitAnswer();
        else
            relay.LoseNextCommit();

        var result = LinkTo(UrlBy(relay), "-Force -PassThru", Sent("a", "new")).RequireNoErrors();

        Assert.Equal(["Linked"], result.Texts("Status"));
        Assert.Equal(["old"], result.Texts("PreviousVideoId"));
        Assert.Equal(["https://video.example/old"], result.Texts("PreviousVideoUrl"));
        Assert.Equal(["https://kinescope.io/embed/new"], result.Texts("VideoUrl"));
        Assert.Equal(Embedded("new"), await Site.RowAsync("a"));
        Assert.Equal(1, await Site.CountAsync("SELECT count(*) FROM updates"));
    }

    [Fact]
    public async Task What_somebody_else_wrote_after_a_lost_commit_stays()
    {
        await Site.AddAsync("a");
        await using var relay = new FaultyRelay(cluster.Port);
        relay.LoseNextCommitAnswer(() => Site.ExecuteAsync("""UPDATE "Lesson" SET "videoId" = 'theirs'"""));

        var result = LinkTo(UrlBy(relay), "", Sent("a", "mine"));

        Assert.Equal(["VideoIdAlreadySet"], result.ErrorIds);
        Assert.Equal("theirs", (await Site.RowAsync("a"))!.VideoId);
    }

    [Fact]
    public async Task A_lost_commit_without_a_retry_is_told_rightly_when_the_next_result_comes()
    {
        await Site.AddLinkedAsync("a", "old");
        await Site.AddAsync("b");
        await using var relay = new FaultyRelay(cluster.Port);
        relay.LoseNextCommitAnswer();

        var result = Session.Run(
            """
            param($url, $first, $linked, $second)
            & { $first; $linked.Invoke(); $second } | Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 0) -Force -PassThru
            """,
            UrlBy(relay), Sent("a", "v1"), () => Site.UntilLinkedAsync("a", "v1").GetAwaiter().GetResult(), Sent("b", "v2")).RequireNoErrors();

        Assert.Equal([Site.Id("a"), Site.Id("b")], result.Texts("LessonId"));
        Assert.Equal(["old", null], result.Texts("PreviousVideoId"));
    }

    [Fact]
    public async Task What_an_outage_left_over_is_linked_when_the_database_is_back()
    {
        await Site.AddAsync("a", "b", "c");
        await using var relay = new FaultyRelay(cluster.Port);

        var result = Session.Run(
            """
            param($url, $results, $down, $up)
            & { $results[0]; $down.Invoke(); $results[1]; $up.Invoke(); $results[2] } |
                Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 1 -RetryDelaySeconds 0.01) -PassThru
            """,
            UrlBy(relay),
            new[] { Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3") },
            () =>
            {
                Site.UntilLinkedAsync("a", "v1").GetAwaiter().GetResult();
                relay.GoDown();
            },
            () =>
            {
                relay.UntilRefusedAsync().GetAwaiter().GetResult();
                relay.ComeUp();
            }).RequireNoErrors();

        Assert.Equal(["v1", "v2", "v3"], result.Texts("VideoId"));
        Assert.Equal([Embedded("v1"), Embedded("v2"), Embedded("v3")], (await Site.LinkedAsync()).Values);
    }

    [Theory]
    [InlineData("", "theirs", "VideoIdAlreadySet", "theirs")]
    [InlineData("-Force", "theirs", null, "mine")]
    [InlineData("", "mine", null, "mine")]
    public async Task A_row_that_somebody_else_holds_is_waited_for(string options, string theirs, string? errorId, string outcome)
    {
        await Site.AddAsync("a");
        await using var holder = await Site.OpenAsync();
        await SiteDatabase.ExecuteAsync(holder, $"""BEGIN; UPDATE "Lesson" SET "videoId" = '{theirs}'""");

        var linking = Task.Run(() => Link($"{options} -PassThru", Sent("a", "mine")));
        while (await Site.CountAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'KinescopePS' AND wait_event_type = 'Lock'") == 0)
            Assert.False(linking.IsCompleted);
        await SiteDatabase.ExecuteAsync(holder, "COMMIT");
        var result = await linking;

        Assert.Equal(errorId is null ? [] : [errorId], result.ErrorIds);
        Assert.All(result.Errors, error => Assert.Contains("theirs", error.Exception.Message));
        Assert.All(result.Texts("PreviousVideoId"), previous => Assert.Equal(theirs, previous));
        Assert.Equal(outcome, (await Site.RowAsync("a"))!.VideoId);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_database_that_does_not_answer()
    {
        await using var relay = new FaultyRelay(cluster.Port);
        relay.FallSilent();
        using var shell = Session.Shell("param($url) Set-LessonVideoId a v1 -DatabaseUrl $url", UrlBy(relay));
        _ = shell.BeginInvoke();
        await relay.UntilSilencedAsync();

        var clock = Stopwatch.StartNew();
        shell.Stop();

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.Empty(shell.Streams.Error);
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);

    private Task CountUpdatesAsync() => Site.ExecuteAsync("""
        CREATE TABLE updates (at TIMESTAMP DEFAULT now());
        CREATE FUNCTION record() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO updates DEFAULT VALUES; RETURN NULL; END $$;
        CREATE TRIGGER record AFTER UPDATE ON "Lesson" FOR EACH ROW EXECUTE FUNCTION record();
        """);
}
