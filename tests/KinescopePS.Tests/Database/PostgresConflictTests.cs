using KinescopePS.Tests.Support;
using Npgsql;

namespace KinescopePS.Tests.Database;

/// <summary>Other sessions of the server that are in the way, and a server that dies.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresConflictTests(PostgresCluster cluster) : LessonDatabaseTest
{
    [Fact]
    public async Task A_deadlock_is_tried_again()
    {
        await Site.AddAsync("a", "b");
        await using var holder = await Site.OpenAsync();
        await SiteDatabase.ExecuteAsync(holder, """BEGIN; UPDATE "Lesson" SET "title" = 'Новый' WHERE "id" = 'b'""");

        var linking = Task.Run(() => Session.Run(
            "param($url, $results) $results | Set-LessonVideoId -Database (Get-UncheckedDatabase $url -RetryDelaySeconds 0.01) -Verbose -PassThru", Site.Url, new[] { Sent("a", "v1"), Sent("b", "v2") }));
        await UntilWaitingAsync(linking);
        await SiteDatabase.ExecuteAsync(holder, """UPDATE "Lesson" SET "title" = 'Новый' WHERE "id" = 'a'; COMMIT""");
        var result = (await linking).RequireNoErrors();

        Assert.Equal(["Linked", "Linked"], result.Texts("Status"));
        Assert.Equal([Embedded("v1"), Embedded("v2")], (await Site.LinkedAsync()).Values);
        Assert.Equal(2, await Site.CountAsync("""SELECT count(*) FROM "Lesson" WHERE "title" = 'Новый'"""));
    }

    /// <summary>At our isolation level PostgreSQL itself has none; servers that speak its protocol do.</summary>
    [Fact]
    public async Task A_serialization_failure_is_tried_again()
    {
        await Site.AddAsync("a");
        await Site.ExecuteAsync("""
            CREATE SEQUENCE attempts;
            CREATE FUNCTION conflict() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                IF nextval('attempts') = 1 THEN RAISE 'restart transaction' USING ERRCODE = 'serialization_failure'; END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER conflict BEFORE UPDATE ON "Lesson" FOR EACH ROW EXECUTE FUNCTION conflict();
            """);

        var result = Link("-Verbose -PassThru", Sent("a", "v1")).RequireNoErrors();

        Assert.Contains(result.Verbose, line => line.Contains("restart transaction") && line.Contains("Next try"));
        Assert.Equal(["Linked"], result.Texts("Status"));
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_lock_that_lasts_is_told_and_the_lesson_can_be_linked_later()
    {
        await Site.AddAsync("a");
        await using var holder = await Site.OpenAsync();
        await SiteDatabase.ExecuteAsync(holder, """BEGIN; LOCK TABLE "Lesson" IN EXCLUSIVE MODE""");

        var result = LinkTo(cluster.Url("options=-c%20lock_timeout%3D50ms"), "-MaxRetry 2", "", [Sent("a", "v1")]);

        Assert.Equal(["DatabaseBusy"], result.ErrorIds);
        Assert.Contains("lock timeout", result.Errors[0].Exception.Message);
        await SiteDatabase.ExecuteAsync(holder, "COMMIT");
        Session.Run("param($url, $left) $left | Set-LessonVideoId -DatabaseUrl $url", Site.Url, result.Errors[0].TargetObject).RequireNoErrors();
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Fact]
    public async Task A_server_without_a_free_connection_is_waited_for()
    {
        await Site.AddAsync("a");
        await cluster.ExecuteAsync("""
            DROP ROLE IF EXISTS narrow;
            CREATE ROLE narrow LOGIN PASSWORD 'narrow' CONNECTION LIMIT 1;
            GRANT USAGE ON SCHEMA public TO narrow;
            GRANT SELECT, UPDATE ON "Lesson" TO narrow;
            """);
        await using var holder = new NpgsqlConnection($"Host=127.0.0.1;Port={cluster.Port};Username=narrow;Password=narrow;Database={PostgresCluster.Database};Pooling=false");
        await holder.OpenAsync(TestContext.Current.CancellationToken);

        var result = Session.Run(
            "param($url, $result, $free) & { $free.Invoke(); $result } | Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 100 -RetryDelaySeconds 0.05)",
            cluster.Url(user: "narrow", password: "narrow"), Sent("a", "v1"), () => holder.Close()).RequireNoErrors();

        Assert.Contains("too many connections", Assert.Single(result.Warnings));
        Assert.Equal(Embedded("v1"), await Site.RowAsync("a"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_dies_in_a_commit_is_asked_what_became_of_it(bool committed)
    {
        await Site.AddLinkedAsync("a", "old", "https://video.example/old");
        await using var relay = new FaultyRelay(cluster.Port);
        async Task DieAndComeBackAsync()
        {
            await cluster.StopAsync();
            await cluster.StartAsync();
        }

        if (committed)
            relay.LoseNextCommitAnswer(DieAndComeBackAsync);
        else
            relay.LoseNextCommit(DieAndComeBackAsync);

        var result = Session.Run(
            "param($url, $result) $result | Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 100 -RetryDelaySeconds 0.05) -Force -PassThru", cluster.Url(port: relay.Port), Sent("a", "new")).RequireNoErrors();

        Assert.Equal(["Linked"], result.Texts("Status"));
        Assert.Equal(["old"], result.Texts("PreviousVideoId"));
        Assert.Equal(Embedded("new"), await Site.RowAsync("a"));
        Session.Run("param($url) Restore-LessonVideoId -Confirm:$false -DatabaseUrl $url -Force", Site.Url).RequireNoErrors();
        Assert.Equal(new VideoColumns("old", "https://video.example/old"), await Site.RowAsync("a"));
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);

    /// <summary>Waits until our session waits for a lock.</summary>
    private async Task UntilWaitingAsync(Task linking)
    {
        while (await Site.CountAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'KinescopePS' AND wait_event_type = 'Lock'") == 0)
            Assert.False(linking.IsCompleted);
    }
}
