using KinescopePS.Files;

namespace KinescopePS.Database;

/// <summary>The changes that an undo file tells of, without those that were taken back.</summary>
internal sealed class UndoContents
{
    private readonly Dictionary<(string Target, string Lesson), List<RecordedChange>> _changes = [];

    public int Lines { get; private set; }

    /// <summary>The lines that cannot be read: what they tell is not undone.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>The changes, each lesson's in the order in which they were made.</summary>
    public IEnumerable<RecordedChange> Changes => _changes.Values.SelectMany(changes => changes);

    /// <summary>True for a value that one of the changes of a lesson gave to a column.</summary>
    public bool Wrote(string target, string lesson, string column, string value) =>
        _changes.TryGetValue((target, lesson), out var changes) && changes.Exists(change => change.Row.After.Others.Hold(column, value));

    /// <exception cref="KinescopeException">The file is none, or of a newer version.</exception>
    public static UndoContents Read(CheckedLog log, CancellationToken cancellation)
    {
        var contents = new UndoContents();
        (contents.Lines, contents.DamagedLines) = log.Read(line => contents.Take(UndoRecord.Parse(line)), cancellation);
        return contents;
    }

    private void Take(UndoRecord record)
    {
        if (record is not { Target: { } target, Lesson: { } lesson })
            return;

        if (!_changes.TryGetValue((target, lesson), out var changes))
            _changes.Add((target, lesson), changes = []);
        if (record.Event == UndoEvent.Changing)
            changes.Add(new RecordedChange(target, record.At, record.Row, record.Run));
        else
            TakeBack(changes, record.Row.After);
    }

    /// <summary>Drops the changes that led away from what the row holds again.</summary>
    private static void TakeBack(List<RecordedChange> changes, VideoLink restored)
    {
        var first = changes.FindLastIndex(BeganAsRestored);
        while (first > 0 && BeganAsRestored(changes[first - 1]))
            first--;
        if (first >= 0)
            changes.RemoveRange(first, changes.Count - first);

        bool BeganAsRestored(RecordedChange change) =>
            change.Row.Before.IsEqualLink(restored) && restored.Others.Include(change.Row.Before.Others);
    }
}

/// <summary>A change that the undo file tells of.</summary>
/// <param name="Target">The columns, with their table and database.</param>
/// <param name="At">The time.</param>
/// <param name="Row">The row.</param>
/// <param name="Run">The command that made it; null in lines of earlier versions.</param>
internal sealed record RecordedChange(string Target, DateTimeOffset At, ChangedRow Row, string? Run = null);
