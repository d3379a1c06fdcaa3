namespace KinescopePS;

/// <summary>The unit of the site's column for durations.</summary>
public enum DurationUnit
{
    /// <summary>Whole minutes: to the nearest one, and at least 1.</summary>
    Minutes,

    /// <summary>Whole seconds: to the nearest one, and at least 1.</summary>
    Seconds,
}
