using KinescopePS.Database;
using KinescopePS.Kinescope;
using Polly;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet's lookups at Kinescope that fill lessons' further columns, a hundred videos a call, and its report of what could not be filled.
/// No lesson waits for an outage of Kinescope: it is linked without these columns.
/// </summary>
internal sealed class ColumnFilling : IDisposable
{
    private readonly AsyncCmdlet _cmdlet;
    private readonly KinescopeConnection _connection;
    private readonly CancellationTokenSource _ending = new();
    private readonly List<string> _lacking = [], _unasked = [];
    private readonly Func<LessonColumns> _newColumns;
    private KinescopeException? _failure;

    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="store">The lesson table, with the columns.</param>
    /// <param name="connection">The connection to Kinescope. Nothing is asked for yet.</param>
    /// <param name="undo">Tells which values the module wrote.</param>
    /// <param name="overwrite">True where any value may be replaced.</param>
    /// <exception cref="KinescopeException"><c>ApiKeyMissing</c> or <c>SessionClosed</c>; or the undo file cannot be read.</exception>
    public ColumnFilling(AsyncCmdlet cmdlet, LessonStore store, KinescopeConnection connection, UndoFile undo, bool overwrite)
    {
        (_cmdlet, _connection) = (cmdlet, connection);
        RequireAccount(connection, store.Table);
        var written = cmdlet.Await(undo.ReadOrEmptyAsync);
        _newColumns = () => new LessonColumns(
            store.Table, overwrite, (lesson, column, value) => written.Wrote(store.Target, lesson, column, value));
        Columns = _newColumns();
    }

    /// <summary>The columns, with what is known of videos.</summary>
    public LessonColumns Columns { get; private set; }

    /// <summary>Begins anew with nothing known, so that a long list is not remembered. Changes keep the columns that they have.</summary>
    public void Renew() => Columns = _newColumns();

    /// <summary>Looks up videos that are not known yet.</summary>
    public async Task LearnAsync(IEnumerable<string> videoIds, ResiliencePipeline retries, CancellationToken cancellation)
    {
        IReadOnlyList<string> unknown = [.. videoIds.Distinct().Where(id => !Columns.Knows(id))];
        if (unknown.Count == 0)
            return;
        var found = await _connection.Client.FindVideosAsync(unknown, retries, cancellation).ConfigureAwait(false);
        foreach (var id in unknown)
            Columns.Learn(id, found.GetValueOrDefault(VideoIds.Canonical(id)));
    }

    /// <summary>Looks up the videos of changes. Where that fails, they are made without the columns.</summary>
    public async Task PrepareAsync(IReadOnlyList<LessonChange> changes, CancellationToken cancellation)
    {
        // Once the retries are used up, each further transaction brings a single attempt; what is wrong for good, none.
        if (_ending.IsCancellationRequested || _failure is { IsTransient: false })
            return;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _ending.Token);
        try
        {
            var retries = _failure is null ? _connection.CreateRetries(TimeSpan.Zero) : ResiliencePipeline.Empty;
            await LearnAsync(changes.Select(change => change.FillsFrom).OfType<string>(), retries, stop.Token).ConfigureAwait(false);
            _failure = null;
        }
        catch (KinescopeException failure)
        {
            _failure = failure;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            // The pipeline is ending: a link alone is better than none.
        }
    }

    /// <summary>Takes in the end of a change, and tells with -Verbose what was left as it is.</summary>
    public void Note(ChangeOutcome outcome)
    {
        if (outcome is not { Failure: null, After: { } row, Change: { FillsFrom: { } videoId, LessonId: var lesson } })
            return;
        if (!Columns.Knows(videoId))
            _unasked.Add(lesson);
        else if (Columns.Lacks(videoId, row))
            _lacking.Add(lesson);
        foreach (var kept in Columns.Kept(lesson, videoId, row))
            _cmdlet.WriteVerbose($"Lesson '{lesson}': {kept}. -Force replaces it.");
    }

    /// <summary>Makes what is still to be changed go without looking up.</summary>
    public void Hurry() => _ending.Cancel();

    /// <summary>Tells of the lessons whose columns are left for Sync-LessonVideo.</summary>
    public void Report()
    {
        if (_lacking.Count > 0)
            _cmdlet.WriteWarning(
                $"Kinescope does not tell all of {Columns.Names} yet of the videos of {Named(_lacking)}: what is not known is left as it "
                + "is. Sync-LessonVideo fills it once they are processed.");
        if (_unasked.Count > 0 && _failure is { } failure)
            _cmdlet.WriteError(failure.Saying(
                $"{failure.Message.TrimEnd('.')}. The videos of {Named(_unasked)} could not be looked up: {Columns.Names} of these rows "
                + "are left as they are. Sync-LessonVideo fills them.").ToErrorRecord(_unasked.ToArray()));
    }

    public void Dispose() => _ending.Dispose();

    private static void RequireAccount(KinescopeConnection connection, LessonTable table)
    {
        try
        {
            connection.RequireAccount();
        }
        catch (KinescopeException missing) when (missing.ErrorId == ErrorIds.ApiKeyMissing)
        {
            throw missing.Saying($"{missing.Message} What fills {string.Join(" and ", table.OtherColumns)} comes from Kinescope.");
        }
    }

    /// <summary>Lessons by their number, and the first of them by name.</summary>
    public static string Named(IReadOnlyCollection<string> lessons)
    {
        const int MostNamed = 10;
        var rest = lessons.Count > MostNamed ? $" and {lessons.Count - MostNamed} more" : "";
        return $"{lessons.Count} lesson{(lessons.Count == 1 ? "" : "s")} ({string.Join(", ", lessons.Take(MostNamed))}{rest})";
    }
}
