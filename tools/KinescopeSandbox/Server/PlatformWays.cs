namespace KinescopeSandbox.Server;

/// <summary>
/// What the platform does where nobody can know it from outside: each property is a question with its ways, and begins with the
/// way that is taken for granted. README.md lists them.
/// </summary>
public sealed record PlatformWays
{
    /// <summary>A video's status before its first byte.</summary>
    [Ways("uploading", "pending")]
    public string StatusAfterInit { get; init; } = "uploading";

    /// <summary>A video's status after its last byte, for <see cref="StatusAfterBytesSeconds"/>; then it is transcoded.</summary>
    [Ways("processing", "uploading", "pending", "pre-processing", "queued")]
    public string StatusAfterBytes { get; init; } = "processing";

    [Range(0, 86_400)]
    public double StatusAfterBytesSeconds { get; init; } = 5;

    /// <summary>HTTP status of an upload URL once the upload is complete.</summary>
    [Ways("200", "404", "410")]
    public string HeadAfterCompletion { get; init; } = "200";

    /// <summary>Seconds until lists show a new video; those by `video_ids[]` as well.</summary>
    [Range(0, 86_400)]
    public double ListDelay { get; init; }

    /// <summary>Seconds until `q` finds what was created or changed.</summary>
    [Range(0, 86_400)]
    public double SearchDelay { get; init; }

    /// <summary>When a text has what `q` asks for.</summary>
    [Ways("substring", "all-words", "any-word", "whole-words")]
    public string SearchMatches { get; init; } = "substring";

    /// <summary>Items that a page has at most.</summary>
    [Range(1, 100)]
    public double PageCap { get; init; } = 100;

    /// <summary>The `per_page` that the answer tells.</summary>
    [Ways("truly", "as-asked", "not")]
    public string PerPageTold { get; init; } = "truly";

    /// <summary>Ids that `video_ids[]` takes.</summary>
    [Range(1, 1000)]
    public double VideoIdsCap { get; init; } = 100;

    [Ways("cut", "refused")]
    public string VideoIdsOverCap { get; init; } = "cut";

    /// <summary>The form of a video's id in answers.</summary>
    [Ways("uuid", "short")]
    public string VideoIds { get; init; } = "uuid";

    [Ways("yes", "no")]
    public string MoveNeedsProject { get; init; } = "yes";

    /// <summary>A move without a folder.</summary>
    [Ways("done", "refused", "ignored")]
    public string MoveToRoot { get; init; } = "done";

    [Ways("400400", "402402")]
    public string ValidationCode { get; init; } = "400400";

    [Ways("400", "422")]
    public string ValidationStatus { get; init; } = "400";

    /// <summary>Seconds after which an upload URL is no longer known; 0 for never.</summary>
    [Range(0, 31_536_000)]
    public double UploadLifetime { get; init; }

    [Ways("404", "410", "403")]
    public string ExpiredUpload { get; init; } = "404";

    /// <summary>The body of refusals by the upload node.</summary>
    [Ways("json", "text")]
    public string UploadRefusals { get; init; } = "json";

    /// <summary>Whether refusals by the upload node have `Tus-Resumable`.</summary>
    [Ways("yes", "no")]
    public string UploadRefusalsNameTus { get; init; } = "yes";

    /// <summary>`Retry-After` of 429.</summary>
    [Ways("seconds", "date", "absent")]
    public string RetryAfter { get; init; } = "seconds";

    /// <summary>What becomes of a description.</summary>
    [Ways("kept", "trimmed", "escaped", "dropped-by-init")]
    public string Description { get; init; } = "kept";

    /// <summary>A title of more than 140 characters.</summary>
    [Ways("kept", "cut", "refused")]
    public string LongTitle { get; init; } = "kept";

    /// <summary>When a video has the asset `original`.</summary>
    [Ways("at-once", "when-done", "never")]
    public string OriginalAsset { get; init; } = "at-once";

    [Ways("yes", "no")]
    public string OriginalMd5 { get; init; } = "yes";

    /// <summary>Seconds that the link to an asset lives.</summary>
    [Range(1, 31_536_000)]
    public double AssetLifetime { get; init; } = 3600;

    /// <summary>HTTP status of a link that has expired.</summary>
    [Ways("403", "401", "404", "410")]
    public string ExpiredAsset { get; init; } = "403";

    /// <summary>Who has the assets: the host of the link, or another one that it leads on to.</summary>
    [Ways("own", "redirected")]
    public string AssetHost { get; init; } = "own";

    /// <summary>Whether a part of an asset can be asked for.</summary>
    [Ways("yes", "ignored")]
    public string AssetRange { get; init; } = "yes";

    /// <summary>What tells the content of an asset from another one: a strong or a weak `ETag`, a date, nothing.</summary>
    [Ways("strong", "weak", "last-modified", "none")]
    public string AssetValidator { get; init; } = "strong";

    /// <summary>Where uploads go: to one node, to several in turn, or to one under another name.</summary>
    [Ways("one", "several", "other-name")]
    public string UploadHosts { get; init; } = "one";

    /// <summary>A deleted video: gone, or in a bin where GET, or GET and lists, still show it with `deleted_at`.</summary>
    [Ways("gone", "in-bin", "in-bin-and-lists")]
    public string DeletedVideo { get; init; } = "gone";

    /// <summary>Videos of a deleted folder: they move to the project's root, or go with it.</summary>
    [Ways("to-root", "deleted")]
    public string VideosOfDeletedFolder { get; init; } = "to-root";

    /// <summary>`/v1`; the uploader works all the same.</summary>
    [Ways("up", "503", "500500", "reset")]
    public string Api { get; init; } = "up";

    /// <summary>Seconds that such an outage lasts; 0 for as long as the way is set.</summary>
    [Range(0, 86_400)]
    public double ApiOutage { get; init; }

    /// <summary>What `folder_id` of the video list covers.</summary>
    [Ways("folder", "subfolders")]
    public string FolderFilter { get; init; } = "folder";

    /// <summary>What `project_id` of the video list covers.</summary>
    [Ways("all", "root")]
    public string ProjectFilter { get; init; } = "all";

    /// <summary>The folders that a list has without `parent_id`.</summary>
    [Ways("all-levels", "top-level")]
    public string FolderList { get; init; } = "all-levels";

    /// <summary>Whether the folder list knows `parent_id`.</summary>
    [Ways("yes", "no")]
    public string FolderListTakesParent { get; init; } = "yes";

    /// <summary>A folder with the name of another one beside it.</summary>
    [Ways("made", "refused")]
    public string SameFolderName { get; init; } = "made";

    /// <summary>How answers write durations, sizes and counts: `12.34` and `12`, `12` and `12`, or `12.34` and `12.0`.</summary>
    [Ways("mixed", "whole", "decimal")]
    public string Numbers { get; init; } = "mixed";

    [Ways("201", "200")]
    public string InitAnswers { get; init; } = "201";

    /// <summary>HTTP status of `PATCH` to an upload URL.</summary>
    [Ways("204", "200")]
    public string BytesAnswer { get; init; } = "204";

    /// <summary>HTTP status of the deletion of a video.</summary>
    [Ways("200", "204")]
    public string DeleteAnswers { get; init; } = "200";

    /// <summary>The title of a video whose content is replaced: that of the request's header, or the old one.</summary>
    [Ways("header", "kept")]
    public string ReplaceTitle { get; init; } = "header";

    /// <summary>The id of a video whose content is replaced: it stays, or the request makes a video.</summary>
    [Ways("kept", "new")]
    public string ReplaceId { get; init; } = "kept";

    /// <summary>What goes with the old content of a video.</summary>
    [Ways("nothing", "description", "tags", "privacy", "poster", "chapters", "subtitles", "everything")]
    public string ReplaceTakes { get; init; } = "nothing";

    /// <summary>What a video shows until its new content is processed: the old one as done, the old one as being processed, or a new original beside old renditions.</summary>
    [Ways("old", "processing", "new-original")]
    public string ReplaceShows { get; init; } = "old";

    /// <summary>The end of processing a new content: it is there, the old one stays, or the video is in error.</summary>
    [Ways("done", "old", "error")]
    public string ReplaceEnds { get; init; } = "done";

    /// <summary>Whether a project's `apply_to_videos` gives its videos the project's privacy.</summary>
    [Ways("yes", "no")]
    public string ProjectApplies { get; init; } = "yes";

    /// <summary>Domains and player that a change of a project does not name.</summary>
    [Ways("kept", "dropped")]
    public string ProjectUnsent { get; init; } = "kept";

    /// <summary>HTTP status of a poster's success; 204 has no body.</summary>
    [Ways("201", "200", "204")]
    public string PosterAnswers { get; init; } = "201";

    /// <summary>Bytes that a poster has at most; more are refused.</summary>
    [Range(1, 100_000_000)]
    public double PosterCap { get; init; } = 10_000_000;

    /// <summary>A poster for a video that is not `done`.</summary>
    [Ways("taken", "refused")]
    public string PosterBeforeDone { get; init; } = "taken";

    /// <summary>A new poster.</summary>
    [Ways("active", "listed")]
    public string NewPoster { get; init; } = "active";

    /// <summary>HTTP status of the addition of subtitles; 204 has no body.</summary>
    [Ways("201", "200", "204")]
    public string SubtitlesAnswer { get; init; } = "201";

    /// <summary>Whether the list of subtitles has `meta`.</summary>
    [Ways("plain", "with-meta")]
    public string SubtitleList { get; init; } = "plain";

    /// <summary>What the link of subtitles gives: the file, the same in WebVTT, or nothing; or there is no link.</summary>
    [Ways("as-sent", "webvtt", "refused", "absent")]
    public string SubtitleLink { get; init; } = "as-sent";

    [Ways("done", "refused")]
    public string SubtitleDeletion { get; init; } = "done";

    /// <summary>Chapters that are not in the order of their times.</summary>
    [Ways("taken", "refused")]
    public string UnsortedChapters { get; init; } = "taken";

    /// <summary>Time from the last byte to the beginning of transcoding.</summary>
    public TimeSpan BeforeTranscoding => TimeSpan.FromSeconds(StatusAfterBytes == "processing" ? 0 : StatusAfterBytesSeconds);

    /// <summary>The ways as the command line takes them: the default that its help shows.</summary>
    public override string ToString() => string.Join(" ", PlatformQuestion.All.Select(question => $"{question.Name}={question.In(this)}"));
}

/// <summary>The ways of a question.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class WaysAttribute(params string[] all) : Attribute
{
    public IReadOnlyList<string> All => all;
}

/// <summary>A question that is answered by a number.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class RangeAttribute(double least, double most) : Attribute
{
    public double Least => least;

    public double Most => most;
}
