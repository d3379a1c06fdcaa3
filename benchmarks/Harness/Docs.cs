using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Harness;

/// <summary>The pages that tell of the figures: what is written into them, and the pictures beside them.</summary>
internal static class Docs
{
    public static string Folder { get; } = Path.Combine(Built.Repository, "docs");

    public static string Figures { get; } = Path.Combine(Folder, "performance.json");

    /// <summary>What stands between marks, by page and mark.</summary>
    public static IEnumerable<(string Page, string Mark, string Text)> PartsOf(Results results) =>
    [
        ("performance.md", "answers", Answers.Write(Answers.Of(results), "images")),
        ("performance.md", "targets", Report.Targets(results)),
        ("performance-tables.md", "figures", Report.Tables(results)),
    ];

    /// <summary>The pictures by their files, from the folder of the pages.</summary>
    public static IReadOnlyDictionary<string, string> PicturesOf(Results results) =>
        Answers.Of(results).ToDictionary(answer => Path.Combine("images", answer.Picture), answer => answer.Svg);

    /// <summary>The pictures that are there.</summary>
    public static IEnumerable<string> Pictures() =>
        Directory.EnumerateFiles(Path.Combine(Folder, "images"), $"{Answers.PicturePrefix}*.svg").Select(file => Path.GetRelativePath(Folder, file));

    /// <summary>A page with a text between two marks.</summary>
    /// <exception cref="BenchmarkException">It has not these marks.</exception>
    public static string Put(string page, string mark, string text)
    {
        var (begin, end) = ($"<!-- {mark}: begin -->", $"<!-- {mark}: end -->");
        var (from, to) = (page.IndexOf(begin, StringComparison.Ordinal), page.IndexOf(end, StringComparison.Ordinal));
        return from >= 0 && to > from
            ? $"{page[..(from + begin.Length)]}\n\n{text.ReplaceLineEndings("\n")}\n\n{page[to..]}"
            : throw new BenchmarkException($"The page has not the marks {begin} and {end}.");
    }

    public static async Task WriteAsync(Results results)
    {
        foreach (var (page, mark, text) in PartsOf(results))
        {
            var path = Path.Combine(Folder, page);
            await File.WriteAllTextAsync(path, Put(await File.ReadAllTextAsync(path), mark, text));
        }

        var pictures = PicturesOf(results);
        foreach (var gone in Pictures().Except(pictures.Keys).ToList())
            File.Delete(Path.Combine(Folder, gone));
        foreach (var (file, svg) in pictures)
            await File.WriteAllTextAsync(Path.Combine(Folder, file), svg);
    }
}
