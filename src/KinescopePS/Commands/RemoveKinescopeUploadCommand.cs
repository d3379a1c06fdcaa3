using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>Makes the progress file forget lessons, and deletes their unfinished videos where that is wanted.</summary>
[Cmdlet(VerbsCommon.Remove, "KinescopeUpload", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
public sealed class RemoveKinescopeUploadCommand : KinescopeCmdlet
{
    private IUploadRecord? _record;
    private KinescopeClient? _kinescope;

    /// <summary>The lesson's id; for a file that was sent without one, its full path. No wildcards.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[] LessonId { get; set; } = [];

    /// <summary>
    /// The progress file. Default: kinescope-upload-progress.jsonl beside the manifest of the first lesson, else in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>First deletes the lesson's unfinished videos at Kinescope. A finished one is never deleted without -Force.</summary>
    [Parameter]
    public SwitchParameter DeleteVideo { get; set; }

    /// <summary>
    /// With -DeleteVideo: deletes a finished video too. It cannot be brought back. Without it: forgets a lesson whose video is getting new
    /// content too.
    /// </summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The manifest that the lesson comes from: by default the progress file lies beside it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public string? ManifestPath { get; set; }

    private protected override void Begin()
    {
        if (!AwaitsManifest)
            Open();
        if (!DeleteVideo || IsPreview)
            return;

        _kinescope = Kinescope;
    }

    private protected override void Process()
    {
        Open();
        foreach (var lesson in LessonId)
        {
            try
            {
                Remove(lesson);
            }
            catch (KinescopeException failure) when (!failure.StopsRun)
            {
                WriteError(failure.About($"Lesson '{lesson}'").ToErrorRecord(lesson));
            }
        }
    }

    private protected override void End() => Open();

    private void Open() => _record ??= OwnRecord(RecordName(ProgressFile, ManifestPath), mustExist: true);

    private void Remove(string lesson)
    {
        var known = NamesOf(lesson).Select(name => Await(stop => _record!.FindAsync(name, stop).AsTask()));
        var state = known.OfType<RecordedUpload>().FirstOrDefault()
            ?? throw new KinescopeException(ErrorIds.UploadNotFound, "the record knows no such lesson.");
        lesson = state.Lesson;
        List<string> unfinished = [.. state.AbandonedVideos, .. Maybe(state.PendingVideoId)];
        var finished = state.Stage == UploadStage.Uploaded ? state.VideoId : null;
        if (DeleteVideo && finished is not null)
            RequireMayDelete(state, finished);
        else
            RequireNothingToPutBack(state);

        List<string> doomed = DeleteVideo ? [.. unfinished, .. Maybe(finished)] : [];
        var target = state.File is not { } file || file.Path == lesson ? $"Lesson '{lesson}'" : $"Lesson '{lesson}' ({file.Path})";
        var isWanted = doomed.Count > 0
            ? ShouldProcessHarm(target, $"Delete video {string.Join(", ", doomed)} at Kinescope and forget the upload")
            : ShouldProcess(target, "Forget the upload");
        if (!isWanted)
            return;

        Await(stop => DeleteAsync(doomed, state.MayBeComplete ? state.VideoId : null, stop));
        Await(_ => _record!.AppendAsync(UploadEvent.Of(UploadEventKind.Forgotten, lesson), state).AsTask());
        if (!DeleteVideo && unfinished.Count > 0)
            WriteWarning($"Lesson '{lesson}': unfinished video {string.Join(", ", unfinished)} stays at Kinescope; "
                + "delete it in the dashboard. (-DeleteVideo would have deleted it.)");
    }

    /// <summary>Keeps what nothing but the record knows: all that a video had beside its old content, until it is put back.</summary>
    private void RequireNothingToPutBack(RecordedUpload state)
    {
        if (state.Replacement is not { IsRestored: false, Before: var before })
            return;
        if (!Force)
            throw new KinescopeException(
                ErrorIds.ReplacementUnfinished,
                $"the content of its video {state.VideoId} is being replaced, and nothing else knows that its title was '{before.Title}', "
                + "and what else it had. Bring that to its end with Send-KinescopeVideo -Wait, then forget the lesson; with -Force it is "
                + "forgotten all the same. Nothing was forgotten.");
        if (!IsPreview)
            WriteWarning(
                $"Lesson '{state.Lesson}': the content of video {state.VideoId} was being replaced. Look at it in the dashboard: its title "
                + $"was '{before.Title}'.");
    }

    private void RequireMayDelete(RecordedUpload state, string videoId)
    {
        if (!Force)
            throw Finished(videoId);
        var uploads = Await(stop => _record!.FindVideoAsync(videoId, stop).AsTask());
        if (uploads.FirstOrDefault(other => other.Lesson != state.Lesson) is { } sharing)
            throw new KinescopeException(
                ErrorIds.VideoShared,
                $"its video {videoId} is also that of lesson '{sharing.Lesson}'. Nothing was deleted or forgotten. "
                + "Remove one of the two without -DeleteVideo first.");
    }

    /// <param name="videoIds">The videos.</param>
    /// <param name="uncertain">The one of them whose last byte may have been sent.</param>
    /// <param name="cancellation">Ends the deletion.</param>
    private async Task DeleteAsync(IReadOnlyList<string> videoIds, string? uncertain, CancellationToken cancellation)
    {
        foreach (var videoId in videoIds)
        {
            await Retries.CallAsync(async token =>
            {
                // The last bytes may have arrived without our having heard of it.
                if (!Force && await _kinescope!.FindVideoAsync(videoId, token).ConfigureAwait(false) is { } video)
                {
                    if (video.HasAllBytes)
                        throw Finished(videoId);
                    if (videoId == uncertain && !video.HasFailed)
                        throw Uncertain(videoId, video.Status);
                }

                await _kinescope!.DeleteVideoAsync(videoId, token).ConfigureAwait(false);
            }, cancellation).ConfigureAwait(false);
            Post(() => WriteVerbose($"Video {videoId} is deleted."));
        }
    }

    private static KinescopeException Finished(string videoId) => new(
        ErrorIds.VideoFinished,
        $"its video {videoId} is complete at Kinescope, and is deleted with -Force only. The lesson was not forgotten.");

    private static KinescopeException Uncertain(string videoId, string status) => new(
        ErrorIds.UploadUnconfirmed,
        $"all bytes of its video {videoId} may have been sent, though its status is '{status}': look at it in the dashboard. It is deleted "
        + "with -Force only. The lesson was not forgotten.");

    private static string[] Maybe(string? videoId) => videoId is null ? [] : [videoId];
}
