using KinescopePS.Tests.Database;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Whole runs with a shared record behind a pooler, and on a server that takes the place of another one.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedSendTests(PostgresCluster cluster) : UploadTest
{
    [Fact]
    public async Task A_run_goes_on_where_another_server_takes_over_and_every_id_is_there()
    {
        await InitialiseAsync();
        await using var log = new FaultyRelay(cluster.Port);
        await using var relay = new FaultyRelay(cluster.Port);
        await using var replica = await PostgresReplica.StartAsync(cluster, log.Port);
        WriteCourse(4, 1_500_000);
        // The first two are under way, and the next have not begun.
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "trickle", bytes_per_second = 500_000 }, times: 2));
        using var run = Start($"-ThrottleLimit 2 -ProgressFile '{cluster.Url(port: relay.Port)}'");
        await Sandbox.WaitAsync("bytes=600000&timeout=60");
        await replica.UntilCaughtUpAsync();

        ScriptResult result;
        try
        {
            await cluster.StopAsync();
            relay.GoDown();
            await replica.PromoteAsync();
            relay.ComeUp(replica.Port);
            result = (await run.EndAsync()).RequireNoErrors();
        }
        finally
        {
            await cluster.StartAsync();
        }

        Assert.Equal(["l0 Uploaded", "l1 Uploaded", "l2 Uploaded", "l3 Uploaded"], Statuses(result));
        await RequireOneVideoEachAsync(4);
        Assert.Equal(4L * 1_500_000, BytesOf(await PatchesAsync()));
        var kept = Session.Run("param($url) Get-KinescopeUpload -ProgressFile $url", cluster.Url(port: replica.Port)).RequireNoErrors();
        Assert.Equal(IdsOf(result), IdsOf(kept));
    }

    [Fact]
    public async Task Two_runs_behind_a_pooler_in_transaction_mode_send_each_lesson_once()
    {
        await InitialiseAsync();
        var url = cluster.Url("pgbouncer=true", port: await cluster.RequirePoolerAsync());
        WriteCourse(12, 20_000);
        using var other = new PowerShellSession(Folder.Path);
        other.Use(Sandbox);

        using var first = Start($"-ProgressFile '{url}'");
        using var second = new RunningScript(other.Shell($"Get-LessonVideoMap | Send-KinescopeVideo -ProgressFile '{url}'"));
        ScriptResult[] results = [(await first.EndAsync()).RequireNoErrors(), (await second.EndAsync()).RequireNoErrors()];

        await RequireOneVideoEachAsync(12);
        Assert.Equal(12 * 20_000, BytesOf(await PatchesAsync()));
        Assert.All(results, result => Assert.Equal(12, result.Output.Count));
        Assert.Equal(12, results.Sum(result => Statuses(result).Count(status => status.EndsWith(" Uploaded", StringComparison.Ordinal))));
        Assert.Equal(12, results.SelectMany(result => result.Texts("VideoId")).Distinct().Count());
    }

    private static IEnumerable<string> IdsOf(ScriptResult result) =>
        result.Output.Select(upload => $"{upload.Properties["LessonId"].Value} {upload.Properties["VideoId"].Value}").Order();

    private async Task InitialiseAsync()
    {
        cluster.Require();
        await cluster.ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
        Session.Run("param($url) Initialize-KinescopeUpload $url -Confirm:$false", cluster.Url()).RequireNoErrors();
    }
}
