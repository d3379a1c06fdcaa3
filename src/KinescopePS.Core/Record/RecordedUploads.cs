using System.Diagnostics.CodeAnalysis;
using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>All lessons' uploads, by lesson and by file.</summary>
internal sealed class RecordedUploads
{
    private readonly Dictionary<string, RecordedUpload> _byLesson = [];
    private readonly Dictionary<string, string> _lessonOfFile = [];

    public int Count => _byLesson.Count;

    public IEnumerable<RecordedUpload> All => _byLesson.Values;

    public bool TryFind(string lesson, [NotNullWhen(true)] out RecordedUpload? state) => _byLesson.TryGetValue(KeyOf(lesson), out state);

    /// <summary>A finished upload of a file.</summary>
    public RecordedUpload? FindFile(string path) =>
        _lessonOfFile.TryGetValue(FilePaths.KeyOf(path), out var lesson) && _byLesson.TryGetValue(lesson, out var state)
            && state is { Stage: UploadStage.Uploaded, Path: { } known } && FilePaths.KeyOf(known) == FilePaths.KeyOf(path) ? state : null;

    /// <summary>Takes a record in.</summary>
    /// <returns>The lesson's state after it; null where the record forgets it or is of no lesson.</returns>
    public RecordedUpload? Apply(UploadEvent record)
    {
        if (record.Lesson is not { } lesson)
            return null;

        var key = KeyOf(lesson);
        var state = (_byLesson.GetValueOrDefault(key) ?? new RecordedUpload(lesson)).With(record);
        if (state is null)
        {
            _byLesson.Remove(key);
            return null;
        }

        _byLesson[key] = state;
        if (state is { Stage: UploadStage.Uploaded, Path: { } path })
            _lessonOfFile[FilePaths.KeyOf(path)] = key;
        return state;
    }

    // A file's path may stand for a lesson's id.
    private static string KeyOf(string lesson) => Path.IsPathFullyQualified(lesson) ? FilePaths.KeyOf(lesson) : lesson;
}
