using System.Collections.Concurrent;
using KinescopePS.Companions;
using KinescopePS.Content;
using KinescopePS.Manifest;
using KinescopePS.Media;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The poster, subtitles and chapters beside a lesson's video, as they were read.</summary>
/// <param name="Ready">Those that can be sent.</param>
/// <param name="Failures">What is wrong with the others.</param>
internal sealed record ReadCompanions(IReadOnlyList<Companion> Ready, IReadOnlyList<CompanionFailure> Failures)
{
    /// <summary>The number of those that are at the video, where that was looked at.</summary>
    public int Unchanged { get; init; }

    /// <summary>Those that lie within the video, as far as its file tells its duration.</summary>
    public ReadCompanions Within(string video)
    {
        if (!Ready.Any(companion => companion is not PosterCompanion) || LessonCompanions.DurationOf(video) is not { } end)
            return this;
        var (ready, failures) = (new List<Companion>(), new List<CompanionFailure>(Failures));
        foreach (var companion in Ready)
        {
            try
            {
                CompanionSender.RequireWithin(companion, end);
                ready.Add(companion);
            }
            catch (KinescopeException beyond)
            {
                failures.Add(new CompanionFailure(companion.Kind, companion.Named(beyond)));
            }
        }

        return this with { Ready = ready, Failures = failures };
    }

    /// <summary>Reads and checks the files.</summary>
    public static ReadCompanions Of(CompanionFiles files)
    {
        var (ready, failures) = (new List<Companion>(), new List<CompanionFailure>());
        if (files.Poster is { } poster)
            Add(PosterCompanion.TheKind, poster, () => PosterCompanion.Read(poster));
        foreach (var file in files.Subtitles)
            Add(SubtitleCompanion.KindOf(file.Language), file.Path, () => SubtitleCompanion.Read(file.Path, file.Language));
        if (files.Chapters is { } chapters)
            Add(ChapterCompanion.TheKind, chapters, () => ChapterCompanion.Read(chapters));
        return new ReadCompanions(ready, failures);

        void Add(string kind, string path, Func<Companion> read)
        {
            try
            {
                ready.Add(read());
            }
            catch (KinescopeException failure)
            {
                // It stands beside the video, whose path is said.
                failures.Add(new CompanionFailure(
                    kind, failure.Saying(failure.Message.Replace(path, Path.GetFileName(path), StringComparison.Ordinal))));
            }
        }
    }
}

/// <summary>
/// Sends what stands beside a lesson's video, after the video. A failure there is its own: the video is uploaded, and the next run tries
/// again.
/// </summary>
/// <param name="services">The run's services.</param>
internal sealed class LessonCompanions(UploadServices services)
{
    private readonly CompanionSender _sender =
        new(services.Kinescope, services.BriefRetry, services.Log.Verbose, mayReplace: false, services.Settings.Force);
    private readonly ConcurrentDictionary<string, byte> _unpaid = new();
    private volatile bool _isRefused;
    private int _isPosterLeftOut;

    /// <summary>Adds to an upload what stands beside its file, and is not known to be at its video.</summary>
    public async Task<UploadOutcome> SendAsync(UploadItem item, UploadOutcome outcome, CancellationToken cancellation)
    {
        if (outcome is not { Failure: null, Result.VideoId: { } videoId })
            return outcome;
        var ends = new Ends();
        try
        {
            if (!_isRefused)
                await SendAsync(item, videoId, ends, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (services.Record.HasFailedBy(failure))
        {
            var unrecorded = failure.Saying($"{item.Name}: what was sent beside video {videoId} could not be recorded. {failure.Message}");
            var told = ends.Of(item);
            return outcome with { Result = outcome.Result.With(told).With(unrecorded), Failure = unrecorded, Companions = told };
        }
        catch (KinescopeException claimed) when (claimed.ErrorId == ErrorIds.LessonClaimed)
        {
            services.Log.Verbose($"{item.Name}: what stands beside it is left: {claimed.Message}");
        }
        catch (KinescopeException failure)
        {
            ends.FailRest(item, failure);
        }
        catch (OperationCanceledException)
        {
            // The run ends: the video is uploaded all the same, and its result is given.
        }

        var companions = ends.Of(item);
        return outcome with { Result = outcome.Result.With(companions), Companions = companions };
    }

    /// <summary>The companions of a file that would be sent: for people, before anything is.</summary>
    /// <param name="record">The record.</param>
    /// <param name="item">The file.</param>
    /// <param name="videoId">Its video; null for one that is still to be made.</param>
    /// <param name="force">True where all is sent again.</param>
    /// <param name="cancellation">Cancels.</param>
    public static async Task<ReadCompanions> FindDueAsync(
        IUploadRecord record, UploadItem item, string? videoId, bool force, CancellationToken cancellation)
    {
        var read = ReadCompanions.Of(item.Companions).Within(item.Path);
        if (videoId is null || force)
            return read;
        var upload = await record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        List<Companion> due = [.. read.Ready.Where(each => !CompanionSender.IsDone(each, upload?.CompanionOf(each.Kind, videoId)))];
        return read with { Ready = due, Unchanged = read.Ready.Count - due.Count };
    }

    private async Task SendAsync(UploadItem item, string videoId, Ends ends, CancellationToken cancellation)
    {
        var read = ReadCompanions.Of(item.Companions);
        ends.Failed.AddRange(read.Failures.Select(failed => failed.Of(item.Name)));
        var owner = await OwnerOfAsync(item, videoId, cancellation).ConfigureAwait(false);
        var due = new List<Companion>();
        foreach (var companion in read.Ready)
        {
            if (await _sender.IsDueAsync(companion, videoId, owner, cancellation).ConfigureAwait(false))
                due.Add(companion);
            else
                ends.Unchanged.Add(companion.Kind);
        }

        if (due.Count > 0)
            await SendAsync(item, videoId, owner, due, ends, cancellation).ConfigureAwait(false);
    }

    private async Task SendAsync(
        UploadItem item, string videoId, CompanionOwner owner, IReadOnlyList<Companion> due, Ends ends, CancellationToken cancellation)
    {
        var claim = await LessonClaim.TakeAsync(services.Record, item.Key, cancellation).ConfigureAwait(false);
        await using (claim.ConfigureAwait(false))
        {
            var duration = due.Any(companion => companion is not PosterCompanion) ? DurationOf(item.Path) : null;
            foreach (var companion in due)
            {
                if (_unpaid.ContainsKey(SortOf(companion)))
                    continue;
                // Whether the picture is the same, Kinescope does not tell: each night would send it.
                if (companion is PosterCompanion && owner.Lesson is null)
                {
                    LeavePosterOut(item);
                    continue;
                }

                foreach (var note in companion.Notes)
                    services.Log.Warning($"{item.Name}: {note}");
                try
                {
                    var isSent = await _sender.SendAsync(companion, videoId, owner, duration, claim.Token).ConfigureAwait(false);
                    (isSent ? ends.Sent : ends.Unchanged).Add(companion.Kind);
                    services.Log.Verbose($"{item.Name}: the {companion.Name} is at video {videoId}.");
                }
                catch (KinescopeException failure) when (!services.Record.HasFailedBy(failure))
                {
                    // A right may be lacking for these alone, and a plan may be without one of them; without a key no video goes either.
                    var stopsRun = failure is { StopsRun: true, ErrorId: ErrorIds.TokenRejected };
                    var isUnpaid = failure is { StopsRun: true, ErrorId: ErrorIds.PaymentRequired };
                    var named = companion.Named(failure);
                    ends.Failed.Add(new CompanionFailure(companion.Kind, named.Saying(named.Message, stopsRun: stopsRun)).Of(item.Name));
                    if (isUnpaid)
                        LeaveUnpaid(SortOf(companion));
                    if (isUnpaid || !failure.StopsRun)
                        continue;
                    _isRefused = true;
                    if (stopsRun)
                        return;
                    services.Log.Warning(
                        "Posters, subtitles and chapters are left for this run: what stands in the way of one stands in the way of all. "
                        + "Videos go on; the next run tries again.");
                    return;
                }
                catch (OperationCanceledException) when (claim.Failure is { } lost && !cancellation.IsCancellationRequested)
                {
                    throw lost;
                }
            }
        }
    }

    /// <summary>The lesson as the record's: where that has another video for it, or none, nothing is recorded.</summary>
    private async Task<CompanionOwner> OwnerOfAsync(UploadItem item, string videoId, CancellationToken cancellation)
    {
        var upload = await services.Record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        return new CompanionOwner(services.Record, upload?.VideoId == VideoIds.Canonical(videoId) ? item.Key : null);
    }

    private void LeaveUnpaid(string sort)
    {
        if (_unpaid.TryAdd(sort, 0))
            services.Log.Warning(
                $"All other {sort} are left for this run: Kinescope asks for a payment, or the plan is without them. The rest and the "
                + "videos go on; the next run tries again.");
    }

    private static string SortOf(Companion companion) => companion switch
    {
        PosterCompanion => "posters",
        SubtitleCompanion => "subtitles",
        _ => "chapters",
    };

    private void LeavePosterOut(UploadItem item)
    {
        if (Interlocked.Exchange(ref _isPosterLeftOut, 1) == 0)
            services.Log.Warning(
                $"{item.Name}: its poster is left: the record does not know its video, so that it would be sent each time. "
                + "Set-KinescopePoster sends it once; Import-KinescopeUpload makes the record know. Further ones are left without a word.");
    }

    /// <summary>The duration of a video file; null where it cannot be read, or does not tell.</summary>
    public static TimeSpan? DurationOf(string path)
    {
        try
        {
            using var file = SourceFile.Open(path);
            return MediaFile.Glance(new MediaBytes(file.Length, file.Read)).Duration;
        }
        catch (KinescopeException)
        {
            return null;
        }
    }

    /// <summary>Gathers what became of each kind; what is in none of the lists was left.</summary>
    private sealed class Ends
    {
        public List<string> Sent { get; } = [];

        public List<string> Unchanged { get; } = [];

        public List<CompanionFailure> Failed { get; } = [];

        public CompanionOutcome Of(UploadItem item) => new(Sent, Unchanged, [.. RestOf(item)], Failed);

        public void FailRest(UploadItem item, KinescopeException failure)
        {
            var why = failure.Saying($"{item.Name}: {failure.Message}", stopsRun: false);
            Failed.AddRange([.. RestOf(item).Select(kind => new CompanionFailure(kind, why) { Reason = failure.Message })]);
        }

        private IEnumerable<string> RestOf(UploadItem item) =>
            KindsOf(item.Companions).Except([.. Sent, .. Unchanged, .. Failed.Select(failed => failed.Kind)]);

        private static IEnumerable<string> KindsOf(CompanionFiles files) =>
        [
            .. files.Poster is null ? (string[])[] : [PosterCompanion.TheKind],
            .. files.Subtitles.Select(file => SubtitleCompanion.KindOf(file.Language)),
            .. files.Chapters is null ? (string[])[] : [ChapterCompanion.TheKind],
        ];
    }
}
