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

    /// <summary>The change after which a video is as before but for its content, and carries the stamp of the new one.</summary>
    /// <param name="now">The video.</param>
    /// <param name="before">The video before.</param>
    /// <param name="stamp">The new content's stamp.</param>
    /// <param name="location">Where it is kept.</param>
    /// <param name="isLate">
    /// True where others may have changed the video since: then only what was lost is put back, and what differs counts as theirs.
    /// </param>
    public static VideoChange ChangeOf(
        KinescopeVideo now, VideoBefore before, UploadStamp stamp, StampLocation location, bool isLate)
    {
        var description = location == StampLocation.Description ? stamp.Renew(before.Description) : UploadStamp.Remove(before.Description);
        string[] tags = location == StampLocation.Description
            ? [.. before.Tags.Where(tag => UploadStamp.Remove(tag).Length > 0)]
            : [.. before.Tags.Select(tag => UploadStamp.Remove(tag)).Where(tag => tag.Length > 0), stamp.ToString()];
        var hasStamp = UploadStamp.On(now).Contains(stamp);
        return new VideoChange
        {
            Title = now.Title != before.Title && (!isLate || now.Title.Length == 0 || now.Title == VideoTitle.Ascii(before.Title))
                ? before.Title
                : null,
            Description = !AreSameWords(now.Description, description) && (!isLate || now.Description.Length == 0 || !hasStamp)
                ? isLate && now.Description.Length > 0 && location == StampLocation.Description ? stamp.Renew(now.Description) : description
                : null,
            Tags = !AreSameSet(now.Tags, tags) && (!isLate || now.Tags.Count == 0) ? tags : null,
            PrivacyType = before.PrivacyType is { } type && now.PrivacyType != type && !isLate ? type : null,
            PrivacyDomains = !AreSameSet(now.PrivacyDomains, before.PrivacyDomains) && (!isLate || now.PrivacyDomains.Count == 0)
                ? [.. before.PrivacyDomains]
                : null,
        };
    }

    /// <summary>True where chapters were lost.</summary>
    public static bool LacksChapters(VideoDetails now, VideoBefore before, bool isLate) =>
        before.Chapters.Count > 0 && (isLate
            ? now.Chapters.Count == 0
            : !now.Chapters.SequenceEqual(before.Chapters) || now.ChaptersEnabled != before.ChaptersEnabled
                || now.ChaptersShown != before.ChaptersShown);

    /// <summary>True where the poster was lost.</summary>
    public static bool LacksPoster(VideoDetails now, VideoBefore before, bool isLate) =>
        before.Poster is not null && (isLate ? now.PosterId is null : now.PosterId != before.Poster);

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
