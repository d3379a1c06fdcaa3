namespace KinescopeSandbox.Demo;

/// <summary>The rate limits of a demo.</summary>
public enum DemoPace
{
    /// <summary>Slow enough to be watched, fast enough to be waited for: half a minute.</summary>
    Watchable,

    /// <summary>The platform's, under which the job takes a minute and a half, a third of it waiting.</summary>
    Platform,

    /// <summary>None.</summary>
    Unlimited,
}
