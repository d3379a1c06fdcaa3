using System.Globalization;

namespace KinescopePS;

/// <summary>Sizes, rates and times as people read them, with the current culture's decimal sign.</summary>
internal static class Figures
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size with its unit, for example <c>1.5 GiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = UnitOf(bytes);
        return $"{In(unit, bytes)} {Units[unit]}";
    }

    /// <summary>
    /// A part of a size, in one unit where that shows anything of it: <c>120.3 of 217.2 GiB</c>, <c>1.5 MiB of 2.0 GiB</c>.
    /// </summary>
    public static string Part(double part, double whole)
    {
        var unit = UnitOf(whole);
        return part == 0 || part * 10 >= Math.Pow(1024, unit) ? $"{In(unit, part)} of {Bytes(whole)}" : $"{Bytes(part)} of {Bytes(whole)}";
    }

    /// <summary>A time in its two largest units: <c>8 s</c>, <c>4 min 10 s</c>, <c>7 h 20 min</c>, <c>2 d 3 h</c>.</summary>
    public static string Time(TimeSpan time)
    {
        if (time < TimeSpan.FromSeconds(0.95))
            return $"{time.TotalSeconds.ToString("0.0", CultureInfo.CurrentCulture)} s";
        var (large, small, sizeOfLarge, sizeOfSmall) = time switch
        {
            { TotalSeconds: < 59.5 } => ("", "s", 60d, 1d),
            { TotalMinutes: < 10 } => ("min", "s", 60, 1),
            { TotalMinutes: < 59.5 } => ("", "min", 3600, 60),
            { TotalHours: < 47.5 } => ("h", "min", 3600, 60),
            _ => ("d", "h", 86_400, 3600),
        };
        var parts = Math.Round(time.TotalSeconds / sizeOfSmall);
        var perLarge = sizeOfLarge / sizeOfSmall;
        var (whole, rest) = (Math.Floor(parts / perLarge), parts % perLarge);
        return large.Length == 0 ? $"{parts:0} {small}" : rest == 0 ? $"{whole:0} {large}" : $"{whole:0} {large} {rest:0} {small}";
    }

    private static int UnitOf(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1024 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return unit;
    }

    private static string In(int unit, double bytes) =>
        (bytes / Math.Pow(1024, unit)).ToString(unit == 0 ? "0" : "0.0", CultureInfo.CurrentCulture);
}
