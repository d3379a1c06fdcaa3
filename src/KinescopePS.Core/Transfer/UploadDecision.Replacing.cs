using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <content>A file that is another one now, as the new content of its lesson's video.</content>
internal sealed partial record UploadDecision
{
    /// <summary>True where the content of a video is replaced, or may be once what is needed is known.</summary>
    public bool Replaces { get; init; }

    /// <summary>The site's link is to the video that the record has: whether its file is the same one, the record tells.</summary>
    private static bool IsLinkOfRecorded(UploadFacts facts, string linked) =>
        facts is { State: LessonVideoState.Ready, File: not null, Recorded: { Stage: UploadStage.Uploaded, VideoId: { } own } }
        && VideoIds.AreSame(own, linked);

    /// <summary>An uploaded file that is another one now. Where another lesson has put it there, nothing is sent.</summary>
    private static UploadDecision OfReplaced(UploadFacts facts, RecordedUpload recorded, FileFacts file)
    {
        if (facts.SharedWith is { } earlier)
            return Presume(UploadStep.Adopt, CostlyFact.EarlierUpload) with { OtherLesson = earlier };
        return facts.Twin is { Length: not null } twin && twin.VideoId == recorded.VideoId && Compare(facts, twin, file) == Likeness.Same
            ? new(UploadStep.Adopt) { VideoId = twin.VideoId, OtherLesson = twin.Lesson }
            : Replace(facts, recorded, file);
    }

    /// <summary>
    /// A replacement that was begun: whichever run comes next brings it to its end, with the file as it is then. The video tells whether
    /// the request arrived; to send it twice does no harm.
    /// </summary>
    private static UploadDecision OfReplacement(
        UploadFacts facts, RecordedUpload recorded, Replacement begun, FileFacts file, bool force, bool replaces)
    {
        // By size and date, as a file whose upload is done with.
        if (!force && begun is { IsSent: true, HasFailed: false, Fingerprint: not null, Modified: { } sent }
            && (begun.Length, sent) == (file.Length, file.Modified))
            return new(UploadStep.Settle) { VideoId = recorded.VideoId };
        if (file.Fingerprint is null)
            return Presume(UploadStep.Replace, CostlyFact.Fingerprint, recorded.VideoId) with { Replaces = true };
        var isSame = begun.Length == file.Length && begun.Fingerprint == file.Fingerprint;
        // Another machine may have the new file, and this one the old: a lesson that is linked is left to that.
        if (!isSame && !replaces && facts.SiteVideoId is { } linked
            && (begun.IsSent || facts.IsShared && begun.Fingerprint is not null))
            return new(UploadStep.HandOn) { VideoId = linked };
        if (!isSame && begun.Fingerprint is not null && facts.IsShared && !force)
            return new(UploadStep.Refuse) { Failure = OfAnotherReplacement(recorded, begun) };
        // That one has its content: another one is another replacement, and has to be asked for.
        if (!isSame && begun.IsSent && !replaces)
            return OfUploaded(facts, recorded, file, replaces);
        if (!isSame || force)
            return Replace(facts, recorded, file);
        if (begun.HasFailed)
            return new(UploadStep.Refuse) { Failure = Unprocessable(recorded) };
        if (begun.IsSent)
            return new(UploadStep.Settle) { VideoId = recorded.VideoId };
        // Of a large file the edges do not tell whether what arrived is what it is now.
        var isTouched = !facts.IsShared && file.Length > ContentHash.FingerprintSize && begun.Modified is { } then && then != file.Modified;
        if (!begun.MayHaveArrived || isTouched)
            return Replace(facts, recorded, file);
        return facts.Arrival switch
        {
            null => Presume(UploadStep.Replace, CostlyFact.Arrival, recorded.VideoId) with { Replaces = true },
            ReplacementArrival.Arrived => new(UploadStep.Settle) { VideoId = recorded.VideoId },
            ReplacementArrival.Processing => new(UploadStep.Refuse) { Failure = StillProcessing(recorded.VideoId!) },
            ReplacementArrival.Gone => new(UploadStep.Refuse) { Failure = Gone(recorded.VideoId!) },
            _ => Replace(facts, recorded, file),
        };
    }

    private static UploadDecision Replace(UploadFacts facts, RecordedUpload recorded, FileFacts file)
    {
        if (facts.VideoSharedWith is { } other)
        {
            return new(UploadStep.Refuse)
            {
                Failure = new(
                    ErrorIds.VideoShared,
                    $"video {recorded.VideoId} is that of lesson '{other}' too, which would get the new content with it. Without -Replace "
                    + "this file becomes a video of its own."),
            };
        }

        return new(UploadStep.Replace)
        {
            Needs = file.Fingerprint is null ? CostlyFact.Fingerprint : CostlyFact.None,
            VideoId = recorded.VideoId,
            Replaces = true,
            Notices =
            [
                $"the content of video {recorded.VideoId} is replaced by its file, {Figures.Bytes(file.Length)} in one request. Where that "
                + "breaks off it begins anew.",
            ],
        };
    }

    /// <summary>The failure of a replacement that waits for what Kinescope is doing with the video.</summary>
    public static KinescopeException StillProcessing(string videoId) => new(
        ErrorIds.VideoNotProcessed,
        $"Kinescope is processing video {videoId}: its content is not replaced meanwhile. Run the same command again.");

    /// <summary>The failure of a replacement whose video is gone.</summary>
    public static KinescopeException Gone(string videoId) => new(
        ErrorIds.VideoNotFound,
        $"its video {videoId}, whose content was to be replaced, was deleted or moved out of this token's sight. Send-KinescopeVideo "
        + "-Force, without -Replace, uploads the file as a new video.");

    /// <summary>The failure of a file that is too large to be sent in one request unasked.</summary>
    public static KinescopeException TooLarge(long length, long limit) => new(
        ErrorIds.ReplacementTooLarge,
        $"its file has {Figures.Bytes(length)}, more than -ReplaceLimit ({Figures.Bytes(limit)}). A content is replaced in one request, "
        + "which begins anew where it breaks off, and nobody can be asked here. Give a larger -ReplaceLimit, or -Confirm:$false; without "
        + "-Replace it becomes a new video.");

    private static KinescopeException Unprocessable(RecordedUpload recorded) => new(
        ErrorIds.VideoProcessingFailed,
        $"Kinescope could not process this file as the new content of video {recorded.VideoId}. Send another file, or this one again with "
        + "-Replace -Force.");

    private static KinescopeException OfAnotherReplacement(RecordedUpload recorded, Replacement begun) => new(
        ErrorIds.LessonContentDiffers,
        $"the content of its video {recorded.VideoId} is being replaced by another file ({begun.Length} bytes), by this machine or another "
        + "one. The lesson is left to that; -Replace -Force puts this file in its place.");

    private static string UnfinishedReplacementNotice(RecordedUpload recorded) =>
        $"the content of video {recorded.VideoId} was being replaced: that is left as it is, and the file is uploaded as a new video. The "
        + "old one stays at Kinescope, with the one content or the other; look at its title.";
}
