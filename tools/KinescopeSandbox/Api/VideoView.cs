using System.Security.Cryptography;
using System.Text;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;

namespace KinescopeSandbox.Api;

/// <summary>What answers show of a video.</summary>
public sealed class VideoView(SandboxState state, TimeProvider clock, Platform platform, TimeSpan transcode)
{
    /// <summary>Invented bit rate that turns sizes into durations, bytes per second.</summary>
    private const double BytesPerSecond = 187_500;

    /// <summary>Qualities made from an original, their sizes in proportion to it.</summary>
    private static readonly (string Quality, string Resolution, double Share)[] Renditions =
        [("1080p", "1920x1080", 0.5), ("720p", "1280x720", 0.25), ("480p", "854x480", 0.12), ("360p", "640x360", 0.08)];

    /// <summary>Time from the last byte to status `done`.</summary>
    private TimeSpan UntilDone => platform.Ways.BeforeTranscoding + transcode;

    public string StatusOf(Video video)
    {
        var (now, ways) = (clock.GetUtcNow(), platform.Ways);
        return video.StatusAt(now, UntilDone) switch
        {
            var forced when video.ForcedStatus is not null => forced,
            _ when IsReplacing(video) && ways.ReplaceShows == "processing" => "processing",
            "uploading" when state.Bytes.Length(video.Upload.Id) == 0 => ways.StatusAfterInit,
            "processing" when video.Upload.CompletedAt + ways.BeforeTranscoding > now => ways.StatusAfterBytes,
            var status => status,
        };
    }

    /// <summary>The upload whose assets a video shows.</summary>
    public Upload Visible(Video video) => video.VisibleUpload(clock.GetUtcNow(), UntilDone);

    /// <summary>Seconds; 0 until the video is `done`.</summary>
    public double DurationOf(Video video) =>
        StatusOf(video) == "done" ? Math.Round((video.VisibleUpload(clock.GetUtcNow(), UntilDone).Length ?? 0) / BytesPerSecond, 3) : 0;

    /// <summary>The object of GET and of lists.</summary>
    public object Full(Video video)
    {
        var status = StatusOf(video);
        return new
        {
            Id = IdOf(video),
            video.ProjectId,
            video.FolderId,
            PlayerId = (Guid?)null,
            Version = 2,
            video.Title,
            Subtitle = "",
            video.Description,
            Status = status,
            Message = video.StatusMessage,
            // Nothing follows from it: the platform's examples have 100 with uploading and 0 with done.
            Progress = status == "done" ? 0 : 100,
            Duration = AnswerNumber.Of(DurationOf(video), platform.Ways),
            Assets = Assets(video, status),
            Chapters = CaptionApi.Chapters(video),
            video.PrivacyType,
            video.PrivacyDomains,
            PrivacyShare = Array.Empty<object>(),
            video.Tags,
            Poster = PosterApi.Active(video),
            AdditionalMaterials = Array.Empty<object>(),
            video.AdditionalMaterialsEnabled,
            PlayLink = PlayLink(video),
            EmbedLink = EmbedLink(video),
            HlsLink = HlsLink(video),
            video.CreatedAt,
            video.UpdatedAt,
            video.DeletedAt,
            Subtitles = CaptionApi.Shown(video, state, platform),
            SubtitlesEnabled = video.Extras.Subtitles.Count > 0,
            AudioTracks = (object?)null,
            Meta = (object?)null,
        };
    }

    /// <summary>The shorter object of a single upload request.</summary>
    public object Created(Video video) => new
    {
        Id = IdOf(video),
        ParentId = video.FolderId ?? video.ProjectId,
        video.Title,
        video.Description,
        Status = StatusOf(video),
        PlayLink = PlayLink(video),
        EmbedLink = EmbedLink(video),
        HlsLink = HlsLink(video),
        video.CreatedAt,
    };

    /// <summary>The object of PATCH and move: with the workspace, without links.</summary>
    public object Changed(Video video) => new
    {
        Id = IdOf(video),
        WorkspaceId = state.Workspace.Id,
        video.ProjectId,
        video.FolderId,
        StorageId = state.Workspace.Id,
        video.ShortId,
        video.Title,
        video.Description,
        Status = StatusOf(video),
        Duration = AnswerNumber.Of(DurationOf(video), platform.Ways),
        video.Tags,
        video.PrivacyType,
        video.PrivacyDomains,
        video.AdditionalMaterialsEnabled,
        video.CreatedAt,
        video.UpdatedAt,
        video.DeletedAt,
    };

    /// <summary>A video's id in the form that answers have.</summary>
    public object IdOf(Video video) => platform.Ways.VideoIds == "short" ? video.ShortId : video.Id;

    /// <summary>A new content has come and is not shown yet.</summary>
    private bool IsReplacing(Video video) =>
        video.ReplacedUpload is not null && video.Upload is { CompletedAt: not null } upload && !upload.IsTranscoded(clock.GetUtcNow(), UntilDone);

    private static string PlayLink(Video video) => $"https://kinescope.io/{video.ShortId}";

    private static string EmbedLink(Video video) => $"https://kinescope.io/embed/{video.ShortId}";

    private static string HlsLink(Video video) => $"https://kinescope.io/{video.ShortId}/master.m3u8";

    /// <summary>The original as soon as it is complete, the renditions once transcoded.</summary>
    private List<object> Assets(Video video, string status)
    {
        var upload = video.VisibleUpload(clock.GetUtcNow(), UntilDone);
        if (upload.CompletedAt is null || upload.Length is not { } length)
            return [];
        var ways = platform.Ways;
        List<object> assets = [];
        if (IsReplacing(video) && ways.ReplaceShows == "new-original" && ways.OriginalAsset != "never")
            assets.Add(Asset(video, video.Upload, "original", "1920x1080", video.Upload.Length ?? 0, ways.OriginalMd5 == "yes" ? video.Upload.Md5 : null));
        else if (ways.OriginalAsset == "at-once" || (ways.OriginalAsset == "when-done" && status == "done"))
            assets.Add(Asset(video, upload, "original", "1920x1080", length, ways.OriginalMd5 == "yes" ? upload.Md5 : null));
        if (status == "done")
            assets.AddRange(Renditions.Select(made => Asset(video, upload, made.Quality, made.Resolution, (long)(length * made.Share), md5: null)));
        return assets;
    }

    private object Asset(Video video, Upload upload, string quality, string resolution, long size, string? md5)
    {
        var id = new Guid(MD5.HashData(Encoding.ASCII.GetBytes($"{upload.Id:D} {quality}")));
        var link = AssetApi.LinkTo(state, clock, platform.Ways, upload, quality, size);
        return new
        {
            id,
            video_id = video.Id,
            original_name = upload.FileName,
            file_size = AnswerNumber.Of(size, platform.Ways),
            md5 = md5 ?? "",
            filetype = quality == "original" ? Path.GetExtension(upload.FileName).TrimStart('.').ToLowerInvariant() : "mp4",
            quality,
            resolution,
            created_at = upload.CompletedAt,
            url = link,
            download_link = link,
        };
    }
}
