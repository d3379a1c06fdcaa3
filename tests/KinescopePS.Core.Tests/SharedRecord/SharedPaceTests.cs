using System.Globalization;
using KinescopePS.Kinescope;
using KinescopePS.SharedRecord;
using Npgsql;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>Limits and pauses that machines keep together through PostgreSQL. A machine is a data source of its own.</summary>
[Collection(SharedRecordCollection.Name)]
public sealed class SharedPaceTests(SharedRecordServer server) : IAsyncLifetime
{
    private const string Host = "api.example";

    private readonly List<NpgsqlDataSource> _sources = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => await server.ResetAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (var source in _sources)
            await source.DisposeAsync();
    }

    [Theory]
    [InlineData("read committed", 10, 300)]
    [InlineData("repeatable read", 10, 300)]
    [InlineData("read committed", 3, 20)]
    public async Task No_second_and_no_minute_has_more_calls_than_the_limits_whoever_makes_them(string isolation, int perSecond, int perMinute)
    {
        var pace = EvenPace.Of(new RequestLimits(perSecond, perMinute))!;
        var machines = Enumerable.Range(0, 4).Select(_ => NewMachine($"-c default_transaction_isolation={isolation.Replace(" ", "\\ ")}")).ToList();

        var turns = await Task.WhenAll(machines.Select(machine => Task.Run(() => TakeAsync(machine, pace, perMinute / 3))));

        var times = turns.SelectMany(turn => turn).Select(turn => turn.At).Order().ToList();
        Assert.Equal(4 * (perMinute / 3), times.Count);
        AssertAtMost(perSecond, times, TimeSpan.FromSeconds(1));
        AssertAtMost(perMinute, times, TimeSpan.FromMinutes(1));
        // Nor are they slower than they have to be.
        Assert.True(times[^1] - times[0] < (times.Count * pace.Interval) + TimeSpan.FromSeconds(5), $"{times[^1] - times[0]}");
    }

    [Fact]
    public async Task A_pause_that_one_machine_was_asked_for_is_in_the_next_turn_of_another_and_in_its_next_heartbeat()
    {
        using var one = await JoinAsync();
        using var other = await JoinAsync();
        var heard = new List<(string Host, TimeSpan Wait, string Reason)>();
        other.PauseHeard = (host, wait, reason) => heard.Add((host, wait, reason));
        await one.Pace.PauseAsync(Host, TimeSpan.FromSeconds(90), "Kinescope's rate limit");
        await one.Pace.PauseAsync(Host, TimeSpan.FromSeconds(30), "Kinescope asked for it");

        var turn = (await other.Pace.TakeAsync(Host, EvenPace.Of(RequestLimits.Standard)!, Stop))!;
        var elsewhere = (await other.Pace.TakeAsync("another.example", EvenPace.Of(RequestLimits.Standard)!, Stop))!;
        await other.RefreshAsync(Stop);

        Assert.InRange(turn.Pause.TotalSeconds, 60, 90);
        Assert.True(turn.Wait >= turn.Pause);
        Assert.Equal("Kinescope's rate limit", turn.PauseReason);
        Assert.Equal(TimeSpan.Zero, elsewhere.Wait);
        var pause = heard[0];
        Assert.Equal((Host, "Kinescope's rate limit"), (pause.Host, pause.Reason));
        Assert.InRange(pause.Wait.TotalSeconds, 60, 90);
        Assert.Equal(2, other.Pace.Machines);
    }

    [Fact]
    public async Task Calls_that_a_pause_has_held_do_not_come_all_at_once_after_it()
    {
        var machines = Enumerable.Range(0, 4).Select(_ => NewMachine()).ToList();
        await machines[0].PauseAsync(Host, TimeSpan.FromSeconds(60), "Kinescope's rate limit");

        var turns = await Task.WhenAll(machines.Select(machine => TakeAsync(machine, EvenPace.Of(RequestLimits.Standard)!, 10)));

        AssertAtMost(10, [.. turns.SelectMany(turn => turn).Select(turn => turn.At).Order()], TimeSpan.FromSeconds(1));
    }

    [Fact]
    public async Task A_database_that_cannot_be_asked_is_no_error()
    {
        var away = new SharedPace(NpgsqlDataSource.Create($"Host=127.0.0.1;Port={Ports.Closed()};Username=nobody"), () => 0);

        Assert.Null(await away.TakeAsync(Host, EvenPace.Of(RequestLimits.Standard)!, Stop));
        await away.PauseAsync(Host, TimeSpan.FromSeconds(1), "Kinescope asked for it");
        Assert.Equal(1, away.Machines);
    }

    private static void AssertAtMost(int calls, IReadOnlyList<DateTimeOffset> times, TimeSpan window)
    {
        for (var i = calls; i < times.Count; i++)
            Assert.True(times[i] - times[i - calls] >= window, string.Create(CultureInfo.InvariantCulture, $"{calls + 1} calls in {times[i] - times[i - calls]}"));
    }

    private static async Task<List<SharedTurn>> TakeAsync(SharedPace machine, EvenPace pace, int count)
    {
        var turns = new List<SharedTurn>();
        for (var i = 0; i < count; i++)
            turns.Add((await machine.TakeAsync(Host, pace, Stop))!);
        return turns;
    }

    private Task<SharedUploadRecord> JoinAsync() => SharedUploadRecord.JoinAsync(server.Address(), TimeSpan.FromMinutes(1), TimeProvider.System, Stop);

    private SharedPace NewMachine(string? options = null) => new(NewSource(options), () => 4);

    private NpgsqlDataSource NewSource(string? options = null)
    {
        var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = server.Port, Username = "postgres", Options = options });
        _sources.Add(source);
        return source;
    }
}
