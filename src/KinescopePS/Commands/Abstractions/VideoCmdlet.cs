using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>A cmdlet that changes videos, which come by their ids or as they are.</summary>
public abstract class VideoCmdlet : KinescopeCmdlet
{
    private FindingGuard? _guard;

    /// <summary>Kinescope's id of the video, or a link to it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public virtual string?[]? VideoId { get; set; } = [];

    /// <summary>The object from the pipeline, where there is one.</summary>
    [Parameter(ValueFromPipeline = true, DontShow = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The current video, where it came as an object; null where it came as an id.</summary>
    private protected KinescopeVideo? Known => InputObject?.BaseObject as KinescopeVideo;

    /// <summary>The id of the error that says that there is no such thing.</summary>
    private protected virtual string MissingId => ErrorIds.VideoNotFound;

    private protected override string? Subject =>
        TextOf("LessonId") is { } lesson ? $"Lesson '{lesson}'" : TextOf("Path") is { } path ? path : null;

    /// <summary>The finding that the current video comes with; null where it comes otherwise.</summary>
    private protected LessonFinding? Finding { get; private set; }

    /// <summary>The findings that this cmdlet mends.</summary>
    private protected abstract IEnumerable<LessonFindingStatus> Mends { get; }

    /// <param name="videoId">The id as Kinescope has it, whatever was given.</param>
    private protected abstract void Process(string videoId);

    /// <summary>The id of the video of an object that came without one; null where none is known.</summary>
    private protected virtual string? FindVideoId() => null;

    /// <summary>The reason why a call without a video is an error; null where it is passed over.</summary>
    private protected virtual string? ReasonWithoutVideo => null;

    private protected sealed override void Process()
    {
        if (!(_guard ??= new FindingGuard(this, Mends)).Takes(InputObject, out var finding))
            return;
        Finding = finding;
        ForEach(VideoId?.Select(text => text ?? "") ?? [""], "Video", ProcessOne);
    }

    private void ProcessOne(string text)
    {
        if (Finding is not null && string.IsNullOrWhiteSpace(text))
            throw new KinescopeException(ErrorIds.VideoIdMissing, "a finding comes without the id of its video: nothing was done.");
        if (string.IsNullOrWhiteSpace(text) && !IsTyped(nameof(VideoId)))
            text = FindVideoId() ?? text;
        if (string.IsNullOrWhiteSpace(text) && !IsTyped(nameof(VideoId)) && ReasonWithoutVideo is { } reason)
            throw new KinescopeException(ErrorIds.VideoIdMissing, reason);
        if (IsPassedOver(text))
            return;
        try
        {
            Process(VideoIds.Require(text));
        }
        catch (KinescopeException missing) when (missing.ErrorId == ErrorIds.EntityNotFound)
        {
            throw missing.As(MissingId, missing.Message);
        }
    }

    /// <summary>The video, for questions.</summary>
    private protected string NameOf(string videoId) =>
        Known is { } known && known.VideoId == videoId ? $"'{known.Title}' ({videoId})" : videoId;

    /// <summary>The text of a property of the object from the pipeline; null where it has none.</summary>
    private protected string? TextOf(string name) =>
        InputObject is { BaseObject: not string } input && input.Properties[name]?.Value is { } value && $"{value}" is { Length: > 0 } text
            ? text
            : null;

    private protected KinescopeVideo Get(string videoId) => Call((kinescope, token) => kinescope.GetVideoAsync(videoId, token));
}
