using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Record;
using KinescopePS.Repair;

namespace KinescopePS.Commands;

/// <summary>
/// Takes into the record what it does not know: another progress file, the progress of the original scripts, or videos that
/// Compare-LessonVideo found.
/// </summary>
[Cmdlet(VerbsData.Import, "KinescopeUpload", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeUpload))]
public sealed class ImportKinescopeUploadCommand : KinescopeCmdlet
{
    private IUploadRecord? _record;
    private VideoRecording? _recording;
    private FindingGuard? _guard;

    /// <summary>Progress files, or the scripts' kinescope-upload-progress.json; of a finding, the lesson's file.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath")]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string[]? Path { get; set; }

    /// <summary>Files whose paths are taken as they stand.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>The object from the pipeline, which may be a finding.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>
    /// The record to import into. Default: kinescope-upload-progress.jsonl in the current location; of findings, beside their manifest.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>Replaces what the record has with another video id.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes each lesson that was imported, or was known so already.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        _guard = new FindingGuard(this, LessonFindingStatus.NotRecorded);
        if (!AwaitsManifest)
            Open(null);
    }

    private protected override void Process()
    {
        if (!_guard!.Takes(InputObject, out var finding))
            return;
        Open(finding);
        if (finding is not null)
        {
            ForEach([finding.LessonId ?? ""], "Lesson", lesson => ImportFound(lesson, finding));
            return;
        }

        IEnumerable<string> paths = LiteralPath ?? (LacksPath(InputObject) ? [] : Path ?? []);
        List<string> given = [.. paths.Where(path => !string.IsNullOrWhiteSpace(path))];
        if (given.Count == 0)
            WriteError(new KinescopeException(
                ErrorIds.ImportFileNotFound,
                InputObject is null
                    ? "There is no file to be imported: give -Path."
                    : "The object has no Path: nothing was imported of it.")
                .ToErrorRecord(InputObject));
        foreach (var file in LiteralPath is null ? FilesOf(given) : given.Select(FilePathOf))
            Import(file);
    }

    private protected override void End() => Open(null);

    private void Open(LessonFinding? first)
    {
        _record ??= OwnRecord(RecordName(ProgressFile, first?.ManifestPath));
        _recording ??= new VideoRecording(_record);
    }

    private void Import(string path)
    {
        IReadOnlyList<ScriptUpload> uploads;
        try
        {
            if (IsProgressFile(path))
            {
                ImportRecord(path);
                return;
            }

            uploads = ScriptProgressFile.Read(path, (problem, place) => WriteError(problem.ToErrorRecord(place)));
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(path));
            return;
        }

        foreach (var lesson in uploads.GroupBy(upload => upload.Lesson))
        {
            StopToken.ThrowIfCancellationRequested();
            var uploaded = lesson.Where(upload => upload.Video is not null).ToList();
            if (uploaded.Count == 0)
                ImportFailed(lesson.Key, [.. lesson]);
            else
                ImportUploaded(lesson.Key, uploaded);
        }
    }

    // What cannot be read is told by whoever reads it.
    private static bool IsProgressFile(string path)
    {
        try
        {
            return ProgressFileContents.IsProgressFile(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Takes a whole progress file over. No run may use it meanwhile.</summary>
    private void ImportRecord(string path)
    {
        var name = RecordName(ProgressFile);
        if (!Records.IsShared(name) && FilePaths.KeyOf(FilePathOf(name)) == FilePaths.KeyOf(path))
            throw new KinescopeException(
                ErrorIds.ImportFileInvalid, $"{path} is the file of -ProgressFile itself. Name another one for either.");
        using var alone = IsPreview ? null : Record.ProgressFile.KeepAlone(path);
        var contents = Record.ProgressFile.Read(path);
        if (contents.Damage is { } damage)
            WriteWarning($"{path} {damage} What is intact is imported.");

        var imports = new List<ImportedUpload>();
        foreach (var upload in contents.Uploads.All)
        {
            StopToken.ThrowIfCancellationRequested();
            var known = Find(upload.Lesson);
            try
            {
                var merged = UploadMerge.Of(upload, known, Force, out var note);
                if (merged is not null && !ShouldProcess($"Lesson '{upload.Lesson}'", ActionOf(merged)))
                    continue;
                if (note is not null)
                    WriteWarning($"Lesson '{upload.Lesson}': {note}");
                if (merged is null)
                    Pass(known!);
                else
                    imports.Add(new ImportedUpload(merged, known));
            }
            catch (KinescopeException failure) when (!failure.StopsRun)
            {
                WriteError(failure.ToErrorRecord(upload.Lesson));
            }
        }

        foreach (var some in imports.Chunk(1000))
        {
            var failures = Await(_ => _record!.ImportAsync(some).AsTask());
            foreach (var (import, failure) in some.Zip(failures))
            {
                if (failure is null)
                    Pass(import.Upload);
                else
                    WriteError(failure.ToErrorRecord(import.Upload.Lesson));
            }
        }

        WriteVerbose($"{path}: {imports.Count} of {contents.Uploads.All.Count} lessons were not known so.");
    }

    private static string ActionOf(RecordedUpload upload) => upload switch
    {
        { Stage: UploadStage.Uploaded } => $"Note as uploaded, video {upload.VideoId}",
        { VideoId: { } video } => $"Note as begun, video {video}",
        { LastError: { } error } => $"Note as failed: {error}",
        _ => "Note what is known of it",
    };

    private void ImportFound(string lesson, LessonFinding finding)
    {
        if (lesson.Length == 0)
            throw new KinescopeException(ErrorIds.LessonIdMissing, "a finding comes without the lesson's id. It was not recorded.");
        if (finding.VideoId is not { } text)
            throw new KinescopeException(ErrorIds.VideoIdMissing, "its finding comes without a video id. It was not recorded.");
        var videoId = VideoIds.Require(text);
        if (!ShouldProcess($"Lesson '{lesson}'", $"Note as uploaded, video {videoId}"))
            return;
        var video = Call((kinescope, token) => kinescope.GetVideoAsync(videoId, token));
        var unrecorded = new UnrecordedLesson(lesson, finding.Path is null ? null : FilePathOf(finding.Path)) { Course = finding.Course };
        var (upload, note) = Await(stop => _recording!.RecordAsync(unrecorded, video, Force, stop));
        if (note is not null)
            WriteWarning($"Lesson '{lesson}': {note}");
        Pass(upload);
    }

    private void ImportUploaded(string lesson, IReadOnlyList<ScriptUpload> uploads)
    {
        var upload = uploads[^1];
        if (uploads.Any(other => other.Video != upload.Video))
        {
            var videos = string.Join(", ", uploads.Select(other => other.Video).Distinct());
            WriteWarning($"Lesson '{lesson}' stands under uploaded with several videos: {videos}. The last one is taken.");
        }

        var known = Find(lesson);
        if (known is { Stage: UploadStage.Uploaded } && known.VideoId == upload.Video)
        {
            Pass(known);
            return;
        }

        if (known is { Stage: UploadStage.Uploaded } && !Force)
        {
            WriteError(new KinescopeException(
                ErrorIds.UploadAlreadyKnown,
                $"Lesson '{lesson}': the record has it as video {known.VideoId}, the import as {upload.Video}. "
                + "It was left as it is; -Force replaces it.")
                .ToErrorRecord(lesson));
            return;
        }

        if (!ShouldProcess($"Lesson '{lesson}'", $"Note as uploaded, video {upload.Video}"))
            return;

        // What was known of an earlier upload's file is not known of this one's.
        var import = new UploadImport(upload.Video!, upload.At) { Course = upload.Course, Parent = upload.Folder };
        Pass(Append(import.Into(lesson, known), known));
    }

    private void ImportFailed(string lesson, IReadOnlyList<ScriptUpload> failures)
    {
        if (Find(lesson) is not null)
        {
            WriteVerbose($"Lesson '{lesson}': the progress file knows it; its old failures are left out.");
            return;
        }

        if (!ShouldProcess($"Lesson '{lesson}'", $"Note as failed: {failures[^1].Error}"))
            return;

        RecordedUpload? state = null;
        foreach (var failure in failures)
        {
            var failed = new UploadEvent(UploadEventKind.Failed, failure.At)
            {
                Lesson = lesson,
                Course = failure.Course,
                Path = failure.Path,
                Message = failure.Error,
            };
            state = Append(failed, state);
        }

        Pass(state!);
    }

    private RecordedUpload? Find(string lesson) => Await(stop => _record!.FindAsync(lesson, stop).AsTask());

    private RecordedUpload Append(UploadEvent happened, RecordedUpload? read) =>
        Await(_ => _record!.AppendAsync(happened, read).AsTask());

    private void Pass(RecordedUpload state)
    {
        if (PassThru && !IsPreview)
            WriteObject(KinescopeUploads.Of(state));
    }
}
