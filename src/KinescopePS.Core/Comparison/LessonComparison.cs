using System.Runtime.CompilerServices;
using KinescopePS.Transfer;

namespace KinescopePS.Comparison;

/// <summary>Compares the sides that a store holds.</summary>
/// <param name="store">The sides.</param>
/// <param name="sides">Those that could be read.</param>
/// <param name="isWhole">True where all lessons, files and videos are compared, and not only some lessons.</param>
/// <param name="content">Holds files against videos.</param>
/// <param name="foldersOf">Reads the paths of the folders of videos, by their ids.</param>
/// <param name="saved">The copies in a folder; null where none is compared.</param>
/// <param name="notCompared">Is told of a lesson whose file cannot be read: all else of it is compared.</param>
internal sealed class LessonComparison(
    ComparisonStore store, IReadOnlySet<LessonSide> sides, bool isWhole, ContentComparison content,
    Func<Task<IReadOnlyDictionary<string, string>>> foldersOf, SavedCopies? saved, Action<string, KinescopeException> notCompared)
{
    private readonly LessonRules _rules = new(sides, isWhole, saved?.Folder);

    /// <summary>The number of lessons that are compared.</summary>
    public long Count => store.Count(wantedOnly: !isWhole);

    /// <summary>The findings of all lessons, each lesson's together, then those of videos of no lesson.</summary>
    public async IAsyncEnumerable<LessonFinding> FindAsync(Action compared, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var matches = isWhole && sides.Contains(LessonSide.Kinescope)
            ? await MatchAsync(cancellation).ConfigureAwait(false)
            : new Dictionary<string, VideoMatch>();
        foreach (var lesson in store.Lessons(wantedOnly: !isWhole))
        {
            cancellation.ThrowIfCancellationRequested();
            var complete = await CompleteAsync(lesson, matches, cancellation).ConfigureAwait(false);
            compared();
            if (complete is { Map: null, Record: null, Site: null, Videos.Count: 0 })
            {
                notCompared(lesson.LessonId, new KinescopeException(ErrorIds.LessonNotFound, "None of the places knows it."));
                continue;
            }

            foreach (var finding in _rules.Of(complete))
                yield return finding;
        }

        if (!isWhole || !sides.Contains(LessonSide.Kinescope))
            yield break;
        var matched = matches.Values.SelectMany(match => match.Videos).Select(video => video.VideoId).ToHashSet();
        foreach (var video in store.UnusedVideos().Where(video => !matched.Contains(video.VideoId)))
        {
            cancellation.ThrowIfCancellationRequested();
            yield return WithoutLesson(video);
        }
    }

    private async Task<LessonFacts> CompleteAsync(
        LessonFacts lesson, IReadOnlyDictionary<string, VideoMatch> matches, CancellationToken cancellation)
    {
        var videos = store.VideosOf(lesson);
        lesson = lesson with
        {
            Videos = videos,
            SharedVideos = [.. videos.Select(video => video.VideoId).Where(id => store.IsOfAnother(id, lesson.LessonId))],
            Match = matches.GetValueOrDefault(lesson.LessonId),
        };
        if (lesson.Site?.LinkedVideoId is { } linked && lesson.SharedVideos.Contains(linked))
            lesson = lesson with
            {
                Sharing =
                [
                    .. store.OthersWith(linked, lesson.LessonId).Where(other => !other.HasFileOf(lesson)).Select(other => other.LessonId),
                ],
            };
        try
        {
            lesson = await content.CompareAsync(lesson, _rules.VideoOf, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException unreadable)
        {
            notCompared(lesson.LessonId, unreadable);
        }

        return await WithSavedAsync(lesson, cancellation).ConfigureAwait(false);
    }

    private async Task<LessonFacts> WithSavedAsync(LessonFacts lesson, CancellationToken cancellation)
    {
        if (_rules.VideoOf(lesson) is not { } video || saved?.Of(lesson.LessonId, video.VideoId) is not { } copy)
            return lesson;
        try
        {
            if (content.IsWhole && copy.IsOriginal && video.Md5 is not null)
                copy = copy with { Md5 = await ContentComparison.Md5Async(copy.Path, cancellation).ConfigureAwait(false) };
        }
        catch (KinescopeException unreadable)
        {
            notCompared(lesson.LessonId, unreadable);
        }

        return lesson with { Saved = copy };
    }

    private async Task<IReadOnlyDictionary<string, VideoMatch>> MatchAsync(CancellationToken cancellation)
    {
        List<VideoSide> videos = [.. store.UnusedVideos().Where(video => video.IsComplete && video.Stamps.Count == 0)];
        if (videos.Count == 0)
            return new Dictionary<string, VideoMatch>();
        var unsent = store.Lessons(wantedOnly: false)
            .Select(lesson => lesson with { Videos = store.VideosOf(lesson) })
            .Where(LessonRules.IsUnsent);
        var matching = new VideoMatching([.. unsent], videos);
        if (content.IsWhole)
            await matching.MatchContentAsync(Md5Async).ConfigureAwait(false);
        var folders = await foldersOf().ConfigureAwait(false);
        matching.MatchNames(folders.GetValueOrDefault, cancellation);
        return matching.Matches;

        async Task<string?> Md5Async(LessonFacts lesson)
        {
            try
            {
                return await ContentComparison.Md5Async(lesson.Path!, cancellation).ConfigureAwait(false);
            }
            catch (KinescopeException unreadable)
            {
                notCompared(lesson.LessonId, unreadable);
                return null;
            }
        }
    }

    private static LessonFinding WithoutLesson(VideoSide video)
    {
        var isOurs = video.Stamps.Count > 0;
        return new LessonFinding
        {
            Status = LessonFindingStatus.VideoWithoutLesson,
            Title = video.Title,
            VideoId = video.VideoId,
            EmbedUrl = video.EmbedUrl ?? VideoIds.EmbedUrl(video.VideoId),
            Side = LessonSide.Kinescope,
            Value = video.VideoId,
            Message = isOurs
                ? $"'{video.Title}' was sent by this module for a lesson or file that is not compared here."
                : $"'{video.Title}' is of no lesson, and was not sent by this module.",
            Command = isOurs ? "Remove-KinescopeVideo" : null,
        };
    }
}
