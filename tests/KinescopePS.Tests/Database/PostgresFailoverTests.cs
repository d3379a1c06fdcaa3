using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Database;

/// <summary>A replica, a pooler that is started anew, and a server that takes the place of another one.</summary>
[Collection(PostgresCollection.Name)]
public sealed class PostgresFailoverTests(PostgresCluster cluster) : LessonDatabaseTest
{
    [Fact]
    public async Task A_replica_is_told_before_anything_is_done_and_may_be_looked_at()
    {
        await Site.AddAsync("a", "b");
        await Site.AddLinkedAsync("c", "v3");
        await using var replica = await PostgresReplica.StartAsync(cluster, cluster.Port);
        var url = cluster.Url(port: replica.Port);

        var result = LinkTo(url, "", Sent("a", "v1"));

        Assert.Equal(["DatabaseError"], result.ErrorIds);
        Assert.Contains("replica", result.Errors[0].Exception.Message);
        Assert.Equal(["a", "b"], Session.Run("param($url) Get-LessonVideoId -Missing -DatabaseUrl $url", url).RequireNoErrors().Texts("LessonId"));
        Assert.Equal(["VideoIdAlreadySet"], LinkTo(url, "-WhatIf", Sent("a", "v1"), Sent("c", "v4")).ErrorIds);
    }

    [Fact]
    public async Task When_another_server_takes_over_the_run_goes_on_there()
    {
        await Site.AddAsync("a", "b", "c");
        await using var relay = new FaultyRelay(cluster.Port);
        await using var replica = await PostgresReplica.StartAsync(cluster, cluster.Port);

        ScriptResult result;
        try
        {
            result = Session.Run(
                """
                param($url, $results, $switch, $promote)
                & { $results[0]; $switch.Invoke(); $results[1]; $promote.Invoke(); $results[2] } |
                    Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 1 -RetryDelaySeconds 0.01) -PassThru
                """,
                cluster.Url(port: relay.Port),
                new[] { Sent("a", "v1"), Sent("b", "v2"), Sent("c", "v3") },
                () => Wait(async () =>
                {
                    await Site.UntilLinkedAsync("a", "v1");
                    await replica.UntilCaughtUpAsync();
                    await cluster.StopAsync();
                    relay.GoDown();
                    relay.ComeUp(replica.Port);
                }),
                () => Wait(async () =>
                {
                    // Until it is promoted, it is a server that answers and takes nothing.
                    await relay.UntilConnectedAsync();
                    await replica.PromoteAsync();
                })).RequireNoErrors();
        }
        finally
        {
            await cluster.StartAsync();
        }

        Assert.Equal(["v1", "v2", "v3"], result.Texts("VideoId"));
        Assert.Equal(["v1", "v2", "v3"], await replica.VideoIdsAsync());
    }

    [Fact]
    public async Task What_a_failover_lost_is_caught_up_from_the_progress_file()
    {
        await Site.AddAsync("a", "b");
        await using var log = new FaultyRelay(cluster.Port);
        await using var replica = await PostgresReplica.StartAsync(cluster, log.Port);
        Folder.Write("old.json", """{"startedAt":"2026-01-01T00:00:00Z","uploaded":[{"lessonId":"a","videoId":"v1","uploadedAt":"2026-01-01T00:00:00Z"},{"lessonId":"b","videoId":"v2","uploadedAt":"2026-01-01T00:00:00Z"}],"failed":[]}""");
        Session.Run("Import-KinescopeUpload old.json").RequireNoErrors();
        const string CatchUp = "param($url) Get-KinescopeUpload -Status Uploaded | Set-LessonVideoId -DatabaseUrl $url -PassThru";

        try
        {
            Link("", Sent("a", "v1")).RequireNoErrors();
            await replica.UntilCaughtUpAsync();
            log.GoDown();
            Assert.Equal(["Unchanged", "Linked"], Session.Run(CatchUp, Site.Url).RequireNoErrors().Texts("Status"));
            await cluster.StopAsync();
            await replica.PromoteAsync();
        }
        finally
        {
            await cluster.StartAsync();
        }

        Assert.Equal(["v1", null], await replica.VideoIdsAsync());
        Assert.Equal(["Unchanged", "Linked"], Session.Run(CatchUp, cluster.Url(port: replica.Port)).RequireNoErrors().Texts("Status"));
        Assert.Equal(["v1", "v2"], await replica.VideoIdsAsync());
    }

    [Fact]
    public async Task A_pooler_that_is_started_anew_is_found_again()
    {
        await Site.AddAsync("a", "b");
        await using var relay = new FaultyRelay(await cluster.RequirePoolerAsync());

        var result = Session.Run(
            """
            param($url, $results, $restart)
            & { $results[0]; $restart.Invoke(); $results[1] } | Set-LessonVideoId -Database (Get-UncheckedDatabase $url -RetryDelaySeconds 0.01) -PassThru
            """,
            cluster.Url("pgbouncer=true", port: relay.Port),
            new[] { Sent("a", "v1"), Sent("b", "v2") },
            () => Wait(async () =>
            {
                await Site.UntilLinkedAsync("a", "v1");
                await cluster.StopPoolerAsync();
                relay.ComeUp(await cluster.RequirePoolerAsync());
            })).RequireNoErrors();

        Assert.Equal(["Linked", "Linked"], result.Texts("Status"));
        Assert.Equal([Embedded("v1"), Embedded("v2")], (await Site.LinkedAsync()).Values);
    }

    [Fact]
    public async Task A_pooler_without_its_server_is_a_database_that_is_down()
    {
        await Site.AddAsync("a");
        var url = cluster.Url("connect_timeout=2", port: await cluster.RequirePoolerAsync());
        LinkTo(url, "", Sent("a", "v1")).RequireNoErrors();

        ScriptResult result;
        await cluster.StopAsync();
        try
        {
            result = LinkTo(url, "-MaxRetry 0", "-Force", [Sent("a", "v2")]);
        }
        finally
        {
            await cluster.StartAsync();
        }

        Assert.Equal(["DatabaseUnreachable"], result.ErrorIds);
        Session.Run("param($url, $result) $result | Set-LessonVideoId -Database (Get-UncheckedDatabase $url -MaxRetry 100 -RetryDelaySeconds 0.1) -Force", url, Sent("a", "v2")).RequireNoErrors();
        Assert.Equal(Embedded("v2"), await Site.RowAsync("a"));
    }

    private protected override async Task<SiteDatabase> CreateSiteAsync() => await PostgresSite.CreateAsync(cluster);

    private static void Wait(Func<Task> work) => Task.Run(work).GetAwaiter().GetResult();
}
