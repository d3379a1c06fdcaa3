using KinescopePS.Kinescope;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Calls that take their turns among those of several machines, and what holds where nobody can give any.</summary>
public sealed class SharedTurnTests : ISharedPace
{
    private static readonly RequestLimits Limits = RequestLimits.Standard;
    private static readonly TimeSpan Interval = EvenPace.Of(Limits)!.Interval;

    private readonly FakeTimeProvider _time = new();
    private readonly HostGate _gate;
    private readonly Queue<SharedTurn> _turns = new();
    private Func<Task<SharedTurn?>>? _answer;
    private int _machines = 3;
    private int _asked;

    public SharedTurnTests() => _gate = NewGate(Limits);

    int ISharedPace.Machines => _machines;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    Task<SharedTurn?> ISharedPace.TakeAsync(string host, EvenPace pace, CancellationToken cancellation)
    {
        _asked++;
        return _answer?.Invoke() ?? Task.FromResult<SharedTurn?>(_turns.Dequeue());
    }

    Task ISharedPace.PauseAsync(string host, TimeSpan wait, string reason) => Task.CompletedTask;

    [Theory]
    [InlineData(10, 300, 3, 295)]
    [InlineData(10, null, 1, 399)]
    [InlineData(null, 300, 1, 290)]
    [InlineData(1, 300, 1, 39)]
    [InlineData(50, 2, 1, 1.9)]
    [InlineData(1, 1, 1, 0.99)]
    [InlineData(100, 6000, 1, 3999)]
    public void The_even_pace_keeps_below_both_limits_and_close_to_them(int? perSecond, int? perMinute, int burst, double callsPerMinute)
    {
        var pace = EvenPace.Of(new RequestLimits(perSecond, perMinute))!;
        // Each call comes as soon as it may, and every second one half a second late.
        var calls = Enumerable.Range(0, 1000)
            .Select(i => Math.Max(0, i - pace.Burst + 1) * pace.Interval.TotalSeconds + (i % 2 == 0 ? 0.499 : 0)).Order().ToList();

        Assert.Equal(burst, pace.Burst);
        Assert.InRange(60 / pace.Interval.TotalSeconds, callsPerMinute, Math.Min(perMinute ?? 60_000, (perSecond ?? 1000) * 60));
        Assert.True(MostWithin(calls, 1) <= (perSecond ?? int.MaxValue), $"{MostWithin(calls, 1)} in a second");
        Assert.True(MostWithin(calls, 60) <= (perMinute ?? int.MaxValue), $"{MostWithin(calls, 60)} in a minute");
    }

    [Fact]
    public async Task A_call_waits_for_its_turn_and_the_hold_names_the_limit()
    {
        _turns.Enqueue(Turn(after: 3));
        var passing = PassAsync();

        Assert.Equal("limit of 300 a minute", _gate.Hold!.Reason);
        Assert.Equal(3, _gate.Hold.Remaining.TotalSeconds);
        _time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.False(passing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await passing;
        Assert.Null(_gate.Hold);
    }

    [Fact]
    public async Task A_pause_that_a_turn_tells_of_holds_all_requests_and_costs_no_second_turn()
    {
        _turns.Enqueue(new SharedTurn(default, TimeSpan.FromSeconds(21), TimeSpan.FromSeconds(20), "Kinescope's rate limit"));
        var passing = PassAsync();

        Assert.Equal(("Kinescope's rate limit", 20), (_gate.Hold!.Reason, _gate.Hold.Remaining.TotalSeconds));
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(("limit of 300 a minute", 1), (_gate.Hold!.Reason, _gate.Hold.Remaining.TotalSeconds));
        _time.Advance(TimeSpan.FromSeconds(1));
        await passing;
        Assert.Equal(1, _asked);
    }

    [Fact]
    public async Task A_pause_that_is_heard_of_while_a_call_waits_is_followed_by_another_turn()
    {
        _turns.Enqueue(Turn(after: 1));
        _turns.Enqueue(Turn(after: 2));
        var passing = PassAsync();
        _gate.Pause(TimeSpan.FromSeconds(30), "Kinescope's rate limit");

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("Kinescope's rate limit", _gate.Hold!.Reason);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal(2, _asked);
        Assert.False(passing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));
        await passing;
    }

    [Fact]
    public async Task Requests_that_count_against_no_limits_take_no_turn()
    {
        await NewGate(RequestLimits.None).PassAsync(() => Task.CompletedTask, Stop, this);

        Assert.Equal(0, _asked);
    }

    [Fact]
    public async Task No_call_waits_for_an_answer_longer_than_a_moment_and_it_is_asked_for_again_later()
    {
        _answer = () => new TaskCompletionSource<SharedTurn?>().Task;
        var first = PassAsync();
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(first.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await first;

        _time.Advance(TimeSpan.FromSeconds(4));
        await PassAsync();
        Assert.Equal(1, _asked);

        _time.Advance(TimeSpan.FromSeconds(1));
        _answer = null;
        _turns.Enqueue(Turn(after: 0));
        await PassAsync();
        _turns.Enqueue(Turn(after: 0));
        await PassAsync();
        Assert.Equal(3, _asked);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public async Task A_machine_that_gets_no_turns_keeps_to_its_part_of_the_limits_but_makes_a_call_a_minute(int machines)
    {
        _machines = machines;
        _answer = () => Task.FromResult<SharedTurn?>(null);
        var part = Math.Min(Interval.TotalSeconds * machines, 60);
        await PassAsync();

        foreach (var _ in Enumerable.Range(0, 3))
        {
            var next = PassAsync();
            _time.Advance(TimeSpan.FromSeconds(part - 0.001));
            Assert.False(next.IsCompleted);
            _time.Advance(TimeSpan.FromSeconds(0.001));
            await next;
        }
    }

    [Fact]
    public async Task The_first_call_without_turns_keeps_its_distance_from_the_last_one_with()
    {
        _turns.Enqueue(Turn(after: 0));
        await PassAsync();
        _answer = () => Task.FromResult<SharedTurn?>(null);

        var next = PassAsync();

        Assert.Equal(Interval * 3, _gate.Hold!.Remaining);
        Assert.False(next.IsCompleted);
        _time.Advance(Interval * 3);
        await next;
    }

    [Fact]
    public async Task A_turn_that_is_no_longer_wanted_is_not_waited_for()
    {
        _turns.Enqueue(Turn(after: 30));
        using var cancelled = new CancellationTokenSource();
        var passing = _gate.PassAsync(() => Task.CompletedTask, cancelled.Token, this);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => passing);
        Assert.Null(_gate.Hold);
    }

    private static SharedTurn Turn(double after) => new(default, TimeSpan.FromSeconds(after), TimeSpan.Zero, "");

    private static int MostWithin(IReadOnlyList<double> calls, double window) =>
        Enumerable.Range(0, calls.Count).Max(first => calls.Skip(first).TakeWhile(call => call - calls[first] < window).Count());

    private HostGate NewGate(RequestLimits limits) =>
        new(HostPace.For("shared.example", limits, _time), TimeSpan.FromSeconds(1), _time);

    private async Task PassAsync()
    {
        using var turn = await _gate.PassAsync(() => Task.CompletedTask, Stop, this);
    }
}
