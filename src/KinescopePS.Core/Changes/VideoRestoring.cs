using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using Polly;

namespace KinescopePS.Changes;

/// <summary>The changes of a video that are to be taken back, and what became of it.</summary>
/// <param name="changes">The changes, in the order of their times.</param>
internal sealed class VideoRestoration(IReadOnlyList<RecordedVideoChange> changes)
{
    public IReadOnlyList<RecordedVideoChange> Changes => changes;

    public string VideoId => changes[0].VideoId;

    /// <summary>The video as it is; null where it could not be read.</summary>
    public KinescopeVideo? Video { get; init; }

    /// <summary>The fields to send; null where the video holds them already.</summary>
    public VideoChange? Change { get; private set; }

    /// <summary>The fields of changes that are taken back by it, or are as before, by the changes' ids.</summary>
    public Dictionary<string, HashSet<VideoField>> Taken { get; } = [];

    /// <summary>The failure of it, or of what somebody changed since.</summary>
    public KinescopeException? Failure { get; set; }

    public bool IsRestored { get; set; }

    /// <summary>True for one that is to be given something back and was neither given it nor refused.</summary>
    public bool IsLeftOver => Change is not null && !IsRestored && !HasFailed;

    /// <summary>True where giving it back has failed.</summary>
    public bool HasFailed { get; set; }

    /// <summary>
    /// Finds for each field how far it goes back: through all changes that stand on one another. One that never arrived, that somebody
    /// has taken back, or that a command at the same time has overwritten leaves nothing to be done.
    /// </summary>
    /// <param name="recorded">All changes of the video that the undo file tells of, in the order of their times.</param>
    public void Plan(IReadOnlyList<RecordedVideoChange> recorded)
    {
        var held = VideoFields.Of(Video!);
        var (wanted, differing) = (held, new List<string>());
        foreach (var field in VideoFields.All)
        {
            var history = new FieldHistory(field, recorded);
            RecordedVideoChange? broken = null;
            var isAnyTaken = false;
            foreach (var change in changes.Reverse().Where(change => change.Fields.Contains(field)))
            {
                if (wanted.HoldButStamps(field, change.New))
                {
                    wanted = wanted.With(field, change.Old);
                }
                else if (!wanted.HoldButStamps(field, change.Old) && !history.IsOverwritten(change, wanted))
                {
                    broken = change;
                    break;
                }

                isAnyTaken = true;
                if (!Taken.TryGetValue(change.Id, out var fields))
                    Taken[change.Id] = fields = [];
                fields.Add(field);
            }

            if (broken is not null && !isAnyTaken)
                differing.Add($"its {field.ToString().ToLowerInvariant()} is no longer the {broken.New.Describe(field)} that was written, "
                    + $"but {held.Describe(field)}");
        }

        var due = VideoFields.All.Where(field => wanted.Has(field) && !held.HoldButStamps(field, wanted))
            .Aggregate(new VideoChange(), (values, field) => values.With(field, wanted));
        // The video is recognised by the stamp that it has now.
        due = due with
        {
            Description = due.Description is null ? null : UploadStamp.Keep(due.Description, Video!),
            Tags = due.Tags is null ? null : UploadStamp.Keep(due.Tags, Video!),
        };
        Change = VideoFields.All.Any(due.Has) ? due : null;
        if (differing.Count > 0)
            Failure = new KinescopeException(
                ErrorIds.VideoChangedSince,
                $"it was changed since, by somebody or by Send-KinescopeVideo -Replace, which warns of that: "
                + $"{string.Join("; ", differing)}. That was left as it is.");
    }
}

/// <summary>Gives videos back what they held before they were changed.</summary>
/// <param name="kinescope">The API.</param>
/// <param name="retry">The retries of a call.</param>
/// <param name="undo">The undo file.</param>
/// <param name="target">The address of the API, as the undo file names it.</param>
internal sealed class VideoRestoring(KinescopeClient kinescope, ResiliencePipeline retry, VideoUndoFile undo, string target)
{
    private readonly VideoChanger _changer = new(kinescope, retry, undo, target);

    /// <inheritdoc cref="VideoChanger.StoppedBy" />
    public KinescopeException? StoppedBy => _changer.StoppedBy;

    /// <summary>Reads the videos, and finds what is to be given back.</summary>
    /// <param name="chosen">The changes to take back, a list for each video.</param>
    /// <param name="recorded">All changes that the undo file tells of, by the video.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="KinescopeException">A failure that stops the run.</exception>
    public async Task<IReadOnlyList<VideoRestoration>> PlanAsync(
        IEnumerable<IReadOnlyList<RecordedVideoChange>> chosen, ILookup<string, RecordedVideoChange> recorded,
        CancellationToken cancellation)
    {
        var planned = new List<VideoRestoration>();
        foreach (var batch in chosen.Chunk(VideoChanger.BatchSize))
        {
            var videos = await _changer.ReadAsync([.. batch.Select(changes => changes[0].VideoId)], cancellation).ConfigureAwait(false);
            foreach (var changes in batch)
            {
                var (video, failure) = videos[changes[0].VideoId];
                var one = new VideoRestoration(changes) { Video = video, Failure = failure, HasFailed = failure is not null };
                if (video is not null)
                    one.Plan([.. recorded[one.VideoId]]);
                planned.Add(one);
            }
        }

        return planned;
    }

    /// <summary>
    /// Gives back what differs, and notes it: a page of videos at a time, so that a run that ends early does not do it again.
    /// </summary>
    /// <param name="planned">The videos.</param>
    /// <param name="ended">Is given each page of them, on the worker's thread.</param>
    /// <param name="stop">Cancelled where nothing is to be begun any more.</param>
    /// <param name="cancellation">Ends what was begun.</param>
    /// <exception cref="KinescopeException">The undo file could not be written.</exception>
    public async Task ApplyAsync(
        IReadOnlyList<VideoRestoration> planned, Func<IReadOnlyList<VideoRestoration>, CancellationToken, Task> ended,
        CancellationToken stop, CancellationToken cancellation)
    {
        foreach (var batch in planned.Chunk(VideoChanger.BatchSize))
        {
            if (stop.IsCancellationRequested || StoppedBy is not null)
                return;
            List<VideoRestoration> due = [.. batch.Where(one => one.IsLeftOver)];
            await _changer.ForEachAsync(due.Count, stop, async (index, token) =>
            {
                var one = due[index];
                await retry.CallAsync(t => kinescope.ChangeVideoAsync(one.VideoId, one.Change!, t), token).ConfigureAwait(false);
                one.IsRestored = true;
            }, (index, failure) => (due[index].Failure, due[index].HasFailed) = (failure, true), cancellation).ConfigureAwait(false);
            Waypoint.Pass("video-restored");
            if (batch.SelectMany(LinesOf).ToList() is { Count: > 0 } lines)
                await undo.AppendAsync(lines, cancellation).ConfigureAwait(false);
            await ended(batch, cancellation).ConfigureAwait(false);
        }
    }

    private IEnumerable<VideoUndoLine> LinesOf(VideoRestoration one)
    {
        if (one.Taken.Count > 0 && (one.IsRestored || one is { Change: null, HasFailed: false }))
            yield return LineOf(one, VideoUndoEvent.Restored, one.Taken.ToDictionary(taken => taken.Key, taken => taken.Value.ToArray()));
        // What can never be given back is not to stand in the way of the run before.
        if (one.Failure?.ErrorId is ErrorIds.VideoChangedSince or ErrorIds.VideoNotFound)
        {
            var left = one.Changes.ToDictionary(change => change.Id, change => change.Fields.ToArray());
            yield return LineOf(one, VideoUndoEvent.Passed, left);
        }
    }

    private VideoUndoLine LineOf(VideoRestoration one, VideoUndoEvent happening, Dictionary<string, VideoField[]> changes) =>
        new(happening, default) { Target = target, Video = one.VideoId, Changes = changes };
}
