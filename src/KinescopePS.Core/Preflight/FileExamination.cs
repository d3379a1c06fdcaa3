using KinescopePS.Content;
using KinescopePS.Media;

namespace KinescopePS.Preflight;

/// <summary>Looks at the files that an upload would send: some at once, each with a few short reads.</summary>
internal static class FileExamination
{
    /// <summary>So many keep a disk busy, and a network share too, whose every read takes its time.</summary>
    private const int FilesAtOnce = 8;

    /// <summary>Adds to each lesson what its file tells.</summary>
    /// <param name="lessons">All lessons; changed in place.</param>
    /// <param name="examined">Callback for each file, from any thread.</param>
    public static async Task RunAsync(PlannedLesson[] lessons, Action examined, CancellationToken cancellation)
    {
        var sent = Enumerable.Range(0, lessons.Length).Where(i => lessons[i].MaySend).ToList();
        await ForEachAsync(sent, (i, _) =>
        {
            lessons[i] = Glance(lessons[i]);
            examined();
            return ValueTask.CompletedTask;
        }, cancellation).ConfigureAwait(false);

        // Only files of one size can be the same.
        var alike = sent.Where(i => lessons[i].Unreadable is null).GroupBy(i => lessons[i].Length)
            .Where(group => group.Skip(1).Any()).SelectMany(group => group).ToList();
        var prints = new string?[lessons.Length];
        await ForEachAsync(
            alike, async (i, stop) => prints[i] = await FingerprintAsync(lessons[i], stop).ConfigureAwait(false), cancellation)
            .ConfigureAwait(false);
        foreach (var same in alike.Where(i => prints[i] is not null).GroupBy(i => prints[i]))
        {
            foreach (var i in same.Skip(1))
                lessons[i] = lessons[i] with { SameAs = lessons[same.First()].Plan.Item.Key };
        }
    }

    private static Task ForEachAsync(List<int> items, Func<int, CancellationToken, ValueTask> take, CancellationToken cancellation) =>
        Parallel.ForEachAsync(
            items, new ParallelOptions { MaxDegreeOfParallelism = FilesAtOnce, CancellationToken = cancellation }, take);

    private static PlannedLesson Glance(PlannedLesson lesson)
    {
        try
        {
            using var file = SourceFile.Open(lesson.Plan.Item.Path);
            return lesson with { Media = MediaFile.Glance(new MediaBytes(file.Length, file.Read)) };
        }
        catch (KinescopeException unreadable)
        {
            return lesson with { Unreadable = unreadable };
        }
    }

    private static async Task<string?> FingerprintAsync(PlannedLesson lesson, CancellationToken cancellation)
    {
        if (lesson.Plan.Facts.File?.Fingerprint is { } known)
            return known;
        try
        {
            using var file = SourceFile.Open(lesson.Plan.Item.Path);
            return await ContentHash.FingerprintAsync(file, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException)
        {
            // It was readable a moment ago; the upload will say what is wrong.
            return null;
        }
    }
}
