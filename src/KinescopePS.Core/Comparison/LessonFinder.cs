using System.Globalization;
using KinescopePS.Kinescope;
using static KinescopePS.LessonFindingStatus;

namespace KinescopePS.Comparison;

/// <summary>A value in one of the places.</summary>
internal readonly record struct SideValue(LessonSide Side, string? Value);

/// <summary>Looks at a lesson from one side after the other, and collects what does not agree.</summary>
/// <param name="lesson">The lesson.</param>
/// <param name="video">Its own video; null where it has none.</param>
/// <param name="sides">The places that could be read.</param>
/// <param name="savedFolder">The folder of saved videos; null where none is compared.</param>
internal sealed class LessonFinder(LessonFacts lesson, VideoSide? video, IReadOnlySet<LessonSide> sides, string? savedFolder)
{
    private readonly List<LessonFinding> _findings = [];

    public IReadOnlyList<LessonFinding> Findings => _findings;

    public string? VideoId => video?.VideoId;

    private string? RecordedId => lesson.Record?.UploadedVideoId;

    private string? LinkedId => lesson.Site?.LinkedVideoId;

    private bool IsComplete => video is { IsComplete: true };

    private bool IsAnother => lesson.Content.Likeness == ContentLikeness.Differs;

    /// <summary>True for a video of other lessons too that was not sent for this one: its title, folder and record are theirs.</summary>
    private bool IsOfOthers => video is not null && lesson.SharedVideos.Contains(video.VideoId) && !video.IsOf(lesson.LessonId);

    /// <summary>The place that tells which video was sent.</summary>
    private LessonSide SentSide => RecordedId is null ? LessonSide.Kinescope : LessonSide.ProgressFile;

    public void LookAtPlaces(bool isWhole)
    {
        if (lesson.Map is { IsReady: false, State: not LessonVideoState.Changing } map)
            Add(FileMissing, WhyNoFile(map), null, At(LessonSide.Map, map.Path));
        if (lesson.IsFile)
            return;
        if (sides.Contains(LessonSide.Database) && lesson.Site is null && (lesson.Map is not null || lesson.Record is not null))
            Add(RowMissing, "The lesson table does not have it: add the lesson at the site.", VideoId, At(LessonSide.Database, null));
        if (isWhole && sides.Contains(LessonSide.Map) && lesson.Map is null)
        {
            var known = lesson.Site is null ? At(LessonSide.ProgressFile, RecordedId) : At(LessonSide.Database, LinkedId);
            Add(NotMapped, "The map does not have it.", VideoId, At(LessonSide.Map, null), known);
        }
    }

    public void LookForMissingVideos()
    {
        if (!sides.Contains(LessonSide.Kinescope))
            return;
        if (LinkedId is { } linked && lesson.VideoOf(linked) is null)
            Missing($"Its row holds video {linked}, which Kinescope does not have.", linked, LessonSide.Database);
        if (RecordedId is { } recorded && recorded != LinkedId && lesson.VideoOf(recorded) is null)
            Missing($"The progress file has video {recorded}, which Kinescope does not have.", recorded, LessonSide.ProgressFile);

        void Missing(string message, string id, LessonSide side) =>
            Add(VideoMissing, message, id, At(side, id), At(LessonSide.Kinescope, VideoId), "Repair-LessonVideo -Include VideoMissing");
    }

    public void LookAtUpload()
    {
        if (video is { HasFailed: true })
        {
            var reason = video.StatusMessage is { } told ? $": {told}" : "";
            Add(
                VideoFailed, $"Kinescope gave up on video {VideoId}{reason}.", VideoId, At(LessonSide.Kinescope, video.Status),
                command: "Send-KinescopeVideo -Force");
        }
        else if (video is { HasAllBytes: false } && VideoId != RecordedId)
        {
            Add(
                VideoUnfinished, $"Its row holds video {VideoId}, which does not have all its bytes.", VideoId,
                At(LessonSide.Kinescope, video.Status));
        }

        if (video is not null || Has(VideoMissing))
            return;
        var unfinished = lesson.Videos.FirstOrDefault(other => !other.HasAllBytes && other.IsOf(lesson.LessonId));
        switch (lesson.Record)
        {
            case { Status: KinescopeUploadStatus.Started } begun:
                Add(
                    Begun, $"Its upload was begun: {SentOf(begun)} were sent.", null, At(LessonSide.ProgressFile, Bytes(begun.Offset)),
                    unfinished is null ? null : At(LessonSide.Kinescope, unfinished.VideoId), "Send-KinescopeVideo");
                break;
            case { Status: KinescopeUploadStatus.Failed } failed:
                Add(
                    UploadFailed, $"The last run gave it up: {failed.Error}", null, At(LessonSide.ProgressFile, failed.Error),
                    command: "Send-KinescopeVideo");
                break;
            case null when unfinished is not null:
                Add(
                    VideoUnfinished,
                    $"Video {unfinished.VideoId} is an upload of it that was not finished and that the progress file does not know. It "
                    + "cannot be continued; another machine may be sending it.",
                    unfinished.VideoId, At(LessonSide.Kinescope, unfinished.Status));
                break;
            default:
                LookAtUnsent();
                break;
        }
    }

    public void LookAtLink()
    {
        if (lesson.Site is not { } site || IsAnother)
            return;
        if (site.HasVideo && LinkedId is null)
        {
            Differs($"Its row holds '{site.VideoId}', which is no id of a video at Kinescope.", site.VideoId, VideoId);
        }
        else if (site.HasOtherAddress)
        {
            Differs($"Its row holds no video id, and the address '{site.VideoUrl}', which is not at Kinescope.", site.VideoUrl, VideoId);
        }
        else if (!site.HasVideo && IsComplete)
        {
            Add(
                NotLinked, $"Video {VideoId} is complete, and its row holds no video id.", VideoId, At(LessonSide.Database, null),
                At(SentSide, VideoId), "Set-LessonVideoId");
        }
        else if (LinkedId is { } linked && IsComplete && VideoId != linked)
        {
            Differs($"Its row holds video {linked}, and {VideoId} was sent for it.", linked, VideoId);
        }
        else if (LinkedId is { } same && VideoIds.Read(site.VideoUrl) is { } shown && shown != same)
        {
            Differs($"Its row holds video {same} and the address of another one, {shown}.", site.VideoUrl, same);
        }

        void Differs(string message, string? held, string? sent) => Add(
            LinkDiffers, message, VideoId, At(LessonSide.Database, held), At(SentSide, sent),
            video is null ? null : "Set-LessonVideoId -Force");
    }

    public void LookAtRecord()
    {
        if (!sides.Contains(LessonSide.ProgressFile) || RecordedId is not null || !IsComplete || IsAnother
            || IsOfOthers && lesson.Sharing.Count > 0)
            return;
        Add(
            NotRecorded, $"Video {VideoId} is complete, and the progress file does not know it.", VideoId,
            At(LessonSide.ProgressFile, lesson.Record?.Status.ToString()),
            At(LinkedId is null ? LessonSide.Kinescope : LessonSide.Database, VideoId), "Import-KinescopeUpload");
    }

    public void LookAtOtherVideos()
    {
        if (video is null)
            return;
        foreach (var other in lesson.Videos.Where(other => other.VideoId != VideoId && other.VideoId != LinkedId
            && other.IsOf(lesson.LessonId) && !lesson.SharedVideos.Contains(other.VideoId)))
        {
            var standing = other.HasAllBytes ? "a further video of it" : "an upload of it that was not finished";
            Add(
                SeveralVideos, $"Video {other.VideoId} is {standing}; its own is {VideoId}.", other.VideoId,
                At(LessonSide.Kinescope, other.VideoId), At(RecordedId == VideoId ? LessonSide.ProgressFile : LessonSide.Database, VideoId),
                "Remove-KinescopeVideo");
        }

        if (lesson.Sharing.Count == 0)
            return;
        var others = string.Join(", ", lesson.Sharing);
        Add(
            VideoShared, $"It has the same video as {others}, and the files are different: {LinkedId}.", LinkedId,
            At(LessonSide.Database, LinkedId), At(LessonSide.Database, others));
    }

    public void LookAtContent()
    {
        var content = lesson.Content;
        var file = At(LessonSide.Map, content.FileValue);
        switch (content.Likeness)
        {
            case ContentLikeness.Differs:
                Add(
                    ContentDiffers,
                    $"Its file is not what was sent as video {VideoId}. Mended with -Replace it becomes the content of that one, else a "
                    + "new video.",
                    null, file, content.Other, "Repair-LessonVideo -Include ContentDiffers");
                break;
            case ContentLikeness.Damaged:
                Add(
                    FileDamaged,
                    $"Its file has the size and the date of what was sent as video {VideoId}, and other bytes: it has gone bad, or was "
                    + "changed by something that keeps dates. The command puts what Kinescope has in its place. Where the change was "
                    + "meant, Send-KinescopeVideo -Replace -Force sends the file as it is.",
                    VideoId, file, content.Other, Restoring);
                break;
            case ContentLikeness.Replaced:
                Add(
                    VideoReplaced,
                    $"Its file is what was sent as video {VideoId}, and that has another content: it was replaced at Kinescope. "
                    + $"To keep the video's: {Restoring}; then only an upload that is told of the site's links, as by Get-LessonVideoMap "
                    + "-CheckDatabase, does not send the file once more. To put the file's back: Send-KinescopeVideo -Replace -Force.",
                    VideoId, file, content.Other);
                break;
        }
    }

    /// <summary>Puts the original of its video in the place of its file.</summary>
    private string Restoring
    {
        get
        {
            var isKnown = lesson.Map!.BasePath is not null;
            var folder = CommandText.Literal(lesson.Map.BasePath ?? System.IO.Path.GetDirectoryName(lesson.Map.Path)!);
            return $"Save-KinescopeVideo {folder}{(isKnown ? "" : $" -BasePath {folder}")} -Force";
        }
    }

    public void LookAtDetails()
    {
        if (!IsComplete || !sides.Contains(LessonSide.Kinescope))
            return;
        LookAtDuration(video!);
        if (IsOfOthers)
            return;
        if (lesson.Map?.Title is { } title && VideoTitle.Fit(title) is var fitted && fitted != video!.Title)
            Add(
                TitleDiffers, $"Its video is called '{video.Title}'.", VideoId, At(LessonSide.Map, fitted),
                At(LessonSide.Kinescope, video.Title), "Set-KinescopeVideo");

        var place = video!.FolderId ?? video.ProjectId;
        if (RecordedId == VideoId && lesson.Record?.Parent is { } parent && place is not null && place != parent)
            Add(
                FolderDiffers, $"It was sent to {parent}, and is in {place}.", VideoId, At(LessonSide.ProgressFile, parent),
                At(LessonSide.Kinescope, place), "Move-KinescopeVideo");
    }

    public void LookAtSaved()
    {
        if (!sides.Contains(LessonSide.Backup) || !IsComplete)
            return;
        if (lesson.Saved is not { } copy)
        {
            Add(
                NotSaved, $"Video {VideoId} has no saved copy.", VideoId, At(LessonSide.Backup, null), At(SentSide, VideoId),
                SavingCommand);
            return;
        }

        var (length, md5) = copy.IsOriginal ? (video!.Length ?? copy.SavedLength, video.Md5) : (copy.SavedLength, null);
        if (length is { } size && size != copy.Length)
            Differs(Bytes(copy.Length), Bytes(size));
        else if (md5 is not null && copy.Md5 is { } saved && saved != md5)
            Differs($"MD5 {saved}", $"MD5 {md5}");

        void Differs(string held, string told) => Add(
            SavedDiffers, $"The saved copy {copy.Path} is not video {VideoId} as it is now.", VideoId, At(LessonSide.Backup, held),
            At(LessonSide.Kinescope, told), $"{SavingCommand} -Force");
    }

    private string SavingCommand => $"Save-KinescopeVideo {CommandText.Literal(savedFolder!)}";

    public void Add(
        LessonFindingStatus status, string message, string? videoId, SideValue? one = null, SideValue? other = null,
        string? command = null, double? confidence = null) =>
        _findings.Add(new LessonFinding
        {
            Status = status,
            LessonId = lesson.LessonId,
            Course = lesson.Course,
            Module = lesson.Map?.Module,
            Title = lesson.Title,
            Path = lesson.Path,
            BasePath = lesson.Map?.BasePath,
            State = lesson.Map?.State,
            VideoId = videoId,
            EmbedUrl = videoId is null ? null : lesson.VideoOf(videoId)?.EmbedUrl ?? VideoIds.EmbedUrl(videoId),
            Side = one?.Side,
            Value = one?.Value,
            OtherSide = other?.Side,
            OtherValue = other?.Value,
            Message = message,
            Command = command,
            Confidence = confidence,
        });

    // What was rounded to the column's unit is the same.
    private void LookAtDuration(VideoSide video)
    {
        if (lesson.Site is not { DurationUnit: { } unit } site || LinkedId != VideoId || video.Duration is not { } duration)
            return;
        var tolerance = unit == DurationUnit.Minutes ? TimeSpan.FromMinutes(1) : TimeSpan.FromSeconds(1);
        if (site.Duration is { } held && held > TimeSpan.Zero && (held - duration).Duration() < tolerance)
            return;
        Add(
            DurationDiffers, $"Its video lasts {Whole(duration):c}, and the row says {site.Duration?.ToString("c") ?? "nothing"}.", VideoId,
            At(LessonSide.Database, site.Duration?.ToString("c")), At(LessonSide.Kinescope, duration.ToString("c")),
            site.Duration > TimeSpan.Zero ? "Sync-LessonVideo -Force" : "Sync-LessonVideo");
    }

    private void LookAtUnsent()
    {
        if (lesson.Match is { } match)
        {
            var named = string.Join(", ", match.Videos.Select(one => $"'{one.Title}' ({one.VideoId})"));
            Add(
                match.Status, $"{named}: {match.Reason}.",
                match is { Status: not VideoAmbiguous, Videos: [var only] } ? only.VideoId : null,
                At(LessonSide.Map, lesson.Title), At(LessonSide.Kinescope, named),
                match.Status switch
                {
                    VideoMatched => "Set-LessonVideoId",
                    VideoLikely => "Repair-LessonVideo -Accept",
                    _ => null,
                },
                match.Confidence);
        }
        // What is shown elsewhere is not sent beside it.
        else if (lesson.Site is { HasOtherAddress: true } or { HasVideo: true, LinkedVideoId: null })
        {
        }
        else if (lesson.Map is { IsReady: true })
        {
            Add(NeverSent, "Nothing was sent for it.", null, command: "Send-KinescopeVideo");
        }
        else if (lesson is { Map: null, Site.HasVideo: false } && !Has(NotMapped))
        {
            Add(NeverSent, "Nothing was sent for it, and its file is not known here.", null);
        }
    }

    private bool Has(LessonFindingStatus status) => _findings.Exists(finding => finding.Status == status);

    private static string WhyNoFile(MapSide map) => map.State switch
    {
        LessonVideoState.Missing => "Its file is not there.",
        LessonVideoState.Empty => "Its file is empty.",
        LessonVideoState.NotVideo => "Its file is no video.",
        LessonVideoState.Unmatched => "No file is surely its own.",
        _ => "It has no file that could be sent.",
    };

    private static SideValue At(LessonSide side, string? value) => new(side, value);

    // Kinescope tells the thousandth of a second, a row seldom more than the minute.
    private static TimeSpan Whole(TimeSpan duration) => TimeSpan.FromSeconds(Math.Ceiling(duration.TotalSeconds));

    private static string SentOf(RecordSide upload) =>
        upload.Length is { } length ? $"{Bytes(upload.Offset)} of {Bytes(length)}" : $"at least {Bytes(upload.Offset)}";

    private static string Bytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes");
}
