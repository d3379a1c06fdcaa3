using KinescopePS.Kinescope;
using KinescopePS.Record;
using Polly;

namespace KinescopePS.Companions;

/// <summary>The lesson of a video, for the record.</summary>
/// <param name="Record">The record; null where none is kept.</param>
/// <param name="Lesson">The lesson; null where the record does not know the video.</param>
internal sealed record CompanionOwner(IUploadRecord? Record, string? Lesson)
{
    /// <summary>A companion as it was sent to a video; null where that is not known.</summary>
    public async Task<RecordedCompanion?> FindAsync(string kind, string videoId, CancellationToken cancellation)
    {
        if (Record is null || Lesson is null)
            return null;
        var upload = await Record.FindAsync(Lesson, cancellation).ConfigureAwait(false);
        return upload?.CompanionOf(kind, videoId);
    }

    /// <summary>True while new content is on its way into a video: what the platform tells of its content may be true of the old.</summary>
    public async Task<bool> IsReplacingAsync(string videoId, CancellationToken cancellation)
    {
        if (Record is null || Lesson is null)
            return false;
        var upload = await Record.FindAsync(Lesson, cancellation).ConfigureAwait(false);
        return upload is { Replacement: not null } && upload.VideoId == videoId;
    }

    /// <summary>Records a step of a companion.</summary>
    /// <exception cref="KinescopeException">The record's.</exception>
    public async Task TellAsync(RecordedCompanion companion)
    {
        if (Record is null || Lesson is null)
            return;
        var happened = UploadEvent.Of(UploadEventKind.Companion, Lesson) with { Companion = companion };
        await Record.AppendAsync(happened).ConfigureAwait(false);
    }

    /// <summary>True for a failure of the record itself.</summary>
    public bool HasFailedBy(KinescopeException failure) => Record?.HasFailedBy(failure) == true;
}

/// <summary>
/// Sends posters, subtitles and chapters to videos that are there: what differs from what was sent last, once. Whatever is cut or killed,
/// sending again ends with one poster that is shown, one list of chapters, and one set of subtitles a language.
/// </summary>
/// <param name="kinescope">The API.</param>
/// <param name="retry">The retries of each call.</param>
/// <param name="verbose">Is told of steps.</param>
/// <param name="mayReplace">
/// True where subtitles and chapters give way that somebody else made. Without it only what the record knows as its own does.
/// </param>
/// <param name="force">True where all is sent, whatever is known.</param>
internal sealed class CompanionSender(
    KinescopeClient kinescope, ResiliencePipeline retry, Action<string> verbose, bool mayReplace, bool force)
{
    /// <summary>Durations are rounded, and the last subtitle may stay a little: so much later than the end is no fault.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(5);

    /// <summary>True where a companion is not known to be at a video as it is.</summary>
    public async Task<bool> IsDueAsync(Companion companion, string videoId, CompanionOwner owner, CancellationToken cancellation) =>
        force || !IsDone(companion, await owner.FindAsync(companion.Kind, videoId, cancellation).ConfigureAwait(false));

    /// <summary>Sends a companion where it is due.</summary>
    /// <param name="companion">The companion.</param>
    /// <param name="videoId">The video.</param>
    /// <param name="owner">Its lesson.</param>
    /// <param name="duration">The duration of the lesson's file, as far as the caller knows it.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>False where it was there already.</returns>
    /// <exception cref="KinescopeException">It was not sent, or what it replaces is there yet.</exception>
    public async Task<bool> SendAsync(
        Companion companion, string videoId, CompanionOwner owner, TimeSpan? duration, CancellationToken cancellation)
    {
        var known = await owner.FindAsync(companion.Kind, videoId, cancellation).ConfigureAwait(false);
        if (!force && IsDone(companion, known))
            return false;
        var sent = new RecordedCompanion(companion.Kind, VideoIds.Canonical(videoId), companion.Hash);
        return companion switch
        {
            PosterCompanion poster => await SendPosterAsync(poster, sent, owner, duration, cancellation).ConfigureAwait(false),
            ChapterCompanion chapters =>
                await SendChaptersAsync(chapters, sent, known, owner, duration, cancellation).ConfigureAwait(false),
            SubtitleCompanion subtitles => await SendSubtitlesAsync(subtitles, sent, known, owner, duration, cancellation)
                .ConfigureAwait(false),
            _ => throw new InvalidOperationException($"Nothing sends a {companion.Kind}."),
        };
    }

    /// <summary>Looks what sending a companion would do, and does nothing.</summary>
    /// <inheritdoc cref="SendAsync" path="/param" />
    /// <returns>The words for what it would take the place of, empty where nothing is there; null where it is there already.</returns>
    /// <exception cref="KinescopeException">It would not be sent.</exception>
    public async Task<string?> PreviewAsync(
        Companion companion, string videoId, CompanionOwner owner, TimeSpan? duration, CancellationToken cancellation)
    {
        var known = await owner.FindAsync(companion.Kind, videoId, cancellation).ConfigureAwait(false);
        if (companion is SubtitleCompanion subtitles)
        {
            await RequireWithinAsync(subtitles, videoId, owner, duration, cancellation).ConfigureAwait(false);
            return await SubtitlesOf().PreviewAsync(subtitles, videoId, known, cancellation).ConfigureAwait(false);
        }

        var video = await GetAsync(videoId, cancellation).ConfigureAwait(false);
        var end = await EndAsync(video, owner, duration, cancellation).ConfigureAwait(false);
        if (companion is not ChapterCompanion chapters)
        {
            RequireWithin(companion, end);
            return video.PosterUrl is null ? "" : ", in the place of the one that is there";
        }

        var (there, isThere) = Compare(chapters, video, known, end);
        var whose = known?.Hash == there ? "" : ", which were not sent from here";
        var count = video.Chapters.Count;
        if (chapters.Chapters.Count == 0)
            return isThere && !force ? null : $" ({count}{whose})";
        return isThere && !force ? null
            : count == 0 ? ""
            : count == 1 ? $", in the place of the one that is there{whose.Replace("were", "was", StringComparison.Ordinal)}"
            : $", in the place of the {count} that are there{whose}";
    }

    /// <summary>The failure of what somebody else put there.</summary>
    public static KinescopeException AlreadySet(string what, string cmdlet) => new(
        ErrorIds.CompanionAlreadySet,
        $"the video has {what} that were not sent from here. They were left as they are; {cmdlet} puts the file's in their place.");

    /// <summary>True where the record has a companion at the video as it is.</summary>
    public static bool IsDone(Companion companion, RecordedCompanion? known) =>
        known is { GivingWay: null, Before: null } && companion.IsSame(known);

    /// <summary>Refuses what lies beyond the end of the video's content.</summary>
    /// <exception cref="KinescopeException"><c>ChapterInvalid</c>, <c>SubtitleInvalid</c> or <c>PosterInvalid</c>.</exception>
    public static void RequireWithin(Companion companion, TimeSpan? end)
    {
        switch (companion)
        {
            case ChapterCompanion { Chapters.Count: > 0 } chapters:
                ChapterFile.Check(chapters.Source, chapters.Chapters, end);
                break;
            case SubtitleCompanion subtitles when subtitles.Text.Cues.FirstOrDefault(cue => cue.Start > end + Tolerance) is { } beyond:
                throw new KinescopeException(
                    ErrorIds.SubtitleInvalid,
                    $"{subtitles.Source}, line {beyond.Line}: it begins at {ChapterFile.TimeOf(beyond.Start)}, and the video is over at "
                    + $"{ChapterFile.TimeOf(end!.Value)}. Is it of another video?");
            case PosterCompanion { Jpeg: null } poster when poster.Moment > end + Tolerance:
                throw new KinescopeException(
                    ErrorIds.PosterInvalid,
                    $"the moment {ChapterFile.TimeOf(poster.Moment)} is none of the video, which is over at "
                    + $"{ChapterFile.TimeOf(end!.Value)}. Give one before its end.");
            default:
                break;
        }
    }

    private SubtitleReplacement SubtitlesOf() => new(kinescope, retry, verbose, mayReplace, force);

    private Task<KinescopeVideo> GetAsync(string videoId, CancellationToken cancellation) =>
        retry.CallAsync(token => kinescope.GetVideoAsync(videoId, token), cancellation);

    /// <summary>
    /// The end of a video's content, as far as it is known: while new content is on its way, the platform tells the old one's.
    /// </summary>
    private static async Task<TimeSpan?> EndAsync(
        KinescopeVideo video, CompanionOwner owner, TimeSpan? duration, CancellationToken cancellation) =>
        await owner.IsReplacingAsync(video.VideoId, cancellation).ConfigureAwait(false)
            ? duration ?? video.Duration
            : video.Duration ?? duration;

    /// <summary>Refuses subtitles that begin long after the video is over, where its end is known.</summary>
    private async Task RequireWithinAsync(
        SubtitleCompanion subtitles, string videoId, CompanionOwner owner, TimeSpan? duration, CancellationToken cancellation)
    {
        // The file tells it without a call.
        var end = duration ?? await EndAsync(await GetAsync(videoId, cancellation).ConfigureAwait(false), owner, null, cancellation)
            .ConfigureAwait(false);
        RequireWithin(subtitles, end);
    }

    private async Task<bool> SendSubtitlesAsync(
        SubtitleCompanion subtitles, RecordedCompanion sent, RecordedCompanion? known, CompanionOwner owner, TimeSpan? duration,
        CancellationToken cancellation)
    {
        await RequireWithinAsync(subtitles, sent.Video, owner, duration, cancellation).ConfigureAwait(false);
        return await SubtitlesOf().SendAsync(subtitles, sent, known, owner, cancellation).ConfigureAwait(false);
    }

    private async Task<bool> SendPosterAsync(
        PosterCompanion poster, RecordedCompanion sent, CompanionOwner owner, TimeSpan? duration, CancellationToken cancellation)
    {
        if (poster.Jpeg is null)
        {
            var video = await GetAsync(sent.Video, cancellation).ConfigureAwait(false);
            RequireWithin(poster, await EndAsync(video, owner, duration, cancellation).ConfigureAwait(false));
        }

        // One that arrives twice is there twice, and the same one is shown.
        await retry.CallAsync(
            token => poster.Jpeg is { } jpeg
                ? kinescope.SetPosterAsync(sent.Video, jpeg, token)
                : kinescope.SetPosterAsync(sent.Video, poster.Moment, token),
            cancellation).ConfigureAwait(false);
        Waypoint.Pass("poster-answered");
        await owner.TellAsync(sent).ConfigureAwait(false);
        return true;
    }

    private async Task<bool> SendChaptersAsync(
        ChapterCompanion chapters, RecordedCompanion sent, RecordedCompanion? known, CompanionOwner owner, TimeSpan? duration,
        CancellationToken cancellation)
    {
        var video = await GetAsync(sent.Video, cancellation).ConfigureAwait(false);
        var end = await EndAsync(video, owner, duration, cancellation).ConfigureAwait(false);
        var (_, isThere) = Compare(chapters, video, known, end);
        if (!isThere || force)
        {
            // What viewers see of chapters is the site's choice, and stays; new ones are shown.
            var isEnabled = video.Chapters.Count == 0 || video.HasChaptersEnabled != false;
            await retry.CallAsync(
                token => kinescope.SetChaptersAsync(sent.Video, chapters.Items, isEnabled, video.ShowsChaptersOnLoad == true, token),
                cancellation).ConfigureAwait(false);
            Waypoint.Pass("chapters-answered");
        }

        await owner.TellAsync(sent).ConfigureAwait(false);
        return !isThere || force;
    }

    /// <summary>Compares chapters with those of a video.</summary>
    /// <returns>The hash of those that are there, and true where they are the same.</returns>
    /// <exception cref="KinescopeException"><c>ChapterInvalid</c> or <c>CompanionAlreadySet</c>.</exception>
    private (string There, bool IsThere) Compare(ChapterCompanion chapters, KinescopeVideo video, RecordedCompanion? known, TimeSpan? end)
    {
        RequireWithin(chapters, end);
        var there = ChapterCompanion.HashOf(video.Chapters);
        var isThere = there == chapters.Hash;
        return !isThere && video.Chapters.Count > 0 && !mayReplace && known?.Hash != there
            ? throw AlreadySet("chapters", "Set-KinescopeChapter")
            : (there, isThere);
    }
}
