using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Core.Tests.Transfer;

/// <summary>The number of files at once that is found for a line: played without waiting.</summary>
public sealed class UploadThrottleTests
{
    private const double MiB = 1 << 20;

    private readonly UploadThrottle _throttle = UploadThrottle.Search();
    private readonly HashSet<int> _tried = [];
    private TimeSpan _least = TimeSpan.FromMilliseconds(20);
    private TimeSpan _now;
    private double _sent;

    [Fact]
    public void A_fixed_number_stays()
    {
        var throttle = UploadThrottle.Fixed(7);

        Assert.True(throttle.IsFixed);
        Assert.Equal(7, throttle.Count);
    }

    [Fact]
    public void A_line_with_room_is_given_as_many_files_as_bring_more()
    {
        // Each connection is held back by its own window; nine of them fill the line.
        Play(minutes: 2, count => Math.Min(90, 10 * count), count => count > 9 ? 60 : 0);

        Assert.InRange(_throttle.Count, 9, 11);
    }

    [Fact]
    public void A_long_line_is_filled_within_seconds()
    {
        Play(minutes: 0.15, count => 10 * count, _ => 0);

        Assert.Equal(UploadThrottle.Most, _throttle.Count);
    }

    [Theory]
    [InlineData(20, UploadThrottle.First)]
    [InlineData(80, UploadThrottle.FirstOnLongLine)]
    public void A_line_is_begun_with_what_its_length_asks_for(int milliseconds, int expected)
    {
        _least = TimeSpan.FromMilliseconds(milliseconds);

        Play(minutes: 0.01, count => 10 * count, _ => 0);

        Assert.Equal(expected, _throttle.Count);
    }

    [Fact]
    public void A_long_line_that_few_files_fill_is_given_back()
    {
        _least = TimeSpan.FromMilliseconds(80);

        Play(minutes: 3, _ => 10, _ => 90);

        Assert.Equal(1, _throttle.Count);
    }

    [Fact]
    public void One_bad_second_at_the_beginning_does_not_leave_a_long_line_empty()
    {
        Play(minutes: 0.5, count => _now > TimeSpan.FromSeconds(3) && _now < TimeSpan.FromSeconds(5) ? 10 : 10 * count, _ => 0);

        Assert.Equal(UploadThrottle.Most, _throttle.Count);
    }

    [Fact]
    public void A_line_that_one_file_fills_is_left_to_one_file()
    {
        Play(minutes: 1, _ => 10, _ => 90);

        Assert.Equal(1, _throttle.Count);
        Assert.Equal([1, 2, 3, 4], _tried.Order());
    }

    [Fact]
    public void Files_that_only_fill_the_gaps_between_others_are_kept()
    {
        // Two leave the line empty at times, and others' packets do not wait then.
        Play(minutes: 3, count => count > 2 ? 10 : 8, count => count > 2 ? 40 : 2);

        Assert.Equal(3, _throttle.Count);
    }

    [Fact]
    public void A_queue_that_empties_now_and_then_leaves_room()
    {
        // The line of a small rate and a long way: connections that lost a packet fill it only at their next height.
        var looks = 0;
        Play(minutes: 1, count => count < 6 ? 17.5 * count : 100, count => count < 6 && looks++ % 5 == 0 ? 0 : 50);

        Assert.InRange(_throttle.Count, 6, 8);
    }

    [Fact]
    public void A_neighbour_who_fills_the_line_too_is_not_pushed_aside()
    {
        // Whoever has more connections has more of the line.
        Play(minutes: 5, count => 10.0 * count / (count + 2), _ => 90);

        Assert.Equal(UploadThrottle.First, _throttle.Count);
        Assert.Equal(UploadThrottle.First, _tried.Max());
    }

    [Fact]
    public void Many_small_losses_are_not_taken_for_none()
    {
        // Each step costs less than is noticed by itself.
        Play(minutes: 2, count => 10 - 0.2 * (4 - count), _ => 90);

        Assert.InRange(_throttle.Count, 3, 4);
    }

    [Fact]
    public void More_files_that_bring_nothing_are_taken_back_and_tried_less_and_less_often()
    {
        var tries = 0;
        Play(minutes: 20, _ => 5, _ => 0, count => tries += count > UploadThrottle.First ? 1 : 0);

        Assert.Equal(UploadThrottle.First, _throttle.Count);
        // One of two seconds and one of four at the beginning; after half a minute, one, two, four, and five each further time: six in twenty
        // minutes, of four seconds each.
        Assert.InRange(tries / (4.0 * 4), 4, 7.5);
    }

    [Fact]
    public void Without_round_trips_the_rate_alone_decides()
    {
        Play(minutes: 2, count => Math.Min(60, 10 * count), _ => null);

        Assert.InRange(_throttle.Count, 6, 9);
    }

    [Fact]
    public void It_never_goes_beyond_its_bounds()
    {
        Play(minutes: 5, count => 10 * count, _ => 0);

        Assert.Equal(UploadThrottle.Most, _throttle.Count);
        Assert.All(_tried, count => Assert.InRange(count, 1, UploadThrottle.Most));
    }

    [Fact]
    public void Fewer_are_judged_once_those_that_are_too_many_have_ended()
    {
        // Three fill the line, and one of those that are too many ends every twenty seconds.
        var (open, ended) = (0, TimeSpan.Zero);
        Play(minutes: 30, _ => Math.Min(10, 4 * open), _ => open >= 3 ? 60 : 0, count =>
        {
            if (open > count && _now - ended > TimeSpan.FromSeconds(20))
                (open, ended) = (open - 1, _now);
            open = Math.Max(count, open);
        }, count => open <= count);

        Assert.Equal(2, _tried.Min());
        Assert.InRange(_throttle.Count, 2, 4);
    }

    [Fact]
    public void An_idle_run_says_nothing_of_its_line()
    {
        Play(minutes: 2, _ => 0, _ => 0, isBusy: _ => false);

        Assert.Equal([UploadThrottle.First], _tried);
    }

    [Fact]
    public void A_line_that_others_leave_is_looked_at_again()
    {
        Play(minutes: 3, _ => 5, _ => 90);
        Assert.Equal(1, _throttle.Count);

        Play(minutes: 3, count => Math.Min(40, 10 * count), count => count > 4 ? 60 : 0);

        Assert.InRange(_throttle.Count, 4, 5);
    }

    /// <summary>Plays a line whose rate and queue are given by the number of files at once. Units: MiB a second, milliseconds.</summary>
    private void Play(double minutes, Func<int, double> rate, Func<int, double?> queue, Action<int>? looked = null, Func<int, bool>? isBusy = null)
    {
        var look = TimeSpan.FromMilliseconds(250);
        var random = new Random(1);
        for (var end = _now + TimeSpan.FromMinutes(minutes); _now < end; _now += look)
        {
            _tried.Add(_throttle.Count);
            looked?.Invoke(_throttle.Count);
            // Files of all sizes make a rate uneven.
            _sent += rate(_throttle.Count) * MiB * look.TotalSeconds * (1 + 0.02 * (random.NextDouble() - 0.5));
            LineDelay? delay = queue(_throttle.Count) is { } waits ? new LineDelay(_least + TimeSpan.FromMilliseconds(waits), _least) : null;
            _throttle.Note(_now, (long)_sent, isBusy?.Invoke(_throttle.Count) ?? true, delay);
        }
    }
}
