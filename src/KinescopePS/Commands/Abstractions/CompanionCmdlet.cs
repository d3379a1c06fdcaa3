using System.Management.Automation;
using KinescopePS.Companions;
using KinescopePS.Manifest;
using KinescopePS.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet that gives videos what stands beside them: a file that is named, or that of the lesson or upload that comes down the pipeline.
/// </summary>
public abstract class CompanionCmdlet : VideoCmdlet
{
    /// <summary>More videos than that end with a line that counts them.</summary>
    private const int Handful = 10;

    private readonly CompanionFinder _finder = new();
    private IUploadRecord? _record;
    private bool _hasLooked;
    private readonly CompanionHints _hints;
    private string? _recordedPath;
    private int _videos, _sent, _there, _without, _failed;

    private protected CompanionCmdlet() => _hints = new CompanionHints(this);

    /// <summary>Kinescope's id of the video, or a link to it. Default: the video that the record has for -LessonId.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public override string?[]? VideoId { get; set; }

    /// <summary>The lesson whose video it is.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string? LessonId { get; set; }

    /// <summary>
    /// The record of uploads, which says what was sent already and is told what is sent now. Default: that beside the manifest of the
    /// first object, else in the current location, where there is one.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>Sends it even where the record has it as sent.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the video as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>The manifest that the lesson comes from: by default the progress file lies beside it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, DontShow = true)]
    public string? ManifestPath { get; set; }

    private protected override IEnumerable<LessonFindingStatus> Mends => [];

    /// <summary>The sort of files that it sends.</summary>
    private protected abstract CompanionSort Sort { get; }

    /// <summary>True where what somebody else put there gives way.</summary>
    private protected virtual bool MayReplace => true;

    /// <summary>Reads the files that are to be sent to the current video; none where the object has none.</summary>
    /// <param name="beside">The files beside the video of the object from the pipeline.</param>
    /// <exception cref="KinescopeException">A file cannot be sent as it is.</exception>
    private protected abstract IEnumerable<Companion> Read(Func<CompanionFiles> beside);

    /// <summary>The words for what would be done.</summary>
    private protected abstract string ActionFor(Companion companion);

    private protected sealed override string? FindVideoId()
    {
        if (string.IsNullOrWhiteSpace(LessonId) || OpenRecord() is not { } record)
            return null;
        var upload = Await(stop => record.FindAsync(LessonId, stop).AsTask());
        if (InputObject is null)
            _recordedPath = upload?.File?.Path;
        return upload is { Stage: UploadStage.Uploaded } ? upload.VideoId : null;
    }

    private protected sealed override string? ReasonWithoutVideo => InputObject is not null || MyInvocation.ExpectingInput ? null
        : string.IsNullOrWhiteSpace(LessonId) ? "nothing says whose it is: give -VideoId or -LessonId."
        : OpenRecord() is null ? $"there is no record that tells the video of lesson '{LessonId}': give -ProgressFile or -VideoId."
        : $"the record has no video of lesson '{LessonId}' that is complete: give -VideoId.";

    private protected sealed override void Process(string videoId)
    {
        _videos++;
        try
        {
            Send(videoId);
        }
        catch (KinescopeException)
        {
            _failed++;
            throw;
        }
    }

    private protected sealed override void End()
    {
        var summary = $"{_videos} {(_videos == 1 ? "video" : "videos")}: {_sent} {(IsPreview ? "to send" : "sent")}, "
            + $"{_there} there already, {_without} without a file, {_failed} failed.";
        if (_videos > Handful)
            Say(summary, "CompanionSummary");
        else if (_videos > 0)
            WriteVerbose(summary);
    }

    private void Send(string videoId)
    {
        var companions = Read(FilesBeside).ToList();
        if (companions.Count == 0)
        {
            if (_recordedPath is { } recorded)
            {
                throw new KinescopeException(
                    ErrorIds.RequestInvalid,
                    File.Exists(FilePathOf(recorded)) ? $"nothing of the kind stands beside its file {recorded}: give -Path."
                        : $"its file is {recorded} in the record, and is not there: give -Path.");
            }

            _without++;
            WriteVerbose($"Video {videoId}: nothing of the kind stands beside its file. It is passed over.");
        }

        var owner = new CompanionOwner(OpenRecord(), LessonOf(videoId));
        var sender = new CompanionSender(Kinescope, Retries, text => Post(() => WriteVerbose(text)), MayReplace, Force);
        var duration = new Lazy<TimeSpan?>(() => FileOfVideo is { } file ? LessonCompanions.DurationOf(FilePathOf(file)) : null);
        foreach (var companion in companions)
        {
            foreach (var note in companion.Notes)
                WriteWarning(note);
            if (!Await(stop => sender.IsDueAsync(companion, videoId, owner, stop)))
            {
                _there++;
                WriteVerbose($"Video {videoId}: the {companion.Name} was sent before.");
                continue;
            }

            try
            {
                var (action, replaced) = (ActionFor(companion), (string?)"");
                // Who is asked, or asks, is told what is there; who is not needs no further calls.
                if (IsPreview || MayAsk)
                    replaced = Await(stop => sender.PreviewAsync(companion, videoId, owner, duration.Value, stop));
                if (replaced is null && IsPreview)
                {
                    _there++;
                    WriteVerbose($"Video {videoId}: the {companion.Name} is there already.");
                    continue;
                }

                if (replaced is not null && !ShouldProcess(NameOf(videoId), action + replaced))
                {
                    _sent += IsPreview ? 1 : 0;
                    continue;
                }

                var isSent = Await(stop => sender.SendAsync(companion, videoId, owner, duration.Value, stop));
                _sent += isSent ? 1 : 0;
                _there += isSent ? 0 : 1;
                WriteVerbose($"Video {videoId}: the {companion.Name} {(isSent ? "was sent" : "is there already")}.");
            }
            catch (KinescopeException failure)
            {
                throw failure.Message.Contains(companion.Source, StringComparison.Ordinal) ? failure
                    : failure.About(companion.Name);
            }
        }

        if (PassThru && companions.Count > 0 && !IsPreview)
            WriteObject(Get(videoId).Of(LessonId));
    }

    /// <summary>Makes sure that an object that came without a file could have had one: an id, or a video, has none.</summary>
    /// <param name="parameters">The parameters that name one.</param>
    /// <exception cref="KinescopeException"><c>RequestInvalid</c>.</exception>
    private protected void RequireSource(string parameters)
    {
        if (_recordedPath is null && (InputObject is null or { BaseObject: string } || LacksPath(InputObject)))
            throw new KinescopeException(ErrorIds.RequestInvalid, $"nothing says what to send: give {parameters}.");
    }

    /// <summary>The video's file: that of the object from the pipeline, else the record's of the lesson that was named.</summary>
    private string? FileOfVideo => TextOf("Path") ?? _recordedPath;

    private CompanionFiles FilesBeside()
    {
        if (FileOfVideo is not { } path)
            return CompanionFiles.None;
        var file = FilePathOf(path);
        var files = _finder.Of(file);
        _hints.Tell(file, files, Sort);
        return files;
    }

    private string? LessonOf(string videoId)
    {
        if (OpenRecord() is not { } record)
            return null;
        var uploads = Await(stop => record.FindVideoAsync(videoId, stop).AsTask());
        return (uploads.FirstOrDefault(upload => upload.Lesson == LessonId) ?? uploads.FirstOrDefault())?.Lesson;
    }

    /// <summary>The record, where there is one: without it all is done, and nothing is remembered.</summary>
    private IUploadRecord? OpenRecord()
    {
        if (_hasLooked)
            return _record;
        _hasLooked = true;
        var name = RecordName(ProgressFile, ManifestPath);
        if (IsTyped(nameof(ProgressFile)) || Records.IsShared(name) || File.Exists(FilePathOf(name)))
            _record = OwnRecord(name, mustExist: IsTyped(nameof(ProgressFile)));
        return _record;
    }
}
