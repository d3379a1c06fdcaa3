using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Database;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>A shared record behind a pooler, and on a server that takes the place of another one.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedFailoverTests(PostgresCluster cluster) : SharedUploadTest(cluster)
{
    [Fact]
    public async Task Behind_a_pooler_in_transaction_mode_each_lesson_is_one_machine_s()
    {
        var url = Cluster.Url("pgbouncer=true", port: await Cluster.RequirePoolerAsync());
        SharedUploadRecord[] machines = [await JoinAsync("a", url: url), await JoinAsync("b", url: url), await JoinAsync("c", url: url)];
        var lessons = Enumerable.Range(0, 20).Select(number => $"l{number}").ToList();

        var done = await Task.WhenAll(machines.Select(machine => Task.WhenAll(lessons.Select(lesson => Task.Run(() => TryUploadAsync(machine, lesson))))));

        // Whoever was refused finds the other's, or the claim that he still has.
        Assert.Equal(lessons.Count, done.Sum(results => results.Count(isOwn => isOwn)));
        Assert.Equal(20L, await AskAsync<long>("SELECT count(*) FROM kinescopeps.upload WHERE stage = 'uploaded'"));
        Assert.Equal(0L, await AskAsync<long>("SELECT count(*) FROM kinescopeps.claim"));
        Assert.All(machines, machine => Assert.Null(machine.LostBy));
        Assert.Equal(3, Session.Run("param($url) Get-KinescopeUpload -ByMachine -ProgressFile $url", url).RequireNoErrors().Output.Count);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_another_server_takes_over_uploads_go_on_there_and_no_id_is_lost(bool lacksTheLastCommits)
    {
        await using var log = new FaultyRelay(Cluster.Port);
        await using var relay = new FaultyRelay(Cluster.Port);
        await using var replica = await PostgresReplica.StartAsync(Cluster, log.Port);
        var machine = await JoinAsync("a", url: Cluster.Url(port: relay.Port));
        await machine.ClaimAsync("l1", Stop);
        await machine.AppendAsync(ProgressTest.Intent("l1"));
        await replica.UntilCaughtUpAsync();
        if (lacksTheLastCommits)
            log.GoDown();
        await machine.AppendAsync(ProgressTest.Initialised("l1", "v1"));
        if (!lacksTheLastCommits)
            await replica.UntilCaughtUpAsync();

        Task<RecordedUpload> ended;
        try
        {
            await Cluster.StopAsync();
            relay.GoDown();
            // The last byte waits for the server that comes.
            ended = machine.AppendAsync(Of(UploadEventKind.Ending, "l1")).AsTask();
            await replica.PromoteAsync();
            Assert.False(ended.IsCompleted);
            relay.ComeUp(replica.Port);
            await Eventually.HoldsAsync(() => ended.IsCompleted);
            await ended;
            await machine.AppendAsync(Of(UploadEventKind.Uploaded, "l1", "v1"));
        }
        finally
        {
            await Cluster.StartAsync();
        }

        var found = Session.Run("param($url) Get-KinescopeUpload -ProgressFile $url", Cluster.Url(port: replica.Port)).RequireNoErrors();
        Assert.Equal(["l1"], found.Texts("LessonId"));
        Assert.Equal(["v1"], found.Texts("VideoId"));
        Assert.Null(machine.LostBy);
    }

    private static async Task<bool> TryUploadAsync(SharedUploadRecord machine, string lesson)
    {
        var claim = await machine.ClaimAsync(lesson, Stop);
        if (!claim.IsGranted)
            return false;
        try
        {
            if (await machine.FindAsync(lesson, Stop) is { Stage: UploadStage.Uploaded })
                return false;
            await machine.AppendAsync(ProgressTest.Intent(lesson), null);
            await machine.AppendAsync(ProgressTest.Initialised(lesson, $"v-{lesson}"));
            await machine.AppendAsync(Of(UploadEventKind.Uploaded, lesson, $"v-{lesson}"));
            return true;
        }
        finally
        {
            await machine.ReleaseAsync(claim);
        }
    }
}
