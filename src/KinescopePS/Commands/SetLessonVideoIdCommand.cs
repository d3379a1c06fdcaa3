using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Writes video ids into the lesson table of the site.</summary>
[Cmdlet(VerbsCommon.Set, "LessonVideoId", SupportsShouldProcess = true, DefaultParameterSetName = LinkSet)]
[OutputType(typeof(LessonLink))]
public sealed class SetLessonVideoIdCommand : LessonChangeCmdlet
{
    private const string LinkSet = "Link";
    private const string ClearSet = "Clear";

    private static readonly HashSet<string> LinkableStatuses = new(StringComparer.OrdinalIgnoreCase)
    {
        nameof(LessonUploadStatus.Uploaded), nameof(LessonUploadStatus.Skipped), nameof(LessonLinkStatus.Linked), nameof(LessonLinkStatus.Unchanged),
    };

    /// <summary>The lesson's id.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string? LessonId { get; set; }

    /// <summary>The id of its video. With -Clear: the only video that is taken away; any, where it is not given.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    [Parameter(Position = 1, ValueFromPipelineByPropertyName = true, ParameterSetName = ClearSet)]
    [AllowNull]
    [AllowEmptyString]
    public string? VideoId { get; set; }

    /// <summary>The address to embed the video with. Default: https://kinescope.io/embed/ and the video id.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    [Alias("VideoUrl")]
    public string? EmbedUrl { get; set; }

    /// <summary>The status that Send-KinescopeVideo or Get-KinescopeUpload gave: only a complete upload is linked (Uploaded, Skipped, Linked, Unchanged, or none).</summary>
    [Parameter(ValueFromPipelineByPropertyName = true, ParameterSetName = LinkSet)]
    public string? Status { get; set; }

    /// <summary>Replaces another video id.</summary>
    [Parameter(ParameterSetName = LinkSet)]
    public SwitchParameter Force { get; set; }

    /// <summary>Takes the video away: both columns become empty.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ClearSet)]
    public SwitchParameter Clear { get; set; }

    private protected override void Begin() => BeginChanges(store =>
    {
        var undo = OpenUndoFile();
        Await(undo.RequireWritableAsync);
        return new UndoLog(undo, store.Place);
    });

    private protected override void Process()
    {
        if (Clear)
        {
            if (string.IsNullOrWhiteSpace(LessonId))
                Refuse(ErrorIds.LessonIdMissing, "A lesson to be cleared comes without its id");
            else
                Change(new ClearChange(LessonId, string.IsNullOrWhiteSpace(VideoId) ? null : VideoId));
            return;
        }

        // A status that went through plain JSON is a number. Each of our objects has a video id only where it may be linked.
        if (!string.IsNullOrWhiteSpace(Status) && !(int.TryParse(Status, out _) ? !string.IsNullOrWhiteSpace(VideoId) : LinkableStatuses.Contains(Status)))
            WriteVerbose($"Lesson '{LessonId}': its status is {Status}, nothing to link.");
        else if (string.IsNullOrWhiteSpace(LessonId))
            Refuse(ErrorIds.LessonIdMissing, $"Video '{VideoId}' comes without a lesson id");
        else if (string.IsNullOrWhiteSpace(VideoId))
            Refuse(ErrorIds.VideoIdMissing, $"Lesson '{LessonId}' comes without a video id");
        else
            Change(new LinkChange(LessonId, VideoId, string.IsNullOrWhiteSpace(EmbedUrl) ? VideoLinks.Embed(VideoId) : EmbedUrl, Force));
    }

    private protected override void End() => EndChanges(
        Clear ? "run the same command again." : "run the same pipeline again and they are linked without being uploaded.",
        change => change is LinkChange link
            ? new LessonUpload { LessonId = link.LessonId, VideoId = link.VideoId, EmbedUrl = link.Url, Status = LessonUploadStatus.Skipped }
            : new SiteLesson { LessonId = change.LessonId, VideoId = ((ClearChange)change).Expected });

    private protected override LessonLinkStatus StatusOf(ChangeOutcome outcome) =>
        outcome.Change is ClearChange ? LessonLinkStatus.Cleared : LessonLinkStatus.Linked;

    private protected override string ActionOf(LessonChange change, VideoLink? before, VideoLink? after) => change switch
    {
        LinkChange link => $"Set {VideoIdColumn} to {link.VideoId}{(before is { HasVideo: true } ? $" instead of {before.VideoId}" : "")}",
        _ => $"Clear {VideoIdColumn}{(before is null ? "" : $", which is {before.VideoId},")} and {VideoUrlColumn}",
    };

    private void Refuse(string errorId, string missing) =>
        WriteError(new KinescopeException(errorId, $"{missing}: nothing was changed for it.").ToErrorRecord(LessonId ?? VideoId));

    /// <summary>Records each change before it is committed.</summary>
    private sealed class UndoLog(UndoFile file, string place) : IChangeLog
    {
        public Task ChangingAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) => file.AppendAsync(UndoEvent.Changing, place, rows, cancellation);

        public Task ChangedAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) => Task.CompletedTask;
    }
}
