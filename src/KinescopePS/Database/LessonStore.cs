using System.Data.Common;

namespace KinescopePS.Database;

/// <summary>
/// The site's lesson table. Rows are changed only by their id, only in the two video columns, and only while they still hold
/// what was read; rows are never inserted or deleted.
/// </summary>
internal abstract class LessonStore(LessonTable table) : IDisposable
{
    private bool _isChecked;

    /// <summary>A name for messages, without user and password.</summary>
    public abstract string DisplayName { get; }

    protected LessonTable Table => table;

    /// <summary>Whether the table is known to be one that this user may change.</summary>
    protected bool MayLink { get; private set; }

    /// <summary>Equality of lesson ids in this database.</summary>
    protected virtual StringComparer IdComparer => StringComparer.Ordinal;

    public static LessonStore Open(DatabaseAddress address, LessonTable table) => address switch
    {
        PostgresAddress postgres => new PostgresLessonStore(postgres, table),
        SqliteAddress sqlite => new SqliteLessonStore(sqlite, table),
        _ => throw new ArgumentException($"No store for {address.GetType().Name}.", nameof(address)),
    };

    /// <summary>Connects and makes sure that the table and its columns are there.</summary>
    /// <exception cref="KinescopeException">
    /// Permanent: <c>DatabaseAccessDenied</c>, <c>CertificateRejected</c>, <c>DatabaseNotFound</c>, <c>DatabaseError</c>,
    /// <c>LessonTableNotFound</c>, <c>LessonColumnNotFound</c>. Transient: <c>DatabaseUnreachable</c>.
    /// </exception>
    public Task PrepareAsync(CancellationToken cancellation) => TranslateAsync(async () =>
    {
        await using var connection = await ConnectAsync(toLink: false, cancellation).ConfigureAwait(false);
        return true;
    });

    /// <summary>As <see cref="PrepareAsync"/>, and makes sure that the rows may be changed.</summary>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task PrepareToLinkAsync(CancellationToken cancellation) => TranslateAsync(async () =>
    {
        await using var connection = await ConnectAsync(toLink: true, cancellation).ConfigureAwait(false);
        return true;
    });

    /// <summary>The rows of those lessons that exist, by lesson id.</summary>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task<IReadOnlyDictionary<string, LessonRow>> ReadAsync(IReadOnlyList<string> lessonIds, CancellationToken cancellation) =>
        TranslateAsync(async () =>
        {
            await using var connection = await ConnectAsync(toLink: false, cancellation).ConfigureAwait(false);
            return await SelectAsync(connection, null, lessonIds, cancellation).ConfigureAwait(false);
        });

    /// <summary>Links lessons in one transaction. A row that the database refuses fails alone.</summary>
    /// <param name="requests">Each lesson once.</param>
    /// <param name="overwrite">Whether another video id may be overwritten.</param>
    /// <param name="replaced">
    /// Rows as they were before a change: kept by the caller over its retries, so that a commit whose answer was lost is still
    /// reported with the value it replaced.
    /// </param>
    /// <param name="cancellation">Cancels before the commit; what was committed stays.</param>
    /// <returns>One outcome a request, in their order.</returns>
    /// <exception cref="KinescopeException">The database as a whole: as <see cref="PrepareAsync"/>.</exception>
    public async Task<IReadOnlyList<LinkOutcome>> LinkAsync(
        IReadOnlyList<LinkRequest> requests, bool overwrite, Dictionary<string, LessonRow> replaced, CancellationToken cancellation)
    {
        try
        {
            return await TranslateAsync(() => LinkInTransactionAsync(requests, overwrite, replaced, cancellation)).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.LessonLinkRejected)
        {
            if (requests.Count == 1)
                return [new LinkOutcome(requests[0], null, failure)];

            // Halves of halves find the row without a transaction for each.
            var half = requests.Count / 2;
            return [
                .. await LinkAsync([.. requests.Take(half)], overwrite, replaced, cancellation).ConfigureAwait(false),
                .. await LinkAsync([.. requests.Skip(half)], overwrite, replaced, cancellation).ConfigureAwait(false)];
        }
    }

    public abstract void Dispose();

    /// <summary>A closed connection.</summary>
    protected abstract DbConnection CreateConnection();

    /// <summary>Checks the table's shape on an open connection, and learns what the statements need to know of it.</summary>
    protected abstract Task CheckTableAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Has the database refuse what <see cref="LinkAsync"/> does, where this user may not do it.</summary>
    protected abstract Task CheckAccessAsync(DbConnection connection, CancellationToken cancellation);

    protected abstract ValueTask<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Reads rows; within a transaction they stay as they are until its end.</summary>
    protected abstract Task<IReadOnlyDictionary<string, LessonRow>> SelectAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> lessonIds, CancellationToken cancellation);

    /// <summary>Changes the rows that still hold the old value.</summary>
    /// <returns>The ids of the rows that were changed.</returns>
    protected abstract Task<IReadOnlySet<string>> UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<(LinkRequest Request, LessonRow Before)> changes, CancellationToken cancellation);

    /// <summary>What a driver's exception means, or null where it is none of the database's.</summary>
    protected abstract KinescopeException? Translate(Exception failure);

    protected KinescopeException TableNotFound(string name, IEnumerable<string> existing) =>
        new(ErrorIds.LessonTableNotFound, $"{DisplayName} has no table {name}. {Listed("It has", existing)} Give -TableName, or the right database.");

    protected void RequireColumns(IReadOnlyCollection<string> existing, StringComparer comparer)
    {
        foreach (var column in Table.Columns)
        {
            if (!existing.Contains(column, comparer))
                throw new KinescopeException(ErrorIds.LessonColumnNotFound, $"The table {Table.Name} of {DisplayName} has no column {column}. {Listed("It has", existing)} Give -IdColumn, -VideoIdColumn and -VideoUrlColumn.");
        }
    }

    protected KinescopeException Unreachable(Exception cause) =>
        new(ErrorIds.DatabaseUnreachable, $"The database {DisplayName} cannot be reached: {cause.GetBaseException().Message}", cause) { IsTransient = true };

    protected KinescopeException Rejected(Exception cause) =>
        new(ErrorIds.LessonLinkRejected, $"The database {DisplayName} refused the change: {cause.Message}", cause);

    private async Task<IReadOnlyList<LinkOutcome>> LinkInTransactionAsync(
        IReadOnlyList<LinkRequest> requests, bool overwrite, Dictionary<string, LessonRow> replaced, CancellationToken cancellation)
    {
        await using var connection = await ConnectAsync(toLink: true, cancellation).ConfigureAwait(false);
        await using var transaction = await BeginAsync(connection, cancellation).ConfigureAwait(false);
        var rows = await SelectAsync(connection, transaction, [.. requests.Select(request => request.LessonId)], cancellation).ConfigureAwait(false);

        var changes = new List<(LinkRequest Request, LessonRow Before)>();
        foreach (var request in requests)
        {
            if (!rows.TryGetValue(request.LessonId, out var row) || row.VideoId == request.VideoId || !(overwrite || string.IsNullOrEmpty(row.VideoId)))
                continue;
            replaced[request.LessonId] = row;
            changes.Add((request, row));
        }

        var changed = changes.Count > 0
            ? await UpdateAsync(connection, transaction, changes, cancellation).ConfigureAwait(false)
            : new HashSet<string>();
        Waypoint.Pass("commit-due");
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        Waypoint.Pass("committed");

        return [.. requests.Select(request => OutcomeOf(request, rows.GetValueOrDefault(request.LessonId), changed.Contains(request.LessonId)))];

        LinkOutcome OutcomeOf(LinkRequest request, LessonRow? row, bool isChanged)
        {
            if (row is null)
                return new LinkOutcome(request, null, new KinescopeException(ErrorIds.LessonNotFound, $"{DisplayName} has no lesson '{request.LessonId}' in the table {Table.Name}. Its video {request.VideoId} stays at Kinescope; add the lesson and run again."));
            if (isChanged || row.VideoId == request.VideoId)
                return new LinkOutcome(request, replaced.GetValueOrDefault(request.LessonId, row), null);

            return new LinkOutcome(request, row, string.IsNullOrEmpty(row.VideoId) || overwrite
                ? new KinescopeException(ErrorIds.LessonLinkRejected, $"The database {DisplayName} kept lesson '{request.LessonId}' as it was: a trigger, a rule or a policy of the table {Table.Name} stands against video {request.VideoId}.")
                : new KinescopeException(ErrorIds.VideoIdAlreadySet, $"Lesson '{request.LessonId}' already has video {row.VideoId}; it was not replaced by {request.VideoId}. Use -Force to replace it."));
        }
    }

    private async Task<DbConnection> ConnectAsync(bool toLink, CancellationToken cancellation)
    {
        var connection = CreateConnection();
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            if (!_isChecked)
                await CheckTableAsync(connection, cancellation).ConfigureAwait(false);
            _isChecked = true;
            if (toLink && !MayLink)
                await CheckAccessAsync(connection, cancellation).ConfigureAwait(false);
            MayLink |= toLink;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<T> TranslateAsync<T>(Func<Task<T>> work)
    {
        try
        {
            // SQLite's driver blocks its thread, and the pipeline's is to stay free.
            return await Task.Run(work).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or KinescopeException))
        {
            throw Translate(failure) ?? new KinescopeException(ErrorIds.DatabaseError, $"The database {DisplayName} cannot be used: {failure.Message}", failure);
        }
    }

    private static string Listed(string lead, IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return all.Count switch
        {
            0 => "",
            <= 20 => $"{lead} {string.Join(", ", all)}.",
            _ => $"{lead} {string.Join(", ", all.Take(20))} and {all.Count - 20} more.",
        };
    }
}
