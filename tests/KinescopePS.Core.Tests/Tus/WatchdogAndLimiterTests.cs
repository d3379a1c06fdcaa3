using KinescopePS.Tus;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Tus;

/// <summary>A request that no longer gets anywhere is cancelled, and one that is only slow is not; a run's bandwidth is shared.</summary>
public sealed class WatchdogAndLimiterTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 8, 59, 0, TimeSpan.Zero));

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1024, 0, true)]
    [InlineData(1024, 500, true)]
    [InlineData(1024, 2000, false)]
    [InlineData(0, 0, true)]
    [InlineData(0, 1, false)]
    public void The_rate_over_the_patience_decides(int minimumRate, int bytesPerSecond, bool isCancelled)
    {
        using var watchdog = new ProgressWatchdog(TimeSpan.FromSeconds(60), minimumRate, _time, Stop);
        watchdog.Start();

        for (var second = 0; second < 300; second++)
        {
            watchdog.Progressed(bytesPerSecond);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(isCancelled, watchdog.Token.IsCancellationRequested);
        Assert.Equal(isCancelled, watchdog.HasFired);
    }

    [Fact]
    public void A_standstill_is_noticed_after_the_patience_and_not_before()
    {
        using var watchdog = new ProgressWatchdog(TimeSpan.FromSeconds(60), 1024, _time, Stop);
        watchdog.Start();
        for (var second = 0; second < 120; second++)
        {
            watchdog.Progressed(1 << 20);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.False(watchdog.HasFired);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(watchdog.HasFired);
    }

    [Fact]
    public void One_that_has_ended_begins_no_more()
    {
        var watchdog = new ProgressWatchdog(TimeSpan.FromSeconds(60), 1024, _time, Stop);
        watchdog.Start();
        watchdog.Dispose();

        watchdog.Start();
        _time.Advance(TimeSpan.FromHours(1));

        Assert.False(watchdog.HasFired);
    }

    [Fact]
    public void A_wait_of_another_is_none_of_the_request()
    {
        using var watchdog = new ProgressWatchdog(TimeSpan.FromSeconds(60), 1024, _time, Stop);
        watchdog.Start();
        _time.Advance(TimeSpan.FromSeconds(50));
        watchdog.Stop();
        _time.Advance(TimeSpan.FromHours(1));
        watchdog.Start();
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.False(watchdog.HasFired);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.True(watchdog.HasFired);
    }

    [Fact]
    public async Task Transfers_share_the_bandwidth_and_each_waits_for_what_was_sent_before_it()
    {
        var limiter = new BandwidthLimiter(BandwidthTimetable.Parse("1MB"), _time);
        var waits = new[] { WaitAsync(), WaitAsync(), WaitAsync() };

        Assert.Equal([true, false, false], waits.Select(wait => wait.IsCompleted));
        _time.Advance(TimeSpan.FromSeconds(1));
        await waits[1];
        Assert.False(waits[2].IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));
        await waits[2];

        Task WaitAsync() => limiter.WaitAsync(1 << 20, Stop).AsTask();
    }

    [Fact]
    public async Task Machines_that_share_a_limit_have_equal_parts_of_it_at_each_moment()
    {
        var machines = 2;
        var limiter = new BandwidthLimiter(BandwidthTimetable.Parse("1MB"), _time) { Sharers = () => machines };
        Assert.Equal((1 << 20) / 2 / 8, limiter.PieceSize);
        await WaitAsync();
        var next = WaitAsync();
        _time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.False(next.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        await next;

        _time.Advance(TimeSpan.FromSeconds(2));
        machines = 1;
        await WaitAsync();
        next = WaitAsync();
        _time.Advance(TimeSpan.FromSeconds(1));
        await next;

        Task WaitAsync() => limiter.WaitAsync(1 << 20, Stop).AsTask();
    }

    [Fact]
    public void The_timetable_goes_by_the_time_of_day()
    {
        _time.SetLocalTimeZone(TimeZoneInfo.Utc);
        var limiter = new BandwidthLimiter(BandwidthTimetable.Parse("09:00=8KB 19:00=off"), _time);
        Assert.Equal(int.MaxValue, limiter.PieceSize);

        _time.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal(1024, limiter.PieceSize);
    }
}
