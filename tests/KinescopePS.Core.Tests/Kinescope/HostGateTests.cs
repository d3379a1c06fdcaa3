using KinescopePS.Kinescope;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>
/// A host's pauses, limits and absence: all requests wait for them together, and while it is out of reach one probe finds out for all.
/// </summary>
public sealed class HostGateTests
{
    private const string Host = "a.example";

    private static readonly KinescopeException Unreachable = new(ErrorIds.HostUnreachable, "gone");

    private readonly FakeTimeProvider _time = new();
    private readonly HostGate _gate;
    private int _probes;

    public HostGateTests() => _gate = NewGate();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Those_who_wait_share_the_probe_that_fails()
    {
        _gate.Missed(Unreachable, null);
        var passing = Enumerable.Range(0, 8).Select(_ => PassAsync(succeeds: false)).ToList();

        _time.Advance(TimeSpan.FromSeconds(1));

        foreach (var one in passing)
            Assert.Equal(ErrorIds.HostUnreachable, (await Assert.ThrowsAsync<KinescopeException>(() => one)).ErrorId);
        Assert.Equal(1, _probes);
    }

    [Fact]
    public async Task One_who_wakes_late_shares_the_failure_too_and_does_not_wait_for_the_next_pause()
    {
        _gate.Missed(Unreachable, null);
        var late = PassAsync(succeeds: true);
        var failure = new KinescopeException(ErrorIds.HostUnreachable, "still gone");
        _gate.Missed(failure, Unreachable);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(failure, await Assert.ThrowsAsync<KinescopeException>(() => late));
        Assert.Equal(0, _probes);
    }

    [Fact]
    public async Task Those_who_wait_share_the_probe_that_succeeds_and_then_run_side_by_side()
    {
        _gate.Missed(Unreachable, null);
        var passing = Enumerable.Range(0, 8).Select(_ => PassAsync(succeeds: true)).ToList();
        Assert.All(passing, one => Assert.False(one.IsCompleted));

        _time.Advance(TimeSpan.FromSeconds(1));
        await Task.WhenAll(passing);

        Assert.Equal(1, _probes);
        Assert.Null(_gate.Unreachable);
    }

    [Fact]
    public async Task A_pause_that_the_probe_is_told_to_make_holds_those_who_waited_too()
    {
        _gate.Missed(Unreachable, null);
        var probed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var passing = _gate.PassAsync(
            () =>
            {
                _gate.Reached();
                _gate.Pause(TimeSpan.FromSeconds(20), "Kinescope asked for it");
                probed.SetResult();
                return Task.CompletedTask;
            },
            Stop);

        _time.Advance(TimeSpan.FromSeconds(1));
        await probed.Task;
        _time.Advance(TimeSpan.FromSeconds(19));
        Assert.False(passing.IsCompleted);

        await AdvanceUntilAsync(passing);
    }

    [Fact]
    public void Failures_of_the_same_moment_count_once_and_the_pause_doubles_with_each_further_one()
    {
        Assert.Equal(1, _gate.Missed(Unreachable, null)?.TotalSeconds);
        Assert.Null(_gate.Missed(new KinescopeException(ErrorIds.HostUnreachable, "the same"), null));
        Assert.Equal(2, _gate.Missed(new KinescopeException(ErrorIds.HostUnreachable, "again"), Unreachable)?.TotalSeconds);
        _gate.Reached();
        Assert.Equal(1, _gate.Missed(Unreachable, null)?.TotalSeconds);
    }

    [Fact]
    public void A_host_out_of_reach_is_held_and_then_tried_by_this_run_alone()
    {
        Assert.Null(_gate.Hold);

        _gate.Missed(Unreachable, null);
        Assert.Equal("Kinescope is out of reach", _gate.Hold!.Reason);
        Assert.Equal(1, _gate.Hold!.Remaining.TotalSeconds);
        Assert.Null(NewGate().Hold);

        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("trying now", _gate.Hold!.When);
        _gate.Reached();
        Assert.Null(_gate.Hold);
    }

    [Fact]
    public async Task The_longest_of_several_pauses_holds_all_runs_of_the_process_where_limits_are_shared()
    {
        var (one, other) = (NewGate(RequestLimits.Standard), NewGate(RequestLimits.Standard));
        one.Pause(TimeSpan.FromSeconds(90), "Kinescope's rate limit");
        one.Pause(TimeSpan.FromSeconds(30), "Kinescope asked for it");

        Assert.Equal("Kinescope's rate limit", other.Hold!.Reason);
        Assert.Equal(90, other.Hold.Remaining.TotalSeconds);
        var passing = other.PassAsync(() => Task.CompletedTask, Stop);
        _time.Advance(TimeSpan.FromSeconds(89.9));
        Assert.False(passing.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await passing;
    }

    [Fact]
    public void A_run_that_is_started_again_does_not_sit_out_the_pause_of_an_upload()
    {
        _gate.Pause(TimeSpan.FromHours(1), "Kinescope asked for it");

        Assert.NotNull(_gate.Hold);
        Assert.Null(NewGate().Hold);
    }

    [Fact]
    public void No_server_is_granted_more_than_an_hour()
    {
        _gate.Pause(TimeSpan.MaxValue, "Kinescope asked for it");

        Assert.Equal(1, _gate.Hold!.Remaining.TotalHours);
    }

    [Theory]
    [InlineData(2, null, "limit of 2 a second", 1)]
    [InlineData(null, 2, "limit of 2 a minute", 60)]
    [InlineData(10, 2, "limit of 2 a minute", 60)]
    public async Task A_turn_comes_back_so_long_after_its_response(int? perSecond, int? perMinute, string reason, int seconds)
    {
        var gate = NewGate(new RequestLimits(perSecond, perMinute));
        var turns = new[] { await TakeAsync(gate), await TakeAsync(gate) };
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(gate.Hold);

        turns[0].Dispose();

        Assert.Equal(reason, gate.Hold!.Reason);
        Assert.InRange(gate.Hold.Remaining.TotalSeconds, seconds, seconds + 0.1);
        var next = NewGate(new RequestLimits(perSecond, perMinute)).PassAsync(() => Task.CompletedTask, Stop);
        _time.Advance(TimeSpan.FromSeconds(seconds));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await next;
    }

    [Fact]
    public async Task A_turn_that_was_not_used_is_there_for_the_next_at_once()
    {
        var gate = NewGate(new RequestLimits(null, 1));
        using var cancelled = new CancellationTokenSource();
        gate.Pause(TimeSpan.FromSeconds(5), "Kinescope asked for it");
        var given = gate.PassAsync(() => Task.CompletedTask, cancelled.Token);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        var next = gate.PassAsync(() => Task.CompletedTask, Stop);
        _time.Advance(TimeSpan.FromSeconds(5));

        await next;
    }

    [Fact]
    public async Task Without_limits_nobody_is_held()
    {
        for (var i = 0; i < 1000; i++)
            (await TakeAsync(_gate)).Dispose();

        Assert.Null(_gate.Hold);
    }

    private HostGate NewGate(RequestLimits? limits = null) =>
        new(HostPace.For(Host, limits ?? RequestLimits.None, _time), TimeSpan.FromSeconds(1), _time);

    private static Task<IDisposable> TakeAsync(HostGate gate) =>
        gate.PassAsync(() => Task.CompletedTask, Stop).WaitAsync(TimeSpan.Zero, Stop);

    // What follows a probe may still be on its way to its wait.
    private async Task AdvanceUntilAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await task;
    }

    private Task<IDisposable> PassAsync(bool succeeds) => _gate.PassAsync(
        async () =>
        {
            Interlocked.Increment(ref _probes);
            await Task.Yield();
            if (succeeds)
            {
                _gate.Reached();
                return;
            }

            var failure = new KinescopeException(ErrorIds.HostUnreachable, "still gone");
            _gate.Missed(failure, _gate.Unreachable);
            throw failure;
        },
        Stop);
}
