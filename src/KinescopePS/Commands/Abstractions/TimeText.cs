namespace KinescopePS.Commands;

/// <summary>Long times as people read them; the views call it.</summary>
public static class TimeText
{
    /// <summary>A time in its two largest units, for example <c>7 h 20 min</c>.</summary>
    public static string Of(TimeSpan time) => time switch
    {
        { TotalDays: >= 1 } => $"{(int)time.TotalDays} d {time.Hours} h",
        { TotalHours: >= 1 } => $"{time.Hours} h {time.Minutes} min",
        { TotalMinutes: >= 1 } => $"{time.Minutes} min {time.Seconds} s",
        _ => $"{time.TotalSeconds:0} s",
    };
}
