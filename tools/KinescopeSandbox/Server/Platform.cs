namespace KinescopeSandbox.Server;

/// <summary>The ways that the platform goes at this moment, and since when.</summary>
public sealed class Platform(TimeProvider clock, PlatformWays ways)
{
    private volatile Choice _choice = new(ways, clock.GetUtcNow());

    public PlatformWays Ways => _choice.Ways;

    /// <summary>The way of <see cref="PlatformWays.Api"/>, unless its outage is over.</summary>
    public string Api => _choice is { Ways: { ApiOutage: > 0 } ways, Since: var since } && since + TimeSpan.FromSeconds(ways.ApiOutage) <= clock.GetUtcNow()
        ? "up"
        : Ways.Api;

    public void Go(PlatformWays ways) => _choice = new Choice(ways, clock.GetUtcNow());

    private sealed record Choice(PlatformWays Ways, DateTimeOffset Since);
}
