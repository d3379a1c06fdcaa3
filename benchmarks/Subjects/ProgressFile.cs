using System.Text.Json;
using KinescopeBenchmarks.Harness;
using KinescopePS.Record;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Recording a step and reading all of them again: the progress file, and a JSON file that is rewritten each time.</summary>
internal static class ProgressFile
{
    public const string Name = "progress-file";

    private const string Ours = "progress file", Rewriting = "rewriting all JSON, not written through", Disk = "a write through to the disk and nothing else";
    private const string Append = "ms/record, written", Load = "s to load", PerRecord = "µs/record, loaded";
    private const int ReferenceLessons = 405;

    private static readonly UploadEventKind[] Steps = [UploadEventKind.Intent, UploadEventKind.Initialised, UploadEventKind.Mark, UploadEventKind.Uploaded];

    public static Task RunAsync(Lab lab)
    {
        var folder = lab.NewFolder();
        foreach (var count in lab.Sizes.RecordCounts)
        {
            var path = Path.Combine(folder, $"{count}.jsonl");
            Make(path, count);
            foreach (var round in lab.Rounds(3))
            {
                GC.Collect();
                var started = MonotonicClock.Now;
                using (var loaded = UploadRecords.OpenReadOnly(path))
                {
                    var seconds = MonotonicClock.Now - started;
                    lab.Record(Name, Label(count), Ours, round, (Load, seconds), (PerRecord, seconds / count * 1e6), (Append, AppendTo(lab, path)));
                    GC.KeepAlive(loaded);
                }
            }
        }

        foreach (var round in lab.Rounds(3))
        {
            var path = Path.Combine(folder, $"reference-{round}.jsonl");
            Make(path, ReferenceLessons * Steps.Length);
            lab.Record(Name, $"{ReferenceLessons} lessons", Ours, round, (Append, AppendTo(lab, path)));
            lab.Record(Name, $"{ReferenceLessons} lessons", Disk, round, (Append, WriteThrough(lab, Path.Combine(folder, "disk"))));
            lab.Record(Name, $"{ReferenceLessons} lessons", Rewriting, round, (Append, Rewrite(lab, Path.Combine(folder, "progress.json"))));
        }

        if (lab.SpreadOf(Name, $"{ReferenceLessons} lessons", Ours, Append) is { } append && lab.SpreadOf(Name, $"{ReferenceLessons} lessons", Rewriting, Append) is { } rewrite && lab.SpreadOf(Name, $"{ReferenceLessons} lessons", Disk, Append) is { } disk)
            lab.AddTarget(Name, "progress file: ms a record, written through to the disk (median of each round)", $"{append}; {Disk} {disk}; {Rewriting}, {rewrite}", "under 1 ms", append.Median < 1);
        var largest = lab.Sizes.RecordCounts[^1];
        var load = lab.SpreadOf(Name, Label(largest), Ours, Load)!.Value;
        lab.AddTarget(Name, $"progress file: loading {Label(largest)}", $"{load} s", "under 3 s", load.Median < 3);
        var costs = lab.Sizes.RecordCounts.Select(count => lab.SpreadOf(Name, Label(count), Ours, PerRecord)!.Value.Median).ToList();
        lab.AddTarget(Name, $"progress file: µs a record, {string.Join(", ", lab.Sizes.RecordCounts.Select(Label))}", string.Join(", ", costs.Select(Spread.Number)), "flat", costs[^1] <= 1.5 * costs.Skip(1).Min());
        return Task.CompletedTask;
    }

    private static string Label(int count) => $"{count:#,0} records";

    /// <summary>A file of lessons that are uploaded.</summary>
    public static void MakeLessons(string path, int count) => Make(path, count * Steps.Length);

    /// <summary>A file as runs leave it, without waiting for the disk at each line.</summary>
    private static void Make(string path, int count)
    {
        using var file = File.Create(path);
        file.Write(ProgressFileContents.Format.Header(DateTimeOffset.UtcNow));
        for (var number = 0; number < count; number++)
            file.Write(ProgressFileLine.Write(RecordOf(number)));
    }

    private static UploadEvent RecordOf(int number)
    {
        var lesson = number / Steps.Length;
        var record = new UploadEvent(Steps[number % Steps.Length], DateTimeOffset.UtcNow) { Lesson = $"lesson-{lesson:0000000}" };
        var video = $"00000000-0000-0000-0000-{lesson:000000000000}";
        var known = record with { Course = "02_ads", Title = $"Lesson {lesson} about something or other", Path = $"/courses/02_ads/lesson-{lesson:0000000}.mp4", Length = 500_000_000, Modified = record.At, Fingerprint = "0123456789abcdef0123456789abcdef" };
        return record.Event switch
        {
            UploadEventKind.Intent => known with { Parent = "00000000-0000-0000-0000-000000000001" },
            UploadEventKind.Initialised => record with { Video = video, Endpoint = $"https://uploader.kinescope.io/v2/upload/{video}" },
            UploadEventKind.Mark => record with { Offset = 64 << 20, Hash = "0123456789abcdef0123456789abcdef" },
            _ => known with { Video = video },
        };
    }

    /// <summary>The median of single appends to a file of a length. Unit: milliseconds.</summary>
    private static double AppendTo(Lab lab, string path)
    {
        // A long file of finished lessons is shortened when a run opens it: that is not what is measured.
        using var record = UploadRecords.Open(path);
        var number = 0;
        return MedianOf(lab, () => record.AppendAsync(RecordOf(number) with { Lesson = $"appended-{number++}" }).AsTask().GetAwaiter().GetResult());
    }

    /// <summary>What the disk itself takes for a line. Unit: milliseconds.</summary>
    private static double WriteThrough(Lab lab, string path)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 0, FileOptions.WriteThrough);
        var line = ProgressFileLine.Write(RecordOf(0));
        return MedianOf(lab, () => file.Write(line));
    }

    /// <summary>The median of writing all lessons' states anew for each that changed. Unit: milliseconds.</summary>
    private static double Rewrite(Lab lab, string path)
    {
        var progress = Enumerable.Range(0, ReferenceLessons).ToDictionary(lesson => $"lesson-{lesson:0000000}", lesson => new { videoId = $"00000000-0000-0000-0000-{lesson:000000000000}", status = "uploaded", title = $"Lesson {lesson} about something or other", path = $"/courses/02_ads/lesson-{lesson:0000000}.mp4", uploadedAt = DateTimeOffset.UtcNow });
        var options = new JsonSerializerOptions { WriteIndented = true };
        return MedianOf(lab, () => File.WriteAllText(path, JsonSerializer.Serialize(progress, options)));
    }

    private static double MedianOf(Lab lab, Action step)
    {
        var times = new List<double>();
        for (var number = 0; number < lab.Sizes.Appends; number++)
        {
            var started = MonotonicClock.Now;
            step();
            times.Add((MonotonicClock.Now - started) * 1000);
        }

        return Spread.Of(times).Median;
    }
}
