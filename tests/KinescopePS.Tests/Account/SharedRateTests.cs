using System.Net;
using KinescopePS.Kinescope;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Support;
using Npgsql;

namespace KinescopePS.Tests.Account;

/// <summary>Machines that call one account at the same time, each with connections and a pace of its own.</summary>
[Collection(PostgresCollection.Name)]
public sealed class SharedRateTests(PostgresCluster postgres)
{
    private const int Machines = 3, Calls = 25;

    private static readonly RequestLimits Limits = new(30, 900);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Machines_that_share_a_record_make_their_calls_at_one_pace()
    {
        postgres.Require();
        await postgres.ExecuteAsync($"DROP SCHEMA IF EXISTS kinescopeps CASCADE; {SharedSchema.Script} {SharedSchema.Grants($"\"{PostgresCluster.Owner}\"")}");
        await using var sandbox = await SandboxInProcess.StartAsync(["--requests-per-second", $"{2 * Limits.PerSecond}", "--requests-per-minute", $"{2 * Limits.PerMinute}"]);
        await sandbox.ForgetRequestsAsync();
        var pace = EvenPace.Of(Limits)!;
        var began = DateTimeOffset.UtcNow;

        await Task.WhenAll(Enumerable.Range(0, Machines).Select(_ => CallAsync(sandbox)));

        var calls = await sandbox.RequestsAsync("GET", "/v1/projects");
        Assert.Equal(Machines * Calls, calls.Count);
        Assert.All(calls, call => Assert.Equal(200, call.GetProperty("status").GetInt32()));
        // No call comes before its turn, however slow the machine is; half a second is left to its clocks.
        var times = calls.Select(call => call.GetProperty("started_at").GetDateTimeOffset() - began).Order().ToList();
        Assert.All(times, (time, i) => Assert.True(time >= (pace.Interval * (i + 1 - pace.Burst)) - TimeSpan.FromSeconds(0.5), $"call {i} after {time}"));
    }

    private async Task CallAsync(RunningSandbox sandbox)
    {
        await using var database = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = postgres.Port,
            Username = PostgresCluster.Owner,
            Password = PostgresCluster.OwnerPassword,
            Database = PostgresCluster.Database,
            MaxPoolSize = 4,
        });
        await (await database.OpenConnectionAsync(Stop)).DisposeAsync();
        using var client = KinescopeHttp.CreateClient(new NetworkSettings(null, null, null));
        var http = new KinescopeHttp(client, TimeSpan.FromSeconds(1), new OwnClock()) { SharedPace = new SharedPace(database, () => Machines) };
        var account = new KinescopeSettings
        {
            ApiKey = new NetworkCredential("", sandbox.Environment["KINESCOPE_API_KEY"]).SecurePassword,
            ApiUri = new Uri(sandbox.Environment["KINESCOPE_API_URL"]),
            Limits = Limits,
        };
        var kinescope = new KinescopeClient(http, account);
        await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => kinescope.ListProjectsAsync(1, Stop)));
    }

    /// <summary>Runs of one clock are those of one process, which keep to the limits together by themselves.</summary>
    private sealed class OwnClock : TimeProvider;
}
