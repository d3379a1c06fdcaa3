using System.Management.Automation;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <summary>Takes the progress of the original scripts into the progress file.</summary>
[Cmdlet(VerbsData.Import, "KinescopeUpload", SupportsShouldProcess = true)]
[OutputType(typeof(KinescopeUpload))]
public sealed class ImportKinescopeUploadCommand : AsyncCmdlet
{
    private IUploadRecord? _record;

    /// <summary>The scripts' kinescope-upload-progress.json.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("FullName", "PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The progress file to import into. Default: kinescope-upload-progress.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>Replaces what the progress file has as uploaded with another video id.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes each lesson that was imported, or was known so already.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        _record = IsPreview ? UploadRecords.OpenReadOnly(ProgressFile, FilePathOf) : UploadRecords.Open(ProgressFile, FilePathOf);
        if (_record.Warning is { } warning)
            WriteWarning(warning);
    }

    private protected override void Process()
    {
        var path = FilePathOf(Path);
        IReadOnlyList<ScriptUpload> uploads;
        try
        {
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

    private protected override void Release() => _record?.Dispose();

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
                $"Lesson '{lesson}': the progress file has it as video {known.VideoId}, the import as {upload.Video}. "
                + "It was left as it is; -Force replaces it.")
                .ToErrorRecord(lesson));
            return;
        }

        if (!ShouldProcess($"Lesson '{lesson}'", $"Note as uploaded, video {upload.Video}"))
            return;

        var state = known;
        if (known?.PendingVideoId is { } pending && pending != upload.Video)
        {
            var abandoned = new UploadEvent(UploadEventKind.Abandoned, upload.At)
            {
                Lesson = lesson,
                Video = pending,
                Reason = AbandonReasons.Imported,
            };
            state = Append(abandoned, state);
        }

        // What was known of an earlier upload's file is not known of this one's: the intent clears it.
        var intent = new UploadEvent(UploadEventKind.Intent, upload.At)
        {
            Lesson = lesson,
            Course = upload.Course ?? known?.Course,
            Title = known?.Title,
            Parent = upload.Folder,
        };
        state = Append(intent, state);
        Pass(Append(new(UploadEventKind.Uploaded, upload.At) { Lesson = lesson, Video = upload.Video }, state));
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
