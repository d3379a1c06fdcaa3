using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>Keeps each change in the undo file before it is committed.</summary>
internal sealed class UndoLog(UndoFile file, string target) : IChangeLog
{
    /// <summary>Makes sure that the undo file can be written.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public static UndoLog Open(AsyncCmdlet cmdlet, UndoFile file, LessonStore store)
    {
        cmdlet.Await(file.RequireWritableAsync);
        return new UndoLog(file, store.Target);
    }

    public Task ChangingAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) =>
        file.AppendAsync(UndoEvent.Changing, target, [.. rows.Select(row => row.OnlyChanged())], cancellation);

    public Task ChangedAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) => Task.CompletedTask;
}
