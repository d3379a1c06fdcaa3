using System.Globalization;
using System.Text;

namespace KinescopeBenchmarks.Harness;

/// <summary>One bar: a client's median, from the least to the most of its rounds.</summary>
/// <param name="IsOurs">True for what the page is about, which stands out.</param>
internal sealed record Bar(string Label, Spread Value, bool IsOurs);

/// <summary>Bars that are compared with each other.</summary>
/// <param name="Title">What was done; empty where the picture has one group.</param>
internal sealed record BarGroup(string Title, IReadOnlyList<Bar> Bars);

/// <summary>A line over sizes.</summary>
internal sealed record SizeLine(string Label, IReadOnlyList<(double Size, Spread Value)> Points);

/// <summary>Draws a figure as SVG: text as text, light or dark as the reader has it, as wide as a page of GitHub.</summary>
internal static class SvgChart
{
    private const int Width = 720, Margin = 16, LabelWidth = 300, NumberWidth = 150;
    private const int TitleHeight = 34, GroupHeight = 30, BarHeight = 24, BarThickness = 14, FootHeight = 26;

    private static readonly string[] Dashes = ["none", "8 3", "3 3", "10 3 2 3", "1 3", "14 4"];

    /// <summary>Bars from zero, each with its median and a line from the least to the most.</summary>
    /// <param name="title">What is seen.</param>
    /// <param name="unit">What the bars are of, and which way is good.</param>
    /// <param name="groups">The bars.</param>
    public static string Bars(string title, string unit, IReadOnlyList<BarGroup> groups)
    {
        var height = TitleHeight + groups.Sum(group => (group.Title.Length > 0 ? GroupHeight : 8) + group.Bars.Count * BarHeight) + FootHeight;
        var most = groups.SelectMany(group => group.Bars).Max(bar => bar.Value.Most);
        double Place(double value) => LabelWidth + Math.Max(0, value) / most * (Width - LabelWidth - NumberWidth);
        var text = Begin(title, height);
        double y = TitleHeight;
        foreach (var group in groups)
        {
            if (group.Title.Length > 0)
                Text(text, Margin, y + 20, group.Title, "group");
            y += group.Title.Length > 0 ? GroupHeight : 8;
            foreach (var bar in group.Bars)
            {
                var middle = y + BarHeight / 2.0;
                Text(text, LabelWidth - 8, middle + 4.5, bar.Label, "label");
                text.Append(Invariant($"<rect class=\"{(bar.IsOurs ? "ours" : "other")}\" x=\"{LabelWidth}\" y=\"{middle - BarThickness / 2.0:0.#}\" width=\"{Math.Max(1, Place(bar.Value.Median) - LabelWidth):0.#}\" height=\"{BarThickness}\"/>\n"));
                if (bar.Value.Least < bar.Value.Most)
                    text.Append(Invariant($"<path class=\"range\" d=\"M{Place(bar.Value.Least):0.#} {middle - 4:0.#}v8m0-4H{Place(bar.Value.Most):0.#}m0-4v8\"/>\n"));
                Text(text, Place(Math.Max(bar.Value.Median, bar.Value.Most)) + 8, middle + 4.5, bar.Value.ToString(), bar.IsOurs ? "ours-text" : "");
                y += BarHeight;
            }
        }

        Text(text, LabelWidth, y + 18, unit, "note");
        return text.Append("</svg>\n").ToString();
    }

    /// <summary>Lines over sizes, both by powers of ten: what grows with the number runs along the thin lines.</summary>
    public static string Lines(string title, string unit, IReadOnlyList<SizeLine> lines)
    {
        const int Top = TitleHeight + 12, PlotHeight = 300, Left = 64, Right = 240, Legend = 18;
        const int Height = Top + PlotHeight + 48;
        var points = lines.SelectMany(line => line.Points).ToList();
        var (smallest, largest) = (Math.Floor(Math.Log10(points.Min(point => point.Size))), Math.Ceiling(Math.Log10(points.Max(point => point.Size))));
        var (least, most) = (Math.Floor(Math.Log10(points.Min(point => point.Value.Median))), Math.Ceiling(Math.Log10(points.Max(point => point.Value.Most))));
        double X(double size) => Left + (Math.Log10(size) - smallest) / Math.Max(1, largest - smallest) * (Width - Left - Right);
        double Y(double value) => Top + PlotHeight - Math.Clamp((Math.Log10(value) - least) / Math.Max(1, most - least), 0, 1) * PlotHeight;
        var text = Begin(title, Height);
        for (var power = smallest; power <= largest; power++)
        {
            text.Append(Invariant($"<path class=\"grid\" d=\"M{X(Math.Pow(10, power)):0.#} {Top}V{Top + PlotHeight}\"/>\n"));
            Text(text, X(Math.Pow(10, power)), Top + PlotHeight + 18, Math.Pow(10, power).ToString("#,0", CultureInfo.InvariantCulture), "middle");
        }

        for (var power = least; power <= most; power++)
        {
            text.Append(Invariant($"<path class=\"grid\" d=\"M{Left} {Y(Math.Pow(10, power)):0.#}H{Width - Right}\"/>\n"));
            Text(text, Left - 8, Y(Math.Pow(10, power)) + 4.5, Math.Pow(10, power).ToString("0.######", CultureInfo.InvariantCulture), "end");
        }

        Text(text, Left, Top + PlotHeight + 38, unit, "note");
        // Names stand beside the ends of their lines, and below each other where these meet.
        var below = double.NegativeInfinity;
        foreach (var (line, number) in lines.Select((line, number) => (line, number)).OrderBy(pair => Y(pair.line.Points[^1].Value.Median)))
        {
            var style = $"line-{number % Dashes.Length}";
            text.Append(Invariant($"<polyline class=\"line {style}\" points=\"{string.Join(' ', line.Points.Select(point => Invariant($"{X(point.Size):0.#},{Y(point.Value.Median):0.#}")))}\"/>\n"));
            foreach (var (size, value) in line.Points)
            {
                text.Append(Invariant($"<circle class=\"dot {style}\" cx=\"{X(size):0.#}\" cy=\"{Y(value.Median):0.#}\" r=\"3\"/>\n"));
                if (value.Least < value.Most && value.Least > 0)
                    text.Append(Invariant($"<path class=\"range\" d=\"M{X(size):0.#} {Y(value.Least):0.#}V{Y(value.Most):0.#}\"/>\n"));
            }

            var (end, place) = (line.Points[^1], Math.Max(below + Legend, Y(line.Points[^1].Value.Median) + 4.5));
            text.Append(Invariant($"<path class=\"grid\" d=\"M{X(end.Size) + 5:0.#} {Y(end.Value.Median):0.#}L{Width - Right + 12} {place - 4.5:0.#}\"/>\n"));
            text.Append(Invariant($"<path class=\"line {style}\" d=\"M{Width - Right + 14} {place - 4.5:0.#}h24\"/>\n"));
            Text(text, Width - Right + 44, place, line.Label, "");
            below = place;
        }

        return text.Append("</svg>\n").ToString();
    }

    private static StringBuilder Begin(string title, int height) => new StringBuilder()
        .Append(Invariant($"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {Width} {height}\" width=\"{Width}\" height=\"{height}\" role=\"img\" font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\" font-size=\"13\">\n"))
        .Append($"<title>{Escape(title)}</title>\n")
        .Append("""
            <style>
            svg { --back: #ffffff; --text: #1f2328; --pale: #59636e; --grid: #d1d9e0; --ours: #0969da; --other: #afb8c1; --range: #1f2328; --two: #bc4c00; --three: #1a7f37; --four: #8250df; --five: #bf3989; --six: #59636e; }
            @media (prefers-color-scheme: dark) { svg { --back: #0d1117; --text: #f0f6fc; --pale: #9198a1; --grid: #3d444d; --ours: #4493f8; --other: #656c76; --range: #f0f6fc; --two: #f0883e; --three: #3fb950; --four: #ab7df8; --five: #f778ba; --six: #9198a1; } }
            .back { fill: var(--back); } text { fill: var(--text); } .title { font-size: 15px; font-weight: 600; } .group { font-weight: 600; } .note { fill: var(--pale); }
            .end { text-anchor: end; } .label { text-anchor: end; font-size: 12px; } .middle { text-anchor: middle; } .ours-text { font-weight: 600; } .ours { fill: var(--ours); } .other { fill: var(--other); }
            .range { stroke: var(--range); stroke-width: 1; fill: none; } .grid { stroke: var(--grid); fill: none; } .line { stroke-width: 2; fill: none; stroke: var(--hue); } .dot { fill: var(--hue); }

            """.ReplaceLineEndings("\n"))
        .Append(string.Concat(new[] { "ours", "two", "three", "four", "five", "six" }.Select((hue, number) => $".line-{number} {{ --hue: var(--{hue}); stroke-dasharray: {Dashes[number]}; }}\n")))
        .Append("</style>\n")
        .Append(Invariant($"<rect class=\"back\" width=\"{Width}\" height=\"{height}\"/>\n"))
        .Append(Invariant($"<text class=\"title\" x=\"{Margin}\" y=\"23\">{Escape(title)}</text>\n"));

    private static void Text(StringBuilder svg, double x, double y, string text, string style) =>
        svg.Append(Invariant($"<text{(style.Length > 0 ? $" class=\"{style}\"" : "")} x=\"{x:0.#}\" y=\"{y:0.#}\">{Escape(text)}</text>\n"));

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
