using System.Globalization;
using KinescopePS.Files;
using KinescopePS.Kinescope;

namespace KinescopePS.Saving;

/// <summary>Says which file stands in the place of a video.</summary>
internal static class StandingFile
{
    /// <summary>The file in words, to stand behind "is" and "replaces".</summary>
    public static string Described(PlannedSave planned, DiskFile file)
    {
        var what = $"a file of {file.Length} bytes of {At(file.Modified)}";
        if (planned.Known.Saved is not { } saved)
            return $"{what} that Save-KinescopeVideo did not put there";
        var lesson = saved.Lesson is { } other && other != planned.Given.LessonId ? $" for lesson '{Printable(other)}'" : "";
        var of = (saved.Video == planned.Given.VideoId ? "this video" : $"video {Printable(saved.Video ?? "")}{lesson}")
            + (saved.Quality == planned.Quality ? "" : $" in quality '{Printable(saved.Quality ?? "")}'");
        var saving = $"of {of} as it was on {At(saved.At.UtcDateTime)}";
        return !saved.IsOf(file) ? $"{what}, not the copy {saving} with its {saved.Length} bytes"
            : saved.Found ? $"{what} that was found to be a copy {saving}"
            : $"the copy {saving} ({saved.Length} bytes)";
    }

    private static string Printable(string text) => KinescopeErrors.Printable(text);

    private static string At(DateTime time) => time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) + " UTC";
}
