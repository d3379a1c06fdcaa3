using System.Globalization;

namespace KinescopePS.Commands;

/// <summary>Sizes as people read them; the views call it too.</summary>
public static class SizeText
{
    private static readonly string[] Units = ["bytes", "KiB", "MiB", "GiB", "TiB"];

    /// <summary>A size with its unit, for example <c>1.5 GiB</c>.</summary>
    public static string Bytes(double bytes)
    {
        var unit = 0;
        for (; bytes >= 1024 && unit < Units.Length - 1; unit++)
            bytes /= 1024;
        return $"{bytes.ToString(unit == 0 ? "0" : "0.0", CultureInfo.CurrentCulture)} {Units[unit]}";
    }
}
