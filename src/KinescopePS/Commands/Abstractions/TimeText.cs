namespace KinescopePS.Commands;

/// <summary>Times as people read them; the views call it.</summary>
public static class TimeText
{
    /// <summary>A time in its two largest units, for example <c>7 h 20 min</c>; nothing for one that is not known.</summary>
    public static string Of(TimeSpan? time) => time is { } known ? Figures.Time(known) : "";
}
