using KinescopePS.Database;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Repair;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <content>The steps, in their order, and the end of each finding.</content>
public sealed partial class RepairLessonVideoCommand
{
    private const string Declined = "it was not wanted.";

    /// <summary>Failures that say that a finding is no longer as it was found.</summary>
    private static readonly HashSet<string> StaleIds =
    [
        ErrorIds.VideoNotFound, ErrorIds.VideoDiffers, ErrorIds.UploadAlreadyKnown, ErrorIds.UploadUnconfirmed,
        ErrorIds.UploadRecordChanged, ErrorIds.VideoIdAlreadySet, ErrorIds.LessonNotFound,
    ];

    private readonly List<LessonFinding> _findings = [];
    private IUploadRecord? _record;
    private VideoRecording? _recording;
    private VideoLooks? _looks;

    private protected override bool HasProgress => true;

    private protected override void Process()
    {
        try
        {
            if (Findings.Of(InputObject) is not { } finding)
                WriteError(new KinescopeException(
                    ErrorIds.FindingInvalid,
                    $"'{InputObject}' is no finding, and nothing was done for it: pipe the findings of Compare-LessonVideo here.")
                    .ToErrorRecord(InputObject));
            else if (finding.Status == LessonFindingStatus.Agrees)
                WriteVerbose($"{FindingGuard.NameOf(finding)}: nothing to mend.");
            else if (IsMended(finding.Status))
                _findings.Add(finding);
            else
                Leave(finding, WhyNotMended(finding));
        }
        catch (KinescopeException invalid)
        {
            WriteError(invalid.ToErrorRecord(InputObject));
        }
    }

    private protected override void End()
    {
        if (_findings.Count == 0)
            return;
        _looks = new VideoLooks(Kinescope, Retries);
        var sending = Of(
            LessonFindingStatus.NeverSent, LessonFindingStatus.Begun, LessonFindingStatus.UploadFailed,
            LessonFindingStatus.ContentDiffers, LessonFindingStatus.VideoMissing).ToList();
        // The settings of uploads are read first: what is wrong with them is told before anything is done.
        if (sending.Count > 0)
        {
            var terms = UploadTerms.Of(this, Connection, ReadOptions());
            _uploads = Own(new Uploads(this, Connection, terms, OpenRecord(), Take));
        }
        else
        {
            OpenRecord();
        }

        _recording = new VideoRecording(_record!);
        // Only these leave the lesson table alone.
        if (_findings.Exists(finding => finding.Status is not (
            LessonFindingStatus.NotRecorded or LessonFindingStatus.TitleDiffers or LessonFindingStatus.FolderDiffers)))
        {
            OpenDatabase();
        }

        ForEach(Of(LessonFindingStatus.NotRecorded), Record);
        ForEach(Of(LessonFindingStatus.VideoMatched, LessonFindingStatus.VideoLikely), Adopt);
        ForEach(Of(LessonFindingStatus.NotLinked, LessonFindingStatus.LinkDiffers), Link);
        if (IsPreview)
            _changes?.Preview();
        SendAll(sending);
        CompleteLinks();
        ForEach(Of(LessonFindingStatus.TitleDiffers), Rename);
        ForEach(Of(LessonFindingStatus.FolderDiffers), Move);
        RemoveAll([.. Of(LessonFindingStatus.SeveralVideos, LessonFindingStatus.VideoWithoutLesson)]);
    }

    private IEnumerable<LessonFinding> Of(params LessonFindingStatus[] statuses) =>
        _findings.Where(finding => statuses.Contains(finding.Status));

    private bool IsMended(LessonFindingStatus status) => status switch
    {
        LessonFindingStatus.NotRecorded or LessonFindingStatus.VideoMatched or LessonFindingStatus.NotLinked => true,
        LessonFindingStatus.NeverSent or LessonFindingStatus.Begun or LessonFindingStatus.UploadFailed => true,
        LessonFindingStatus.VideoLikely => Accept,
        LessonFindingStatus.SeveralVideos or LessonFindingStatus.VideoWithoutLesson => IncludeRemoval,
        _ => Include.Contains($"{status}", StringComparer.OrdinalIgnoreCase),
    };

    private static string WhyNotMended(LessonFinding finding) => finding.Status switch
    {
        LessonFindingStatus.VideoLikely => "it is mended with -Accept only.",
        LessonFindingStatus.VideoWithoutLesson when finding.Command is null =>
            "a person has to decide on it: it was not sent by this module.",
        LessonFindingStatus.SeveralVideos or LessonFindingStatus.VideoWithoutLesson => "it is mended with -IncludeRemoval only.",
        LessonFindingStatus.LinkDiffers when finding.VideoId is null => "a person has to decide on it: nothing was sent for it.",
        LessonFindingStatus.ContentDiffers or LessonFindingStatus.VideoMissing or LessonFindingStatus.LinkDiffers
            or LessonFindingStatus.TitleDiffers or LessonFindingStatus.FolderDiffers =>
            $"it is mended with -Include {finding.Status} only.",
        _ => finding.Command is { } command ? $"it is not mended here: {command} does it." : "a person has to decide on it.",
    };

    private IUploadRecord OpenRecord() => _record = OwnRecord(RecordName(ProgressFile, _findings[0].ManifestPath));

    private void Record(LessonFinding finding)
    {
        var lesson = RequireLesson(finding);
        var video = RequireVideo(finding);
        var known = Find(lesson);
        if (known is { Stage: UploadStage.Uploaded } && VideoIds.AreSame(known.VideoId, video.VideoId))
        {
            EndAs(finding, LessonRepairOutcome.Stale, "the progress file has it as uploaded already.", video.VideoId);
            return;
        }

        if (!ShouldProcess($"Lesson '{lesson}'", $"Note as uploaded, video {video.VideoId}"))
        {
            Decline(finding);
            return;
        }

        var (_, note) = Await(stop => _recording!.RecordAsync(Unrecorded(finding, lesson), video, replaces: false, stop));
        EndAs(finding, LessonRepairOutcome.Mended, $"recorded as uploaded.{(note is null ? "" : $" But {note}")}", video.VideoId);
    }

    /// <summary>Marks a video that was made otherwise, so that the question is asked once, records and links it.</summary>
    private void Adopt(LessonFinding finding)
    {
        var lesson = RequireLesson(finding);
        var video = RequireVideo(finding);
        var mark = UploadStamp.LessonPart(lesson);
        var stamps = UploadStamp.On(video).ToList();
        if (stamps.Exists(stamp => stamp.Lesson != mark))
            throw Stale($"video {video.VideoId} carries the mark of another lesson.");
        var uses = Await(stop => _record!.FindVideoAsync(video.VideoId, stop).AsTask());
        if (uses.FirstOrDefault(upload => upload.Lesson != lesson) is { } user)
            throw Stale($"the progress file has video {video.VideoId} as that of lesson '{user.Lesson}'.");
        if (Row(lesson) is { HasVideo: true } link && !link.IsVideo(video.VideoId))
            throw Stale($"its row holds video {link.VideoId} now.");
        if (!ShouldProcess($"Lesson '{lesson}'", $"Mark '{video.Title}' ({video.VideoId}) as its video, and note it as uploaded")
            && !IsPreview)
        {
            Decline(finding);
            return;
        }

        if (!IsPreview)
        {
            Await(stop => _recording!.RecordAsync(
                Unrecorded(finding, lesson), video, replaces: false, stop,
                fingerprint => stamps.Count > 0 ? Task.CompletedTask : StampAsync(lesson, video, fingerprint, stop),
                mayDiffer: finding.Status == LessonFindingStatus.VideoLikely));
        }

        Queue([finding], lesson, video.VideoId, finding.EmbedUrl, [], "marked, recorded");
    }

    private Task StampAsync(string lesson, KinescopeVideo video, string? fingerprint, CancellationToken cancellation)
    {
        var stamp = $"{UploadStamp.Of(lesson, fingerprint ?? "", UploadStamp.NewAttempt())}";
        var change = UploadStamp.ReadLocation(Connection.StampLocation) == StampLocation.Tag
            ? new VideoChange { Tags = UploadStamp.Keep(video.Tags, [stamp]) }
            : new VideoChange { Description = UploadStamp.Keep(video.Description, stamp) };
        return Retries.CallAsync(token => Kinescope.ChangeVideoAsync(video.VideoId, change, token), cancellation);
    }

    private void Link(LessonFinding finding)
    {
        var lesson = RequireLesson(finding);
        var video = RequireVideo(finding);
        if (!video.HasAllBytes)
            throw Stale($"video {video.VideoId} is not complete: {video.Failure}");
        var held = finding switch
        {
            { Status: LessonFindingStatus.NotLinked } => null,
            { Side: LessonSide.Database } => finding.Value,
            { OtherSide: LessonSide.Database } => finding.OtherValue,
            _ => null,
        };
        Queue([finding], lesson, video.VideoId, finding.EmbedUrl, held is null ? [] : [VideoIds.Read(held) ?? held], null);
    }

    private void Rename(LessonFinding finding)
    {
        var video = RequireVideo(finding);
        var title = VideoTitle.Fit(finding.Title ?? video.Title);
        if (title == video.Title)
            throw Stale($"video {video.VideoId} is called so.");
        if (!ShouldProcess($"'{video.Title}' ({video.VideoId})", $"Set title to '{title}'"))
        {
            Decline(finding);
            return;
        }

        Call((kinescope, token) => kinescope.ChangeVideoAsync(video.VideoId, new VideoChange { Title = title }, token));
        EndAs(finding, LessonRepairOutcome.Mended, $"called '{title}'.", video.VideoId);
    }

    private void Move(LessonFinding finding)
    {
        var video = RequireVideo(finding);
        var moves = _moves ??= new VideoMove(this, Connection);
        var (folder, project) = moves.TargetOf(finding);
        if (folder is null && project is null)
            throw new KinescopeException(ErrorIds.ParentMissing, "the finding does not say where its video was sent to.");
        var target = VideoMove.Describe(folder, project);
        if (folder is not null ? video.FolderId == folder : video.FolderId is null && video.ProjectId == project)
            throw Stale($"video {video.VideoId} is in {target}.");
        if (!ShouldProcess($"'{video.Title}' ({video.VideoId})", $"Move to {target}"))
        {
            Decline(finding);
            return;
        }

        moves.Move(video.VideoId, video, folder, project);
        EndAs(finding, LessonRepairOutcome.Mended, $"moved to {target}.", video.VideoId);
    }

    /// <summary>Each video is asked for, unless -Confirm:$false says otherwise: what is deleted cannot be brought back from here.</summary>
    private void RemoveAll(IReadOnlyList<LessonFinding> findings)
    {
        if (findings.Count == 0)
            return;
        var uses = new VideoUses(
            _record, _store, (video, stop) => Retries.CallAsync(token => Kinescope.FindVideoAsync(video, token), stop));
        ForEach(findings, finding =>
        {
            if (Await(stop => uses.WhyKeptAsync(finding, stop)) is { } reason)
                throw Stale($"video {finding.VideoId} stays: {reason}.");
            var video = RequireVideo(finding);
            if (!ShouldProcessHarm($"'{video.Title}' ({video.VideoId})", "Delete the video"))
            {
                Decline(finding);
                return;
            }

            Call((kinescope, token) => kinescope.DeleteVideoAsync(video.VideoId, token));
            EndAs(finding, LessonRepairOutcome.Mended, "deleted.", video.VideoId);
        });
    }

    /// <summary>Mends findings one after the other. A failure of one is its end, and the others go on.</summary>
    private void ForEach(IEnumerable<LessonFinding> findings, Action<LessonFinding> mend)
    {
        foreach (var chunk in findings.Chunk(VideoLooks.MostAtOnce))
        {
            Await(stop => _looks!.AheadAsync(chunk.Select(finding => VideoIds.Read(finding.VideoId)).OfType<string>(), stop));
            foreach (var finding in chunk)
                Try(finding, () => mend(finding));
        }
    }

    private void Try(LessonFinding finding, Action mend)
    {
        try
        {
            mend();
        }
        catch (KinescopeException failure) when (!failure.StopsRun)
        {
            Fail(finding, failure);
        }
    }

    private void Fail(LessonFinding finding, KinescopeException failure, string? videoId = null)
    {
        if (StaleIds.Contains(failure.ErrorId))
        {
            EndAs(finding, LessonRepairOutcome.Stale, failure.Message, videoId);
            return;
        }

        EndAs(finding, LessonRepairOutcome.Failed, failure.Message, videoId);
        WriteError(failure.About(FindingGuard.NameOf(finding)).ToErrorRecord(finding));
    }

    // The id is not seen: it is caught above.
    private static KinescopeException Stale(string reason) => new(ErrorIds.UploadRecordChanged, reason);

    private static string RequireLesson(LessonFinding finding) => finding.LessonId
        ?? throw new KinescopeException(ErrorIds.LessonIdMissing, $"A finding {finding.Status} comes without the lesson's id.");

    /// <summary>The video of a finding as it is now.</summary>
    private KinescopeVideo RequireVideo(LessonFinding finding)
    {
        if (string.IsNullOrWhiteSpace(finding.VideoId))
            throw new KinescopeException(ErrorIds.VideoIdMissing, "its finding comes without a video id.");
        var videoId = VideoIds.Require(finding.VideoId);
        return Await(stop => _looks!.TakeAsync(videoId, stop)) ?? throw Stale($"Kinescope does not have video {videoId} any more.");
    }

    private RecordedUpload? Find(string lesson) => Await(stop => _record!.FindAsync(lesson, stop).AsTask());

    private UnrecordedLesson Unrecorded(LessonFinding finding, string lesson) =>
        new(lesson, finding.Path is null ? null : FilePathOf(finding.Path)) { Course = finding.Course };

    private void Decline(LessonFinding finding) => Leave(finding, Declined);

    private void Leave(LessonFinding finding, string message) => EndAs(finding, LessonRepairOutcome.Left, message);

    private void EndAs(LessonFinding finding, LessonRepairOutcome outcome, string message, string? videoId = null)
    {
        if (IsPreview)
        {
            // What would be done was shown; the rest is told to who asks.
            if (message != Declined)
                WriteVerbose($"{FindingGuard.NameOf(finding)}, {finding.Status}: {message}");
            return;
        }

        WriteObject(new LessonRepair
        {
            LessonId = finding.LessonId,
            Status = finding.Status,
            Outcome = outcome,
            VideoId = videoId,
            Message = finding.LessonId is null ? $"{FindingGuard.NameOf(finding)}: {message}" : message,
        });
    }
}
