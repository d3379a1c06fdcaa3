using System.Globalization;
using System.Management.Automation;
using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>Takes back what Set-LessonVideoId and Sync-LessonVideo did, for the lessons that still hold what it wrote.</summary>
[Cmdlet(
    VerbsData.Restore, "LessonVideoId", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = DatabaseSet)]
[OutputType(typeof(LessonLink))]
public sealed class RestoreLessonVideoIdCommand : AsyncCmdlet
{
    private const string DatabaseSet = "Database";
    private const string SettingsSet = "Settings";

    private readonly Dictionary<string, IReadOnlyList<RecordedChange>> _chosen = [];
    private readonly List<ChangedRow> _standing = [];
    private KinescopePS.Database.UndoFile _undo = null!;
    private LessonStore _store = null!;
    private IReadOnlyList<RecordedChange> _all = [];
    private ILookup<string, RecordedChange> _recorded = null!;
    private bool _isElsewhere;
    private LessonChanges? _changes;
    private bool _isAnyGiven;

    /// <summary>Only these lessons.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LessonCompleter))]
    public string[]? LessonId { get; set; }

    /// <summary>All that the undo file tells of, not the last run's changes alone.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>All that was changed at this time or later.</summary>
    [Parameter]
    [Date]
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
        _undo = new KinescopePS.Database.UndoFile(FilePathOf(UndoFile));
        var contents = Await(_undo.ReadAsync);
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
        {
            _isElsewhere = true;
            WriteWarning(
                $"Of the undo file's changes, {selected[false].Count()} were made in {string.Join(", ", elsewhere)}, not in {target}: "
                + "they are passed over. -Force takes these as being the same.");
        }

        _all = [.. selected[true]];
        _recorded = _all.ToLookup(change => change.Row.LessonId);

        var columns = _all.SelectMany(change => change.Row.After.Others.Columns).Distinct().ToList();
        _store = StoreWith(database.Store, columns);
        _changes = Own(new LessonChanges(this, database, _store, PassThru, () =>
        {
            Await(_undo.RequireWritableAsync);
            return new RestoreLog(_undo, TargetsOf);
        })
        {
            // There is one question for all of them.
            Consents = (_, _) => true,
            Noting = NoteStanding,
        });
    }

    private protected override void Process()
    {
        if (LessonId is null)
            return;

        _isAnyGiven = true;
        foreach (var id in LessonId)
        {
            if (IsTyped(nameof(LessonId)) && new TypedNames([id]) is { HasWildcards: true } names && !_recorded.Contains(id))
            {
                foreach (var changes in _recorded.Where(changes => names.Matches(changes.Key)))
                    Choose(changes.Key);
            }
            else if (_recorded.Contains(id))
            {
                Choose(id);
            }
            else
            {
                WriteError(new KinescopeException(
                    ErrorIds.LessonNotFound,
                    $"The undo file tells of no change to lesson '{id}' that could be taken back here.").ToErrorRecord(id));
            }
        }
    }

    private protected override Task Drain(CancellationToken budget) => _changes?.DrainAsync(budget) ?? Task.CompletedTask;

    private protected override void End()
    {
        if (!_isAnyGiven && !MyInvocation.ExpectingInput)
            ChooseLast();
        if (_chosen.Count > 0 && (IsPreview || IsWanted()))
        {
            foreach (var (lesson, changes) in _chosen)
                _changes!.Add(new RestoreChange(lesson, [.. changes.Select(change => change.Row)]));
        }

        _changes!.Complete("run the same command again.");
        if (_standing.Count > 0)
            Await(stop => new RestoreLog(_undo, TargetsOf).ChangedAsync(_standing, stop));
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

    /// <summary>Chooses a lesson's changes: its last run's, unless all or those since a time are wanted.</summary>
    private void Choose(string lesson)
    {
        IReadOnlyList<RecordedChange> changes = [.. _recorded[lesson]];
        _chosen[lesson] = All || After is not null ? changes : UndoRuns.LastOf(changes);
    }

    private void ChooseLast()
    {
        foreach (var changes in (All || After is not null ? _all : UndoRuns.LastOf(_all)).GroupBy(change => change.Row.LessonId))
            _chosen[changes.Key] = [.. changes];
        if (_chosen.Count == 0 && !_isElsewhere)
            WriteWarning(
                $"The undo file {FilePathOf(UndoFile)} tells of nothing{(After is null ? "" : " since then")} that could still be taken "
                + "back.");
    }

    private bool IsWanted()
    {
        List<RecordedChange> changes = [.. _chosen.Values.SelectMany(changes => changes).OrderBy(change => change.At)];
        var (first, last) = (Time(changes[0]), Time(changes[^1]));
        var lessons = Counted(_chosen.Count, "lesson");
        var runs = UndoRuns.Count(changes);
        var when = $"{(first == last ? $"at {first}" : $"between {first} and {last}")}{(runs > 1 ? $" by {runs} commands" : "")}";
        var rest = _all.Count - changes.Count;
        var where = $"{_store.Table.Name} of {_store.DisplayName}";
        return ShouldProcess(
            PrintableText.Of($"Taking back the links of {lessons} in {where}"),
            PrintableText.Of(
                $"Take back the links of {lessons} in {where}, which were set {when}?"
                + (rest > 0 ? $" (Of {Counted(rest, "earlier change")} none is taken back.)" : "")),
            MyInvocation.MyCommand.Name);

        static string Time(RecordedChange change) => change.At.LocalDateTime.ToString("g", CultureInfo.CurrentCulture);

        static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";
    }

    /// <summary>
    /// Notes a row that already holds what it held before, because a change was never committed or somebody took it back by hand: its
    /// changes would be the last run for ever.
    /// </summary>
    private void NoteStanding(ChangeOutcome outcome)
    {
        if (outcome is { Failure: null, IsChanged: false, After: { } held })
            _standing.Add(new ChangedRow(outcome.Change.LessonId, held, held));
    }

    private IEnumerable<string> TargetsOf(string lesson) => _recorded[lesson].Select(change => change.Target).Distinct();

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
