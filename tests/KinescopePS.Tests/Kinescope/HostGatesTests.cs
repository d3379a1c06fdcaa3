using System.Diagnostics;
using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>A host that is out of reach: one probe for everybody, and nobody waits for more than the probe.</summary>
public sealed class HostGatesTests
{
    private static readonly KinescopeException Unreachable = new(ErrorIds.HostUnreachable, "gone");

    private readonly HostGates.Gate _gate = new HostGates(TimeSpan.FromMilliseconds(500)).For(new Uri("https://a.example"));
    private int _probes;

    [Fact]
    public async Task Those_who_wait_share_the_probe_that_fails()
    {
        _gate.Missed(Unreachable, null);

        var passing = Enumerable.Range(0, 8).Select(_ => PassAsync(succeeds: false)).ToList();

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

        Assert.Same(failure, await Assert.ThrowsAsync<KinescopeException>(() => late));
        Assert.Equal(0, _probes);
    }

    [Fact]
    public async Task Those_who_wait_share_the_probe_that_succeeds_and_then_run_side_by_side()
    {
        _gate.Missed(Unreachable, null);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => PassAsync(succeeds: true)));

        Assert.Equal(1, _probes);
        Assert.Null(_gate.Unreachable);
    }

    [Fact]
    public async Task A_pause_that_the_probe_is_told_to_make_holds_those_who_waited_too()
    {
        _gate.Missed(Unreachable, null);
        var told = 0L;

        await _gate.PassAsync(
            () =>
            {
                told = Stopwatch.GetTimestamp();
                _gate.Reached();
                _gate.Pause(TimeSpan.FromSeconds(1), "Kinescope asked for it");
                return Task.CompletedTask;
            },
            TestContext.Current.CancellationToken);

        Assert.True(Stopwatch.GetElapsedTime(told) >= TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Failures_of_the_same_moment_count_once_and_the_pause_doubles_with_each_further_one()
    {
        Assert.Equal(500, _gate.Missed(Unreachable, null)?.TotalMilliseconds);
        Assert.Null(_gate.Missed(new KinescopeException(ErrorIds.HostUnreachable, "the same"), null));
        Assert.Equal(1000, _gate.Missed(new KinescopeException(ErrorIds.HostUnreachable, "again"), Unreachable)?.TotalMilliseconds);
        _gate.Reached();
        Assert.Equal(500, _gate.Missed(Unreachable, null)?.TotalMilliseconds);
    }

    private Task PassAsync(bool succeeds) => _gate.PassAsync(
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
        TestContext.Current.CancellationToken);
}
