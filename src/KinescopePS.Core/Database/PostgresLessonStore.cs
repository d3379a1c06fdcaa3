using System.Data.Common;
using System.Text;
using Npgsql;
using static KinescopePS.Database.LessonTable;

namespace KinescopePS.Database;

/// <summary>The lesson table in PostgreSQL, also behind a pooler in transaction mode: no session state, no prepared statements.</summary>
internal sealed class PostgresLessonStore : LessonStore
{
    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _dataSource;
    private readonly bool _isShared;
    private Dictionary<string, Column> _columns = [];
    private bool _hasRowSecurity, _hasDeferredTriggers, _isPlain;

    public PostgresLessonStore(PostgresAddress address, LessonTable table)
        : base(table)
    {
        _address = address;
        _dataSource = address.CreateDataSource();
    }

    private PostgresLessonStore(PostgresLessonStore from, LessonTable table)
        : base(table) =>
        (_address, _dataSource, _isShared) = (from._address, from._dataSource, true);

    public override DatabaseAddress Address => _address;

    public override StringComparer IdComparer =>
        IdType == "uuid" || IdType.EndsWith("citext", StringComparison.Ordinal) ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    protected override string QualifiedTable => $"{Quote(_address.Schema)}.{Quote(Table.Name)}";

    protected override IReadOnlyCollection<string> ColumnNames => _columns.Keys;

    private string IdType => _columns[Table.IdColumn].Type;

    public override LessonStore With(LessonTable other) => new PostgresLessonStore(this, other);

    public override void Dispose()
    {
        if (!_isShared)
            _dataSource.Dispose();
    }

    protected override DbConnection CreateConnection(bool isReadOnly) => _dataSource.CreateConnection();

    protected override async ValueTask<DbTransaction> BeginAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation)
    {
        var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        if (isReadOnly)
        {
            await using var command = CommandOn(connection, transaction, "SET TRANSACTION READ ONLY");
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        return transaction;
    }

    protected override async Task CheckTableAsync(DbConnection connection, CancellationToken cancellation)
    {
        var columns = new Dictionary<string, Column>();
        // Views and foreign tables have no index of their own; what they show twice is noticed when it is read.
        var isUnique = false;
        await using (var command = CommandOn(connection, null,
            """
            SELECT a.attname, format_type(a.atttypid, -1), has_column_privilege(c.oid, a.attnum, 'SELECT'), row_security_active(c.oid),
                EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgdeferrable AND NOT t.tgisinternal),
                c.relkind NOT IN ('r', 'p') OR EXISTS (
                    SELECT FROM pg_index i
                    WHERE i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
                        AND i.indpred IS NULL AND i.indexprs IS NULL), t.typcategory::text,
                c.relkind = 'r' AND NOT c.relhasrules AND NOT c.relhassubclass
                    AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
                JOIN pg_type t ON t.oid = a.atttypid
            WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
            """, _address.Schema, Table.Name))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                columns[reader.GetString(0)] = new Column(reader.GetString(1), reader.GetString(6), reader.GetBoolean(2));
                _hasRowSecurity = reader.GetBoolean(3);
                _hasDeferredTriggers = reader.GetBoolean(4);
                _isPlain = reader.GetBoolean(7);
                isUnique |= reader.GetBoolean(5) && reader.GetString(0) == Table.IdColumn;
            }
        }

        if (columns.Count == 0)
            throw TableNotFound(await TablesAsync(connection, cancellation).ConfigureAwait(false));
        _columns = columns;
        RequireColumns(isUnique);
    }

    protected override async Task CheckAccessAsync(DbConnection connection, bool isReadOnly, CancellationToken cancellation)
    {
        // Both statements on no row: the server looks at the privileges all the same, even where it only explains.
        await using var transaction = await BeginAsync(connection, isReadOnly, cancellation).ConfigureAwait(false);
        Func<NpgsqlCommand>[] commands =
            [() => SelectCommand(connection, transaction, [], toChange: true), () => UpdateCommand(connection, transaction, [])];
        foreach (var create in commands)
        {
            await using var command = create();
            command.CommandText = (isReadOnly ? "EXPLAIN " : "") + command.CommandText;
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }
    }

    protected override async Task<IReadOnlyDictionary<string, LessonRow>> SelectAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, bool toChange, CancellationToken cancellation)
    {
        await using var command = SelectCommand(connection, transaction, lessonIds, toChange);
        return await RowsAsync(command, lessonIds.Count, cancellation).ConfigureAwait(false);
    }

    protected override async Task<IReadOnlyDictionary<string, LessonRow>?> UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes, CancellationToken cancellation)
    {
        await using var command = UpdateCommand(connection, transaction, changes);
        if (_isPlain)
        {
            // Nothing but the columns' types can make anything else of what is written, and the answer tells what they made.
            command.CommandText += $" RETURNING {ReadColumns("lesson.")}";
            var rows = await RowsAsync(command, changes.Count, cancellation).ConfigureAwait(false);
            return rows.Count == changes.Count ? rows : null;
        }

        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        if (!_hasDeferredTriggers)
            return null;
        // What they do at the commit is to be read before.
        await using var settle = CommandOn(connection, transaction, "SET CONSTRAINTS ALL IMMEDIATE");
        await settle.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        return null;
    }

    private async Task<IReadOnlyDictionary<string, LessonRow>> RowsAsync(
        NpgsqlCommand command, int count, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var rows = new Dictionary<string, LessonRow>(count, IdComparer);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            Add(rows, RowAt(reader));
        return rows;
    }

    /// <summary>The columns that <see cref="LessonStore.RowAt"/> takes.</summary>
    private string ReadColumns(string prefix) =>
        string.Join(", ", ChangedColumns.Prepend(Table.IdColumn).Select(column => $"{prefix}{Quote(column)}::text"));

    protected override string TypeOf(string column) => _columns[column].Type;

    protected override bool IsSuitable(string column, bool isNumber) =>
        _columns[column].Category is "S" || isNumber && _columns[column] is { Category: "N", Type: not "money" };

    protected override bool IsReadable(string column) => _columns[column].IsReadable;

    protected override string AsText(string expression) => expression + "::text";

    protected override string BoundId(DbCommand command, string lessonId) => $"{Bound(command, lessonId)}::text::{IdType}";

    protected override string IsOneOfIds(DbCommand command, string column, IReadOnlyList<string> lessonIds) =>
        $"{column} = ANY ({Bound(command, lessonIds.Where(CanBeId).ToArray())}::text[]::{IdType}[])";

    protected override string IsOneOf(DbCommand command, string column, IReadOnlyList<string> values) =>
        $"{AsText(column)} = ANY ({Bound(command, values.ToArray())})";

    protected override async Task<Func<LessonChange, KinescopeException?>> WhyHiddenAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, CancellationToken cancellation)
    {
        if (!_hasRowSecurity)
            return _ => null;

        // Rows that a policy lets this user see, but not lock, are missing from a SELECT for a change.
        var visible = await SelectAsync(connection, transaction, lessonIds, toChange: false, cancellation).ConfigureAwait(false);
        return change => visible.ContainsKey(change.LessonId)
            ? new KinescopeException(
                ErrorIds.LessonLinkRejected,
                $"The database {DisplayName} shows lesson '{change.LessonId}' to the user {_address.Connection.Username}, but a "
                + $"row-level security policy of the table {Table.Name} keeps it from being changed. {change.IfNotFound}".TrimEnd())
            : new KinescopeException(
                ErrorIds.LessonNotVisible,
                $"{DisplayName} shows no lesson '{change.LessonId}' in the table {Table.Name} to the user "
                + $"{_address.Connection.Username}. Row-level security is on: the lesson may be hidden from this user, or missing. Use "
                + $"a user whose policies cover it. {change.IfNotFound}".TrimEnd());
    }

    protected override KinescopeException? Translate(Exception failure) => failure switch
    {
        // A user who may change the table meets a row that he may not.
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege } refusal when !MayChange =>
            new KinescopeException(
                ErrorIds.DatabaseAccessDenied,
                $"The user {_address.Connection.Username} may not do this in {DisplayName}: {refusal.MessageText}. It needs SELECT, and "
                + $"UPDATE on {string.Join(" and ", ChangedColumns)}.", failure),
        // It could be written before: the primary has become a replica, and another server is about to take its place.
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } when MayChange => Reconnect(failure),
        PostgresException { SqlState: PostgresErrorCodes.ReadOnlySqlTransaction } => PostgresErrors.ReadOnly(_address, failure),
        // Connections to the database are turned off, or a trigger lacks what it needs.
        PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege or PostgresErrorCodes.ObjectNotInPrerequisiteState }
            or EncoderFallbackException => Rejected(failure),
        _ => PostgresErrors.OfConnection(failure, _address) ?? failure switch
        {
            // Classes 42, what was found there is gone, and XX, damage: no row is to blame.
            PostgresException { SqlState: ['4', '2', ..] or ['X', 'X', ..] } => Unusable(failure),
            PostgresException => Rejected(failure),
            _ => null,
        },
    };

    private KinescopeException Reconnect(Exception failure)
    {
        _dataSource.Clear();
        return Occupied(failure);
    }

    private NpgsqlCommand SelectCommand(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, bool toChange) =>
        // The ids are cast, not the column, so that its index is used. Locked rows are waited for, and read as they then are.
        CommandOn(connection, transaction,
            $"""
            SELECT {ReadColumns("")}
            FROM {QualifiedTable} WHERE {Quote(Table.IdColumn)} = ANY ($1::text[]::{IdType}[]){(toChange ? " FOR NO KEY UPDATE" : "")}
            """, (object)lessonIds.Where(CanBeId).ToArray());

    private NpgsqlCommand UpdateCommand(DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes)
    {
        // $1 is the ids, and each column has two parameters: its new and its old values.
        var columns = ChangedColumns.Select((column, i) => (Name: Quote(column), _columns[column].Type, Number: i)).ToList();
        return CommandOn(connection, transaction,
            $"""
            UPDATE {QualifiedTable} AS lesson
            SET {Each(", ", column => $"{column.Name} = change.new{column.Number}::{column.Type}")}
            FROM unnest($1::text[]::{IdType}[],
                {Each(", ", column => $"${2 * column.Number + 2}::text[], ${2 * column.Number + 3}::text[]")})
                AS change (id, {Each(", ", column => $"new{column.Number}, old{column.Number}")})
            WHERE lesson.{Quote(Table.IdColumn)} = change.id
                AND {Each(" AND ", column => $"lesson.{column.Name}::text IS NOT DISTINCT FROM change.old{column.Number}")}
            """,
            [
                changes.Select(change => change.LessonId).ToArray(),
                .. columns.SelectMany(column => new object[]
                {
                    changes.Select(change => ValueOf(change.After, column.Number)).ToArray(),
                    changes.Select(change => ValueOf(change.Before, column.Number)).ToArray(),
                }),
            ]);

        string Each(string separator, Func<(string Name, string Type, int Number), string> sql) =>
            string.Join(separator, columns.Select(sql));
    }

    protected override async Task<CourseTable> FindCoursesAsync(
        DbConnection connection, DbTransaction transaction, LessonQuery query, string course, CancellationToken cancellation)
    {
        await using var command = CommandOn(connection, transaction,
            """
            SELECT quote_ident(target_schema.nspname) || '.' || quote_ident(target.relname), target_id.attname, target_title.attname
            FROM pg_constraint reference
            JOIN pg_class source ON source.oid = reference.conrelid
            JOIN pg_namespace source_schema ON source_schema.oid = source.relnamespace
            JOIN pg_attribute source_column ON source_column.attrelid = source.oid AND source_column.attnum = reference.conkey[1]
            JOIN pg_class target ON target.oid = reference.confrelid
            JOIN pg_namespace target_schema ON target_schema.oid = target.relnamespace
            JOIN pg_attribute target_id ON target_id.attrelid = target.oid AND target_id.attnum = reference.confkey[1]
            JOIN pg_attribute target_title
                ON target_title.attrelid = target.oid AND target_title.attname = $4 AND NOT target_title.attisdropped
            WHERE reference.contype = 'f' AND cardinality(reference.conkey) = 1
                AND source_schema.nspname = $1 AND source.relname = $2 AND source_column.attname = $3
                AND has_schema_privilege(target_schema.oid, 'USAGE')
                AND has_column_privilege(target.oid, target_id.attnum, 'SELECT')
                AND has_column_privilege(target.oid, target_title.attnum, 'SELECT')
            LIMIT 1
            """, _address.Schema, Table.Name, course, query.TitleColumn ?? LessonQuery.DefaultTitleColumn);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        return await reader.ReadAsync(cancellation).ConfigureAwait(false)
            ? new CourseTable(reader.GetString(0), reader.GetString(1), reader.GetString(2))
            : CourseTable.None;
    }

    private bool CanBeId(string text) => IdType switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "smallint" => short.TryParse(text, out _),
        "integer" => int.TryParse(text, out _),
        "bigint" => long.TryParse(text, out _),
        _ => !text.Contains('\0') && IsWhole(text),
    };

    // Half of a surrogate pair cannot be sent.
    private static bool IsWhole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    private static async Task<List<string>> TablesAsync(DbConnection connection, CancellationToken cancellation)
    {
        await using var command = CommandOn(connection, null,
            """
            SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables
            WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1 LIMIT 200
            """);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var tables = new List<string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            tables.Add(reader.GetString(0));
        return tables;
    }

    private static string Bound(DbCommand command, object value)
    {
        command.Parameters.Add(new NpgsqlParameter { Value = value });
        return $"${command.Parameters.Count}";
    }

    private static NpgsqlCommand CommandOn(DbConnection connection, DbTransaction? transaction, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }

    /// <param name="Type">The type's name, which a domain has for itself.</param>
    /// <param name="Category">The category of the type, or of that under a domain: <c>N</c> for numbers, <c>S</c> for texts.</param>
    /// <param name="IsReadable">True where this user may read it.</param>
    private sealed record Column(string Type, string Category, bool IsReadable);
}
