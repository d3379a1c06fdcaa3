namespace KinescopePS.Record;

/// <summary>Takes a lesson's upload over from another record. No video's id is dropped.</summary>
internal static class UploadMerge
{
    /// <summary>The upload after the import; null where there is nothing that is not known.</summary>
    /// <param name="other">The upload as the other record has it.</param>
    /// <param name="known">As this one has it; null for none.</param>
    /// <param name="force">Lets the other one's video take the place of another one that is known.</param>
    /// <exception cref="KinescopeException"><c>UploadAlreadyKnown</c>.</exception>
    public static RecordedUpload? Of(RecordedUpload other, RecordedUpload? known, bool force)
    {
        if (known is null)
            return other;
        var differ = other.VideoId is not null && known.VideoId is not null && other.VideoId != known.VideoId;
        // What was only begun gives way to what is finished.
        if (differ && !force && (known.Stage == UploadStage.Uploaded || other.Stage != UploadStage.Uploaded))
            throw new KinescopeException(
                ErrorIds.UploadAlreadyKnown,
                $"Lesson '{other.Lesson}': the record has it as video {known.VideoId}, the import as {other.VideoId}. "
                + "It was left as it is; -Force replaces it.");

        var merged = differ || IsNewer(other, known) ? Join(other, known) : Join(known, other);
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
            // A title that is to be put back is known nowhere else. One that was put back has left its new content behind.
            Replacement = taken.Replacement
                ?? (taken.VideoId == left.VideoId && taken.Fingerprint != left.Replacement?.Fingerprint ? left.Replacement : null),
            File = taken.File ?? (left.Fingerprint == taken.Fingerprint && left.Length == taken.Length ? left.File : null),
            SupersededVideos = [.. superseded.Distinct().Where(video => video != taken.VideoId)],
            AbandonedVideos = [.. abandoned.Except(superseded).Where(video => video != taken.VideoId && video != taken.PendingVideoId)],
            LostAttempts = [.. attempts.DistinctBy(lost => lost.Attempt).Where(lost => lost.Attempt != taken.Attempt)],
        };
    }

    private static string[] Maybe(string? video) => video is null ? [] : [video];

    private static IEnumerable<byte> TextOf(RecordedUpload upload) => upload.ToEvents().SelectMany(ProgressFileLine.Write);
}
