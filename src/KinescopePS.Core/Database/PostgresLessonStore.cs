using System.Data.Common;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Npgsql;
using static KinescopePS.Database.LessonTable;

namespace KinescopePS.Database;

/// <summary>The lesson table in PostgreSQL, also behind a pooler in transaction mode: no session state, no prepared statements.</summary>
internal sealed class PostgresLessonStore : LessonStore
{
    private const string IdleInTransaction = "25P03";

    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _dataSource;
    private Dictionary<string, Column> _columns = [];
    private bool _hasRowSecurity, _hasDeferredTriggers;

    public PostgresLessonStore(PostgresAddress address, LessonTable table)
        : base(table)
    {
        _address = address;
        try
        {
            var builder = new NpgsqlDataSourceBuilder(address.Connection.ConnectionString);
            if (address.ClientCertificate is { } certificate)
                builder.UseSslClientAuthenticationOptionsCallback(options => options.ClientCertificates = [certificate]);
            _dataSource = builder.Build();
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            throw new KinescopeException(ErrorIds.DatabaseUrlInvalid, $"The database URL cannot be used: {failure.Message}", failure);
        }
    }

    public override string DisplayName => _address.DisplayName;

    public override StringComparer IdComparer =>
        IdType == "uuid" || IdType.EndsWith("citext", StringComparison.Ordinal) ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    protected override string QualifiedTable => $"{Quote(_address.Schema)}.{Quote(Table.Name)}";

    protected override IReadOnlyCollection<string> ColumnNames => _columns.Keys;

    private string IdType => _columns[Table.IdColumn].Type;

    public override void Dispose() => _dataSource.Dispose();

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
                        AND i.indpred IS NULL AND i.indexprs IS NULL)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped
            """, _address.Schema, Table.Name))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            {
                columns[reader.GetString(0)] = new Column(reader.GetString(1), reader.GetBoolean(2));
                _hasRowSecurity = reader.GetBoolean(3);
                _hasDeferredTriggers = reader.GetBoolean(4);
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
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var rows = new Dictionary<string, LessonRow>(IdComparer);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            Add(rows, new LessonRow(reader.GetString(0), new VideoLink(TextAt(reader, 1), TextAt(reader, 2))));
        return rows;
    }

    protected override async Task UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes, CancellationToken cancellation)
    {
        await using var command = UpdateCommand(connection, transaction, changes);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        if (!_hasDeferredTriggers)
            return;
        // What they do at the commit is to be read before.
        await using var settle = CommandOn(connection, transaction, "SET CONSTRAINTS ALL IMMEDIATE");
        await settle.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

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
        PostgresException postgres => TranslateState(postgres),
        NpgsqlException { InnerException: AuthenticationException certificate } =>
            new KinescopeException(
                ErrorIds.CertificateRejected, $"The database {DisplayName} could not prove who it is: {certificate.Message}", failure),
        // What the driver itself finds wrong: no password to give, or no TLS where sslmode asks for it.
        NpgsqlException { InnerException: null } =>
            new KinescopeException(
                ErrorIds.DatabaseAccessDenied,
                $"No connection to the database {DisplayName} as {_address.Connection.Username}: {failure.Message}. Check address, "
                + "user, password and sslmode.", failure),
        EncoderFallbackException => Rejected(failure),
        NpgsqlException or SocketException or TimeoutException or IOException => Unreachable(failure),
        _ => null,
    };

    private KinescopeException TranslateState(PostgresException failure) => failure.SqlState switch
    {
        PostgresErrorCodes.ProtocolViolation when PoolerErrors.IdOf(failure.MessageText) is { } errorId => Refused(errorId, failure),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            Refused(ErrorIds.DatabaseAccessDenied, failure),
        // A user who may change the table meets a row that he may not.
        PostgresErrorCodes.InsufficientPrivilege when !MayChange =>
            new KinescopeException(
                ErrorIds.DatabaseAccessDenied,
                $"The user {_address.Connection.Username} may not do this in {DisplayName}: {failure.MessageText}. It needs SELECT, and "
                + $"UPDATE on {Table.VideoIdColumn} and {Table.VideoUrlColumn}.", failure),
        PostgresErrorCodes.InsufficientPrivilege => Rejected(failure),
        PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.DatabaseDropped => Refused(ErrorIds.DatabaseNotFound, failure),
        // It could be written before: the primary has become a replica, and another server is about to take its place.
        PostgresErrorCodes.ReadOnlySqlTransaction when MayChange => Reconnect(failure),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            new KinescopeException(
                ErrorIds.DatabaseError,
                $"The database {DisplayName} is read-only (a replica?). Point DATABASE_URL at the primary.", failure),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.IdleSessionTimeout or IdleInTransaction => Unreachable(failure),
        // Class 08, "connection exception": a pooler that has no server to give.
        ['0', '8', ..] => Unreachable(failure),
        // Connections to the database are turned off, or a trigger lacks what it needs.
        PostgresErrorCodes.ObjectNotInPrerequisiteState => Rejected(failure),
        PostgresErrorCodes.QueryCanceled => Occupied(failure),
        _ when failure.IsTransient => Occupied(failure),
        // Classes 42, what was found there is gone, and XX, damage: no row is to blame.
        ['4', '2', ..] or ['X', 'X', ..] => Unusable(failure),
        _ => Rejected(failure),
    };

    private KinescopeException Refused(string errorId, PostgresException failure) => errorId switch
    {
        ErrorIds.DatabaseNotFound => new(
            errorId, $"{_address.Connection.Host} has no database {_address.Connection.Database}: {failure.MessageText}.", failure),
        ErrorIds.DatabaseAccessDenied => new(
            errorId,
            $"The database {DisplayName} refused the user {_address.Connection.Username}: {failure.MessageText}. Check user and password.",
            failure),
        _ => new(errorId, $"The database {DisplayName} refused the connection: {failure.MessageText}. Check DATABASE_URL.", failure),
    };

    private KinescopeException Reconnect(PostgresException failure)
    {
        _dataSource.Clear();
        return Occupied(failure);
    }

    private NpgsqlCommand SelectCommand(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<string> lessonIds, bool toChange) =>
        // The ids are cast, not the column, so that its index is used. Locked rows are waited for, and read as they then are.
        CommandOn(connection, transaction,
            $"""
            SELECT {Quote(Table.IdColumn)}::text, {Quote(Table.VideoIdColumn)}::text, {Quote(Table.VideoUrlColumn)}::text
            FROM {QualifiedTable} WHERE {Quote(Table.IdColumn)} = ANY ($1::text[]::{IdType}[]){(toChange ? " FOR NO KEY UPDATE" : "")}
            """, (object)lessonIds.Where(CanBeId).ToArray());

    private NpgsqlCommand UpdateCommand(DbConnection connection, DbTransaction transaction, IReadOnlyList<ChangedRow> changes) =>
        CommandOn(connection, transaction,
            $"""
            UPDATE {QualifiedTable} AS lesson
            SET {Quote(Table.VideoIdColumn)} = change.video_id::{_columns[Table.VideoIdColumn].Type},
                {Quote(Table.VideoUrlColumn)} = change.video_url::{_columns[Table.VideoUrlColumn].Type}
            FROM unnest($1::text[]::{IdType}[], $2::text[], $3::text[], $4::text[], $5::text[])
                AS change (id, video_id, video_url, old_video_id, old_video_url)
            WHERE lesson.{Quote(Table.IdColumn)} = change.id
                AND lesson.{Quote(Table.VideoIdColumn)}::text IS NOT DISTINCT FROM change.old_video_id
                AND lesson.{Quote(Table.VideoUrlColumn)}::text IS NOT DISTINCT FROM change.old_video_url
            """,
            changes.Select(change => change.LessonId).ToArray(),
            changes.Select(change => change.After.VideoId).ToArray(),
            changes.Select(change => change.After.Url).ToArray(),
            changes.Select(change => change.Before.VideoId).ToArray(),
            changes.Select(change => change.Before.Url).ToArray());

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

    private sealed record Column(string Type, bool IsReadable);
}
