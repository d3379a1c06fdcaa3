using System.Management.Automation;
using KinescopePS.Comparison;
using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <content>Sending, and writing into the lesson table.</content>
public sealed partial class RepairLessonVideoCommand
{
    private readonly Dictionary<string, SendJob> _jobs = [];
    private readonly Dictionary<LessonChange, LinkJob> _links = new(ReferenceEqualityComparer.Instance);
    private readonly List<string> _unlinked = [];
    private Uploads? _uploads;
    private VideoMove? _moves;
    private LessonStore? _store;
    private LessonChanges? _changes;
    private KinescopeException? _noDatabase;
    private ColumnFilling? _filling;
    private LinkForm? _form;

    /// <summary>A lesson whose file is sent, with the findings that this mends.</summary>
    private sealed record SendJob(string Lesson, string Path)
    {
        public List<LessonFinding> Findings { get; } = [];

        /// <summary>True where the file was read, and is not what its video was made of.</summary>
        public bool IsAnother { get; set; }

        /// <summary>The videos that the new one takes the place of.</summary>
        public HashSet<string> Replaced { get; } = [];
    }

    /// <summary>A link that is written, with the findings that this mends and what was done for them before.</summary>
    private sealed record LinkJob(IReadOnlyList<LessonFinding> Findings, string VideoId, string? Done);

    private protected override Task Drain(CancellationToken budget) => _changes?.DrainAsync(budget) ?? Task.CompletedTask;

    private UploadOptions ReadOptions() => new()
    {
        ProjectId = ProjectId,
        ParentId = ParentId,
        FolderBy = FolderBy,
        ThrottleLimit = ThrottleLimit,
        BandwidthLimit = BandwidthLimit,
        ShareBandwidth = ShareBandwidth,
        MaxDuration = MaxDuration,
        Replace = Replace,
        ReplaceLimit = ReplaceLimit,
    };

    /// <summary>Opens the lesson table where links are due. Without one, all else is done.</summary>
    private void OpenDatabase()
    {
        try
        {
            _form = new LinkForm(IdForm);
            var database = LessonDatabases.Find(this, Database, DatabaseUrl, new EnvironmentSettings(this, EnvironmentFile));
            var store = database.Store;
            var undo = new KinescopePS.Database.UndoFile(FilePathOf(UndoFile));
            if (store.Table.OtherColumns.Count > 0)
                _filling = Own(new ColumnFilling(this, store, Connection, undo, overwrite: false));
            _changes = Own(new LessonChanges(
                this, database, store, passThru: false, () => UndoLog.Open(this, undo, store), _filling, Take));
            _store = store;
        }
        catch (KinescopeException unusable) when (unusable.ErrorId is not (ErrorIds.SessionConflict or ErrorIds.SessionClosed))
        {
            _noDatabase = unusable;
        }
    }

    /// <summary>The link that a lesson's row holds; null where there is no row, or no telling.</summary>
    private VideoLink? Row(string lesson) => ReadRows([lesson])?.GetValueOrDefault(lesson)?.Link;

    private IReadOnlyDictionary<string, LessonRow>? ReadRows(IReadOnlyList<string> lessons)
    {
        try
        {
            return _store is null ? null : Await(stop => _store.ReadAsync(lessons, stop));
        }
        catch (KinescopeException down) when (down.IsTransient)
        {
            // The change of a row looks at it in any case.
            WriteVerbose(down.Message);
            return null;
        }
    }

    private void SendAll(IReadOnlyList<LessonFinding> findings)
    {
        if (_uploads is null)
            return;
        List<string> lessons = [.. findings.Select(finding => finding.LessonId).OfType<string>().Distinct()];
        var rows = ReadRows([.. lessons.Where(lesson => !IsFile(lesson))]);
        ForEach(findings, finding => Plan(finding, rows));
        foreach (var job in _jobs.Values.ToList())
        {
            var finding = job.Findings[0];
            var given = new GivenFile(job.Path)
            {
                LessonId = job.Lesson,
                Title = finding.Title,
                Course = finding.Course,
                State = finding.State,
                ManifestPath = finding.ManifestPath,
                IsAnother = job.IsAnother,
            };
            if (!IsPreview || Replace || job.Replaced.Count == 0)
                _uploads.Add(given, finding.Module, PSObject.AsPSObject(finding));
            else if (!ShouldProcess($"Lesson '{job.Lesson}' ({job.Path})", "Upload to Kinescope anew"))
                _uploads.CountAnew(job.Path);
            if (IsPreview && !Replace && _store is not null && !IsFile(job.Lesson))
                ShouldProcess($"Lesson '{job.Lesson}' in {_store.Table.Name} of {_store.DisplayName}", "Link it to the video that is sent");
        }

        _uploads.Complete();
        if (IsPreview)
            return;
        foreach (var finding in _jobs.Values.SelectMany(job => job.Findings))
            Leave(finding, "its file was not sent by this run: run again.");
        _jobs.Clear();
    }

    /// <summary>Looks at a finding again, and makes ready what is to be sent for it.</summary>
    private void Plan(LessonFinding finding, IReadOnlyDictionary<string, LessonRow>? rows)
    {
        var lesson = RequireLesson(finding);
        if (finding.Path is null || FilePathOf(finding.Path) is var path && !File.Exists(path))
        {
            Leave(finding, finding.Status == LessonFindingStatus.VideoMissing
                ? "it has no file that could be sent: Set-LessonVideoId -Clear takes the link away."
                : "it has no file that could be sent.");
            return;
        }

        var known = Find(lesson);
        var held = rows?.GetValueOrDefault(lesson)?.Link;
        if (Replace && finding.Status == LessonFindingStatus.ContentDiffers && known is not { Stage: UploadStage.Uploaded })
        {
            Leave(finding, "the progress file does not have its video, whose content cannot be replaced: without -Replace its file is sent "
                + "as a new one.");
            return;
        }

        var job = _jobs.GetValueOrDefault(lesson) ?? new SendJob(lesson, path);
        var replaced = WhatGivesWay(finding, known, held);
        if (held is { HasVideo: true } && !job.Replaced.Concat(replaced).Any(held.IsVideo))
            throw Stale($"its row holds video {held.VideoId} now.");
        if (finding.Status == LessonFindingStatus.VideoMissing && !TryForget(lesson, known, replaced))
        {
            Decline(finding);
            return;
        }

        job.IsAnother |= IsAnother(finding, known, path);
        job.Findings.Add(finding);
        job.Replaced.UnionWith(replaced);
        _jobs[lesson] = job;
    }

    /// <summary>True where the record cannot tell what was sent, and the finding can, which read the file: it is read again.</summary>
    private bool IsAnother(LessonFinding finding, RecordedUpload? known, string path)
    {
        if (finding.Status != LessonFindingStatus.ContentDiffers
            || known is not { Stage: UploadStage.Uploaded, Length: null, VideoId: { } videoId })
            return false;
        var video = Await(stop => _looks!.TakeAsync(videoId, stop)) ?? throw Stale($"Kinescope does not have video {videoId} any more.");
        if (video.Original is not { } original)
            return false;
        if (original.Length is { } length && length != DiskFile.At(path)?.Length)
            return true;
        return original.Md5 is { } md5 && Await(stop => ContentComparison.Md5Async(path, stop)) != md5;
    }

    /// <summary>Records that a lesson's video is gone: it is never taken for the lesson's again.</summary>
    /// <returns>False where that is not wanted.</returns>
    private bool TryForget(string lesson, RecordedUpload? known, IReadOnlyList<string> missing)
    {
        if (known is not { Stage: UploadStage.Uploaded, VideoId: { } videoId } || !missing.Contains(videoId))
            return true;
        if (!ShouldProcess($"Lesson '{lesson}'", $"Forget video {videoId}, which Kinescope does not have"))
            return IsPreview;
        var gone = UploadEvent.Of(UploadEventKind.Superseded, lesson) with { Video = videoId, Reason = ErrorIds.VideoNotFound };
        Await(_ => _record!.AppendAsync(gone, known).AsTask());
        return true;
    }

    /// <summary>The videos in whose place a new one comes.</summary>
    private IReadOnlyList<string> WhatGivesWay(LessonFinding finding, RecordedUpload? known, VideoLink? held)
    {
        switch (finding.Status)
        {
            case LessonFindingStatus.VideoMissing:
                var missing = VideoIds.Require(finding.VideoId ?? "");
                return Await(stop => _looks!.TakeAsync(missing, stop)) is null
                    ? [missing]
                    : throw Stale($"Kinescope has video {missing} again.");
            case LessonFindingStatus.ContentDiffers when known is { Stage: UploadStage.Uploaded, VideoId: { } sent }:
                return [sent];
            case LessonFindingStatus.ContentDiffers when VideoIds.Read(held?.VideoId) is { } linked:
                var video = Await(stop => _looks!.TakeAsync(linked, stop));
                return video is not null && UploadStamp.On(video).Any(stamp => stamp.Lesson == UploadStamp.LessonPart(finding.LessonId!))
                    ? [linked]
                    : [];
            default:
                return [];
        }
    }

    private void Take(LessonUpload sent)
    {
        if (sent.LessonId is null || !_jobs.Remove(sent.LessonId, out var job))
            return;
        if (sent.VideoId is not { } videoId)
        {
            foreach (var finding in job.Findings)
                EndAs(finding, LessonRepairOutcome.Failed, sent.Error ?? "its file was not sent.");
            return;
        }

        if (sent.Status == LessonUploadStatus.Skipped && job.Replaced.Contains(videoId))
        {
            foreach (var finding in job.Findings)
                EndAs(
                    finding, LessonRepairOutcome.Stale,
                    $"by its size and date its file is what was sent as video {videoId}. Compare again, with -Checksum where it was "
                    + "found so.",
                    videoId);
            return;
        }

        var done = sent.Status == LessonUploadStatus.Skipped ? "at Kinescope already"
            : job.Replaced.Contains(videoId) ? "sent as the new content of its video" : "sent";
        Queue(job.Findings, job.Lesson, videoId, sent.EmbedUrl, job.Replaced, done);
    }

    /// <summary>Queues the change of a row, which looks at the row again.</summary>
    private void Queue(
        IReadOnlyList<LessonFinding> findings, string lesson, string videoId, string? embedUrl, IReadOnlyCollection<string> replaced,
        string? done)
    {
        if (IsFile(lesson))
        {
            foreach (var finding in findings)
                EndAs(finding, LessonRepairOutcome.Mended, $"{done ?? "nothing to link"}.", videoId);
            return;
        }

        if (_changes is null)
        {
            _unlinked.Add(lesson);
            foreach (var finding in findings)
                EndAs(finding, LessonRepairOutcome.Failed, $"{Before(done)}not linked: no lesson table can be written.", videoId);
            return;
        }

        embedUrl ??= VideoIds.EmbedUrl(videoId);
        var change = new LinkChange(lesson, videoId, embedUrl, Overwrite: false, _form!, _filling?.Columns) { Replaces = replaced };
        _links[change] = new LinkJob(findings, videoId, done);
        if (_changes.Add(change))
            return;
        _links.Remove(change);
        foreach (var finding in findings)
            Leave(finding, $"{Before(done)}not linked: {Declined}");
    }

    private void Take(ChangeOutcome outcome)
    {
        if (!_links.Remove(outcome.Change, out var job))
            return;
        var held = outcome.Before?.VideoId;
        foreach (var finding in job.Findings)
        {
            if (outcome.Failure is { ErrorId: ErrorIds.VideoIdAlreadySet })
                EndAs(finding, LessonRepairOutcome.Stale, $"{Before(job.Done)}its row holds video {held} now.", job.VideoId);
            else if (outcome.Failure is { } failure)
                Fail(finding, failure.Saying(Before(job.Done) + failure.Message), job.VideoId);
            else if (!outcome.IsChanged && job.Done is null)
                EndAs(finding, LessonRepairOutcome.Stale, "its row holds this video already.", job.VideoId);
            else
                EndAs(finding, LessonRepairOutcome.Mended, $"{Before(job.Done)}linked.", job.VideoId);
        }
    }

    private void CompleteLinks()
    {
        _changes?.Complete("compare again and run the same command.");
        foreach (var change in _changes?.Undone ?? [])
        {
            if (!_links.Remove(change, out var job))
                continue;
            foreach (var finding in job.Findings)
                EndAs(finding, LessonRepairOutcome.Failed, $"{Before(job.Done)}not linked.", job.VideoId);
        }

        if (_noDatabase is not { } cause || _unlinked.Count == 0)
            return;
        var count = _unlinked.Count == 1 ? "1 lesson was" : $"{_unlinked.Count} lessons were";
        WriteError(cause.Saying($"{count} not linked; all else was done. {cause.Message}").ToErrorRecord(_unlinked.ToArray()));
    }

    private static string Before(string? done) => done is null ? "" : $"{done}, ";

    /// <summary>True for a file that was sent without a lesson: its path stands for the id.</summary>
    private static bool IsFile(string lesson) => Path.IsPathFullyQualified(lesson);
}
