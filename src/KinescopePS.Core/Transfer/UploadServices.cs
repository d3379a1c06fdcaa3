using System.Collections.Concurrent;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Tus;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>Messages of an upload while it goes on; may be called from any thread.</summary>
internal interface IUploadLog
{
    void Verbose(string message);

    void Warning(string message);
}

/// <summary>The settings of a run.</summary>
/// <param name="MaxRetry">The number of times in a row that a step is repeated.</param>
/// <param name="RetryDelay">The first wait before a repetition.</param>
/// <param name="Patience">The time over which a step is repeated all the same.</param>
/// <param name="Force">True where what is uploaded already is uploaded again.</param>
/// <param name="Verifies">True where what Kinescope stored is compared with the file: its MD5 is taken while it is sent.</param>
/// <param name="Stamp">Where finished videos carry their stamp.</param>
internal sealed record UploadSettings(
    KinescopeSettings Kinescope, TusSettings Tus, int MaxRetry, TimeSpan RetryDelay, TimeSpan Patience,
    bool Force, bool Verifies, StampLocation Stamp)
{
    /// <summary>True where a file that is another one now becomes the new content of its lesson's video.</summary>
    public bool Replaces { get; init; }
}

/// <summary>Everything that the uploads of a run share.</summary>
internal sealed record UploadServices(
    UploadSettings Settings,
    KinescopeClient Kinescope,
    TusClient Tus,
    IUploadRecord Record,
    VideoCatalogue Catalogue,
    ResiliencePipeline Retry,
    IUploadLog Log,
    TimeProvider Time)
{
    private readonly ConcurrentDictionary<string, HostLine> _lines = new();
    private readonly ConcurrentDictionary<string, byte> _untold = new();
    private readonly ConcurrentDictionary<string, Replacement> _replaced = new();

    /// <summary>Uploads in one request, which alone can replace a content.</summary>
    public required SingleRequest SingleRequest { get; init; }

    /// <summary>The retries of what can wait for the next run: an outage is not waited out, so that videos go on.</summary>
    public ResiliencePipeline BriefRetry { get; private init; } = Retry;

    /// <param name="http">The run's own connections; their pauses are counted and logged from now on.</param>
    /// <param name="meter">Counts what is repeated and waited for.</param>
    public static UploadServices Create(
        UploadSettings settings, KinescopeHttp http, IUploadRecord record, UploadMeter meter, IUploadLog log, TimeProvider time)
    {
        var retry = CreateRetry(settings.Patience);
        http.Paused = (cause, host, wait) => LogPause(cause, host, wait, meter, log);
        var kinescope = new KinescopeClient(http, settings.Kinescope);
        var tus = new TusClient(http, settings.Tus, request => Authorize(request, settings.Kinescope));
        var catalogue = new VideoCatalogue(kinescope, retry, settings.RetryDelay, log);
        return new UploadServices(settings, kinescope, tus, record, catalogue, retry, log, time)
        {
            SingleRequest = new SingleRequest(http, settings.Tus, settings.Kinescope),
            BriefRetry = CreateRetry(TimeSpan.Zero),
        };

        ResiliencePipeline CreateRetry(TimeSpan patience) => KinescopePS.Kinescope.Retry.Create(
            settings.MaxRetry, settings.RetryDelay, (failure, wait) =>
            {
                meter.Retried(failure.ErrorId, wait);
                http.WaitToRepeat(failure, wait);
                log.Verbose(wait > TimeSpan.Zero ? $"{failure.Message} Next try in {wait.TotalSeconds:0.0} s." : failure.Message);
            },
            http.Time, patience, http.IsOutage);
    }

    /// <summary>The line to an upload URL's host.</summary>
    public HostLine LineTo(Uri endpoint) => _lines.GetOrAdd(endpoint.Authority, _ => new HostLine());

    /// <summary>Notes a video that this run sent to its end: no result has told its id yet.</summary>
    public void Sent(string videoId) => _untold.TryAdd(videoId, 0);

    /// <summary>Notes a new content of a video, which is not there until the video shows it.</summary>
    public void Replaced(string videoId, Replacement replacement) => _replaced[videoId] = replacement;

    /// <summary>The new content of a video that this run knows of; null for none.</summary>
    public Replacement? ReplacementOf(string videoId) => _replaced.GetValueOrDefault(videoId);

    /// <summary>Notes that a result tells a video's id, so that it may be linked.</summary>
    public void HandedOn(string videoId) => _untold.TryRemove(videoId, out _);

    /// <summary>Records that a video of a lesson, made for it by this record's own runs, will never be finished.</summary>
    /// <param name="item">The lesson.</param>
    /// <param name="videoId">The video.</param>
    /// <param name="reason">One of the <see cref="AbandonReasons"/>, or an error id.</param>
    /// <param name="attempt">The lost attempt that made it; null for none.</param>
    public ValueTask<RecordedUpload> AbandonAsync(UploadItem item, string videoId, string reason, string? attempt = null) =>
        Record.AppendAsync(Abandonment(item, videoId, reason) with { Attempt = attempt });

    /// <summary>
    /// Records that a finished video is not used for a lesson. One that this run sent is abandoned: nobody was handed its id yet. Any other
    /// was handed on by an earlier run, or made by another record's, and stays.
    /// </summary>
    /// <param name="read">The lesson's upload as it was read: nothing is recorded where it has changed since.</param>
    /// <returns>The sentence that tells the user what becomes of it.</returns>
    public async Task<string> RejectAsync(UploadItem item, string videoId, string reason, RecordedUpload? read)
    {
        if (_untold.ContainsKey(videoId))
        {
            await Record.AppendAsync(Abandonment(item, videoId, reason), read).ConfigureAwait(false);
            return "The next run uploads it again.";
        }

        var superseded = item.Event(UploadEventKind.Superseded) with { Video = videoId, Reason = reason };
        await Record.AppendAsync(superseded, read).ConfigureAwait(false);
        return $"The next run uploads it again, as a new video. Video {videoId} stays at Kinescope, because it may be linked: "
            + "link the new one with Set-LessonVideoId -Force, then delete the old one with Remove-KinescopeVideo.";
    }

    /// <summary>
    /// Deletes a lesson's abandoned videos, but none that is complete without this record having made it so, and none that another lesson
    /// uses. One that is left is named, and the next run tries again.
    /// </summary>
    /// <param name="sent">The video that this run itself sent to.</param>
    public async Task DeleteAbandonedAsync(UploadItem item, RecordedUpload state, CancellationToken cancellation, string? sent = null)
    {
        foreach (var videoId in state.AbandonedVideos)
        {
            try
            {
                if (await ReasonToKeepAsync(state, videoId, videoId == sent, cancellation).ConfigureAwait(false) is { } reason)
                {
                    Log.Warning($"{item.Name}: the abandoned video {videoId} is not deleted: {reason}");
                    continue;
                }

                await Retry.CallAsync(token => Kinescope.DeleteVideoAsync(videoId, token), cancellation).ConfigureAwait(false);
                await Record.AppendAsync(item.Event(UploadEventKind.Deleted) with { Video = videoId }).ConfigureAwait(false);
                Log.Verbose($"{item.Name}: deleted the unfinished video {videoId}.");
            }
            catch (KinescopeException failure) when (!Record.HasFailedBy(failure) && failure.ErrorId != ErrorIds.LessonClaimed)
            {
                Log.Warning(
                    $"{item.Name}: the unfinished video {videoId} could not be deleted; delete it in the dashboard. {failure.Message}");
            }
        }
    }

    private async Task<string?> ReasonToKeepAsync(RecordedUpload state, string videoId, bool isSentHere, CancellationToken cancellation)
    {
        var uses = await Record.FindVideoAsync(videoId, cancellation).ConfigureAwait(false);
        if (uses.FirstOrDefault(other => other.Lesson != state.Lesson && other.Stage == UploadStage.Uploaded) is { } user)
            return $"lesson '{user.Lesson}' uses it.";
        if (isSentHere || state.SupersededVideos.Contains(videoId))
            return null;
        // The last bytes may have arrived without a word, or the event that said so may be lost.
        return await Catalogue.FindVideoAsync(videoId, cancellation).ConfigureAwait(false) is { HasAllBytes: true }
            ? "it is complete at Kinescope, though the progress file has it as unfinished. Delete it in the dashboard if no lesson uses it."
            : null;
    }

    /// <summary>
    /// Puts a finished video's stamp where the settings say, which viewers may read in a description and not in a tag. One that was created
    /// in the dashboard's way has none before.
    /// </summary>
    public async Task PlaceStampAsync(UploadItem item, string videoId, string fingerprint, CancellationToken cancellation)
    {
        if (Settings.Stamp == StampLocation.Description && Settings.Kinescope.WorkspaceId is null)
            return;
        try
        {
            var video = await Retry.CallAsync(token => Kinescope.GetVideoAsync(videoId, token), cancellation).ConfigureAwait(false);
            var description = UploadStamp.On(video).Any()
                ? video.Description
                : UploadStamp.Keep(video.Description, $"{UploadStamp.Of(item.Key, fingerprint, UploadStamp.NewAttempt())}");
            var change = Settings.Stamp == StampLocation.Description
                ? new VideoChange { Description = description }
                : new VideoChange { Description = UploadStamp.Remove(description), Tags = UploadStamp.Keep(video.Tags, [description]) };
            await Retry.CallAsync(token => Kinescope.ChangeVideoAsync(videoId, change, token), cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure)
        {
            Log.Warning($"{item.Name}: the stamp of video {videoId} could not be placed. {failure.Message}");
        }
    }

    private static UploadEvent Abandonment(UploadItem item, string videoId, string reason) =>
        item.Event(UploadEventKind.Abandoned) with { Video = videoId, Reason = reason };

    /// <summary>
    /// Adds what an upload URL's host wants. That of the JSON init needs no token. The dashboard's way sends it, but it goes to no other
    /// host than those configured.
    /// </summary>
    /// <returns>False where the key is kept from the host.</returns>
    internal static bool Authorize(HttpRequestMessage request, KinescopeSettings settings)
    {
        if (settings.WorkspaceId is null)
            return true;
        if (settings.MayHaveWorkspace(request.RequestUri!))
            request.Headers.Add("X-Workspace-ID", settings.WorkspaceId);
        if (!settings.MayHaveKey(request.RequestUri!))
            return false;
        request.Headers.Authorization = settings.AuthorizationHeader();
        return true;
    }

    private static void LogPause(KinescopeException cause, string host, TimeSpan wait, UploadMeter meter, IUploadLog log)
    {
        var pause = wait > HostPace.LongestPause ? HostPace.LongestPause : wait;
        meter.Lost(cause.ErrorId, pause);
        if (cause.ErrorId == ErrorIds.HostUnreachable)
            log.Verbose($"{cause.Message} All requests to it wait {wait.TotalSeconds:0.0} s.");
        else if (pause < wait)
            log.Warning($"{host} asks for a pause of {wait.TotalHours:0} hours; it is given {pause.TotalMinutes:0} minutes.");
        else
            log.Verbose($"{host} asks for a pause of {wait.TotalSeconds:0} s.");
    }
}

/// <summary>The end of a lesson's upload.</summary>
/// <param name="Failure">The reason where it failed.</param>
internal sealed record UploadOutcome(LessonUpload Result, KinescopeException? Failure)
{
    /// <summary>The end of the files beside the video: its own end does not change by theirs.</summary>
    public CompanionOutcome Companions { get; init; } = CompanionOutcome.None;

    /// <summary>True for a video that the site has: it is neither waited for nor compared.</summary>
    public bool IsHandedOn { get; init; }
}
