namespace KinescopePS.Database;

/// <summary>A change to a lesson's row that is wished for. What the row becomes is decided from what it holds.</summary>
internal abstract record LessonChange(string LessonId)
{
    /// <summary>What the user should know of where the row does not exist.</summary>
    public virtual string IfNotFound => "";

    /// <summary>The same values where nothing is to be done.</summary>
    public abstract Decision Decide(VideoLink current);
}

/// <summary>What a row is to hold, or why it stays as it is.</summary>
internal readonly record struct Decision(VideoLink After, KinescopeException? Refusal = null);

/// <summary>What became of a change.</summary>
/// <param name="Change">The change.</param>
/// <param name="Before">What the row held; null where it was not read.</param>
/// <param name="After">What the row holds now; null where it was not read.</param>
/// <param name="Failure">Why the row was not changed.</param>
internal sealed record ChangeOutcome(LessonChange Change, VideoLink? Before, VideoLink? After, KinescopeException? Failure)
{
    public bool IsChanged => Failure is null && Before != After;
}

/// <summary>Has a lesson hold a video.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="VideoId">The video's id.</param>
/// <param name="Url">The address to embed it with.</param>
/// <param name="Overwrite">Whether another video may be replaced.</param>
internal sealed record LinkChange(string LessonId, string VideoId, string Url, bool Overwrite) : LessonChange(LessonId)
{
    public override string IfNotFound => $"Its video {VideoId} stays at Kinescope; add the lesson and run again.";

    public override Decision Decide(VideoLink current)
    {
        if (current.VideoId == VideoId)
            return new(current);
        if (Overwrite || !current.HasVideo)
            return new(new VideoLink(VideoId, Url));
        return new(current, new KinescopeException(ErrorIds.VideoIdAlreadySet, $"Lesson '{LessonId}' already has video {current.VideoId}; it was not replaced by {VideoId}. Use -Force to replace it."));
    }
}

/// <summary>Takes a lesson's video away.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="Expected">The only video that may be taken away; null for any.</param>
internal sealed record ClearChange(string LessonId, string? Expected) : LessonChange(LessonId)
{
    public override Decision Decide(VideoLink current)
    {
        // An address without a video id is not Kinescope's.
        if (!current.HasVideo)
            return new(current);
        if (Expected is null || Expected == current.VideoId)
            return new(VideoLink.None);
        return new(current, new KinescopeException(ErrorIds.LessonVideoDiffers, $"Lesson '{LessonId}' has video {current.VideoId}, not {Expected}: it was left as it is."));
    }
}

/// <summary>Gives a lesson back what it held before our changes.</summary>
/// <param name="LessonId">The lesson's id.</param>
/// <param name="Changes">Our changes, in the order in which they were made.</param>
internal sealed record RestoreChange(string LessonId, IReadOnlyList<ChangedRow> Changes) : LessonChange(LessonId)
{
    /// <remarks>
    /// Back along the chain, as far as each change stands on the one before it: a change whose commit never came about left no
    /// trace in the row, and what somebody else wrote in between is where the way back ends.
    /// </remarks>
    public override Decision Decide(VideoLink current)
    {
        var link = current;
        foreach (var change in Changes.Reverse())
        {
            if (change.After == link)
                link = change.Before;
        }

        if (link != current || Changes.Any(change => change.Before == current))
            return new(link);
        return new(current, new KinescopeException(ErrorIds.LessonVideoDiffers, $"Lesson '{LessonId}' now holds {(current.HasVideo ? $"video {current.VideoId}" : "no video")}{(current.Url is { } url ? $" and the address {url}" : "")}, which is not what was written: it was left as it is."));
    }
}
