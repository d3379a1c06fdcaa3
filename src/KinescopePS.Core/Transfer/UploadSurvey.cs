using System.Collections.Concurrent;
using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>Finds out what a decision is taken from: the cheap facts at once, each other one where a decision asks for it.</summary>
/// <param name="record">The record.</param>
/// <param name="force">True where what is uploaded is uploaded again.</param>
/// <param name="replaces">True where a file that is another one now becomes the new content of its lesson's video.</param>
internal sealed class UploadSurvey(IUploadRecord record, bool force, bool replaces = false)
{
    private readonly ConcurrentDictionary<string, byte> _uploadedFiles = new();

    /// <summary>Notes that this run finished a file, so that it serves for other lessons even under -Force.</summary>
    public void Uploaded(string path) => _uploadedFiles.TryAdd(FilePaths.KeyOf(path), 0);

    /// <summary>Adds the cheap facts: the file as it is, and what the record has.</summary>
    /// <param name="given">The facts that came with the lesson.</param>
    /// <param name="path">The file's full path.</param>
    /// <param name="file">The file; null where there is none.</param>
    public async Task<UploadFacts> BeginAsync(UploadFacts given, string path, FileFacts? file, CancellationToken cancellation)
    {
        var recorded = await record.FindAsync(given.Lesson, cancellation).ConfigureAwait(false);
        var mayShare = MayShare(recorded, path, file);
        var twin = mayShare ? await FindOtherAsync(UploadStage.Uploaded).ConfigureAwait(false) : null;
        var mayContinue = mayShare && !force && twin is null && recorded?.Stage is null or UploadStage.Abandoned or UploadStage.Intended;
        var begun = mayContinue ? await FindOtherAsync(UploadStage.Initialised).ConfigureAwait(false) : null;
        return given with
        {
            File = file,
            Recorded = recorded,
            IsRecordedPath = recorded?.File?.Path is { } known && FilePaths.KeyOf(known) == FilePaths.KeyOf(path),
            Twin = twin,
            Begun = begun,
            IsShared = record.IsShared,
            VideoSharedWith = MayReplace(recorded, file)
                ? await FindSharerAsync(recorded!, path, cancellation).ConfigureAwait(false)
                : null,
        };

        async Task<RecordedUpload?> FindOtherAsync(UploadStage stage) =>
            await record.FindFileAsync(path, stage, cancellation).ConfigureAwait(false) is { } upload
                && upload.Lesson != (recorded?.Lesson ?? given.Lesson) ? upload : null;
    }

    /// <summary>Adds a fact that the file itself tells.</summary>
    /// <param name="fact"><c>Fingerprint</c> or <c>Content</c>.</param>
    public async Task<UploadFacts> ReadAsync(
        UploadFacts facts, CostlyFact fact, SourceFile file, CancellationToken cancellation) => fact switch
        {
            CostlyFact.Fingerprint => facts with
            {
                File = facts.File! with { Fingerprint = await ContentHash.FingerprintAsync(file, cancellation).ConfigureAwait(false) },
            },
            _ => facts with
            {
                HasUploadedContent = await ContentHash.MatchesAsync(file, UploadOf(facts).Marks, cancellation).ConfigureAwait(false),
            },
        };

    private bool MayReplace(RecordedUpload? recorded, FileFacts? file) =>
        recorded is { Stage: UploadStage.Uploaded, VideoId: not null } && file is not null
        && (recorded.Replacement is not null
            || replaces && (force || recorded.Length != file.Length || recorded.File?.Modified != file.Modified));

    /// <summary>Another lesson of the video. Those of the same file want the new content too.</summary>
    private async Task<string?> FindSharerAsync(RecordedUpload recorded, string path, CancellationToken cancellation)
    {
        var uses = await record.FindVideoAsync(recorded.VideoId!, cancellation).ConfigureAwait(false);
        return uses.FirstOrDefault(other => other.Stage == UploadStage.Uploaded && other.Lesson != recorded.Lesson
            && (other.File is not { } file || FilePaths.KeyOf(file.Path) != FilePaths.KeyOf(path)))?.Lesson;
    }

    // A lesson whose own upload is of the file as it is needs no other's.
    private bool MayShare(RecordedUpload? recorded, string path, FileFacts? file) => force
        ? _uploadedFiles.ContainsKey(FilePaths.KeyOf(path))
        : recorded is not { Stage: UploadStage.Uploaded }
            || recorded.Length is { } length && (length != file?.Length || recorded.File?.Modified != file.Modified);

    private RecordedUpload UploadOf(UploadFacts facts) =>
        facts.Recorded is { Stage: UploadStage.Uploaded } recorded && !force ? recorded : facts.Twin ?? facts.Recorded!;
}
