using KinescopePS.Record;
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
    internal void Write(params UploadEvent[] records)
    {
        using var record = UploadRecords.Open(ProgressFile);
        foreach (var happened in records)
            record.AppendAsync(happened).AsTask().GetAwaiter().GetResult();
    }

    internal static UploadEvent Intent(string lesson, string? course = "02_ads", long? length = 1000, string? initId = null) =>
        new(UploadEventKind.Intent, Noon) { Lesson = lesson, Course = course, Title = $"Урок {lesson}", Path = $"/srv/{lesson}.mp4", Length = length, Modified = Noon, Fingerprint = "f", Parent = "p", InitId = initId };

    internal static UploadEvent Initialised(string lesson, string video) =>
        new(UploadEventKind.Initialised, Noon) { Lesson = lesson, Video = video, Endpoint = "https://uploader.kinescope.io/v2/upload/secret" };

    internal static UploadEvent Mark(string lesson, long offset) => new(UploadEventKind.Mark, Noon) { Lesson = lesson, Offset = offset, Hash = "h" };

    internal static UploadEvent Uploaded(string lesson, string video) => new(UploadEventKind.Uploaded, Noon) { Lesson = lesson, Video = video };

    internal static UploadEvent Failed(string lesson, string message) => new(UploadEventKind.Failed, Noon) { Lesson = lesson, Reason = "UploadInterrupted", Message = message };

    internal static UploadEvent Abandoned(string lesson, string video) => new(UploadEventKind.Abandoned, Noon) { Lesson = lesson, Video = video };
}
