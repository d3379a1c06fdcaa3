using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The steps that a decision can name.</summary>
internal enum UploadStep
{
    /// <summary>Nothing, and no result comes of it.</summary>
    LeaveOut,

    /// <summary>Nothing: it fails.</summary>
    Refuse,

    /// <summary>Nothing: its lesson has a video at the site, which is handed on.</summary>
    HandOn,

    /// <summary>Nothing is sent: the record has it as uploaded.</summary>
    Done,

    /// <summary>Nothing is sent: Kinescope has its video already, which the record is told.</summary>
    Adopt,

    /// <summary>To be compared with what was uploaded, and sent anew where it differs.</summary>
    Compare,

    /// <summary>An earlier run began to send it.</summary>
    Continue,

    /// <summary>To be sent as a new video.</summary>
    Begin,

    /// <summary>To be sent as the new content of its lesson's video, which keeps its id.</summary>
    Replace,

    /// <summary>Nothing is sent: it is the new content of its video, which may lack what it had beside the old one.</summary>
    Settle,
}

/// <summary>The answer to what is to be done with a lesson's file, and all that follows from it.</summary>
/// <param name="Step">The step; where a fact is needed yet, the one that is presumed.</param>
internal sealed partial record UploadDecision(UploadStep Step)
{
    /// <summary>The fact that the decision depends on and does not know; <c>None</c> where it stands.</summary>
    public CostlyFact Needs { get; init; }

    /// <summary>The video that the file is, or is continued as; null where it becomes a new one.</summary>
    public string? VideoId { get; init; }

    /// <summary>True where the whole file was compared with what Kinescope stored as the video.</summary>
    public bool IsVerified { get; init; }

    /// <summary>The lesson whose upload of the same file serves for this one too.</summary>
    public string? OtherLesson { get; init; }

    /// <summary>Videos that this lesson's record says were made for it and that can never be finished.</summary>
    public IReadOnlyList<string> Abandoned { get; init; } = [];

    /// <summary>The reason why they are abandoned.</summary>
    public string AbandonReason { get; init; } = "";

    /// <summary>Sentences that the user should read all the same.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Videos that may be this one, and are named if a new one is made all the same.</summary>
    public IReadOnlyList<string> Lookalikes { get; init; } = [];

    /// <summary>The reason for a file that is refused or left out.</summary>
    public KinescopeException? Failure { get; init; }

    /// <summary>Decides. No I/O: the same facts give the same decision, in a preview, in a run and in the next one.</summary>
    /// <param name="facts">Everything that is known.</param>
    /// <param name="force">True where what is uploaded is to be uploaded again.</param>
    /// <param name="replaces">True where a file that is another one now is to be the new content of its lesson's video.</param>
    public static UploadDecision Of(UploadFacts facts, bool force, bool replaces = false)
    {
        if (facts.State == LessonVideoState.Orphan)
            return new(UploadStep.LeaveOut) { Notices = ["no lesson of the manifest names this file. It was not sent."] };
        if (facts.SiteVideoId is { } linked
            && !((replaces || !force && facts.Recorded?.Replacement is not null) && IsLinkOfRecorded(facts, linked)))
            return new(UploadStep.HandOn) { VideoId = linked };
        if (facts.State == LessonVideoState.Changing)
            return new(UploadStep.LeaveOut) { Notices = ["its file was changed within -MinimumAge, and waits for a later run."] };
        if (facts.IsRepeated)
            return new(UploadStep.LeaveOut) { Failure = new(ErrorIds.LessonIdDuplicate, "was given twice; the second one was left out.") };
        if (UnreadyReason(facts) is { } unready)
            return new(UploadStep.Refuse) { Failure = unready };

        var file = facts.File!;
        if (facts.Recorded is { } recorded && IsOfAnotherCourse(facts, recorded))
        {
            if (recorded.Length == file.Length && file.Fingerprint is null)
                return Presume(UploadStep.Compare, CostlyFact.Fingerprint, recorded.VideoId);
            if (recorded.Length != file.Length || recorded.Fingerprint != file.Fingerprint)
                return new(UploadStep.Refuse) { Failure = OfAnotherCourse(facts, recorded) };
        }

        return facts.Recorded?.Stage switch
        {
            UploadStage.Uploaded when facts.Recorded.Replacement is { } begun && (replaces || !force) =>
                OfReplacement(facts, facts.Recorded, begun, file, force, replaces),
            UploadStage.Uploaded when replaces && force => Replace(facts, facts.Recorded, file),
            UploadStage.Uploaded when !force => OfUploaded(facts, facts.Recorded, file, replaces),
            UploadStage.Initialised => OfShared(facts, file) is { } shared
                ? shared with { Abandoned = [facts.Recorded.VideoId!], AbandonReason = AbandonReasons.FileShared }
                : IsOfAnotherMachine(facts.Recorded) && !force ? OfBegunElsewhere(facts, facts.Recorded, file)
                : OfInitialised(facts.Recorded, file),
            UploadStage.Intended => OfIntended(facts, facts.Recorded, file, force),
            UploadStage.Uploaded when facts.Recorded.Replacement is not null => OfUnknown(facts, file, force) with
            {
                Notices = [UnfinishedReplacementNotice(facts.Recorded)],
            },
            _ => OfUnknown(facts, file, force),
        };
    }

    /// <summary>The notice of a video that is somebody's, whether it is still being sent or not.</summary>
    public static string UnfinishedNotice(string videoId) =>
        $"video {videoId} is an unfinished upload of it whose address is not known here. "
        + "Delete it in the dashboard unless another run is sending it.";

    private static UploadDecision OfUploaded(UploadFacts facts, RecordedUpload recorded, FileFacts file, bool replaces) =>
        Compare(facts, recorded, file) switch
        {
            Likeness.Same => new(UploadStep.Done) { VideoId = recorded.VideoId },
            Likeness.NeedsFingerprint => Presume(UploadStep.Compare, CostlyFact.Fingerprint, recorded.VideoId) with { Replaces = replaces },
            Likeness.NeedsContent => Presume(UploadStep.Compare, CostlyFact.Content, recorded.VideoId) with { Replaces = replaces },
            _ when IsOfAnotherMachine(recorded) => new(UploadStep.Refuse) { Failure = OfAnotherContent(recorded) },
            _ when replaces => OfReplaced(facts, recorded, file),
            _ => OfChanged(facts, file) with
            {
                Notices =
                [
                    $"the file was changed after its upload as video {recorded.VideoId}: it is uploaded anew, as a new video. "
                    + "The old one stays at Kinescope. With -Replace it would get the new content and keep its id.",
                ],
            },
        };

    /// <summary>An uploaded file that is another one now; a lesson that shares it may have sent it already.</summary>
    private static UploadDecision OfChanged(UploadFacts facts, FileFacts file)
    {
        if (facts.SharedWith is { } earlier)
            return Presume(UploadStep.Adopt, CostlyFact.EarlierUpload) with { OtherLesson = earlier };
        return facts.Twin is { Length: not null } twin && Compare(facts, twin, file) == Likeness.Same && !IsGivenUp(facts, twin.VideoId!)
            ? new(UploadStep.Adopt) { VideoId = twin.VideoId, OtherLesson = twin.Lesson }
            : Begin(file);
    }

    private static UploadDecision OfInitialised(RecordedUpload recorded, FileFacts file)
    {
        // Where only the date is another, what was sent has to be comparable to its end: two versions are never spliced.
        var isUnchanged = recorded.Length == file.Length && (recorded.File?.Modified == file.Modified
            || file.Length <= ContentHash.FingerprintSize || recorded.MarkedOffset == file.Length);
        if (isUnchanged && file.Fingerprint is null)
            return Presume(UploadStep.Continue, CostlyFact.Fingerprint, recorded.VideoId);
        if (isUnchanged && recorded.Fingerprint == file.Fingerprint)
            return new(UploadStep.Continue) { VideoId = recorded.VideoId };
        return Begin(file) with
        {
            Abandoned = [recorded.VideoId!],
            AbandonReason = AbandonReasons.FileChanged,
            Notices = ["the file was changed since its upload began: it starts anew."],
        };
    }

    /// <summary>
    /// An upload that another machine began and nobody has in hand: it is gone on with by whoever has the same content, and left by others.
    /// </summary>
    private static UploadDecision OfBegunElsewhere(UploadFacts facts, RecordedUpload recorded, FileFacts file)
    {
        if (recorded.Length == file.Length && file.Fingerprint is null)
            return Presume(UploadStep.Continue, CostlyFact.Fingerprint, recorded.VideoId);
        // Where the file has a twin, it is the twin that was compared.
        var sent = facts.Twin is null ? facts.HasUploadedContent : true;
        if (recorded.Length != file.Length || recorded.Fingerprint != file.Fingerprint || sent == false)
            return new(UploadStep.Refuse) { Failure = OfAnotherContent(recorded) };
        return recorded.Marks.Count > 0 && sent is null
            ? Presume(UploadStep.Continue, CostlyFact.Content, recorded.VideoId)
            : new(UploadStep.Continue) { VideoId = recorded.VideoId };
    }

    /// <summary>A video was about to be created, and no response came: one may be there.</summary>
    private static UploadDecision OfIntended(UploadFacts facts, RecordedUpload recorded, FileFacts file, bool force)
    {
        var shared = OfShared(facts, file);
        if (shared is { Needs: not CostlyFact.None })
            return shared;
        // Ids of our own are asked for one by one, when the video is created.
        if (recorded.InitId is not null || recorded.Attempt is not { } attempt)
            return shared ?? Begin(file);
        if (shared is null && file.Fingerprint is null)
            return Presume(UploadStep.Begin, CostlyFact.Fingerprint);
        if (facts.Videos is not { } videos)
            return (shared ?? new(UploadStep.Begin)) with { Needs = CostlyFact.Videos };

        var ours = videos.MadeBy(attempt).ToList();
        var decision = shared ?? (force ? Begin(file) : OfVideos(facts, videos, file));
        return decision with
        {
            Abandoned = ours,
            AbandonReason = AbandonReasons.UploadAddressLost,
            Notices = [.. decision.Notices.Where(notice => !ours.Exists(notice.Contains))],
        };
    }

    private static UploadDecision OfUnknown(UploadFacts facts, FileFacts file, bool force)
    {
        if (OfShared(facts, file) is { } shared)
            return shared;
        if (force || file.Fingerprint is null)
            return Begin(file);
        return facts.Videos is { } videos ? OfVideos(facts, videos, file) : Presume(UploadStep.Begin, CostlyFact.Videos);
    }

    /// <summary>The step that another lesson of the same file leaves for this one; null where there is no such lesson.</summary>
    private static UploadDecision? OfShared(UploadFacts facts, FileFacts file)
    {
        if (facts.SharedWith is { } earlier)
            return Presume(UploadStep.Adopt, CostlyFact.EarlierUpload) with { OtherLesson = earlier };
        if (facts.Twin is { } twin && !IsGivenUp(facts, twin.VideoId!))
        {
            switch (Compare(facts, twin, file))
            {
                case Likeness.Same:
                    return new(UploadStep.Adopt) { VideoId = twin.VideoId, OtherLesson = twin.Lesson };
                case Likeness.NeedsFingerprint:
                    return Presume(UploadStep.Compare, CostlyFact.Fingerprint, twin.VideoId);
                case Likeness.NeedsContent:
                    return Presume(UploadStep.Compare, CostlyFact.Content, twin.VideoId);
            }
        }

        if (facts.Begun is not { } begun || begun.Length != file.Length || begun.File?.Modified != file.Modified)
            return null;
        if (file.Fingerprint is null)
            return Presume(UploadStep.Continue, CostlyFact.Fingerprint, begun.VideoId) with { OtherLesson = begun.Lesson };
        return begun.Fingerprint == file.Fingerprint
            ? new(UploadStep.Continue) { VideoId = begun.VideoId, OtherLesson = begun.Lesson }
            : null;
    }

    /// <summary>A lesson that the record does not know, because it is new or the record was lost.</summary>
    private static UploadDecision OfVideos(UploadFacts facts, VideosAtKinescope videos, FileFacts file)
    {
        var same = videos.Stamped
            .Where(video => video.Stamp.IsOf(facts.Lesson, file.Fingerprint!))
            .Where(video => !IsGivenUp(facts, video.VideoId))
            .ToList();
        if (OfFinished(same.Where(video => video.HasAllBytes), file) is { } adopted)
            return adopted;
        if (same.Find(video => video.MayHaveAllBytes) is { } waiting)
        {
            return waiting.IsLastLook
                ? new(UploadStep.Refuse) { Failure = Unconfirmed(waiting.VideoId) }
                : Presume(UploadStep.Adopt, CostlyFact.Completion, waiting.VideoId);
        }

        // Another machine may be sending to them at this moment.
        return new(UploadStep.Begin)
        {
            Notices = [.. same.Select(NoticeOf)],
            Lookalikes = videos.Lookalikes,
        };
    }

    /// <summary>
    /// The video whose stamp is that of the file, and whose original too: a stamp tells the size and the edges of a file, and what lies
    /// between them may have been changed since. Null where each of them is another content.
    /// </summary>
    private static UploadDecision? OfFinished(IEnumerable<StampedVideo> finished, FileFacts file)
    {
        var videos = finished.Where(video => (video.Original?.Length ?? file.Length) == file.Length).ToList();
        if (file.Length <= ContentHash.FingerprintSize)
            return videos is [var small, ..] ? new(UploadStep.Adopt) { VideoId = small.VideoId } : null;

        var told = videos.Where(video => video.Original?.Md5 is not null).ToList();
        if (told.Count > 0 && file.Whole is null)
            return Presume(UploadStep.Adopt, CostlyFact.Whole, told[0].VideoId);
        if (told.Find(video => video.Original!.Md5 == file.Whole!.Md5) is { } equal)
            return new(UploadStep.Adopt) { VideoId = equal.VideoId, IsVerified = true };

        // Without an MD5 the dates are left: a file that is older than the video was not changed after it.
        return videos.Find(video => video.Original?.Md5 is null) is { } untold
            ? new(UploadStep.Adopt)
            {
                VideoId = untold.VideoId,
                Notices = untold.CreatedAt >= file.Modified ? [] : [UncertainNotice(untold.VideoId)],
            }
            : null;
    }

    private static KinescopeException Unconfirmed(string videoId) => new(
        ErrorIds.UploadUnconfirmed,
        $"video {videoId} at Kinescope has its stamp and waits there: it may be complete, or another machine is sending it. Nothing "
        + "is sent; the next run looks again. If the dashboard still shows it as unfinished after a day, upload this lesson alone with "
        + "Get-LessonVideoMap -LessonId and Send-KinescopeVideo -Force.");

    private static string NoticeOf(StampedVideo video) => video switch
    {
        { HasAllBytes: true } => DiffersNotice(video.VideoId),
        { HasFailed: true } => $"video {video.VideoId} is an upload of it that Kinescope gave up: it is uploaded anew, as a new video. "
            + "Delete the old one once no lesson is linked to it.",
        _ => UnfinishedNotice(video.VideoId),
    };

    private static string DiffersNotice(string videoId) =>
        $"video {videoId} at Kinescope has its stamp, and was made of another version of the file: it is uploaded anew, as a new video. "
        + "The old one stays at Kinescope.";

    private static string UncertainNotice(string videoId) =>
        $"is taken for video {videoId} by its size and its first and last MiB, but the file's date is later than the video, and Kinescope "
        + "tells no MD5 of it. -Verify compares them once Kinescope tells it; -Force uploads the file anew.";

    /// <summary>True for a video that this lesson abandoned, or replaced by a later one.</summary>
    private static bool IsGivenUp(UploadFacts facts, string videoId) =>
        facts.Recorded is { } recorded && (recorded.AbandonedVideos.Contains(videoId) || recorded.SupersededVideos.Contains(videoId));

    private static UploadDecision Begin(FileFacts file) =>
        new(UploadStep.Begin) { Needs = file.Fingerprint is null ? CostlyFact.Fingerprint : CostlyFact.None };

    private static UploadDecision Presume(UploadStep step, CostlyFact needs, string? videoId = null) =>
        new(step) { Needs = needs, VideoId = videoId };

    private enum Likeness
    {
        Same,
        Different,
        NeedsFingerprint,
        NeedsContent,
    }

    /// <summary>Compares a file with what was uploaded. Where only its date differs, its content decides.</summary>
    private static Likeness Compare(UploadFacts facts, RecordedUpload upload, FileFacts file)
    {
        // An imported upload tells nothing of its file.
        if (upload.Length is null)
            return facts.IsAnother ? Likeness.Different : Likeness.Same;
        if (upload.Length != file.Length)
            return Likeness.Different;
        if (upload.File?.Modified == file.Modified)
            return Likeness.Same;
        if (file.Fingerprint is null)
            return Likeness.NeedsFingerprint;
        if (file.Fingerprint != upload.Fingerprint)
            return Likeness.Different;
        // The other machine's file was never here to be the same one: its edges have to do.
        if (file.Length <= ContentHash.FingerprintSize || IsOfAnotherMachine(upload))
            return Likeness.Same;
        if (upload.MarkedOffset != file.Length)
            return Likeness.Different;
        return facts.HasUploadedContent switch { null => Likeness.NeedsContent, true => Likeness.Same, false => Likeness.Different };
    }

    private static KinescopeException? UnreadyReason(UploadFacts facts)
    {
        if (facts.PathRefusal is { } reason)
            return new(ErrorIds.LessonFilePathRefused, $"its path {reason}.");
        return facts.State switch
        {
            LessonVideoState.Unmatched => new(
                ErrorIds.LessonFileUnmatched,
                "no file was found by its title. Give it a `filepath` in the manifest, or rename its file; `RunnerUp` in the map is the "
                + "likeliest one."),
            LessonVideoState.Missing => new(ErrorIds.LessonFileNotFound, "there is no such file."),
            LessonVideoState.Empty => new(ErrorIds.LessonFileEmpty, "the file has no bytes."),
            LessonVideoState.NotVideo =>
                new(
                    ErrorIds.LessonFileNotVideo,
                    "it is no file with the extension of a video "
                    + "(-Extension says which are; for a lesson of a map, of Get-LessonVideoMap)."),
            _ => null,
        };
    }

    /// <summary>True for an upload whose content is known, and of which this machine has seen no file.</summary>
    private static bool IsOfAnotherMachine(RecordedUpload upload) => upload is { File: null, Length: not null, Fingerprint: not null };

    private static KinescopeException OfAnotherContent(RecordedUpload recorded) => new(
        ErrorIds.LessonContentDiffers,
        $"another machine sent another content as its video {recorded.VideoId} ({recorded.Length} bytes). The lesson is left to that; "
        + "-Force uploads this file in its place, as a new video; with -Replace, as the content of that one.");

    private static bool IsOfAnotherCourse(UploadFacts facts, RecordedUpload recorded) =>
        recorded.Stage != UploadStage.Abandoned && !facts.IsRecordedPath
        && recorded.Course is { } known && facts.Course is { } given && known != given;

    private static KinescopeException OfAnotherCourse(UploadFacts facts, RecordedUpload recorded) => new(
        ErrorIds.LessonOfAnotherCourse,
        $"the progress file has a lesson of this id in course '{recorded.Course}', with another file ({recorded.File?.Path}); "
        + $"this one is in course '{facts.Course}'. "
        + "Give each course a -ProgressFile of its own, or forget the other upload with Remove-KinescopeUpload.");
}
