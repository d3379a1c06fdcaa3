using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using Polly;

namespace KinescopePS.Changes;

/// <summary>A change that is asked for.</summary>
/// <param name="VideoId">The video.</param>
/// <param name="Change">The fields, as they are to be; the stamp of an upload is put to them.</param>
internal sealed record AskedVideoChange(string VideoId, VideoChange Change);

/// <summary>A change that was held against its video, and what became of it.</summary>
/// <param name="asked">The change that is asked for.</param>
internal sealed class PlannedVideoChange(AskedVideoChange asked)
{
    public AskedVideoChange Asked => asked;

    /// <summary>The video as it was; null where it could not be read.</summary>
    public KinescopeVideo? Before { get; init; }

    /// <summary>The time before it was read; null where that is not known.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The fields to send; null where the video holds all of them.</summary>
    public VideoChange? Change { get; init; }

    public KinescopeException? Failure { get; set; }

    public bool IsChanged { get; set; }

    /// <summary>True for one that is to be changed and was neither changed nor refused.</summary>
    public bool IsLeftOver => Change is not null && !IsChanged && Failure is null;

    /// <summary>The id of the change in the undo file.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..16];

    /// <summary>The fields to send, as fields of a person.</summary>
    public IEnumerable<VideoField> Fields => Change is null ? [] : VideoFields.All.Where(Change.Has);
}

/// <summary>
/// Changes videos: reads what they hold, keeps it in the undo file, and sends what differs, several at once.
/// </summary>
/// <param name="kinescope">The API.</param>
/// <param name="retry">The retries of a call.</param>
/// <param name="undo">The undo file.</param>
/// <param name="target">The address of the API, as the undo file names it.</param>
internal sealed class VideoChanger(KinescopeClient kinescope, ResiliencePipeline retry, VideoUndoFile undo, string target)
{
    /// <summary>The most videos that are handled together: those of a page of a list.</summary>
    public const int BatchSize = KinescopeClient.PageSize;

    /// <summary>The requests under way at once. Their rate is the business of the limits that all calls obey.</summary>
    private const int Lanes = 10;

    /// <summary>The cause that stops everything; null while there is none.</summary>
    public KinescopeException? StoppedBy { get; private set; }

    /// <summary>Reads the videos, a page of them a call, and holds the changes against them.</summary>
    /// <exception cref="KinescopeException">A failure that stops the run.</exception>
    public async Task<IReadOnlyList<PlannedVideoChange>> PlanAsync(
        IReadOnlyList<AskedVideoChange> asked, CancellationToken cancellation)
    {
        var readAt = DateTimeOffset.UtcNow;
        var videos = await ReadAsync([.. asked.Select(one => one.VideoId)], cancellation).ConfigureAwait(false);
        return [.. asked.Select(one => videos[one.VideoId] is { Video: { } video }
            ? Plan(one, video, readAt)
            : new PlannedVideoChange(one) { Failure = videos[one.VideoId].Failure })];
    }

    /// <summary>Holds a change against a video that was read.</summary>
    public static PlannedVideoChange Plan(AskedVideoChange asked, KinescopeVideo video, DateTimeOffset readAt) =>
        new(asked) { Before = video, ReadAt = readAt, Change = Needed(asked.Change, video) };

    /// <summary>Reads videos; each that cannot be read has its failure.</summary>
    /// <exception cref="KinescopeException">A failure that stops the run.</exception>
    public async Task<IReadOnlyDictionary<string, (KinescopeVideo? Video, KinescopeException? Failure)>> ReadAsync(
        IReadOnlyCollection<string> videoIds, CancellationToken cancellation)
    {
        var read = new Dictionary<string, (KinescopeVideo?, KinescopeException?)>();
        IReadOnlyDictionary<string, KinescopeVideo> found;
        try
        {
            found = await kinescope.FindVideosAsync(videoIds, retry, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (!failure.StopsRun)
        {
            foreach (var id in videoIds)
                read[id] = (null, failure);
            return read;
        }

        foreach (var id in videoIds.Distinct())
        {
            // A list may show a new video late, or take fewer ids than were given.
            read[id] = found.TryGetValue(VideoIds.Canonical(id), out var video)
                ? (video, null)
                : await ReadOneAsync(id, cancellation).ConfigureAwait(false);
        }

        return read;
    }

    /// <summary>Keeps what the videos hold, and changes those that differ. Results stand in what was planned.</summary>
    /// <param name="planned">The changes, each of another video.</param>
    /// <param name="stop">Cancelled where nothing is to be begun any more.</param>
    /// <param name="cancellation">Ends what was begun.</param>
    /// <exception cref="KinescopeException">The undo file could not be written: nothing of this was changed.</exception>
    public async Task ApplyAsync(IReadOnlyList<PlannedVideoChange> planned, CancellationToken stop, CancellationToken cancellation)
    {
        List<PlannedVideoChange> due = [.. planned.Where(one => one.IsLeftOver)];
        if (due.Count == 0 || stop.IsCancellationRequested)
            return;
        await KeepAsync(due, cancellation).ConfigureAwait(false);
        await ChangeKeptAsync(due, stop, cancellation).ConfigureAwait(false);
    }

    /// <summary>Keeps what videos that are to be changed hold.</summary>
    /// <exception cref="KinescopeException">The undo file could not be written.</exception>
    public async Task KeepAsync(IEnumerable<PlannedVideoChange> due, CancellationToken cancellation)
    {
        Waypoint.Pass("video-change-due");
        await undo.AppendAsync(due.Select(LineOf), cancellation).ConfigureAwait(false);
        Waypoint.Pass("video-change-recorded");
    }

    /// <summary>Changes videos of which is kept what they hold.</summary>
    /// <inheritdoc cref="ApplyAsync" />
    public async Task ChangeKeptAsync(IReadOnlyList<PlannedVideoChange> planned, CancellationToken stop, CancellationToken cancellation)
    {
        List<PlannedVideoChange> due = [.. planned.Where(one => one.IsLeftOver)];
        var stored = new VideoUndoLine?[due.Count];
        await ForEachAsync(due.Count, stop, async (index, token) =>
        {
            var one = due[index];
            var answer = await retry.CallAsync(t => kinescope.ChangeVideoAsync(one.Asked.VideoId, one.Change!, t), token)
                .ConfigureAwait(false);
            one.IsChanged = true;
            Waypoint.Pass("video-changed");
            var other = VideoFields.All.Where(field => one.Change!.Has(field) && answer.Has(field) && !answer.Hold(field, one.Change!))
                .Aggregate(new VideoChange(), (values, field) => values.With(field, answer));
            if (VideoFields.All.Any(other.Has))
                stored[index] = new VideoUndoLine(VideoUndoEvent.Stored, default) { Change = one.Id, New = other };
        }, (index, failure) => due[index].Failure = failure, cancellation).ConfigureAwait(false);
        if (stored.OfType<VideoUndoLine>().ToList() is { Count: > 0 } lines)
            await undo.AppendAsync(lines, cancellation).ConfigureAwait(false);
    }

    /// <summary>Does something for each of so many videos, several at once, until the first failure that stops the run.</summary>
    public async Task ForEachAsync(
        int count, CancellationToken stop, Func<int, CancellationToken, Task> work, Action<int, KinescopeException> failed,
        CancellationToken cancellation)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Lanes, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Enumerable.Range(0, count), options, async (index, token) =>
        {
            if (stop.IsCancellationRequested || StoppedBy is not null)
                return;
            try
            {
                await work(index, token).ConfigureAwait(false);
            }
            catch (KinescopeException failure) when (failure.StopsRun)
            {
                StoppedBy ??= failure;
            }
            catch (KinescopeException failure)
            {
                failed(index, Named(failure));
            }
        }).ConfigureAwait(false);
    }

    /// <summary>The fields of a change that a video does not hold; null where it holds all of them.</summary>
    private static VideoChange? Needed(VideoChange asked, KinescopeVideo video)
    {
        var held = VideoFields.Of(video);
        asked = asked with
        {
            Description = asked.Description is null ? null : UploadStamp.Keep(asked.Description, video),
            Tags = asked.Tags is null ? null : UploadStamp.Keep(asked.Tags, video),
        };
        var needed = VideoFields.All.Where(field => asked.Has(field) && !held.Hold(field, asked))
            .Aggregate(new VideoChange(), (values, field) => values.With(field, asked));
        if (!VideoFields.All.Any(needed.Has))
            return null;
        // Whether domains outlive a change of the type is the platform's secret: they go along.
        return needed.PrivacyType == "custom" && needed.PrivacyDomains is null && held.PrivacyDomains is { Length: > 0 } domains
            ? needed with { PrivacyDomains = domains }
            : needed;
    }

    private static KinescopeException Named(KinescopeException failure) =>
        failure.ErrorId == ErrorIds.EntityNotFound ? failure.As(ErrorIds.VideoNotFound, failure.Message) : failure;

    private async Task<(KinescopeVideo? Video, KinescopeException? Failure)> ReadOneAsync(string videoId, CancellationToken cancellation)
    {
        try
        {
            var video = await retry.CallAsync(token => kinescope.GetVideoAsync(videoId, token), cancellation).ConfigureAwait(false);
            return (video, null);
        }
        catch (KinescopeException failure) when (!failure.StopsRun)
        {
            return (null, Named(failure));
        }
    }

    private VideoUndoLine LineOf(PlannedVideoChange planned)
    {
        var held = VideoFields.Of(planned.Before!);
        var written = planned.Change!;
        return new VideoUndoLine(VideoUndoEvent.Changing, default)
        {
            Target = target,
            Video = planned.Before!.VideoId,
            Read = planned.ReadAt,
            Change = planned.Id,
            Old = planned.Fields.Aggregate(new VideoChange(), (values, field) => values.With(field, held)),
            // Of a privacy the type is always told, so that it is known as a whole.
            New = written.Has(VideoField.Privacy) ? written with { PrivacyType = written.PrivacyType ?? held.PrivacyType } : written,
        };
    }
}
