using System.Collections.Concurrent;
using System.Data.Common;

namespace KinescopePS.Database;

/// <summary>
/// The site's lesson table. Rows are changed only by their id, one a lesson, only in the two video columns, and only while they
/// still hold what was read; rows are never inserted or deleted.
/// </summary>
internal abstract class LessonStore(LessonTable table) : IDisposable
{
    private readonly ConcurrentDictionary<(string Course, string Title), CourseTable> _courses = new();
    private bool _isChecked;

    /// <summary>A name for messages, without user and password.</summary>
    public abstract string DisplayName { get; }

    /// <summary>The database, the table and the columns that changes go to: the same text for the same columns.</summary>
    public string Target =>
        $"{DisplayName} {QualifiedTable}({LessonTable.Quote(table.VideoIdColumn)}, {LessonTable.Quote(table.VideoUrlColumn)})";

    public LessonTable Table => table;

    protected abstract string QualifiedTable { get; }

    /// <summary>True once the table is known to be one that this user may change.</summary>
    protected bool MayChange { get; private set; }

    /// <summary>Equality of lesson ids in this database.</summary>
    public virtual StringComparer IdComparer => StringComparer.Ordinal;

    public static LessonStore Open(DatabaseAddress address, LessonTable table) => address switch
    {
        PostgresAddress postgres => new PostgresLessonStore(postgres, table),
        SqliteAddress sqlite => new SqliteLessonStore(sqlite, table),
        _ => throw new ArgumentException($"No store for {address.GetType().Name}.", nameof(address)),
    };

    /// <summary>Connects and makes sure that the table and its columns are there.</summary>
    /// <exception cref="KinescopeException">
    /// Permanent: <c>DatabaseAccessDenied</c>, <c>CertificateRejected</c>, <c>DatabaseNotFound</c>, <c>DatabaseError</c>,
    /// <c>LessonTableNotFound</c>, <c>LessonColumnNotFound</c>, <c>LessonColumnNotUnique</c>. Transient: <c>DatabaseUnreachable</c>,
    /// <c>DatabaseBusy</c>.
    /// </exception>
    public Task PrepareAsync(CancellationToken cancellation) => TranslateAsync(async () =>
    {
        await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
        return true;
    }, cancellation);

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

    /// <summary>The rows of those lessons that exist, by lesson id.</summary>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task<IReadOnlyDictionary<string, LessonRow>> ReadAsync(IReadOnlyList<string> lessonIds, CancellationToken cancellation) =>
        TranslateAsync(async () =>
        {
            await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
            await using var transaction = await BeginAsync(connection, isReadOnly: true, cancellation).ConfigureAwait(false);
            return await SelectAsync(connection, transaction, lessonIds, toChange: false, cancellation).ConfigureAwait(false);
        }, cancellation);

    /// <summary>
    /// A page of the lessons that a query is for, in the order of their ids. No connection stays open between two pages, however
    /// long the caller takes: what is done with one page may change the rows of the next.
    /// </summary>
    /// <param name="query">Which lessons.</param>
    /// <param name="after">The last id of the page before; null for the first.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>Fewer than <see cref="LessonQuery.PageSize"/> lessons on the last page.</returns>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>.</exception>
    public Task<IReadOnlyList<SiteLesson>> ReadPageAsync(LessonQuery query, string? after, CancellationToken cancellation) =>
        TranslateAsync(async () =>
        {
            await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
            await using var transaction = await BeginAsync(connection, isReadOnly: true, cancellation).ConfigureAwait(false);
            return await SelectPageAsync(connection, transaction, query, after, cancellation).ConfigureAwait(false);
        }, cancellation);

    /// <summary>The courses that the lessons belong to, with their titles; empty where the database does not say.</summary>
    /// <exception cref="KinescopeException">As <see cref="PrepareAsync"/>; <c>LessonColumnNotFound</c> also for these columns.</exception>
    public Task<IReadOnlyDictionary<string, string?>> ReadCoursesAsync(LessonQuery query, CancellationToken cancellation) =>
        TranslateAsync(async () =>
        {
            await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
            await using var transaction = await BeginAsync(connection, isReadOnly: true, cancellation).ConfigureAwait(false);
            return await SelectCoursesAsync(connection, transaction, query, cancellation).ConfigureAwait(false);
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

    public abstract void Dispose();

    /// <summary>A closed connection.</summary>
    protected abstract DbConnection CreateConnection(bool isReadOnly);

    /// <summary>Checks the table's shape on an open connection, and learns what the statements need to know of it.</summary>
    protected abstract Task CheckTableAsync(DbConnection connection, CancellationToken cancellation);

    /// <summary>Fails where this user may not do what <see cref="ChangeAsync"/> does.</summary>
    protected abstract Task CheckAccessAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation);

    protected abstract ValueTask<DbTransaction> BeginAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation);

    protected virtual Task CommitAsync(DbTransaction transaction, CancellationToken cancellation) => transaction.CommitAsync(cancellation);

    /// <summary>Does some work, again while a lock that somebody else holds stands against it.</summary>
    protected virtual Task<T> PatientlyAsync<T>(Func<Task<T>> work, CancellationToken cancellation) => work();

    /// <summary>Reads rows.</summary>
    /// <param name="connection">An open connection.</param>
    /// <param name="transaction">Its transaction.</param>
    /// <param name="lessonIds">The lessons.</param>
    /// <param name="toChange">True where the rows stay as they are until the transaction's end.</param>
    /// <param name="cancellation">Cancels.</param>
    protected abstract Task<IReadOnlyDictionary<string, LessonRow>> SelectAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, bool toChange, CancellationToken cancellation);

    protected abstract Task<IReadOnlyList<SiteLesson>> SelectPageAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string? after, CancellationToken cancellation);

    protected abstract Task<IReadOnlyDictionary<string, string?>> SelectCoursesAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, CancellationToken cancellation);

    /// <summary>Finds the table that the course column refers to, where this user may read its titles.</summary>
    protected abstract Task<CourseTable> FindCoursesAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string course, CancellationToken cancellation);

    /// <inheritdoc cref="FindCoursesAsync" />
    protected async Task<CourseTable> CoursesOfAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string? course, CancellationToken cancellation)
    {
        if (course is null)
            return CourseTable.None;
        var columns = (course, query.TitleColumn ?? LessonQuery.DefaultTitleColumn);
        return _courses.TryGetValue(columns, out var known)
            ? known
            : _courses[columns] = await FindCoursesAsync(connection, transaction, query, course, cancellation).ConfigureAwait(false);
    }

    /// <summary>Changes the rows that still hold what was read.</summary>
    /// <returns>The ids of the rows that were changed.</returns>
    protected abstract Task<IReadOnlySet<string>> UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes, CancellationToken cancellation);

    /// <summary>The reason why a row that was not found may be there all the same; null for none.</summary>
    /// <returns>A function of the lesson.</returns>
    protected virtual Task<Func<LessonChange, KinescopeException?>> WhyHiddenAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, CancellationToken cancellation) =>
        Task.FromResult<Func<LessonChange, KinescopeException?>>(_ => null);

    /// <summary>The error that a driver's exception stands for; null where it is none of the database's.</summary>
    protected abstract KinescopeException? Translate(Exception failure);

    protected KinescopeException TableNotFound(IEnumerable<string> existing) =>
        new(
            ErrorIds.LessonTableNotFound,
            $"{DisplayName} has no table {QualifiedTable}. {Listed("It has", existing)} Connect to the right database, or with "
            + "Connect-LessonDatabase -TableName.");

    protected void RequireColumns(IReadOnlyCollection<string> existing, StringComparer comparer)
    {
        foreach (var column in Table.Columns)
            RequireColumn(column, existing, comparer, "Connect with Connect-LessonDatabase -IdColumn, -VideoIdColumn and -VideoUrlColumn");
    }

    protected void RequireColumn(string column, IReadOnlyCollection<string> existing, StringComparer comparer, string advice)
    {
        if (!existing.Contains(column, comparer))
            throw new KinescopeException(
                ErrorIds.LessonColumnNotFound,
                $"The table {Table.Name} of {DisplayName} has no column {column}. {Listed("It has", existing)} {advice}.");
    }

    protected void RequireUnique(bool isUnique)
    {
        if (!isUnique)
            throw new KinescopeException(
                ErrorIds.LessonColumnNotUnique,
                $"The column {Table.IdColumn} of the table {Table.Name} of {DisplayName} is neither its primary key nor unique: an id "
                + "in it can mean several rows. Connect with Connect-LessonDatabase -IdColumn.");
    }

    /// <summary>Adds a row that was read. A view may have several of one id.</summary>
    protected void Add(Dictionary<string, LessonRow> rows, LessonRow row)
    {
        if (!rows.TryAdd(row.Id, row))
            throw new KinescopeException(
                ErrorIds.LessonLinkRejected,
                $"The table {Table.Name} of {DisplayName} has several rows for lesson '{row.Id}': none was changed.");
    }

    /// <summary>The columns of a lesson's title and course. A default one may be absent, or not for this user.</summary>
    protected (string? Title, string? Course) ReadableColumns(
        LessonQuery query, IReadOnlyCollection<string> existing, StringComparer comparer, Func<string, bool> isReadable)
    {
        return (
            Readable(query.TitleColumn, LessonQuery.DefaultTitleColumn, "Give -TitleColumn"),
            Readable(query.CourseColumn, LessonQuery.DefaultCourseColumn, "Give -CourseColumn"));

        string? Readable(string? given, string byDefault, string advice)
        {
            if (given is not null)
                RequireColumn(given, existing, comparer, advice);
            return given ?? (existing.Contains(byDefault, comparer) && isReadable(byDefault) ? byDefault : null);
        }
    }

    /// <summary>The rows of a page: id, course, course's title, title, video id, address.</summary>
    protected static async Task<IReadOnlyList<SiteLesson>> LessonsOfAsync(DbCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var page = new List<SiteLesson>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            page.Add(new SiteLesson
            {
                LessonId = reader.GetString(0),
                Course = TextAt(reader, 1),
                CourseTitle = TextAt(reader, 2) is { } courseTitle ? PrintableText.Of(courseTitle) : null,
                Title = TextAt(reader, 3) is { } title ? PrintableText.Of(title) : null,
                VideoId = TextAt(reader, 4),
                VideoUrl = TextAt(reader, 5),
            });
        }

        return page;
    }

    /// <summary>The rows of courses: id, title.</summary>
    protected static async Task<IReadOnlyDictionary<string, string?>> CoursesOfAsync(DbCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var courses = new Dictionary<string, string?>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            courses[reader.GetString(0)] = TextAt(reader, 1);
        return courses;
    }

    protected static string? TextAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    protected KinescopeException Unreachable(Exception cause) =>
        new(ErrorIds.DatabaseUnreachable, $"The database {DisplayName} cannot be reached: {cause.GetBaseException().Message}", cause);

    protected KinescopeException Occupied(Exception cause) =>
        new(ErrorIds.DatabaseBusy, $"The database {DisplayName} cannot do this at the moment: {cause.Message}", cause);

    protected KinescopeException Rejected(Exception cause) =>
        new(ErrorIds.LessonLinkRejected, $"The database {DisplayName} refused the change: {cause.Message}", cause);

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

        var decisions = new Decision[changes.Count];
        var due = new List<ChangedRow>();
        for (var i = 0; i < changes.Count; i++)
        {
            var lessonId = changes[i].LessonId;
            if (!rows.TryGetValue(lessonId, out var row))
                continue;
            decisions[i] = changes[i].Decide(row.Link);
            if (decisions[i].Refusal is not null || decisions[i].After == row.Link)
                continue;
            replaced[lessonId] = row.Link;
            due.Add(new ChangedRow(lessonId, row.Link, decisions[i].After));
        }

        IReadOnlySet<string> changed = due.Count > 0
            ? await UpdateAsync(connection, transaction, due, cancellation).ConfigureAwait(false)
            : new HashSet<string>();
        IReadOnlyList<ChangedRow> made = [.. due.Where(row => changed.Contains(row.LessonId))];
        if (made.Count > 0)
            await log.ChangingAsync(made, cancellation).ConfigureAwait(false);
        Waypoint.Pass("commit-due");
        await CommitAsync(transaction, cancellation).ConfigureAwait(false);
        Waypoint.Pass("committed");
        if (made.Count > 0)
            await log.ChangedAsync(made, cancellation).ConfigureAwait(false);

        return [.. changes.Select(OutcomeOf)];

        ChangeOutcome OutcomeOf(LessonChange change, int i)
        {
            if (!rows.TryGetValue(change.LessonId, out var row))
                return new ChangeOutcome(change, null, null, absent[change.LessonId]);

            var (after, refusal) = decisions[i];
            if (refusal is null && after != row.Link && !changed.Contains(change.LessonId))
                refusal = new KinescopeException(
                    ErrorIds.LessonLinkRejected,
                    $"The database {DisplayName} kept lesson '{change.LessonId}' as it was: a trigger, a rule or a policy of the table "
                    + $"{Table.Name} stands against the change.");
            var before = refusal is null ? replaced.GetValueOrDefault(change.LessonId, row.Link) : row.Link;
            return new ChangeOutcome(change, before, after, refusal);
        }
    }

    private async Task<DbConnection> ConnectAsync(bool isReadOnly, CancellationToken cancellation)
    {
        var connection = CreateConnection(isReadOnly);
        try
        {
            await connection.OpenAsync(cancellation).ConfigureAwait(false);
            if (!_isChecked)
                await CheckTableAsync(connection, cancellation).ConfigureAwait(false);
            _isChecked = true;
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task RequireAccessAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation)
    {
        await CheckAccessAsync(connection, isReadOnly, cancellation).ConfigureAwait(false);
        MayChange = true;
    }

    private async Task<T> TranslateAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            // SQLite's driver blocks its thread, and the pipeline's is to stay free.
            return await Task.Run(() => PatientlyAsync(work, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or KinescopeException))
        {
            throw Translate(failure) ?? new KinescopeException(
                ErrorIds.DatabaseError, $"The database {DisplayName} cannot be used: {failure.Message}", failure);
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
