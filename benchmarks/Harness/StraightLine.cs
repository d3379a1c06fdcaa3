namespace KinescopeBenchmarks.Harness;

/// <summary>The line that lies nearest to some points, by least squares.</summary>
/// <param name="Slope">What each further unit costs.</param>
/// <param name="Intercept">What is there before the first unit.</param>
internal readonly record struct StraightLine(double Slope, double Intercept)
{
    public static StraightLine Through(IReadOnlyCollection<(double X, double Y)> points)
    {
        var (x, y) = (points.Average(point => point.X), points.Average(point => point.Y));
        var slope = points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
        return new StraightLine(slope, y - slope * x);
    }
}
