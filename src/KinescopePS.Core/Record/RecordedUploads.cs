using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>All lessons' uploads in memory. Members may be called from any thread.</summary>
internal sealed class RecordedUploads
{
    private readonly Dictionary<string, RecordedUpload> _byLesson = [];
    private readonly UploadsByFact _finishedByFile;
    private readonly UploadsByFact _begunByFile;
    private readonly UploadsByFact _finishedByContent;
    private long _lastNumber;

    public RecordedUploads()
    {
        _finishedByFile = new(_byLesson, UploadStage.Uploaded, FileOf);
        _begunByFile = new(_byLesson, UploadStage.Initialised, FileOf);
        _finishedByContent = new(_byLesson, UploadStage.Uploaded, state => state.Fingerprint);

        static string? FileOf(RecordedUpload state) => state.File is { } file ? FilePaths.KeyOf(file.Path) : null;
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

    /// <param name="stage"><c>Uploaded</c> or <c>Initialised</c>.</param>
    public RecordedUpload? FindFile(string path, UploadStage stage)
    {
        lock (_byLesson)
            return (stage == UploadStage.Uploaded ? _finishedByFile : _begunByFile).Find(FilePaths.KeyOf(path));
    }

    public RecordedUpload? FindContent(long length, string fingerprint)
    {
        lock (_byLesson)
            return _finishedByContent.Find(fingerprint) is { } state && state.Length == length ? state : null;
    }

    public IReadOnlyList<RecordedUpload> FindVideo(string videoId)
    {
        var id = VideoIds.Canonical(videoId);
        lock (_byLesson)
            return [.. _byLesson.Values.Where(state => state.VideoId == id)];
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
            return Set(key, (_byLesson.GetValueOrDefault(key) ?? new RecordedUpload(lesson)).With(happened, ++_lastNumber));
        }
    }

    /// <summary>Puts a lesson's upload in the place of what was known of it.</summary>
    /// <param name="state">The upload; null for none.</param>
    public void Put(string lesson, RecordedUpload? state)
    {
        lock (_byLesson)
            Set(KeyOf(lesson), state);
    }

    private RecordedUpload? Set(string key, RecordedUpload? state)
    {
        if (state is null)
        {
            _byLesson.Remove(key);
            return null;
        }

        _byLesson[key] = state;
        _finishedByFile.Add(key, state);
        _begunByFile.Add(key, state);
        _finishedByContent.Add(key, state);
        return state;
    }

    /// <summary>
    /// Finds uploads of one stage by one of their facts. The index holds the last one of each; another is searched for once that has
    /// changed.
    /// </summary>
    private sealed class UploadsByFact(
        Dictionary<string, RecordedUpload> byLesson, UploadStage stage, Func<RecordedUpload, string?> factOf)
    {
        private readonly Dictionary<string, string> _lessonOf = [];

        public void Add(string lesson, RecordedUpload state)
        {
            if (state.Stage == stage && factOf(state) is { } fact)
                _lessonOf[fact] = lesson;
        }

        public RecordedUpload? Find(string fact)
        {
            bool Matches(RecordedUpload? state) => state?.Stage == stage && factOf(state) == fact;

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
