using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Writes video ids into the lesson table of the site.</summary>
[Cmdlet(VerbsCommon.Set, "LessonVideoId", SupportsShouldProcess = true)]
[OutputType(typeof(LessonLink))]
public sealed class SetLessonVideoIdCommand : LessonTableCmdlet
{
    private static readonly HashSet<string> LinkableStatuses = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(LessonUploadStatus.Uploaded), nameof(LessonUploadStatus.Skipped), nameof(LessonLinkStatus.Linked), nameof(LessonLinkStatus.Unchanged),
    };

    private LessonStore? _store;
    private LinkQueue? _queue;
    private Task<(IReadOnlyList<LinkRequest> Unlinked, KinescopeException? Cause)>? _work;

    /// <summary>The lesson's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? LessonId { get; set; }

    /// <summary>The id of its video.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? VideoId { get; set; }

    /// <summary>The address to embed the video with. Default: https://kinescope.io/embed/ and the video id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [Alias("VideoUrl")]
    public string? EmbedUrl { get; set; }

    /// <summary>The status that Send-KinescopeVideo or Get-KinescopeUpload gave: only a complete upload is linked (Uploaded, Skipped, Linked, Unchanged, or none).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    public string? Status { get; set; }

    /// <summary>Replaces another video id.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes each lesson's row as it was and as it is.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>How often a database that is down is tried again. 0 to 100, default 3.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int MaxRetry { get; set; } = 3;

    /// <summary>The wait before the first repetition; each further one doubles it, up to a minute. Unit: seconds, 0 to 60, default 2.</summary>
    [Parameter]
    [ValidateRange(0.0, 60.0)]
    public double RetryDelaySeconds { get; set; } = 2;

    private protected override void Begin()
    {
        _store = OpenLessonStore();
        try
        {
            // What is wrong for good is told before the first byte of a long upload is sent.
            PumpUntil(_store.PrepareToLinkAsync(StopToken));
        }
        catch (KinescopeException failure) when (failure.IsTransient)
        {
            WriteWarning($"{failure.Message} Lessons are linked once it answers.");
        }

        var retry = Retry.Create(MaxRetry, TimeSpan.FromSeconds(RetryDelaySeconds), (failure, wait) => Post(() => WriteVerbose($"{failure.Message} Next try in {wait.TotalSeconds:0.0} s.")));
        _queue = new LinkQueue(_store, retry, Force);
        _work = Start(() => _queue.WorkAsync(outcome => Post(() => Write(outcome)), StopToken));
    }

    private protected override void Process()
    {
        // A status that went through plain JSON is a number. Each of our objects has a video id only where it may be linked.
        var isNumber = int.TryParse(Status, out _);
        if (!string.IsNullOrWhiteSpace(Status) && !(isNumber ? !string.IsNullOrWhiteSpace(VideoId) : LinkableStatuses.Contains(Status)))
        {
            WriteVerbose($"Lesson '{LessonId}': its status is {Status}, nothing to link.");
            return;
        }

        if (string.IsNullOrWhiteSpace(LessonId) || string.IsNullOrWhiteSpace(VideoId))
        {
            var (id, missing) = string.IsNullOrWhiteSpace(LessonId) ? (ErrorIds.LessonIdMissing, $"Video '{VideoId}' comes without a lesson id") : (ErrorIds.VideoIdMissing, $"Lesson '{LessonId}' comes without a video id");
            WriteError(new KinescopeException(id, $"{missing}: nothing was linked for it.").ToErrorRecord(LessonId ?? VideoId));
            return;
        }

        var url = string.IsNullOrWhiteSpace(EmbedUrl) ? VideoLinks.Embed(VideoId) : EmbedUrl;
        if (ShouldProcess($"Lesson '{LessonId}' in {TableName} of {_store!.DisplayName}", $"Set {VideoIdColumn} to {VideoId}"))
            PumpUntil(_queue!.AddAsync(new LinkRequest(LessonId, VideoId, url), StopToken).AsTask());
        Pump();
    }

    private protected override void End()
    {
        _queue!.Complete();
        var (unlinked, cause) = PumpUntil(_work!);
        if (cause is null)
            return;

        var count = unlinked.Count == 1 ? "1 lesson was" : $"{unlinked.Count} lessons were";
        var message = $"{count} not linked. {cause.Message} Nothing is lost: run the same pipeline again and they are linked without being uploaded.";
        WriteError(new KinescopeException(cause.ErrorId, message, cause).ToErrorRecord(unlinked.Select(request => new LessonUpload
        {
            LessonId = request.LessonId,
            VideoId = request.VideoId,
            EmbedUrl = request.VideoUrl,
            Status = LessonUploadStatus.Skipped,
        }).ToArray()));
    }

    private protected override void Release() => _store?.Dispose();

    private void Write(LinkOutcome outcome)
    {
        if (outcome.Failure is { } failure)
        {
            WriteError(failure.ToErrorRecord(outcome.Request.LessonId));
            return;
        }

        if (!PassThru)
            return;
        var (request, before) = (outcome.Request, outcome.Before!);
        var isUnchanged = before.VideoId == request.VideoId;
        WriteObject(new LessonLink
        {
            LessonId = request.LessonId,
            VideoId = request.VideoId,
            PreviousVideoId = before.VideoId,
            VideoUrl = isUnchanged ? before.VideoUrl : request.VideoUrl,
            PreviousVideoUrl = before.VideoUrl,
            Status = isUnchanged ? LessonLinkStatus.Unchanged : LessonLinkStatus.Linked,
        });
    }
}
