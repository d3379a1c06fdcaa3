namespace KinescopePS.Commands;

/// <summary>Sizes and rates as people read them; the views call it too.</summary>
public static class SizeText
{
    /// <summary>A size with its unit, for example <c>1.5 GiB</c>; nothing for one that is not known.</summary>
    public static string Bytes(double? bytes) => bytes is { } known ? Figures.Bytes(known) : "";

    /// <summary>A rate with its unit, for example <c>1.5 MiB/s</c>; nothing for none.</summary>
    public static string Rate(double? bytesPerSecond) => bytesPerSecond is > 0 and var known ? $"{Figures.Bytes(known)}/s" : "";
}
