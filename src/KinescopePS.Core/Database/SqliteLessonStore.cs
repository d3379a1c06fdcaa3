using System.Data.Common;
using System.Diagnostics;
using System.Text.Json;
using KinescopePS.Files;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using static KinescopePS.Database.LessonTable;

namespace KinescopePS.Database;

/// <summary>The lesson table in a SQLite file.</summary>
internal sealed class SqliteLessonStore(SqliteAddress address, LessonTable table) : LessonStore(table)
{
    // Result codes: https://www.sqlite.org/rescode.html
    private const int Error = 1, Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, InputOutput = 10;
    private const int CannotOpen = 14, Protocol = 15, TooBig = 18, Constraint = 19, Mismatch = 20, NotADatabase = 26, Row = 100, Done = 101;

    /// <summary>Parts of type names.</summary>
    /// <remarks>Source: https://www.sqlite.org/datatype3.html, 3.1.</remarks>
    private static readonly string[] TextTypes = ["CHAR", "CLOB", "TEXT"], NumberTypes = ["INT", "REAL", "FLOA", "DOUB", "NUM", "DEC"];

    private Dictionary<string, string> _columns = [];

    public override DatabaseAddress Address => address;

    protected override string QualifiedTable => Quote(Table.Name);

    protected override IReadOnlyCollection<string> ColumnNames => _columns.Keys;

    protected override StringComparer ColumnComparer => StringComparer.OrdinalIgnoreCase;

    public override LessonStore With(LessonTable other) => new SqliteLessonStore(address, other);

    public override void Dispose()
    {
    }

    protected override DbConnection CreateConnection(bool isReadOnly)
    {
        if (DiskFile.At(address.FilePath) is not { IsRegular: true })
            throw new KinescopeException(
                ErrorIds.DatabaseNotFound,
                $"There is no database file {address.FilePath} "
                + $"({DatabaseAddress.RelativePaths}; Prisma's own starts from the folder of its schema).");
        return new SqliteConnection(address.ConnectionString);
    }

    // To write, the lock is taken at once: a transaction that reads first cannot be upgraded while another one writes.
    protected override ValueTask<DbTransaction> BeginAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation) =>
        new(((SqliteConnection)connection).BeginTransaction(deferred: isReadOnly));

    // A commit that readers hold up is repeated alone: the transaction stands, and so does what is logged of it.
    protected override Task CommitAsync(DbTransaction transaction, CancellationToken cancellation) => PatientlyAsync(
        async () =>
        {
            await transaction.CommitAsync(cancellation).ConfigureAwait(false);
            return true;
        },
        cancellation);

    // The driver's own wait blocks its thread and does not end on cancel: it is kept short and repeated.
    protected override async Task<T> PatientlyAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (SqliteException busy)
                when (busy.SqliteErrorCode is Busy or Locked && Stopwatch.GetElapsedTime(started) < address.Patience)
            {
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    protected override async Task CheckTableAsync(DbConnection connection, CancellationToken cancellation)
    {
        const string Columns = "SELECT name, type FROM pragma_table_xinfo($table) WHERE hidden <> 1";
        var columns = await PairsAsync(connection, Columns, cancellation).ConfigureAwait(false);
        if (columns.Count == 0)
        {
            const string Tables = "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')";
            throw TableNotFound(await NamesAsync(connection, Tables, cancellation).ConfigureAwait(false));
        }

        _columns = columns.ToDictionary(StringComparer.OrdinalIgnoreCase);
        // The columns that are unique alone, and those of a view, which says nothing of it.
        var unique = await NamesAsync(connection,
            """
            SELECT name FROM pragma_table_info($table) WHERE pk > 0 AND (SELECT COUNT(*) FROM pragma_table_info($table) WHERE pk > 0) = 1
            UNION SELECT MAX(member.name) FROM pragma_index_list($table) AS list, pragma_index_info(list.name) AS member
                WHERE list."unique" AND NOT list.partial GROUP BY list.name HAVING COUNT(*) = 1 AND MAX(member.name) IS NOT NULL
            UNION SELECT name FROM pragma_table_info($table)
                WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = $table COLLATE NOCASE)
            """, cancellation).ConfigureAwait(false);
        RequireColumns(unique.Contains(Table.IdColumn, ColumnComparer));
    }

    protected override string TypeOf(string column) => _columns[column];

    // A column without a type holds anything.
    protected override bool IsSuitable(string column, bool isNumber)
    {
        var type = TypeOf(column);
        return type.Length == 0 || Array.Exists(TextTypes, Has) || isNumber && Array.Exists(NumberTypes, Has);

        bool Has(string word) => type.Contains(word, StringComparison.OrdinalIgnoreCase);
    }

    protected override Task CheckAccessAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation)
    {
        // One that may not be written is opened all the same, for reading.
        if (!isReadOnly && raw.sqlite3_db_readonly(((SqliteConnection)connection).Handle, "main") == 1)
            throw NotWritable("it is read-only");
        // Generated columns, and views without triggers.
        var handle = ((SqliteConnection)connection).Handle!;
        SqliteException.ThrowExceptionForRC(raw.sqlite3_prepare_v2(handle, UpdateSql, out var statement), handle);
        statement.Dispose();
        return Task.CompletedTask;
    }

    protected override async Task<IReadOnlyDictionary<string, LessonRow>> SelectAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, bool toChange, CancellationToken cancellation)
    {
        await using var command = CommandOn(connection, transaction,
            $"""
            SELECT {Quote(Table.IdColumn)}, {string.Join(", ", ChangedColumns.Select(Quote))}
            FROM {Quote(Table.Name)} WHERE {Quote(Table.IdColumn)} IN (SELECT value FROM json_each($ids))
            """);
        Bind(command, "$ids", JsonSerializer.Serialize(lessonIds));
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var rows = new Dictionary<string, LessonRow>(IdComparer);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            Add(rows, RowAt(reader));
        return rows;
    }

    /// <remarks>By the library itself: the driver looks up each parameter by its name, and makes a reader for each row.</remarks>
    protected override Task<IReadOnlyDictionary<string, LessonRow>?> UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes, CancellationToken cancellation)
    {
        var database = ((SqliteConnection)connection).Handle!;
        Require(raw.sqlite3_prepare_v2(database, UpdateSql, out var statement));
        using (statement)
        {
            foreach (var change in changes)
            {
                cancellation.ThrowIfCancellationRequested();
                var number = 0;
                foreach (var value in ValuesOf(change))
                    Require(BindAt(statement, ++number, value));
                if (raw.sqlite3_step(statement) is not (Done or Row) and var failed)
                    Require(failed);
                Require(raw.sqlite3_reset(statement));
            }
        }

        return Task.FromResult<IReadOnlyDictionary<string, LessonRow>?>(null);

        void Require(int code) => SqliteException.ThrowExceptionForRC(code, database);
    }

    private static int BindAt(sqlite3_stmt statement, int number, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, number),
        long count => raw.sqlite3_bind_int64(statement, number, count),
        _ => raw.sqlite3_bind_text(statement, number, (string)value),
    };

    // As texts, since a number in a column without a type is never equal to its text.
    private string UpdateSql =>
        $"""
        UPDATE {Quote(Table.Name)} SET {string.Join(", ", ChangedColumns.Select(column => $"{Quote(column)} = ?"))}
        WHERE {Quote(Table.IdColumn)} = ?
            AND {string.Join(" AND ", ChangedColumns.Select(column => $"CAST({Quote(column)} AS TEXT) IS ?"))}
        """;

    /// <summary>The values of <see cref="UpdateSql"/>, in its order.</summary>
    private IEnumerable<object?> ValuesOf(ChangedRow change)
    {
        for (var i = 0; i < ChangedColumns.Count; i++)
        {
            var isNumber = ChangedColumns[i] == Table.DurationColumn && TypeOf(ChangedColumns[i]).Length == 0;
            yield return isNumber && long.TryParse(ValueOf(change.After, i), out var number) ? number : ValueOf(change.After, i);
        }

        yield return change.LessonId;
        for (var i = 0; i < ChangedColumns.Count; i++)
            yield return ValueOf(change.Before, i);
    }

    protected override string BoundId(DbCommand command, string lessonId) => Bound((SqliteCommand)command, lessonId);

    protected override string IsOneOfIds(DbCommand command, string column, IReadOnlyList<string> lessonIds) =>
        $"{column} IN (SELECT value FROM json_each({Bound((SqliteCommand)command, JsonSerializer.Serialize(lessonIds))}))";

    protected override string IsOneOf(DbCommand command, string column, IReadOnlyList<string> values) =>
        IsOneOfIds(command, $"CAST({column} AS TEXT)", values);

    protected override KinescopeException? Translate(Exception failure) =>
        failure is SqliteException sqlite ? Translate(sqlite) : null;

    private KinescopeException Translate(SqliteException sqlite) => sqlite.SqliteErrorCode switch
    {
        Busy or Locked or Protocol => Occupied(sqlite),
        CannotOpen or InputOutput when IsHeld => Occupied(sqlite),
        Permission or ReadOnly or CannotOpen => NotWritable(sqlite.Message, sqlite),
        NotADatabase =>
            new KinescopeException(ErrorIds.DatabaseError, $"{DisplayName} is not a SQLite database.", sqlite),
        InputOutput =>
            new KinescopeException(
                ErrorIds.DatabaseError, $"The database file {DisplayName} cannot be read or written: {sqlite.Message}", sqlite),
        // A trigger may refuse a row, and what it computes may fail for one.
        Error or TooBig or Constraint or Mismatch => Rejected(sqlite),
        _ => Unusable(sqlite),
    };

    private KinescopeException NotWritable(string why, Exception? cause = null) => new(
        ErrorIds.DatabaseAccessDenied, $"The database file {DisplayName} or its folder cannot be written: {why}", cause);

    /// <summary>True while another program keeps the file, or one that belongs to it, for itself, as Windows lets it.</summary>
    private bool IsHeld => OperatingSystem.IsWindows()
        && Array.Exists(["", "-journal", "-wal", "-shm"], suffix => FileInUse.Is(address.FilePath + suffix));

    protected override async Task<CourseTable> FindCoursesAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string course, CancellationToken cancellation)
    {
        await using var command = CommandOn(connection, transaction,
            """
            SELECT reference."table",
                COALESCE(reference."to", (SELECT name FROM pragma_table_info(reference."table") WHERE pk = 1)), title.name
            FROM pragma_foreign_key_list($table) AS reference, pragma_table_info(reference."table") AS title
            WHERE reference."from" = $course COLLATE NOCASE AND title.name = $title COLLATE NOCASE
            """);
        Bind(command, "$table", Table.Name);
        Bind(command, "$course", course);
        Bind(command, "$title", query.TitleColumn ?? LessonQuery.DefaultTitleColumn);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await reader.ReadAsync(cancellation).ConfigureAwait(false) && !reader.IsDBNull(1)
            ? new CourseTable(Quote(reader.GetString(0)), reader.GetString(1), reader.GetString(2))
            : CourseTable.None;
    }

    private async Task<List<string>> NamesAsync(DbConnection connection, string sql, CancellationToken cancellation) =>
        [.. (await PairsAsync(connection, sql, cancellation).ConfigureAwait(false)).Select(pair => pair.Key)];

    private async Task<List<KeyValuePair<string, string>>> PairsAsync(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = CommandOn(connection, null, sql);
        Bind(command, "$table", Table.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var pairs = new List<KeyValuePair<string, string>>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            pairs.Add(new(reader.GetString(0), reader.FieldCount > 1 ? reader.GetString(1) : ""));
        return pairs;
    }

    private static SqliteCommand CommandOn(DbConnection connection, DbTransaction? transaction, string sql) =>
        new(sql, (SqliteConnection)connection, (SqliteTransaction?)transaction);

    private static string Bound(SqliteCommand command, string value)
    {
        var name = $"$bound{command.Parameters.Count}";
        Bind(command, name, value);
        return name;
    }

    private static void Bind(SqliteCommand command, string name, string? value) =>
        command.Parameters.AddWithValue(name, (object?)value ?? DBNull.Value);
}
