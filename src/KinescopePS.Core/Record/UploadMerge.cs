namespace KinescopePS.Record;

/// <summary>Takes a lesson's upload over from another record. No video's id is dropped.</summary>
internal static class UploadMerge
{
    /// <summary>The upload after the import; null where there is nothing that is not known.</summary>
    /// <param name="other">The upload as the other record has it.</param>
    /// <param name="known">As this one has it; null for none.</param>
    /// <param name="force">Lets the other one's video take the place of another one that is known.</param>
    /// <param name="note">What somebody should look at afterwards; null for nothing.</param>
    /// <exception cref="KinescopeException"><c>UploadAlreadyKnown</c>.</exception>
    public static RecordedUpload? Of(RecordedUpload other, RecordedUpload? known, bool force, out string? note)
    {
        note = null;
        if (known is null)
            return other;
        var differ = other.VideoId is not null && known.VideoId is not null && other.VideoId != known.VideoId;
        // What was only begun gives way to what is finished.
        if (differ && !force && (known.Stage == UploadStage.Uploaded || other.Stage != UploadStage.Uploaded))
            throw new KinescopeException(
                ErrorIds.UploadAlreadyKnown,
                $"Lesson '{other.Lesson}': the record has it as video {known.VideoId}, the import as {other.VideoId}. "
                + "It was left as it is; -Force replaces it.");

        var takesOther = differ || IsNewer(other, known);
        var (taken, left) = takesOther ? (other, known) : (known, other);
        var merged = Join(taken, left) with { Replacement = taken.Replacement ?? (takesOther ? UnfinishedOf(known, other) : null) };
        note = LostTitleOf(left, merged, isOwn: takesOther);
        return TextOf(merged).SequenceEqual(TextOf(known)) ? null : merged;
    }

    private static bool IsNewer(RecordedUpload other, RecordedUpload known) =>
        (other.VideoId is null, known.VideoId is null) switch
        {
            (false, true) => true,
            (true, false) => false,
            _ when (other.Stage == UploadStage.Uploaded) != (known.Stage == UploadStage.Uploaded) => other.Stage == UploadStage.Uploaded,
            _ => other.UpdatedAt > known.UpdatedAt,
        };

    private static RecordedUpload Join(RecordedUpload taken, RecordedUpload left)
    {
        var finished = left.Stage == UploadStage.Uploaded ? left.VideoId : null;
        List<string> superseded = [.. taken.SupersededVideos, .. left.SupersededVideos, .. Maybe(finished)];
        List<string> abandoned = [.. taken.AbandonedVideos, .. left.AbandonedVideos, .. Maybe(left.PendingVideoId)];
        LostAttempt[] attempts = left is { Stage: UploadStage.Intended, Attempt: { } attempt }
            ? [.. taken.LostAttempts, .. left.LostAttempts, new LostAttempt(attempt, left.IntendedAt ?? left.UpdatedAt)]
            : [.. taken.LostAttempts, .. left.LostAttempts];
        return taken with
        {
            File = taken.File ?? (left.Fingerprint == taken.Fingerprint && left.Length == taken.Length ? left.File : null),
            SupersededVideos = [.. superseded.Distinct().Where(video => video != taken.VideoId)],
            AbandonedVideos = [.. abandoned.Except(superseded).Where(video => video != taken.VideoId && video != taken.PendingVideoId)],
            LostAttempts = [.. attempts.DistinctBy(lost => lost.Attempt).Where(lost => lost.Attempt != taken.Attempt)],
        };
    }

    /// <summary>
    /// The replacement that this record has in hand: nothing else knows the title that is to be put back. None where the other one is a
    /// step ahead, and never an import's, which the run that it was of may have brought to its end since.
    /// </summary>
    private static Replacement? UnfinishedOf(RecordedUpload known, RecordedUpload taken) =>
        taken.VideoId == known.VideoId && taken.Fingerprint == known.Fingerprint && !HasEnded(known.Replacement, taken)
            ? known.Replacement
            : null;

    private static bool HasEnded(Replacement? begun, RecordedUpload upload) => upload.ReplacementEndedAt >= begun?.At;

    private static string? LostTitleOf(RecordedUpload left, RecordedUpload merged, bool isOwn)
    {
        if (left.Replacement is not { IsRestored: false, Before.Title: var title } lost || merged.Replacement?.Before.Title == title)
            return null;
        var isFinished = merged.VideoId == left.VideoId && HasEnded(lost, merged) && (!isOwn || merged.Fingerprint == lost.Fingerprint);
        if (isFinished)
            return null;
        var whose = isOwn ? "this record had it" : "the import has it";
        return $"the content of video {left.VideoId} was being replaced, as {whose}: that does not go on. Look at the video in the "
            + $"dashboard: its title was '{title}'.";
    }

    private static string[] Maybe(string? video) => video is null ? [] : [video];

    private static IEnumerable<byte> TextOf(RecordedUpload upload) => upload.ToEvents().SelectMany(ProgressFileLine.Write);
}
