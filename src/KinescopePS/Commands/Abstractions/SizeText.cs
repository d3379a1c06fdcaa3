namespace KinescopePS.Commands;

/// <summary>Sizes as people read them; the views call it too.</summary>
public static class SizeText
{
    /// <summary>A size with its unit, for example <c>1.5 GiB</c>.</summary>
    public static string Bytes(double bytes) => Figures.Bytes(bytes);
}
