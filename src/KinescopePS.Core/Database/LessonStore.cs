using System.Data.Common;

namespace KinescopePS.Database;

/// <summary>
/// The site's lesson table. Rows are changed only by their id, one a lesson, only in the two video columns and those beside them
/// that are asked for, and only while they still hold what was read; rows are never inserted or deleted.
/// </summary>
internal abstract partial class LessonStore(LessonTable table) : IDisposable
{
    private bool _isChecked;

    /// <summary>Where the database is.</summary>
    public abstract DatabaseAddress Address { get; }

    /// <summary>A name for messages, without user and password.</summary>
    public string DisplayName => Address.DisplayName;

    /// <summary>The database, the table and the columns that changes go to: the same text for the same columns.</summary>
    public string Target =>
        $"{DisplayName} {QualifiedTable}({LessonTable.Quote(table.VideoIdColumn)}, {LessonTable.Quote(table.VideoUrlColumn)})";

    public LessonTable Table => table;

    protected abstract string QualifiedTable { get; }

    /// <summary>The columns that changes read and write.</summary>
    protected IReadOnlyList<string> ChangedColumns { get; } = [table.VideoIdColumn, table.VideoUrlColumn, .. table.OtherColumns];

    /// <summary>Equality of lesson ids in this database.</summary>
    public virtual StringComparer IdComparer => StringComparer.Ordinal;

    public static LessonStore Open(DatabaseAddress address, LessonTable table) => address switch
    {
        PostgresAddress postgres => new PostgresLessonStore(postgres, table),
        SqliteAddress sqlite => new SqliteLessonStore(sqlite, table),
        _ => throw new ArgumentException($"No store for {address.GetType().Name}.", nameof(address)),
    };

    /// <summary>
    /// The same database with other columns. Its connections are this one's, and end with them: there is nothing to be disposed of.
    /// </summary>
    public abstract LessonStore With(LessonTable other);

    /// <summary>Connects and makes sure that the table and its columns are there.</summary>
    /// <exception cref="KinescopeException">
    /// Permanent: <c>DatabaseAccessDenied</c>, <c>CertificateRejected</c>, <c>DatabaseNotFound</c>, <c>DatabaseError</c>,
    /// <c>LessonTableNotFound</c>, <c>LessonColumnNotFound</c>, <c>LessonColumnNotUnique</c>, <c>LessonColumnUnsuitable</c>.
    /// Transient: <c>DatabaseUnreachable</c>, <c>DatabaseBusy</c>.
    /// </exception>
    public Task PrepareAsync(CancellationToken cancellation) => TranslateAsync(async () =>
    {
        await using var connection = await ConnectAsync(isReadOnly: true, cancellation).ConfigureAwait(false);
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

    public abstract void Dispose();

    /// <summary>A closed connection.</summary>
    protected abstract DbConnection CreateConnection(bool isReadOnly);

    /// <summary>Checks the table's shape on an open connection, and learns what the statements need to know of it.</summary>
    protected abstract Task CheckTableAsync(DbConnection connection, CancellationToken cancellation);

    protected abstract ValueTask<DbTransaction> BeginAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation);

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

    /// <summary>The error that a driver's exception stands for; null where it is none of the database's.</summary>
    protected abstract KinescopeException? Translate(Exception failure);

    protected KinescopeException TableNotFound(IEnumerable<string> existing) =>
        new(
            ErrorIds.LessonTableNotFound,
            $"{DisplayName} has no table {QualifiedTable}. {Listed("It has", existing)} Connect to the right database, or with "
            + "Connect-LessonDatabase -TableName.");

    /// <summary>A column's type, as the database names it.</summary>
    protected abstract string TypeOf(string column);

    /// <summary>True for a column whose type holds texts, or numbers where these are asked for.</summary>
    protected abstract bool IsSuitable(string column, bool isNumber);

    /// <summary>Makes sure that the columns are there, and that the id is one lesson's.</summary>
    protected void RequireColumns(bool isUnique)
    {
        foreach (var column in Table.Columns)
            RequireColumn(column, "Connect with Connect-LessonDatabase -IdColumn, -VideoIdColumn and -VideoUrlColumn");
        foreach (var column in Table.RestoredColumns)
            RequireColumn(column, "The undo file has values of it");
        RequireFurther(Table.DurationColumn, "durations", isNumber: true, "Give another -DurationColumn", Table.Columns);
        RequireFurther(
            Table.PosterUrlColumn, "addresses of posters", isNumber: false, "Give another -PosterUrlColumn",
            [.. Table.Columns, Table.DurationColumn ?? ""]);
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

    /// <summary>The row that a reader is at, with its id and <see cref="ChangedColumns"/> as texts.</summary>
    protected LessonRow RowAt(DbDataReader reader)
    {
        var link = new VideoLink(TextAt(reader, 1), TextAt(reader, 2));
        return new(reader.GetString(0), ChangedColumns.Count == 2 ? link : link with
        {
            Others = new ColumnValues(ChangedColumns.Skip(2).Select((column, i) => (column, Value: TextAt(reader, 3 + i)))
                .ToDictionary(pair => pair.column, pair => pair.Value)),
        });
    }

    /// <summary>The value of one of <see cref="ChangedColumns"/>, by its number.</summary>
    protected string? ValueOf(VideoLink link, int column) => column switch
    {
        0 => link.VideoId,
        1 => link.Url,
        _ => link.Others[ChangedColumns[column]],
    };

    protected static string? TextAt(DbDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    protected KinescopeException Unreachable(Exception cause) =>
        new(ErrorIds.DatabaseUnreachable, $"The database {DisplayName} cannot be reached: {cause.GetBaseException().Message}", cause);

    protected KinescopeException Occupied(Exception cause) =>
        new(ErrorIds.DatabaseBusy, $"The database {DisplayName} cannot do this at the moment: {cause.Message}", cause);

    /// <summary>An error of the database as a whole that does not pass by itself.</summary>
    protected KinescopeException Unusable(Exception cause) =>
        new(ErrorIds.DatabaseError, $"The database {DisplayName} cannot be used: {cause.Message}", cause);

    private void RequireColumn(string column, string advice)
    {
        if (!ColumnNames.Contains(column, ColumnComparer))
            throw new KinescopeException(
                ErrorIds.LessonColumnNotFound,
                $"The table {Table.Name} of {DisplayName} has no column {column}. {Listed("It has", ColumnNames)} {advice}.");
    }

    /// <summary>Makes sure that a column, where one is named, is there, is of a type for its values, and holds nothing else.</summary>
    private void RequireFurther(string? column, string values, bool isNumber, string advice, IEnumerable<string> taken)
    {
        if (column is null)
            return;
        RequireColumn(column, advice);
        var why = taken.Contains(column, ColumnComparer) ? "has another use"
            : IsSuitable(column, isNumber) ? null
            : $"is of the type {TypeOf(column)}";
        if (why is not null)
            throw new KinescopeException(
                ErrorIds.LessonColumnUnsuitable,
                $"The column {column} of the table {Table.Name} of {DisplayName} is not for {values}: it {why}. {advice}.");
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

    private async Task<T> TranslateAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        try
        {
            // SQLite's driver blocks its thread, and the pipeline's is to stay free.
            return await Task.Run(() => PatientlyAsync(work, cancellation), CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or KinescopeException))
        {
            throw Translate(failure) ?? Unusable(failure);
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
