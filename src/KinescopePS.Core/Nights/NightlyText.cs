using System.Text;

namespace KinescopePS.Nights;

/// <summary>A scheduled run as a message that a person reads at breakfast.</summary>
internal static class NightlyText
{
    private const int MostFailures = 10;
    private const int MostNamed = 20;
    private const int LongestLine = 300;

    /// <summary>The whole message: how it ended, the counts, each failure with its reason, what is left, what to do.</summary>
    public static string Of(KinescopeNight night)
    {
        var text = new StringBuilder();
        Line($"Kinescope upload{(night.Machine is { } machine ? $" on {machine}" : "")}: {night.Outcome}");
        Line($"{night.StartedAt.LocalDateTime:yyyy-MM-dd HH:mm}: {night.Counts}");
        if (night.Failures.Count > 0)
        {
            Line("");
            foreach (var failure in night.Failures.Take(MostFailures))
                Line($"- {(failure.LessonId is { } lesson ? $"{lesson}: " : "")}{failure}");
            if (night.Failures.Count > MostFailures)
                Line($"and {night.Failures.Count - MostFailures} more");
        }

        if (night.Left > 0)
        {
            Line("");
            Line($"Left: {string.Join(", ", night.LeftLessons.Take(MostNamed))}{Rest(night)}");
        }

        Line("");
        Line(AdviceFor(night.Outcome));
        Line($"Log: {night.Log}");
        return text.ToString().TrimEnd();

        void Line(string line)
        {
            var printable = PrintableText.Of(line);
            text.Append(printable.Length > LongestLine ? printable[..LongestLine] + '\u2026' : printable).Append('\n');
        }
    }

    private static string Rest(KinescopeNight night) => Math.Min(night.LeftLessons.Count, MostNamed) switch
    {
        0 => $"{night.Left} {(night.Left == 1 ? "lesson" : "lessons")}",
        var named when named < night.Left => $" and {night.Left - named} more",
        _ => "",
    };

    private static string AdviceFor(string outcome) => outcome switch
    {
        KinescopeNight.Success => "Nothing has to be done.",
        KinescopeNight.Unfinished => "Nothing failed; the next run goes on with what is left.",
        "PartialFailure" => "The next night tries again. What stays needs a look at its reason.",
        "Configuration" => "Nothing works until this is put right.",
        "Refused" => "Kinescope wants a valid key, or money: see its dashboard.",
        "AlreadyRunning" => "Another run was active; this one did nothing.",
        KinescopeNight.NotEnded => "It goes on, or it was killed. The next night goes on with what is left.",
        _ => "This was not foreseen; the log says what it was.",
    };
}
