using System.Globalization;

namespace KinescopePS.Kinescope;

/// <summary>Something that holds requests back.</summary>
/// <param name="Reason">The reason, in a few words: with the time it has to fit into a progress row of 80 columns.</param>
/// <param name="Until">When the next request may be sent; null where an attempt under way will tell.</param>
/// <param name="Time">The clock that it ends by.</param>
internal sealed record Hold(string Reason, DateTimeOffset? Until, TimeProvider Time)
{
    /// <summary>The end of the hold as people read it: <c>until 14:03:25 (25 s)</c>, by this machine's clock and time zone.</summary>
    public string When => Until is { } until
        ? string.Create(
            CultureInfo.InvariantCulture, $"until {TimeZoneInfo.ConvertTime(until, Time.LocalTimeZone):HH:mm:ss} ({Text(Remaining)})")
        : "trying now";

    /// <summary>The time up to the end of the hold; zero where nobody knows it.</summary>
    public TimeSpan Remaining =>
        Until is { } until && until - Time.GetUtcNow() is { Ticks: > 0 } remaining ? remaining : TimeSpan.Zero;

    /// <summary>A hold of this length, from now on.</summary>
    public static Hold For(string reason, TimeSpan wait, TimeProvider time) => new(reason, time.GetUtcNow() + wait, time);

    /// <summary>The hold that ends last; one of unknown end gives way to all others.</summary>
    public static Hold? Longest(IEnumerable<Hold?> holds) =>
        holds.MaxBy(hold => hold is null ? (DateTimeOffset?)null : hold.Until ?? DateTimeOffset.MinValue);

    /// <summary>The reason for the wait that follows a failure.</summary>
    public static string ReasonOf(KinescopeException failure) => failure switch
    {
        { ErrorId: ErrorIds.RateLimited } => "Kinescope's rate limit",
        KinescopeRequestException { RetryAfter: not null } => "Kinescope asked for it",
        KinescopeRequestException refusal => $"Kinescope answered {(int)refusal.StatusCode}",
        { ErrorId: ErrorIds.HostUnreachable } => "Kinescope is out of reach",
        { ErrorId: ErrorIds.UploadLocked } => "the upload is locked",
        { ErrorId: ErrorIds.KinescopeUnavailable or ErrorIds.UploadInterrupted } => "the connection failed",
        _ => "the last try failed",
    };

    /// <inheritdoc />
    public override string ToString() =>
        Until is null ? $"Requests to Kinescope wait: {Reason}." : $"Requests to Kinescope wait {When}: {Reason}.";

    private static string Text(TimeSpan time) => time.TotalSeconds < 100
        ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0} s")
        : string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min");
}
