namespace KinescopePS.Database;

/// <summary>A change to a lesson's row that is asked for. It is decided by what the row holds.</summary>
internal abstract record LessonChange(string LessonId)
{
    /// <summary>Advice for the user where the row does not exist.</summary>
    public virtual string IfNotFound => "";

    /// <summary>The video that the row's further columns are filled from; null for none.</summary>
    public virtual string? FillsFrom => null;

    /// <summary>The status of a row that was changed.</summary>
    public abstract LessonLinkStatus StatusOf(VideoLink before, VideoLink after);

    /// <summary>The values that the row is to hold: its own where nothing is to be done.</summary>
    public abstract Decision Decide(VideoLink current);

    /// <summary>True for a row in which nothing is left to be changed.</summary>
    public virtual bool IsDone(VideoLink current) => Decide(current) is { Refusal: null } decision && decision.After == current;

    /// <summary>The action, for questions.</summary>
    /// <param name="table">Names the columns.</param>
    /// <param name="before">The values of the row; null where it was not read.</param>
    /// <param name="after">The values that it is to hold; null where it was not read.</param>
    public abstract string Describe(LessonTable table, VideoLink? before, VideoLink? after);

    /// <summary>The difference between a row that stays as it is and what was asked for; null for none.</summary>
    public virtual string? NoteOn(VideoLink held) => null;

    /// <summary>An object that the same cmdlet takes from the pipeline to make this change again.</summary>
    public abstract object AsInput();

    /// <summary>The further columns that a change gives other values, for messages; empty for none.</summary>
    protected static string OthersIn(VideoLink? before, VideoLink? after) => before is null || after is null
        ? ""
        : string.Join(", ", after.Others.Columns
            .Where(column => before.Others[column] != after.Others[column])
            .Select(column => $"{column} to {after.Others[column] ?? "null"} from {before.Others[column] ?? "null"}"));
}

/// <summary>The values that a row is to hold, or the reason for leaving it as it is.</summary>
internal readonly record struct Decision(VideoLink After, KinescopeException? Refusal = null);

/// <summary>The end of a change.</summary>
/// <param name="Change">The change.</param>
/// <param name="Before">The values that the row held; null where it was not read.</param>
/// <param name="After">The values that the row holds now; null where it was not read.</param>
/// <param name="Failure">The reason why the row was not changed; null where it was, or had nothing to change.</param>
internal sealed record ChangeOutcome(LessonChange Change, VideoLink? Before, VideoLink? After, KinescopeException? Failure)
{
    public bool IsChanged => Failure is null && Before != After;
}

/// <summary>Links a lesson to a video.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="VideoId">The video's id.</param>
/// <param name="Url">The address to embed it with.</param>
/// <param name="Overwrite">True where another video may be replaced.</param>
/// <param name="Form">The form in which the id is written.</param>
/// <param name="Columns">The further columns, which the video fills; null for none.</param>
internal sealed record LinkChange(
    string LessonId, string VideoId, string Url, bool Overwrite, LinkForm Form, LessonColumns? Columns = null) : LessonChange(LessonId)
{
    /// <summary>Videos that may be replaced all the same.</summary>
    public IReadOnlyCollection<string> Replaces { get; init; } = [];

    public override string IfNotFound => $"Its video {VideoId} stays at Kinescope; add the lesson and run again.";

    public override string? FillsFrom => Columns is null ? null : VideoId;

    public override LessonLinkStatus StatusOf(VideoLink before, VideoLink after) =>
        before.IsEqualLink(after) ? LessonLinkStatus.Filled : LessonLinkStatus.Linked;

    public override Decision Decide(VideoLink current)
    {
        if (current.HasVideo && !current.IsVideo(VideoId) && !Overwrite && !Replaces.Any(current.IsVideo))
            return new(current, new KinescopeException(
                ErrorIds.VideoIdAlreadySet,
                $"Lesson '{LessonId}' already has video {current.VideoId}; it was not replaced by {VideoId}. Use -Force to replace it."));
        var linked = current.IsVideo(VideoId) ? current : Written(current.Others);
        return new(Columns?.Fill(LessonId, VideoId, linked) ?? linked);
    }

    // A trigger may make something else of the rest.
    public override bool IsDone(VideoLink current) => current.IsVideo(VideoId);

    public override string Describe(LessonTable table, VideoLink? before, VideoLink? after)
    {
        var others = OthersIn(before, after);
        if (before is not null && after is not null && before.IsEqualLink(after))
            return $"Set {others}";
        var instead = before is { HasVideo: true } ? $" instead of {before.VideoId}" : "";
        return $"Set {table.VideoIdColumn} to {after?.VideoId ?? VideoId}{instead}{(others.Length > 0 ? $", {others}" : "")}";
    }

    public override string? NoteOn(VideoLink held) =>
        held.VideoId == VideoId && VideoId == Form.Of(VideoId) ? null : $"it holds the same video as '{held.VideoId}'";

    public override object AsInput() =>
        new LessonUpload { LessonId = LessonId, VideoId = VideoId, EmbedUrl = Url, Status = LessonUploadStatus.Skipped };

    // An address of ours is in the same form as the id.
    private VideoLink Written(ColumnValues others)
    {
        var written = Form.Of(VideoId);
        return new(written, written != VideoId && Url == VideoIds.EmbedUrl(VideoId) ? VideoIds.EmbedUrl(written) : Url)
        {
            Others = others,
        };
    }
}

/// <summary>Fills the further columns of a lesson that is linked.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="VideoId">The video that the row held when it was read.</param>
/// <param name="Columns">The columns.</param>
internal sealed record FillChange(string LessonId, string VideoId, LessonColumns Columns) : LessonChange(LessonId)
{
    public override string? FillsFrom => VideoId;

    public override LessonLinkStatus StatusOf(VideoLink before, VideoLink after) => LessonLinkStatus.Filled;

    public override Decision Decide(VideoLink current) => current.IsVideo(VideoId)
        ? new(Columns.Fill(LessonId, VideoId, current))
        : new(current, new KinescopeException(
            ErrorIds.LessonVideoDiffers,
            $"Lesson '{LessonId}' now has {(current.HasVideo ? $"video {current.VideoId}" : "no video")}, not {VideoId}: it was left as it "
            + "is."));

    public override bool IsDone(VideoLink current) => current.IsVideo(VideoId);

    public override string Describe(LessonTable table, VideoLink? before, VideoLink? after) =>
        OthersIn(before, after) is { Length: > 0 } others ? $"Set {others}" : $"Fill {Columns.Names} from video {VideoId}";

    public override object AsInput() => new SiteLesson { LessonId = LessonId, VideoId = VideoId };
}

/// <summary>Takes a lesson's video away.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="Expected">The only video that may be taken away; null for any.</param>
internal sealed record ClearChange(string LessonId, string? Expected) : LessonChange(LessonId)
{
    public override LessonLinkStatus StatusOf(VideoLink before, VideoLink after) => LessonLinkStatus.Cleared;

    public override Decision Decide(VideoLink current)
    {
        // An address without a video id is not Kinescope's.
        if (!current.HasVideo)
            return new(current);
        if (Expected is null || current.IsVideo(Expected))
            return new(VideoLink.None with { Others = current.Others });
        return new(current, new KinescopeException(
            ErrorIds.LessonVideoDiffers, $"Lesson '{LessonId}' has video {current.VideoId}, not {Expected}: it was left as it is."));
    }

    public override string Describe(LessonTable table, VideoLink? before, VideoLink? after) =>
        $"Clear {table.VideoIdColumn}{(before is null ? "" : $", which is {before.VideoId},")} and {table.VideoUrlColumn}";

    public override object AsInput() => new SiteLesson { LessonId = LessonId, VideoId = Expected };
}

/// <summary>Gives a lesson back what it held before our changes.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="Changes">Our changes, in the order in which they were made.</param>
internal sealed record RestoreChange(string LessonId, IReadOnlyList<ChangedRow> Changes) : LessonChange(LessonId)
{
    public override LessonLinkStatus StatusOf(VideoLink before, VideoLink after) => LessonLinkStatus.Restored;

    /// <remarks>
    /// Back along the chain, as far as each change stands on the one before it: a change whose commit never came about left no
    /// trace in the row, and what somebody else wrote in between is where the way back ends.
    /// </remarks>
    public override Decision Decide(VideoLink current)
    {
        var link = current;
        foreach (var change in Changes.Reverse())
        {
            if (change.After.IsSame(link))
                link = change.TakenBackFrom(link);
        }

        if (link != current || Changes.Any(change => change.Before.IsSame(current)))
            return new(link);
        return new(current, new KinescopeException(
            ErrorIds.LessonVideoDiffers, $"Lesson '{LessonId}' now holds {current}, which is not what was written: it was left as it is."));
    }

    public override string Describe(LessonTable table, VideoLink? before, VideoLink? after)
    {
        if (before is null || after is null)
            return $"Restore {table.VideoIdColumn} and {table.VideoUrlColumn}";
        var others = OthersIn(before, after);
        return before.IsEqualLink(after)
            ? $"Set back {others}"
            : $"Set {table.VideoIdColumn} back to {Name(after)} from {Name(before)}{(others.Length > 0 ? $", {others}" : "")}";

        static string Name(VideoLink link) => link.HasVideo ? link.VideoId! : "nothing";
    }

    public override object AsInput() => LessonId;
}
