using KinescopePS.Journal;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>A test of what is done with a progress file: a folder and a session in it.</summary>
public abstract class ProgressTest : IDisposable
{
    internal static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    protected ProgressTest() => Session = new PowerShellSession(Folder.Path);

    internal TemporaryFolder Folder { get; } = new();

    internal PowerShellSession Session { get; }

    internal string ProgressFile => Folder["kinescope-upload-progress.jsonl"];

    public void Dispose()
    {
        Session.Dispose();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a progress file of these steps.</summary>
    internal void Write(params JournalRecord[] records)
    {
        using var journal = JournalFile.Open(ProgressFile);
        foreach (var record in records)
            journal.RecordAsync(record).AsTask().GetAwaiter().GetResult();
    }

    internal static JournalRecord Intent(string lesson, string? course = "02_ads", long? length = 1000, string? initId = null) =>
        new(JournalEvent.Intent, Noon) { Lesson = lesson, Course = course, Title = $"Урок {lesson}", Path = $"/srv/{lesson}.mp4", Length = length, Modified = Noon, Fingerprint = "f", Parent = "p", InitId = initId };

    internal static JournalRecord Initialised(string lesson, string video) =>
        new(JournalEvent.Initialised, Noon) { Lesson = lesson, Video = video, Endpoint = "https://uploader.kinescope.io/v2/upload/secret" };

    internal static JournalRecord Mark(string lesson, long offset) => new(JournalEvent.Mark, Noon) { Lesson = lesson, Offset = offset, Hash = "h" };

    internal static JournalRecord Uploaded(string lesson, string video) => new(JournalEvent.Uploaded, Noon) { Lesson = lesson, Video = video };

    internal static JournalRecord Failed(string lesson, string message) => new(JournalEvent.Failed, Noon) { Lesson = lesson, Reason = "UploadInterrupted", Message = message };

    internal static JournalRecord Orphaned(string lesson, string video) => new(JournalEvent.Orphaned, Noon) { Lesson = lesson, Video = video };
}
