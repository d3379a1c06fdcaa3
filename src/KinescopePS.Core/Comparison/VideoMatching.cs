using KinescopePS.Matching;
using static KinescopePS.LessonFindingStatus;

namespace KinescopePS.Comparison;

/// <summary>
/// Matches lessons without a video with videos that were made otherwise, one to one. Certain is a video with the MD5 of the lesson's file,
/// or with its size and its title or its file's name where no other lesson and no other video has both, and where neither their numbers
/// nor their MD5 speak against it. What only looks like it is likely; where it could be several, nobody guesses.
/// </summary>
/// <param name="lessons">Lessons without a video.</param>
/// <param name="videos">Complete videos of no lesson, without a stamp.</param>
internal sealed class VideoMatching(IReadOnlyList<LessonFacts> lessons, IReadOnlyList<VideoSide> videos)
{
    /// <summary>More than so many on one side are matched by what is the same, and not by what is alike.</summary>
    private const int MostByLikeness = 20_000;

    private const double ConfidenceOfSize = 0.9;

    private readonly Dictionary<string, VideoMatch> _matches = [];
    private readonly Dictionary<string, string> _md5 = [];
    private IReadOnlyList<LessonFacts> _lessons = lessons;
    private IReadOnlyList<VideoSide> _videos = videos;

    /// <summary>The matches so far, by lesson id.</summary>
    public IReadOnlyDictionary<string, VideoMatch> Matches => _matches;

    /// <summary>Matches by MD5.</summary>
    /// <param name="md5Of">Reads a lesson's file; null where it cannot be read.</param>
    public async Task MatchContentAsync(Func<LessonFacts, Task<string?>> md5Of)
    {
        var sizes = _videos.Where(video => video.Md5 is not null).Select(video => video.Length).ToHashSet();
        foreach (var lesson in _lessons.Where(lesson => lesson.Map is { IsReady: true, Length: { } length } && sizes.Contains(length)))
        {
            if (await md5Of(lesson).ConfigureAwait(false) is { } read)
                _md5[lesson.LessonId] = read;
        }

        TakeOnly("its file has the same MD5", VideoMatched, 1, lesson => [_md5.GetValueOrDefault(lesson.LessonId)], video => video.Md5);
    }

    /// <summary>Matches by title and size.</summary>
    /// <param name="folderOf">The path of a folder, by its id; null where it is not known.</param>
    /// <param name="cancellation">Ends it.</param>
    public void MatchNames(Func<string, string?> folderOf, CancellationToken cancellation)
    {
        // A file that is dropped into the dashboard gives the video its name.
        TakeOnly(
            "its title, or its file's name, and its size are the same", VideoMatched, 1,
            lesson => [KeyOf(lesson.Title, lesson.Map?.Length), KeyOf(FileNameOf(lesson), lesson.Map?.Length)],
            video => KeyOf(video.Title, video.Length), IsUndisputed);
        if (_lessons.Count <= MostByLikeness && _videos.Count <= MostByLikeness)
            TakeAlike(folderOf, cancellation);
        TakeOnly(
            "its file has the same size, which no other has", VideoLikely, ConfidenceOfSize,
            lesson => [KeyOf("", lesson.Map?.Length)], video => KeyOf("", video.Length));
    }

    private static string? KeyOf(string? title, long? length) => title is null || length is null
        ? null
        : $"{length} {TitleOf(title)}";

    private static string? FileNameOf(LessonFacts lesson) => Path.GetFileNameWithoutExtension(lesson.Path);

    /// <summary>False for a pair of which one is the first, say, and the other the second, or whose contents are known to differ.</summary>
    private bool IsUndisputed(LessonFacts lesson, VideoSide video)
    {
        if (video.Md5 is { } theirs && _md5.TryGetValue(lesson.LessonId, out var ours) && ours != theirs)
            return false;
        var (size, named) = (lesson.Map?.Length, KeyOf(video.Title, video.Length));
        var lead = NameWords.Of(video.Title).Lead;
        return new[] { lesson.Title, FileNameOf(lesson) }.OfType<string>().Where(name => KeyOf(name, size) == named)
            .Select(name => NameWords.Of(name).Lead)
            .Any(other => lead.Count == 0 || other.Count == 0 || lead.SequenceEqual(other));
    }

    /// <summary>Takes the pairs of which neither side has another with the same key.</summary>
    private void TakeOnly(
        string reason, LessonFindingStatus status, double confidence, Func<LessonFacts, string?[]> ofLesson,
        Func<VideoSide, string?> ofVideo, Func<LessonFacts, VideoSide, bool>? isSure = null)
    {
        var lessonsByKey = _lessons.SelectMany(lesson => ofLesson(lesson).OfType<string>().Distinct().Select(key => (key, lesson)))
            .ToLookup(pair => pair.key, pair => pair.lesson);
        var videosByKey = _videos.Where(video => ofVideo(video) is not null).ToLookup(video => ofVideo(video)!);
        foreach (var same in videosByKey)
        {
            if (same.ToList() is [var video] && lessonsByKey[same.Key].ToList() is [var lesson]
                && ofLesson(lesson).OfType<string>().Distinct().SelectMany(key => videosByKey[key]).Take(2).Count() == 1
                && (isSure is null || isSure(lesson, video)))
                _matches.Add(lesson.LessonId, new VideoMatch(status, [video], confidence, reason));
        }

        Leave();
    }

    private void TakeAlike(Func<string, string?> folderOf, CancellationToken cancellation)
    {
        Named[] names =
        [
            .. _lessons.Select(lesson => new Named(lesson.Title ?? "")
            {
                Id = lesson.LessonId,
                Group = [.. new[] { lesson.Course, lesson.Map?.Module }.OfType<string>()],
                Length = lesson.Map?.Length,
            }),
        ];
        Named[] candidates =
        [
            .. _videos.Select(video => new Named(video.Title)
            {
                Group = video.FolderId is { } folder ? folderOf(folder)?.Split('/') ?? [] : [],
                Length = video.Length,
            }),
        ];
        var byTitle = _videos.ToLookup(video => TitleOf(video.Title));
        var found = TitleMatcher.Match(names, candidates, cancellation: cancellation);
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i].Candidate is { } candidate)
                _matches.Add(_lessons[i].LessonId, Likely(_lessons[i], _videos[candidate], found[i]));
            else if (found[i] is { Confidence: >= TitleMatchOptions.DefaultMinConfidence, RunnerUp: { } runnerUp })
                _matches.Add(_lessons[i].LessonId, Ambiguous(_videos[runnerUp], found[i].Confidence));
        }

        Leave();

        VideoMatch Ambiguous(VideoSide likeliest, double confidence) => new(
            VideoAmbiguous, [.. byTitle[TitleOf(likeliest.Title)].Prepend(likeliest).Distinct()], confidence,
            "it may be the lesson's, and so may another one, or it may be another lesson's");
    }

    // A title may come with its number and without, unless the number is all that it has.
    private static string TitleOf(string title) =>
        string.Join(' ', (NameWords.Of(title).Words is { Count: > 0 } words ? words : NameWords.Split(title)).Select(word => word.Text));

    private static VideoMatch Likely(LessonFacts lesson, VideoSide video, TitleMatch found)
    {
        var title = found.By == MatchedBy.ExactTitle ? "its title is the same" : "its title is like it";
        var size = (lesson.Map?.Length, video.Length) switch
        {
            ({ } ours, { } theirs) => ours == theirs ? ", and so is its size" : $", and its size another: {theirs} bytes, not {ours}",
            _ => "",
        };
        return new VideoMatch(VideoLikely, [video], found.Confidence, title + size);
    }

    private void Leave()
    {
        var taken = _matches.Values.Where(match => match.Status != VideoAmbiguous).SelectMany(match => match.Videos)
            .Select(video => video.VideoId).ToHashSet();
        _lessons = [.. _lessons.Where(lesson => !_matches.ContainsKey(lesson.LessonId))];
        _videos = [.. _videos.Where(video => !taken.Contains(video.VideoId))];
    }
}
