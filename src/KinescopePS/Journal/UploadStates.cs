using System.Diagnostics.CodeAnalysis;

namespace KinescopePS.Journal;

/// <summary>All lessons' uploads, by lesson and by file.</summary>
internal sealed class UploadStates
{
    private readonly Dictionary<string, UploadState> _byLesson = [];
    private readonly Dictionary<string, string> _lessonOfFile = [];

    public int Count => _byLesson.Count;

    public IEnumerable<UploadState> All => _byLesson.Values;

    public bool TryFind(string lesson, [NotNullWhen(true)] out UploadState? state) => _byLesson.TryGetValue(lesson, out state);

    /// <summary>A finished upload of a file.</summary>
    public UploadState? FindFile(string path) =>
        _lessonOfFile.TryGetValue(path, out var lesson) && _byLesson.TryGetValue(lesson, out var state) && state.Stage == UploadStage.Uploaded && state.Path == path ? state : null;

    /// <summary>Takes a record in.</summary>
    /// <returns>The lesson's state after it; null where the record forgets it or is of no lesson.</returns>
    public UploadState? Apply(JournalRecord record)
    {
        if (record.Lesson is not { } lesson)
            return null;

        var state = (_byLesson.GetValueOrDefault(lesson) ?? new UploadState(lesson)).With(record);
        if (state is null)
        {
            _byLesson.Remove(lesson);
            return null;
        }

        _byLesson[lesson] = state;
        if (state is { Stage: UploadStage.Uploaded, Path: { } path })
            _lessonOfFile[path] = state.Lesson;
        return state;
    }
}
