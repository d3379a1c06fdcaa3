using KinescopePS.Kinescope;

namespace KinescopePS.Changes;

/// <summary>
/// The recorded changes of a field of a video. Of commands that ran at the same time the lines stand in one order, and their changes may
/// have come to Kinescope in another: what was written last is not always what was recorded last.
/// </summary>
/// <param name="field">The field.</param>
/// <param name="recorded">The changes of the video, in the order of their times.</param>
internal sealed class FieldHistory(VideoField field, IReadOnlyList<RecordedVideoChange> recorded)
{
    private readonly List<RecordedVideoChange> _changes = [.. recorded.Where(change => change.Fields.Contains(field))];

    /// <summary>
    /// True for a change that another command wrote over at the same time: the value is that command's, and both began with the same one.
    /// </summary>
    /// <param name="change">The change.</param>
    /// <param name="value">The value that is there instead.</param>
    public bool IsOverwritten(RecordedVideoChange change, VideoChange value)
    {
        List<RecordedVideoChange> own = [.. BackFrom(change)];
        return _changes.Exists(other => other.Run != change.Run && value.HoldButStamps(field, other.New) && !own.Contains(other)
            && BackFrom(other).Last().Old.HoldButStamps(field, own[^1].Old));
    }

    /// <summary>A change, that on which it stands, and so on up to the first one.</summary>
    private IEnumerable<RecordedVideoChange> BackFrom(RecordedVideoChange change)
    {
        for (var (current, before) = (change, _changes.IndexOf(change)); ;)
        {
            yield return current;
            var at = before > 0 ? _changes.FindLastIndex(before - 1, one => current.Old.HoldButStamps(field, one.New)) : -1;
            if (at < 0)
                yield break;
            (current, before) = (_changes[at], at);
        }
    }
}
