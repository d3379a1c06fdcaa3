using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>
/// Rewrites a progress file as the few records that lead to the same states. The new file is complete on the disk before it takes
/// the old one's name, so that a cut at any moment leaves one or the other.
/// </summary>
internal static class ProgressFileCompaction
{
    /// <summary>The first line of a file.</summary>
    public static UploadEvent Header() => new(UploadEventKind.Journal, DateTimeOffset.UtcNow) { Version = ProgressFileRecord.FormatVersion };

    /// <summary>How many lines a rewritten file would have.</summary>
    public static int CountLines(ProgressFileContents contents) => 1 + contents.States.All.Sum(state => RecordsOf(state).Count());

    /// <returns>
    /// The new file, open at its end; null where it could not be written or not take the old one's place. The old one is as it was then,
    /// and says the same.
    /// </returns>
    public static FileStream? Rewrite(string path, ProgressFileContents contents)
    {
        var temporary = path + ".new";
        FileStream? file = null;
        try
        {
            File.Delete(temporary);
            file = OwnerOnlyFile.Open(temporary, FileMode.CreateNew, FileShare.ReadWrite | FileShare.Delete);
            // One write for many lines: each by itself would wait for the disk.
            using (var text = new MemoryStream())
            {
                text.Write(ProgressFileLine.Write(Header()));
                foreach (var record in contents.States.All.SelectMany(RecordsOf))
                {
                    text.Write(ProgressFileLine.Write(record));
                    if (text.Length > 1 << 20)
                        Flush(text, file);
                }

                Flush(text, file);
            }

            FileInUse.Move(temporary, path, mayReplace: true);
            return file;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            GiveUp(temporary);
            return null;
        }
    }

    private static void GiveUp(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next rewrite deletes it.
        }
    }

    private static void Flush(MemoryStream text, FileStream file)
    {
        file.Write(text.GetBuffer(), 0, (int)text.Length);
        text.SetLength(0);
    }

    /// <summary>The records that lead to a state.</summary>
    private static IEnumerable<UploadEvent> RecordsOf(RecordedUpload state)
    {
        UploadEvent Of(UploadEventKind kind) => new(kind, state.UpdatedAt) { Lesson = state.Lesson };
        var intent = Of(UploadEventKind.Intent) with
        {
            Course = state.Course,
            Title = state.Title,
            Path = state.Path,
            Length = state.Length,
            Modified = state.Modified,
            Fingerprint = state.Fingerprint,
            Parent = state.Parent,
            InitId = state.InitId,
            Attempt = state.Attempt,
        };
        var failed = Of(UploadEventKind.Failed) with { Message = state.LastError, Course = state.Course, Title = state.Title, Path = state.Path };
        var failures = Enumerable.Repeat(failed, state.Failures);

        // Each entry that was given up counts, also those that are deleted by now.
        List<UploadEvent> orphans = [];
        for (var i = state.Orphans.Count; i < state.Generation; i++)
            orphans.AddRange([Of(UploadEventKind.Orphaned) with { Video = "-" }, Of(UploadEventKind.Deleted) with { Video = "-" }]);
        orphans.AddRange(state.Orphans.Select(orphan => Of(UploadEventKind.Orphaned) with { Video = orphan }));

        var marks = state.Marks.Select(mark => Of(UploadEventKind.Mark) with { Offset = mark.Offset, Hash = mark.Hash });
        var entry = Of(UploadEventKind.Initialised) with { Video = state.VideoId, Endpoint = state.Endpoint };
        var uploaded = Of(UploadEventKind.Uploaded) with { Video = state.VideoId };
        IEnumerable<UploadEvent> verified = state.IsVerified ? [Of(UploadEventKind.Verified) with { Video = state.VideoId }] : [];
        return state.Stage switch
        {
            UploadStage.Abandoned when orphans.Count == 0 => [.. marks, .. failures],
            UploadStage.Abandoned => [intent, .. orphans, .. marks, .. failures],
            UploadStage.Intended => [.. orphans, intent, .. marks, .. failures],
            UploadStage.Initialised => [.. orphans, intent, entry, .. marks, .. failures],
            // An upload that ends well forgets what the last failure was.
            _ when state.LastError is null => [.. orphans, intent, .. marks, .. failures, uploaded, .. verified],
            _ => [.. orphans, intent, .. marks, uploaded, .. verified, .. failures],
        };
    }
}
