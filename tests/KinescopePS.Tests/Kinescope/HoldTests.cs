using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using KinescopePS.Commands;
using KinescopePS.Kinescope;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Kinescope;

/// <summary>What is known of a wait: its reason and its end.</summary>
public sealed class HoldTests
{
    private static readonly KinescopeException Unreachable = new(ErrorIds.HostUnreachable, "gone");

    private readonly FakeTimeProvider _time = new();

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

    [Fact]
    public void A_run_is_held_only_while_every_request_of_it_waits()
    {
        var holds = new RequestHolds(TimeSpan.Zero, _time);
        var (late, soon) = (HoldFor("late", 90), HoldFor("soon", 30));
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
        _time.Advance(TimeSpan.FromSeconds(90));
        Assert.Null(holds.Current);
    }

    [Fact]
    public void A_moment_is_no_hold()
    {
        var holds = new RequestHolds(TimeSpan.FromSeconds(1), _time);
        var hold = HoldFor("a minute", 60);
        using var waiting = holds.Wait(() => hold);

        Assert.Null(holds.Current);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Same(hold, holds.Current);
        _time.Advance(TimeSpan.FromSeconds(58.5));
        Assert.Null(holds.Current);
    }

    [Theory]
    [InlineData(25, "25 s")]
    [InlineData(99, "99 s")]
    [InlineData(110, "2 min")]
    [InlineData(3600, "60 min")]
    public void The_end_is_a_time_of_day_and_what_is_left(int seconds, string left)
    {
        _time.SetUtcNow(new DateTimeOffset(2026, 11, 26, 13, 30, 0, TimeSpan.Zero));
        _time.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("Moscow", TimeSpan.FromHours(3), "Moscow", "Moscow"));
        var until = new TimeOnly(16, 30).Add(TimeSpan.FromSeconds(seconds));

        Assert.Equal($"until {until.ToString("HH:mm:ss", CultureInfo.InvariantCulture)} ({left})", HoldFor("x", seconds).When);
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public void Why_and_until_when_fit_into_a_progress_row_of_80_columns(string errorId, int status)
    {
        var failure = status == 0 ? new KinescopeException(errorId, "") : new KinescopeRequestException(errorId, "", (HttpStatusCode)status, null);
        RequireFits(HoldRow.Of(1, "299 of 405 files", HoldFor(Hold.ReasonOf(failure), 59)));
    }

    [Theory]
    [InlineData(503, "Kinescope asked for it")]
    [InlineData(429, "Kinescope's rate limit")]
    public void A_wait_that_was_asked_for_fits_too(int status, string reason)
    {
        var errorId = status == 429 ? ErrorIds.RateLimited : ErrorIds.KinescopeUnavailable;
        var asked = Hold.ReasonOf(new KinescopeRequestException(errorId, "", (HttpStatusCode)status, null) { RetryAfter = TimeSpan.FromHours(1) });

        Assert.Equal(reason, asked);
        RequireFits(HoldRow.Of(1, "1299 of 1405 files", HoldFor(asked, 3600)));
    }

    [Fact]
    public async Task Our_own_limit_fits_with_thousands_of_files()
    {
        var turns = new RequestTurns(new RequestLimits(null, 300), _time);
        for (var i = 0; i < 300; i++)
            (await turns.TakeAsync(Stop)).Dispose();

        RequireFits(HoldRow.Of(1, "1299 of 1405 files", turns.Hold!));
    }

    private Hold HoldFor(string reason, double seconds) => Hold.For(reason, TimeSpan.FromSeconds(seconds), _time);

    // Minimal view, PowerShell 7.2 and later: an activity has half of the width, and a status what is left but for six columns.
    private static void RequireFits(System.Management.Automation.ProgressRecord row)
    {
        Assert.Matches(new Regex(@"^Waiting: \S"), row.Activity);
        Assert.Matches(new Regex(@"^\d+ of \d+ files, until \d\d:\d\d:\d\d \(\d+ (s|min)\)$"), row.StatusDescription);
        Assert.InRange(row.Activity.Length, 10, 40);
        Assert.InRange(row.Activity.Length + row.StatusDescription.Length, 20, 74);
    }
}
