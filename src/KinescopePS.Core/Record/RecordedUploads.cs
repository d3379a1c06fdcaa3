using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>All lessons' uploads in memory. Members may be called from any thread.</summary>
internal sealed class RecordedUploads
{
    private readonly Dictionary<string, RecordedUpload> _byLesson = [];
    private readonly FinishedUploads _byFile;
    private readonly FinishedUploads _byContent;
    private long _lastNumber;

    public RecordedUploads()
    {
        _byFile = new(_byLesson, state => state.File is { } file ? FilePaths.KeyOf(file.Path) : null);
        _byContent = new(_byLesson, state => state.Fingerprint);
    }

    public IReadOnlyList<RecordedUpload> All
    {
        get
        {
            lock (_byLesson)
                return [.. _byLesson.Values];
        }
    }

    /// <summary>The text that a lesson is found by: a file's path may stand for its id.</summary>
    public static string KeyOf(string lesson) => Path.IsPathFullyQualified(lesson) ? FilePaths.KeyOf(lesson) : lesson;

    public RecordedUpload? Find(string lesson)
    {
        lock (_byLesson)
            return _byLesson.GetValueOrDefault(KeyOf(lesson));
    }

    public RecordedUpload? FindFile(string path)
    {
        lock (_byLesson)
            return _byFile.Find(FilePaths.KeyOf(path));
    }

    public RecordedUpload? FindContent(long length, string fingerprint)
    {
        lock (_byLesson)
            return _byContent.Find(fingerprint) is { } state && state.Length == length ? state : null;
    }

    public IReadOnlyList<RecordedUpload> FindVideo(string videoId)
    {
        lock (_byLesson)
            return [.. _byLesson.Values.Where(state => state.VideoId == videoId)];
    }

    /// <summary>Takes an event in.</summary>
    /// <returns>The lesson's state after it; null where the event forgets it or is of no lesson.</returns>
    public RecordedUpload? Apply(UploadEvent happened)
    {
        if (happened.Lesson is not { } lesson)
            return null;

        lock (_byLesson)
        {
            var key = KeyOf(lesson);
            var state = (_byLesson.GetValueOrDefault(key) ?? new RecordedUpload(lesson)).With(happened, ++_lastNumber);
            if (state is null)
            {
                _byLesson.Remove(key);
                return null;
            }

            _byLesson[key] = state;
            _byFile.Add(key, state);
            _byContent.Add(key, state);
            return state;
        }
    }

    /// <summary>
    /// Finds finished uploads by one of their facts. The index holds the last one of each; another is searched for once that has changed.
    /// </summary>
    private sealed class FinishedUploads(Dictionary<string, RecordedUpload> byLesson, Func<RecordedUpload, string?> factOf)
    {
        private readonly Dictionary<string, string> _lessonOf = [];

        public void Add(string lesson, RecordedUpload state)
        {
            if (state.Stage == UploadStage.Uploaded && factOf(state) is { } fact)
                _lessonOf[fact] = lesson;
        }

        public RecordedUpload? Find(string fact)
        {
            bool Matches(RecordedUpload? state) => state?.Stage == UploadStage.Uploaded && factOf(state) == fact;

            if (!_lessonOf.TryGetValue(fact, out var lesson))
                return null;
            if (byLesson.GetValueOrDefault(lesson) is { } last && Matches(last))
                return last;

            var (other, state) = byLesson.FirstOrDefault(pair => Matches(pair.Value));
            if (state is null)
                _lessonOf.Remove(fact);
            else
                _lessonOf[fact] = other;
            return state;
        }
    }
}
