using System.Management.Automation;
using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>Takes back what Set-LessonVideoId and Sync-LessonVideo did, for the lessons that still hold what it wrote.</summary>
[Cmdlet(VerbsData.Restore, "LessonVideoId", SupportsShouldProcess = true, DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(LessonLink))]
public sealed class RestoreLessonVideoIdCommand : AsyncCmdlet
{
    private const string DatabaseSet = "Database";
    private const string SettingsSet = "Settings";

    private readonly HashSet<string> _seen = [];
    private ILookup<string, RecordedChange> _recorded = null!;
    private LessonChanges? _changes;
    private bool _isAnyGiven;

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>Only what was changed at this time or later.</summary>
    [Parameter]
    public DateTime? After { get; set; }

    /// <summary>Also what was changed at another address, table or column than the one that is named now.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>A lesson database of Connect-LessonDatabase. Default: the current one, which is the last that was connected.</summary>
    [Parameter(ParameterSetName = DatabaseSet)]
    [ValidateNotNull]
    public LessonDatabase? Database { get; set; }

    /// <summary>
    /// The lesson database's address, with a table Lesson. Default: the current database, else the setting DATABASE_URL. A relative path
    /// starts from the current location; in an environment file, from that file's folder.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public string? DatabaseUrl { get; set; }

    /// <summary>
    /// The site's <c>.env</c> files. A later one wins over an earlier one, a file over the environment, and a parameter over both.
    /// </summary>
    [Parameter(ParameterSetName = SettingsSet)]
    [ValidateNotNullOrEmpty]
    public string[]? EnvironmentFile { get; set; }

    /// <summary>The undo file of Set-LessonVideoId. Default: kinescope-undo.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UndoFile { get; set; } = KinescopePS.Database.UndoFile.DefaultName;

    /// <summary>Writes each lesson's row as it was and as it is.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        var database = LessonDatabases.Find(this, Database, DatabaseUrl, new EnvironmentSettings(this, EnvironmentFile));
        var undo = new KinescopePS.Database.UndoFile(FilePathOf(UndoFile));
        var contents = Await(undo.ReadAsync);
        if (contents.DamagedLines > 0)
            WriteWarning(
                $"{contents.DamagedLines} of the {contents.Lines} lines of the undo file cannot be read: what they tell is not taken "
                + "back.");

        var target = database.Store.Target;
        var selected = contents.Changes
            .Where(change => After is not { } after || change.At >= after.ToUniversalTime())
            .OrderBy(change => change.At)
            .ToLookup(change => Force || change.Target == target);
        if (selected[false].Select(change => change.Target).Distinct().ToList() is { Count: > 0 } elsewhere)
            WriteWarning(
                $"Of the undo file's changes, {selected[false].Count()} were made in {string.Join(", ", elsewhere)}, not in {target}: "
                + "they are passed over. -Force takes these as being the same.");
        _recorded = selected[true].ToLookup(change => change.Row.LessonId);

        var columns = selected[true].SelectMany(change => change.Row.After.Others.Columns).Distinct().ToList();
        var store = StoreWith(database.Store, columns);
        _changes = Own(new LessonChanges(this, database, store, PassThru, () =>
        {
            Await(undo.RequireWritableAsync);
            return new RestoreLog(undo, lesson => _recorded[lesson].Select(change => change.Target).Distinct());
        }));
    }

    private protected override void Process()
    {
        if (LessonId is null)
            return;

        _isAnyGiven = true;
        foreach (var id in LessonId)
        {
            if (IsTyped(nameof(LessonId)) && new TypedNames([id]) is { HasWildcards: true } names && !_recorded.Contains(id))
                RestoreAll(names);
            else
                Restore(id, _recorded[id]);
        }
    }

    private protected override Task Drain(CancellationToken budget) => _changes?.DrainAsync(budget) ?? Task.CompletedTask;

    private protected override void End()
    {
        if (!_isAnyGiven && !MyInvocation.ExpectingInput)
            RestoreAll(new TypedNames(null));
        _changes!.Complete("run the same command again.");
    }

    /// <summary>The table with just those further columns that there is something to be given back to.</summary>
    private static LessonStore StoreWith(LessonStore store, IReadOnlyList<string> columns)
    {
        var table = store.Table;
        return columns.Count == 0 && table.OtherColumns.Count == 0 ? store : store.With(table with
        {
            DurationColumn = columns.Contains(table.DurationColumn) ? table.DurationColumn : null,
            PosterUrlColumn = columns.Contains(table.PosterUrlColumn) ? table.PosterUrlColumn : null,
            RestoredColumns = columns,
        });
    }

    private void RestoreAll(TypedNames names)
    {
        foreach (var changes in _recorded.Where(changes => names.Matches(changes.Key)))
            Restore(changes.Key, changes);
    }

    private void Restore(string id, IEnumerable<RecordedChange> changes)
    {
        if (!changes.Any())
            WriteError(new KinescopeException(
                ErrorIds.LessonNotFound,
                $"The undo file tells of no change to lesson '{id}' that could be taken back here.").ToErrorRecord(id));
        else if (_seen.Add(id))
            _changes!.Add(new RestoreChange(id, [.. changes.Select(change => change.Row)]));
    }

    /// <summary>Records what was taken back, once it is committed: until then it can be taken back again.</summary>
    private sealed class RestoreLog(UndoFile file, Func<string, IEnumerable<string>> targetsOf) : IChangeLog
    {
        public Task ChangingAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) => Task.CompletedTask;

        public async Task ChangedAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation)
        {
            var byTarget = rows
                .SelectMany(row => targetsOf(row.LessonId), (row, target) => (row, target))
                .ToLookup(pair => pair.target, pair => pair.row);
            foreach (var restored in byTarget)
                await file.AppendAsync(UndoEvent.Restored, restored.Key, [.. restored], cancellation).ConfigureAwait(false);
        }
    }
}
