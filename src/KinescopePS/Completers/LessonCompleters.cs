using System.Collections;
using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>Completes from the manifest and the progress file.</summary>
public abstract class LessonSourceCompleter : KinescopeCompleter
{
    private readonly List<Candidate> _found = [];

    private protected override IReadOnlyList<Candidate> FoundSoFar
    {
        get
        {
            lock (_found)
                return [.. _found];
        }
    }

    private protected abstract Candidate? Offer(string? course, string? lessonId, string? title);

    private protected sealed override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters)
    {
        var location = CurrentFolder();
        var manifest = FileOf(Given<string>(parameters, "Path") ?? "manifest.json");
        if (!File.Exists(manifest) && Environment.GetEnvironmentVariable("KINESCOPE_MANIFEST") is { Length: > 0 } configured)
            manifest = FileOf(configured);
        var progress = Given<string>(parameters, "ProgressFile") ?? ProgressFilePlace.Of(location, null, manifest).Path;
        lock (_found)
            _found.Clear();
        return Task.Run(async () =>
        {
            var known = Task.Run(() => Try(() => ReadRecord(progress, FileOf)));
            await Try(() => ReadManifest(manifest)).ConfigureAwait(false);
            await known.ConfigureAwait(false);
            return FoundSoFar;
        });

        string FileOf(string path)
        {
            var full = System.IO.Path.GetFullPath(path, location);
            return Directory.Exists(full) ? System.IO.Path.Combine(full, "manifest.json") : full;
        }
    }

    private static string CurrentFolder()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return shell.AddScript("$ExecutionContext.SessionState.Path.CurrentFileSystemLocation.ProviderPath").Invoke<string>().First();
    }

    private Task ReadManifest(string path)
    {
        if (File.Exists(path))
            new ManifestReader(path, entry =>
            {
                if (entry is ManifestLesson lesson)
                    Add(lesson.Header.Course, lesson.Id, lesson.Title);
            }).Read();
        return Task.CompletedTask;
    }

    private async Task ReadRecord(string address, Func<string, string> pathOf)
    {
        if (address.Equals(Records.LessonDatabase, StringComparison.OrdinalIgnoreCase))
            return;
        using IUploadRecord record = Records.IsShared(address) && DatabaseAddress.Parse(address, pathOf(".")) is PostgresAddress database
            ? await SharedUploadRecord.ReadAsync(database, TimeProvider.System, CancellationToken.None).ConfigureAwait(false)
            : UploadRecords.OpenReadOnly(address, pathOf);
        foreach (var upload in await record.ListAsync(CancellationToken.None).ConfigureAwait(false))
            Add(upload.Course, upload.Lesson, upload.Title);
    }

    private void Add(string? course, string? lessonId, string? title)
    {
        if (Offer(course, lessonId, title) is not { Value.Length: > 0 } candidate)
            return;
        lock (_found)
            _found.Add(candidate);
    }

    // One source may be broken; what the other one has is still offered.
    private static async Task Try(Func<Task> read)
    {
        try
        {
            await read().ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is KinescopeException or IOException or UnauthorizedAccessException)
        {
        }
    }
}

/// <summary>Completes the ids of courses.</summary>
public sealed class CourseCompleter : LessonSourceCompleter
{
    private protected override Candidate? Offer(string? course, string? lessonId, string? title) =>
        course is null ? null : new Candidate(course, course);
}

/// <summary>Completes the ids of lessons, also from their titles.</summary>
public sealed class LessonCompleter : LessonSourceCompleter
{
    private protected override Candidate? Offer(string? course, string? lessonId, string? title) =>
        lessonId is null ? null : new Candidate(lessonId, title ?? lessonId);
}
