using System.Management.Automation;
using KinescopePS.Database;
using static KinescopePS.Commands.Wildcards;

namespace KinescopePS.Commands;

/// <summary>Takes back what Set-LessonVideoId did, for the lessons that still hold what it wrote.</summary>
[Cmdlet(VerbsData.Restore, "LessonVideoId", SupportsShouldProcess = true)]
[OutputType(typeof(LessonLink))]
public sealed class RestoreLessonVideoIdCommand : LessonChangeCmdlet
{
    private readonly HashSet<string> _seen = [];
    private ILookup<string, RecordedChange> _changes = null!;
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

    private protected override void Begin()
    {
        var undo = OpenUndoFile();
        var contents = Await(undo.ReadAsync);
        if (contents.DamagedLines > 0)
            WriteWarning($"{contents.DamagedLines} of the {contents.Lines} lines of the undo file cannot be read: what they tell is not taken back.");

        BeginChanges(store =>
        {
            Await(undo.RequireWritableAsync);
            return new RestoreLog(undo, lesson => _changes[lesson].Select(change => change.Place).Distinct());
        });

        var selected = contents.Changes
            .Where(change => After is not { } after || change.At >= after.ToUniversalTime())
            .OrderBy(change => change.At)
            .ToLookup(change => Force || change.Place == Store.Place);
        if (selected[false].Select(change => change.Place).Distinct().ToList() is { Count: > 0 } elsewhere)
            WriteWarning($"Of the undo file's changes, {selected[false].Count()} were made in {string.Join(", ", elsewhere)}, not in {Store.Place}: they are passed over. -Force takes these as being the same.");
        _changes = selected[true].ToLookup(change => change.Row.LessonId);
    }

    private protected override void Process()
    {
        if (LessonId is null)
            return;

        _isAnyGiven = true;
        foreach (var id in LessonId)
        {
            if (!WildcardPattern.ContainsWildcardCharacters(id))
                Restore(id, _changes[id]);
            else
                RestoreAll(PatternsOf([id]));
        }
    }

    private protected override void End()
    {
        if (!_isAnyGiven && !MyInvocation.ExpectingInput)
            RestoreAll([]);
        EndChanges("run the same command again.", change => change.LessonId);
    }

    private protected override LessonLinkStatus StatusOf(ChangeOutcome outcome) => LessonLinkStatus.Restored;

    private protected override string ActionOf(LessonChange change, VideoLink? before, VideoLink? after) => after is null
        ? $"Restore {VideoIdColumn} and {VideoUrlColumn}"
        : $"Set {VideoIdColumn} back to {(after.HasVideo ? after.VideoId : "nothing")} from {(before!.HasVideo ? before.VideoId : "nothing")}";

    private void RestoreAll(WildcardPattern[] patterns)
    {
        foreach (var changes in _changes.Where(changes => Matches(patterns, changes.Key)))
            Restore(changes.Key, changes);
    }

    private void Restore(string id, IEnumerable<RecordedChange> changes)
    {
        if (!changes.Any())
            WriteError(new KinescopeException(ErrorIds.LessonNotFound, $"The undo file tells of no change to lesson '{id}' that could be taken back here.").ToErrorRecord(id));
        else if (_seen.Add(id))
            Change(new RestoreChange(id, [.. changes.Select(change => change.Row)]));
    }

    /// <summary>Records what was taken back, once it is committed: until then it can be taken back again.</summary>
    private sealed class RestoreLog(UndoFile file, Func<string, IEnumerable<string>> placesOf) : IChangeLog
    {
        public Task ChangingAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation) => Task.CompletedTask;

        public async Task ChangedAsync(IReadOnlyList<ChangedRow> rows, CancellationToken cancellation)
        {
            foreach (var place in rows.SelectMany(row => placesOf(row.LessonId), (row, place) => (row, place)).ToLookup(pair => pair.place, pair => pair.row))
                await file.AppendAsync(UndoEvent.Restored, place.Key, [.. place], cancellation).ConfigureAwait(false);
        }
    }
}
