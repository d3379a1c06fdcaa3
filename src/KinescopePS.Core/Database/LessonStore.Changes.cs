using System.Data.Common;

namespace KinescopePS.Database;

/// <content>Changes of rows: a preview, and the transaction itself.</content>
internal abstract partial class LessonStore
{
    /// <summary>True once the table is known to be one that this user may change.</summary>
    protected bool MayChange { get; private set; }

    /// <summary>As <see cref="PrepareAsync"/>, and makes sure that this user may change the rows; nothing is changed.</summary>
    /// <param name="isPreview">True for a transaction that cannot write.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task PrepareToChangeAsync(bool isPreview, CancellationToken cancellation) => TranslateAsync(async () =>
    {
        await using var connection = await ConnectAsync(isPreview, cancellation).ConfigureAwait(false);
        await RequireAccessAsync(connection, isPreview, cancellation).ConfigureAwait(false);
        return true;
    }, cancellation);

    /// <summary>The outcomes that <see cref="ChangeAsync"/> would have now, from a transaction that cannot write.</summary>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task<IReadOnlyList<ChangeOutcome>> PreviewAsync(
        IReadOnlyList<LessonChange> changes, CancellationToken cancellation) => TranslateAsync(async () =>
    {
        await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
        await using var transaction = await BeginAsync(connection, isReadOnly: true, cancellation).ConfigureAwait(false);
        IReadOnlyList<string> lessonIds = [.. changes.Select(change => change.LessonId)];
        var rows = await SelectAsync(connection, transaction, lessonIds, toChange: false, cancellation).ConfigureAwait(false);
        var absent = await WhyAbsentAsync(connection, transaction, changes, rows, cancellation).ConfigureAwait(false);
        await SettleFormAsync(connection, transaction, changes, cancellation).ConfigureAwait(false);
        return (IReadOnlyList<ChangeOutcome>)[.. changes.Select(OutcomeOf)];

        ChangeOutcome OutcomeOf(LessonChange change)
        {
            if (!rows.TryGetValue(change.LessonId, out var row))
                return new ChangeOutcome(change, null, null, absent[change.LessonId]);
            var decision = change.Decide(row.Link);
            return new ChangeOutcome(change, row.Link, decision.After, decision.Refusal);
        }
    }, cancellation);

    /// <summary>Changes lessons in one transaction. A row that the database refuses fails alone.</summary>
    /// <param name="changes">Each lesson once.</param>
    /// <param name="log">Keeps what rows held before.</param>
    /// <param name="replaced">
    /// What rows held before a change: kept by the caller over its retries, so that a commit whose answer was lost is still
    /// reported with the value it replaced.
    /// </param>
    /// <param name="cancellation">Cancels before the commit; what was committed stays.</param>
    /// <returns>One outcome a change, in their order.</returns>
    /// <exception cref="KinescopeException">The database as a whole: as <see cref="PrepareAsync"/>. Or the log.</exception>
    public async Task<IReadOnlyList<ChangeOutcome>> ChangeAsync(
        IReadOnlyList<LessonChange> changes, IChangeLog log, Dictionary<string, VideoLink> replaced, CancellationToken cancellation)
    {
        try
        {
            return await TranslateAsync(() => ChangeInTransactionAsync(changes, log, replaced, cancellation), cancellation)
                .ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.LessonLinkRejected)
        {
            if (changes.Count == 1)
                return [new ChangeOutcome(changes[0], null, null, failure)];

            // Halves of halves find the row without a transaction for each.
            var half = changes.Count / 2;
            return [
                .. await ChangeAsync([.. changes.Take(half)], log, replaced, cancellation).ConfigureAwait(false),
                .. await ChangeAsync([.. changes.Skip(half)], log, replaced, cancellation).ConfigureAwait(false)];
        }
    }

    /// <summary>Fails where this user may not do what <see cref="ChangeAsync"/> does.</summary>
    protected abstract Task CheckAccessAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation);

    protected virtual Task CommitAsync(DbTransaction transaction, CancellationToken cancellation) => transaction.CommitAsync(cancellation);

    /// <summary>Changes the rows that still hold what was read.</summary>
    /// <returns>What they hold then; null where it is to be read.</returns>
    protected abstract Task<IReadOnlyDictionary<string, LessonRow>?> UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes, CancellationToken cancellation);

    /// <summary>The reason why a row that was not found may be there all the same; null for none.</summary>
    /// <returns>A function of the lesson.</returns>
    protected virtual Task<Func<LessonChange, KinescopeException?>> WhyHiddenAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, CancellationToken cancellation) =>
        Task.FromResult<Func<LessonChange, KinescopeException?>>(_ => null);

    /// <summary>The refusal of a row; of everything, as long as nothing is known to be allowed.</summary>
    protected KinescopeException Rejected(Exception cause) => MayChange
        ? new(ErrorIds.LessonLinkRejected, $"The database {DisplayName} refused the change: {cause.Message}", cause)
        : Unusable(cause);

    /// <summary>The lessons that have no row here, with the reason.</summary>
    private async Task<IReadOnlyDictionary<string, KinescopeException>> WhyAbsentAsync(
        DbConnection connection, DbTransaction transaction,
        IReadOnlyList<LessonChange> changes, IReadOnlyDictionary<string, LessonRow> rows, CancellationToken cancellation)
    {
        var absent = changes.Where(change => !rows.ContainsKey(change.LessonId)).ToList();
        if (absent.Count == 0)
            return new Dictionary<string, KinescopeException>();

        IReadOnlyList<string> lessonIds = [.. absent.Select(change => change.LessonId)];
        var whyHidden = await WhyHiddenAsync(connection, transaction, lessonIds, cancellation).ConfigureAwait(false);
        return absent.ToDictionary(change => change.LessonId, change => whyHidden(change) ??
            new KinescopeException(
                ErrorIds.LessonNotFound,
                $"{DisplayName} has no lesson '{change.LessonId}' in the table {Table.Name}. {change.IfNotFound}".TrimEnd()));
    }

    private async Task<IReadOnlyList<ChangeOutcome>> ChangeInTransactionAsync(
        IReadOnlyList<LessonChange> changes, IChangeLog log, Dictionary<string, VideoLink> replaced, CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(isReadOnly: false, cancellation).ConfigureAwait(false);
        if (!MayChange)
            await RequireAccessAsync(connection, isReadOnly: false, cancellation).ConfigureAwait(false);
        await using var transaction = await BeginAsync(connection, isReadOnly: false, cancellation).ConfigureAwait(false);
        IReadOnlyList<string> lessonIds = [.. changes.Select(change => change.LessonId)];
        var rows = await SelectAsync(connection, transaction, lessonIds, toChange: true, cancellation).ConfigureAwait(false);
        var absent = await WhyAbsentAsync(connection, transaction, changes, rows, cancellation).ConfigureAwait(false);
        await SettleFormAsync(connection, transaction, changes, cancellation).ConfigureAwait(false);

        var decisions = new Decision[changes.Count];
        var due = new List<(LessonChange Change, ChangedRow Row)>(changes.Count);
        for (var i = 0; i < changes.Count; i++)
        {
            var lessonId = changes[i].LessonId;
            if (!rows.TryGetValue(lessonId, out var row))
                continue;
            decisions[i] = changes[i].Decide(row.Link);
            if (decisions[i].Refusal is not null || decisions[i].After == row.Link)
                continue;
            replaced[lessonId] = row.Link;
            due.Add((changes[i], new ChangedRow(lessonId, row.Link, decisions[i].After)));
        }

        var made = await MakeAsync(connection, transaction, due, cancellation).ConfigureAwait(false);
        if (made.Count > 0)
            await log.ChangingAsync(made, cancellation).ConfigureAwait(false);
        Waypoint.Pass("commit-due");
        await CommitAsync(transaction, cancellation).ConfigureAwait(false);
        Waypoint.Pass("committed");
        if (made.Count > 0)
            await log.ChangedAsync(made, cancellation).ConfigureAwait(false);

        var changed = made.ToDictionary(row => row.LessonId, row => row.After);
        return [.. changes.Select(OutcomeOf)];

        ChangeOutcome OutcomeOf(LessonChange change, int i)
        {
            if (!rows.TryGetValue(change.LessonId, out var row))
                return new ChangeOutcome(change, null, null, absent[change.LessonId]);

            var (after, refusal) = decisions[i];
            if (changed.TryGetValue(change.LessonId, out var stored))
                after = stored;
            else if (refusal is null && after != row.Link)
                refusal = new KinescopeException(
                    ErrorIds.LessonLinkRejected,
                    $"The database {DisplayName} kept lesson '{change.LessonId}' as it was: a trigger, a rule or a policy of the table "
                    + $"{Table.Name} stands against the change.");
            var before = refusal is null ? replaced.GetValueOrDefault(change.LessonId, row.Link) : row.Link;
            return new ChangeOutcome(change, before, after, refusal);
        }
    }

    /// <summary>
    /// Changes rows, and reads what they hold then: triggers, rules and types may make something else of what was written.
    /// </summary>
    /// <returns>The rows that were changed, with what they hold. Those that are as they were are not among them.</returns>
    /// <exception cref="KinescopeException"><c>LessonLinkRejected</c>: one of them holds neither the old nor the new.</exception>
    private async Task<IReadOnlyList<ChangedRow>> MakeAsync(
        DbConnection connection, DbTransaction transaction,
        IReadOnlyList<(LessonChange Change, ChangedRow Row)> due, CancellationToken cancellation)
    {
        if (due.Count == 0)
            return [];
        IReadOnlyList<ChangedRow> rows = [.. due.Select(pair => pair.Row)];
        var stored = await UpdateAsync(connection, transaction, rows, cancellation).ConfigureAwait(false)
            ?? await SelectAsync(connection, transaction, [.. rows.Select(row => row.LessonId)], toChange: false, cancellation)
                .ConfigureAwait(false);
        var made = new List<ChangedRow>(rows.Count);
        foreach (var (change, row) in due)
        {
            var held = stored.GetValueOrDefault(row.LessonId)?.Link;
            if (held == row.Before)
                continue;
            if (held is null || !change.IsDone(held))
                throw new KinescopeException(
                    ErrorIds.LessonLinkRejected,
                    $"The database {DisplayName} made {held?.ToString() ?? "nothing"} of lesson '{row.LessonId}' where {row.After} was "
                    + $"written: a trigger or a rule of the table {Table.Name} changes it. The lesson was left as it was.");
            made.Add(row with { After = held });
        }

        return made;
    }

    /// <summary>Lets the table's ids decide how ids are written, where nothing else has.</summary>
    private async Task SettleFormAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<LessonChange> changes, CancellationToken cancellation)
    {
        if (changes.OfType<LinkChange>().FirstOrDefault()?.Form is not { IsOpen: true } form)
            return;
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        var videoId = AsText($"lesson.{LessonTable.Quote(Table.VideoIdColumn)}");
        command.CommandText = $"SELECT {videoId} FROM {QualifiedTable} AS lesson WHERE {videoId} <> '' LIMIT {LinkForm.MostIds}";
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var ids = new List<string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            ids.Add(reader.GetString(0));
        form.Settle(ids);
    }

    private async Task RequireAccessAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation)
    {
        await CheckAccessAsync(connection, isReadOnly, cancellation).ConfigureAwait(false);
        MayChange = true;
    }
}
