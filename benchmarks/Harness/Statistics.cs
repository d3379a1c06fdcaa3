namespace KinescopeBenchmarks.Harness;

/// <summary>The middle of a series, and its ends.</summary>
internal readonly record struct Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return new Spread(sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted[0], sorted[^1]);
    }

    public override string ToString() => Least == Most ? Number(Median) : $"{Number(Median)} ({Number(Least)}–{Number(Most)})";

    /// <summary>Three digits that count.</summary>
    public static string Number(double value)
    {
        var size = Math.Abs(value);
        return FormattableString.Invariant(size switch
        {
            >= 100 => $"{value:#,0}",
            >= 10 => (FormattableString)$"{value:0.0}",
            >= 1 => $"{value:0.00}",
            0 => $"0",
            _ => $"{value:0.000}",
        });
    }
}
