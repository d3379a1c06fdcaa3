namespace KinescopePS.Journal;

/// <summary>
/// Rewrites a progress file as the few records that lead to the same states. The new file is complete on the disk before it takes
/// the old one's name, so that a cut at any moment leaves one or the other.
/// </summary>
internal static class JournalCompaction
{
    public static JournalRecord Header() => new(JournalEvent.Journal, DateTimeOffset.UtcNow) { Version = JournalFile.FormatVersion };

    /// <returns>The new file, open at its end.</returns>
    public static FileStream Rewrite(string path, JournalContents contents)
    {
        var temporary = path + ".new";
        File.Delete(temporary);
        var file = OwnerOnlyFile.Open(temporary, FileMode.CreateNew, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            // One write for many lines: each by itself would wait for the disk.
            using (var text = new MemoryStream())
            {
                text.Write(JournalLine.Write(Header()));
                foreach (var record in contents.States.All.SelectMany(RecordsOf))
                {
                    text.Write(JournalLine.Write(record));
                    if (text.Length > 1 << 20)
                        Flush(text, file);
                }

                Flush(text, file);
            }

            File.Move(temporary, path, overwrite: true);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static void Flush(MemoryStream text, FileStream file)
    {
        file.Write(text.GetBuffer(), 0, (int)text.Length);
        text.SetLength(0);
    }

    /// <summary>The records that lead to a state.</summary>
    private static IEnumerable<JournalRecord> RecordsOf(UploadState state)
    {
        JournalRecord Of(JournalEvent kind) => new(kind, state.UpdatedAt) { Lesson = state.Lesson };

        // Each entry that was given up counts, also those that are deleted by now.
        for (var i = 0; i < state.Generation - state.Orphans.Count; i++)
        {
            yield return Of(JournalEvent.Orphaned) with { Video = "-" };
            yield return Of(JournalEvent.Deleted) with { Video = "-" };
        }

        foreach (var orphan in state.Orphans)
            yield return Of(JournalEvent.Orphaned) with { Video = orphan };
        if (state.Stage != UploadStage.Abandoned)
        {
            yield return Of(JournalEvent.Intent) with
            {
                Course = state.Course,
                Title = state.Title,
                Path = state.Path,
                Length = state.Length,
                Modified = state.Modified,
                Fingerprint = state.Fingerprint,
                Parent = state.Parent,
                InitId = state.InitId,
            };
        }

        if (state.Stage == UploadStage.Initialised)
            yield return Of(JournalEvent.Initialised) with { Video = state.VideoId, Endpoint = state.Endpoint };
        foreach (var mark in state.Marks)
            yield return Of(JournalEvent.Mark) with { Offset = mark.Offset, Hash = mark.Hash };
        if (state.Stage == UploadStage.Uploaded)
            yield return Of(JournalEvent.Uploaded) with { Video = state.VideoId };
        if (state.IsVerified)
            yield return Of(JournalEvent.Verified) with { Video = state.VideoId };
        if (state.LastError is not null)
        {
            for (var i = 0; i < Math.Max(1, state.Failures); i++)
                yield return Of(JournalEvent.Failed) with { Message = state.LastError, Course = state.Course, Title = state.Title, Path = state.Path };
        }
    }
}
