using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The difference between a video before and after its content was replaced. No I/O.</summary>
internal static class VideoRestoring
{
    /// <summary>A video as it is kept until its new content is there.</summary>
    public static VideoBefore Of(VideoDetails details) => new()
    {
        Title = details.Video.Title,
        Description = details.Video.Description,
        Tags = [.. details.Video.Tags],
        PrivacyType = details.Video.PrivacyType,
        PrivacyDomains = [.. details.Video.PrivacyDomains],
        Poster = details.PosterId,
        Chapters = details.Chapters,
        ChaptersEnabled = details.ChaptersEnabled,
        ChaptersShown = details.ChaptersShown,
        Subtitles = details.Subtitles,
        HasFailed = details.Video.HasFailed,
        Assets = AssetsOf(details.Video),
    };

    /// <summary>A video's files, by which the ones that come after are told from them.</summary>
    public static IReadOnlyList<ReplacedAsset> AssetsOf(KinescopeVideo video) => [.. video.Assets.Select(AssetOf)];

    /// <summary>
    /// True for a video that shows a new content: it has files, none of them is an old one, and the original has the size that was sent,
    /// where there is one. That it is done says nothing: an old content is done.
    /// </summary>
    public static bool Shows(KinescopeVideo video, Replacement replacement) =>
        video.IsReady && video.Assets.Count > 0
        && !video.Assets.Select(AssetOf).Any(asset => replacement.Before.Assets.Any(old => AreSame(asset, old)))
        && (video.Original?.Length ?? replacement.Length) == replacement.Length;

    /// <summary>True where Kinescope gave the new content up; an old one that it had given up before says nothing.</summary>
    public static bool HasFailed(KinescopeVideo video, Replacement replacement) => video.HasFailed && !replacement.Before.HasFailed;

    /// <summary>The title that the requests of a replacement carry, which takes the place of the video's.</summary>
    public static string RequestTitle(Replacement replacement) =>
        VideoTitle.Ascii(replacement.RequestTitle ?? replacement.Before.Title);

    /// <summary>
    /// The state that a video is to have once its content is replaced, from what it has now: what somebody changed meanwhile counts, and
    /// what the platform may have taken with an attempt is as before. A privacy that lets more see the video than before may be the one
    /// or the other: the tighter one is taken.
    /// </summary>
    /// <param name="replacement">The replacement.</param>
    /// <param name="now">The video now.</param>
    public static VideoBefore Renewed(Replacement replacement, VideoDetails now)
    {
        var (before, held) = (replacement.Before, Of(now));
        held = held with { Assets = before.Assets, HasFailed = before.HasFailed };
        var carried = RequestTitle(replacement);
        // Where a request has come to the platform, the title is its.
        var mayLack = replacement.MayHaveArrived || replacement.IsSent || replacement.Earlier is not null;
        if (!mayLack && held.Title == before.Title && before.Title != carried)
            return held;
        var hasChapters = held.Chapters.Count > 0;
        var isLooser = !replacement.IsRestored && IsLost(held, before);
        held = held with
        {
            Title = IsTaken(held.Title, carried) ? before.Title : held.Title,
            PrivacyType = isLooser ? before.PrivacyType : held.PrivacyType,
            PrivacyDomains = isLooser ? before.PrivacyDomains : held.PrivacyDomains,
        };
        // The rest goes with the content, if at all.
        return !mayLack ? held : held with
        {
            Description = held.Description.Length == 0 ? before.Description : held.Description,
            Tags = held.Tags.Count == 0 ? before.Tags : held.Tags,
            Poster = held.Poster ?? before.Poster,
            Chapters = hasChapters ? held.Chapters : before.Chapters,
            ChaptersEnabled = hasChapters ? held.ChaptersEnabled : before.ChaptersEnabled,
            ChaptersShown = hasChapters ? held.ChaptersShown : before.ChaptersShown,
            Subtitles = [.. before.Subtitles.Union(held.Subtitles)],
        };
    }

    /// <summary>The change after which a video is as before but for its content, and carries the stamp of the new one.</summary>
    /// <param name="now">The video.</param>
    /// <param name="replacement">The replacement, with the video before it.</param>
    /// <param name="stamp">The new content's stamp.</param>
    /// <param name="location">Where it is kept.</param>
    /// <remarks>
    /// Only what a platform takes is put back; what differs otherwise is somebody's, who may have changed it while the last bytes were on
    /// their way. A privacy is never given back that lets more see the video, but for domains that are gone.
    /// </remarks>
    public static VideoChange ChangeOf(
        KinescopeVideo now, Replacement replacement, UploadStamp stamp, StampLocation location)
    {
        var before = replacement.Before;
        var keepsDescription = now.Description.Length > 0;
        var keepsTags = now.Tags.Count > 0;
        var hasStamp = UploadStamp.On(now).Contains(stamp);
        var oldDescription = keepsDescription ? now.Description : before.Description;
        var oldTags = keepsTags ? now.Tags : before.Tags;
        var inDescription = location == StampLocation.Description;
        var description = inDescription ? stamp.Renew(oldDescription) : UploadStamp.Remove(oldDescription);
        string[] tags = inDescription
            ? [.. oldTags.Where(tag => UploadStamp.Remove(tag).Length > 0)]
            : [.. UploadStamp.Remove(oldTags), stamp.ToString()];
        var losesPrivacy = IsLost(now.PrivacyType, now.PrivacyDomains, before)
            && (!replacement.IsRestored || AreSameWords(now.PrivacyType ?? "", before.PrivacyType ?? ""));
        return new VideoChange
        {
            Title = now.Title != before.Title && IsTaken(now.Title, RequestTitle(replacement)) ? before.Title : null,
            Description = !AreSameWords(now.Description, description) && !(keepsDescription && hasStamp) ? description : null,
            Tags = !AreSameSet(now.Tags, tags) && !(keepsTags && hasStamp) ? tags : null,
            PrivacyType = losesPrivacy ? before.PrivacyType : null,
            PrivacyDomains = losesPrivacy ? [.. before.PrivacyDomains] : null,
        };
    }

    /// <summary>A video after a change.</summary>
    public static VideoBefore With(VideoDetails details, VideoChange change)
    {
        var held = Of(details);
        return held with
        {
            Title = change.Title ?? held.Title,
            Description = change.Description ?? held.Description,
            Tags = change.Tags ?? held.Tags,
            PrivacyType = change.PrivacyType ?? held.PrivacyType,
            PrivacyDomains = change.PrivacyDomains ?? held.PrivacyDomains,
        };
    }

    private static bool IsTaken(string title, string carried) => title.Length == 0 || title == carried;

    private static bool IsLost(VideoBefore held, VideoBefore before) => IsLost(held.PrivacyType, held.PrivacyDomains, before);

    /// <summary>True for a privacy that may have been taken: it lets more see the video than before, or has no domains any more.</summary>
    private static bool IsLost(string? type, IReadOnlyList<string> domains, VideoBefore before) =>
        before.PrivacyType is { } old
        && (TightnessOf(old) > TightnessOf(type)
            || TightnessOf(old) == TightnessOf(type) && domains.Count == 0 && before.PrivacyDomains.Count > 0);

    private static int TightnessOf(string? privacy) => privacy?.ToLowerInvariant() switch
    {
        null or "anywhere" => 0,
        "nowhere" => 2,
        _ => 1,
    };

    /// <summary>True where chapters were lost.</summary>
    public static bool LacksChapters(VideoDetails now, VideoBefore before, bool isFresh) =>
        before.Chapters.Count > 0 && (isFresh
            ? !now.Chapters.SequenceEqual(before.Chapters) || now.ChaptersEnabled != before.ChaptersEnabled
                || now.ChaptersShown != before.ChaptersShown
            : now.Chapters.Count == 0);

    /// <summary>True where the poster was lost.</summary>
    public static bool LacksPoster(VideoDetails now, VideoBefore before, bool isFresh) =>
        before.Poster is not null && (isFresh ? now.PosterId != before.Poster : now.PosterId is null);

    /// <summary>The languages of the subtitles that were lost.</summary>
    public static IReadOnlyList<string> LostSubtitles(VideoDetails now, VideoBefore before) =>
        [.. before.Subtitles.Except(now.Subtitles)];

    private static ReplacedAsset AssetOf(KinescopeAsset asset) =>
        new(asset.AssetId, asset.Quality, asset.Length, asset.Md5, asset.CreatedAt);

    // An MD5 may be told later than the rest.
    private static bool AreSame(ReplacedAsset one, ReplacedAsset other) =>
        one with { Md5 = null } == other with { Md5 = null } && (one.Md5 is null || other.Md5 is null || one.Md5 == other.Md5);

    private static bool AreSameSet(IReadOnlyList<string> one, IReadOnlyList<string> other) =>
        one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal));

    // The platform may make one blank of many.
    private static bool AreSameWords(string one, string other) => WordsOf(one).SequenceEqual(WordsOf(other));

    private static string[] WordsOf(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
