using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using KinescopePS.Commands;
using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>What is known of a wait: its reason and its end.</summary>
public sealed class HoldTests
{
    private static readonly Uri Host = new("https://a.example");

    private static readonly KinescopeException Unreachable = new(ErrorIds.HostUnreachable, "gone");

    public static TheoryData<string, int> Failures => new()
    {
        { ErrorIds.RateLimited, 429 },
        { ErrorIds.KinescopeUnavailable, 503 },
        { ErrorIds.KinescopeUnavailable, 0 },
        { ErrorIds.HostUnreachable, 0 },
        { ErrorIds.UploadLocked, 0 },
        { ErrorIds.UploadInterrupted, 0 },
        { ErrorIds.UploadOffsetMismatch, 0 },
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2, null, "limit of 2 a second", 1)]
    [InlineData(null, 2, "limit of 2 a minute", 60)]
    [InlineData(10, 2, "limit of 2 a minute", 60)]
    public async Task A_pace_knows_when_the_next_turn_comes_back(int? perSecond, int? perMinute, string reason, int seconds)
    {
        var pace = new ApiPace(new RequestLimits(perSecond, perMinute));
        var turns = new[] { await pace.TakeAsync(Stop), await pace.TakeAsync(Stop) };
        Assert.Null(pace.Hold);
        var before = DateTimeOffset.UtcNow;

        turns[0].Dispose();

        Assert.Equal(reason, pace.Hold!.Reason);
        Assert.InRange((pace.Hold.Until!.Value - before).TotalSeconds, seconds, seconds + 2);
        Assert.False(pace.TakeAsync(Stop).IsCompleted);
    }

    [Fact]
    public async Task A_pace_without_limits_holds_nobody()
    {
        var pace = new ApiPace(new RequestLimits(null, null));

        for (var i = 0; i < 1000; i++)
            (await pace.TakeAsync(Stop).WaitAsync(TimeSpan.Zero, Stop)).Dispose();

        Assert.Null(pace.Hold);
    }

    [Fact]
    public void The_longest_pause_of_a_pace_is_told_with_its_own_reason()
    {
        var pace = new ApiPace(RequestLimits.Standard);

        pace.Pause(TimeSpan.FromSeconds(90), "Kinescope's rate limit");
        pace.Pause(TimeSpan.FromSeconds(30), "Kinescope asked for it");

        Assert.Equal("Kinescope's rate limit", pace.Hold!.Reason);
        Assert.InRange(pace.Hold.Remaining.TotalSeconds, 80, 90);
    }

    [Fact]
    public void A_gate_knows_its_pause_and_that_a_host_out_of_reach_is_tried()
    {
        var gate = new HostGates(TimeSpan.FromSeconds(60)).For(Host);
        Assert.Null(gate.Hold);
        gate.Missed(Unreachable, null);
        Assert.Equal("Kinescope is out of reach", gate.Hold!.Reason);
        Assert.InRange(gate.Hold.Remaining.TotalSeconds, 50, 60);

        var trying = new HostGates(TimeSpan.Zero).For(Host);
        trying.Missed(Unreachable, null);
        Assert.Equal("trying now", trying.Hold!.When);
        trying.Reached();
        Assert.Null(trying.Hold);
    }

    [Fact]
    public void A_run_is_held_only_while_every_request_of_it_waits()
    {
        var holds = new RequestHolds(TimeSpan.Zero);
        var (late, soon) = (Hold.For("late", TimeSpan.FromSeconds(90)), Hold.For("soon", TimeSpan.FromSeconds(30)));
        Assert.Null(holds.Current);

        var waiting = holds.Wait(() => late);
        Assert.Same(late, holds.Current);
        using (holds.Wait(() => soon))
            Assert.Same(soon, holds.Current);
        using (holds.Send())
            Assert.Null(holds.Current);
        using (holds.Wait(() => null))
            Assert.Null(holds.Current);
        Assert.Same(late, holds.Current);
        waiting.Dispose();
        Assert.Null(holds.Current);

        holds.Wait(Unreachable, TimeSpan.FromSeconds(90));
        Assert.Equal("Kinescope is out of reach", holds.Current!.Reason);
    }

    [Fact]
    public void A_moment_is_no_hold()
    {
        var holds = new RequestHolds(TimeSpan.FromSeconds(60));
        using var waiting = holds.Wait(() => Hold.For("just begun", TimeSpan.FromHours(1)));

        Assert.Null(holds.Current);
        holds = new RequestHolds(TimeSpan.FromTicks(1));
        using var soon = holds.Wait(() => Hold.For("nearly over", TimeSpan.Zero));
        Assert.Null(holds.Current);
    }

    [Theory]
    [InlineData(25, "25 s")]
    [InlineData(99, "99 s")]
    [InlineData(110, "2 min")]
    [InlineData(3600, "60 min")]
    public void The_end_is_a_time_of_day_and_what_is_left(int seconds, string left)
    {
        var until = DateTimeOffset.UtcNow.AddSeconds(seconds + 0.3);

        Assert.Equal($"until {until.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} ({left})", new Hold("x", until).When);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Why_and_until_when_fit_into_a_progress_row_of_80_columns(string errorId, int status)
    {
        var failure = status == 0 ? new KinescopeException(errorId, "") : new KinescopeRequestException(errorId, "", (HttpStatusCode)status, null);
        RequireFits(HoldRow.Of(1, "299 of 405 files", Hold.For(Hold.ReasonOf(failure), TimeSpan.FromSeconds(59))));
    }

    [Theory]
    [InlineData(503, "Kinescope asked for it")]
    [InlineData(429, "Kinescope's rate limit")]
    public void A_wait_that_was_asked_for_fits_too(int status, string reason)
    {
        var errorId = status == 429 ? ErrorIds.RateLimited : ErrorIds.KinescopeUnavailable;
        var asked = Hold.ReasonOf(new KinescopeRequestException(errorId, "", (HttpStatusCode)status, null) { RetryAfter = TimeSpan.FromHours(1) });

        Assert.Equal(reason, asked);
        RequireFits(HoldRow.Of(1, "1299 of 1405 files", Hold.For(asked, TimeSpan.FromHours(1))));
    }

    [Fact]
    public async Task Our_own_limit_fits_with_thousands_of_files()
    {
        var pace = new ApiPace(new RequestLimits(null, 300));
        for (var i = 0; i < 300; i++)
            (await pace.TakeAsync(Stop)).Dispose();

        RequireFits(HoldRow.Of(1, "1299 of 1405 files", pace.Hold!));
    }

    // Minimal view, PowerShell 7.2 and later: an activity has half of the width, and a status what is left but for six columns.
    private static void RequireFits(System.Management.Automation.ProgressRecord row)
    {
        Assert.Matches(new Regex(@"^Waiting: \S"), row.Activity);
        Assert.Matches(new Regex(@"^\d+ of \d+ files, until \d\d:\d\d:\d\d \(\d+ (s|min)\)$"), row.StatusDescription);
        Assert.InRange(row.Activity.Length, 10, 40);
        Assert.InRange(row.Activity.Length + row.StatusDescription.Length, 20, 74);
    }
}
