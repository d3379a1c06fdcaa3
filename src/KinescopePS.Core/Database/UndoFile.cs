using KinescopePS.Files;

namespace KinescopePS.Database;

/// <summary>The values that lessons held before they were changed: one checked line a change.</summary>
internal sealed class UndoFile(string path)
{
    public const string DefaultName = "kinescope-undo.jsonl";

    private static readonly CheckedLogFormat Format =
        new("undo", 1, "an undo file", "-UndoFile", ErrorIds.UndoFileInvalid, ErrorIds.UndoFileInvalid);

    private readonly UndoLogFile _file = new(path, Format, "where the lessons were linked", "No lesson is changed");
    private readonly UndoLines _lines = new();

    /// <inheritdoc cref="UndoLogFile.RequireWritableAsync" />
    public Task RequireWritableAsync(CancellationToken cancellation) => _file.RequireWritableAsync(cancellation);

    /// <summary>Appends what happens to rows.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public Task AppendAsync(UndoEvent happening, string target, IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) =>
        _file.AppendAsync(
            now =>
            {
                _lines.Clear();
                foreach (var row in rows)
                    _lines.Add(happening, now, target, row, _file.Run);
                return _lines.Memory;
            },
            cancellation);

    /// <summary>Reads what can be undone; nothing where there is no file yet.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileUnreadable</c> or <c>UndoFileInvalid</c>.</exception>
    public Task<UndoContents> ReadOrEmptyAsync(CancellationToken cancellation) =>
        _file.Exists ? ReadAsync(cancellation) : Task.FromResult(new UndoContents());

    /// <summary>Reads what can be undone.</summary>
    /// <inheritdoc cref="UndoLogFile.ReadAsync{T}" path="/exception" />
    public Task<UndoContents> ReadAsync(CancellationToken cancellation) => _file.ReadAsync(UndoContents.Read, cancellation);
}
