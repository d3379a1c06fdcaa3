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
    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _dataSource;
    private Dictionary<string, string> _types = [];

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

    protected override StringComparer IdComparer => IdType == "uuid" ? StringComparer.OrdinalIgnoreCase : StringComparer.Ordinal;

    private string IdType => _types[Table.IdColumn];

    private string QualifiedTable => $"{Quote(_address.Schema)}.{Quote(Table.Name)}";

    public override void Dispose() => _dataSource.Dispose();

    protected override DbConnection CreateConnection() => _dataSource.CreateConnection();

    protected override async ValueTask<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellation) =>
        await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);

    protected override async Task CheckTableAsync(DbConnection connection, CancellationToken cancellation)
    {
        var types = new Dictionary<string, string>();
        await using (var command = CommandOn(connection, null,
            """
            SELECT a.attname, format_type(a.atttypid, -1)
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = $1 AND c.relname = $2 AND a.attnum > 0 AND NOT a.attisdropped
            """, _address.Schema, Table.Name))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
                types[reader.GetString(0)] = reader.GetString(1);
        }

        if (types.Count == 0)
            throw TableNotFound(QualifiedTable, await TablesAsync(connection, cancellation).ConfigureAwait(false));
        RequireColumns(types.Keys, StringComparer.Ordinal);
        _types = types;
    }

    protected override async Task CheckAccessAsync(DbConnection connection, CancellationToken cancellation)
    {
        // Both statements on no row: the server looks at the privileges all the same.
        await using var transaction = await BeginAsync(connection, cancellation).ConfigureAwait(false);
        await SelectAsync(connection, transaction, [], cancellation).ConfigureAwait(false);
        await UpdateAsync(connection, transaction, [], cancellation).ConfigureAwait(false);
    }

    protected override async Task<IReadOnlyDictionary<string, LessonRow>> SelectAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> lessonIds, CancellationToken cancellation)
    {
        // The ids are cast, not the column, so that its index is used. Locked rows are waited for, and read as they then are.
        await using var command = CommandOn(connection, transaction,
            $"""
            SELECT {Quote(Table.IdColumn)}::text, {Quote(Table.VideoIdColumn)}::text, {Quote(Table.VideoUrlColumn)}::text
            FROM {QualifiedTable} WHERE {Quote(Table.IdColumn)} = ANY ($1::text[]::{IdType}[]){(transaction is null ? "" : " FOR NO KEY UPDATE")}
            """, (object)lessonIds.Where(CanBeId).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var rows = new Dictionary<string, LessonRow>(IdComparer);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            rows[reader.GetString(0)] = new LessonRow(
                reader.GetString(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.IsDBNull(2) ? null : reader.GetString(2));
        }

        return rows;
    }

    protected override async Task<IReadOnlySet<string>> UpdateAsync(
        DbConnection connection, DbTransaction transaction, IReadOnlyList<(LinkRequest Request, LessonRow Before)> changes, CancellationToken cancellation)
    {
        await using var command = CommandOn(connection, transaction,
            $"""
            UPDATE {QualifiedTable} AS lesson
            SET {Quote(Table.VideoIdColumn)} = change.video_id::{_types[Table.VideoIdColumn]}, {Quote(Table.VideoUrlColumn)} = change.video_url::{_types[Table.VideoUrlColumn]}
            FROM unnest($1::text[]::{IdType}[], $2::text[], $3::text[], $4::text[]) AS change (id, video_id, video_url, old_video_id)
            WHERE lesson.{Quote(Table.IdColumn)} = change.id AND lesson.{Quote(Table.VideoIdColumn)}::text IS NOT DISTINCT FROM change.old_video_id
            RETURNING lesson.{Quote(Table.IdColumn)}::text
            """,
            changes.Select(change => change.Request.LessonId).ToArray(),
            changes.Select(change => change.Request.VideoId).ToArray(),
            changes.Select(change => change.Request.VideoUrl).ToArray(),
            changes.Select(change => change.Before.VideoId).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var changed = new HashSet<string>(IdComparer);
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            changed.Add(reader.GetString(0));
        return changed;
    }

    protected override KinescopeException? Translate(Exception failure) => failure switch
    {
        PostgresException postgres => TranslateState(postgres),
        NpgsqlException { InnerException: AuthenticationException certificate } =>
            new KinescopeException(ErrorIds.CertificateRejected, $"The database {DisplayName} could not prove who it is: {certificate.Message}", failure),
        // What the driver itself finds wrong: no password to give, or no TLS where sslmode asks for it.
        NpgsqlException { InnerException: null } =>
            new KinescopeException(ErrorIds.DatabaseAccessDenied, $"No connection to the database {DisplayName} as {_address.Connection.Username}: {failure.Message}. Check user, password and sslmode.", failure),
        EncoderFallbackException => Rejected(failure),
        NpgsqlException or SocketException or TimeoutException or IOException => Unreachable(failure),
        _ => null,
    };

    private KinescopeException TranslateState(PostgresException failure) => failure.SqlState switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            new KinescopeException(ErrorIds.DatabaseAccessDenied, $"The database {DisplayName} refused the user {_address.Connection.Username}: {failure.MessageText}. Check user and password.", failure),
        // A user who may change the table meets a row that he may not.
        PostgresErrorCodes.InsufficientPrivilege when MayLink => Rejected(failure),
        PostgresErrorCodes.InsufficientPrivilege =>
            new KinescopeException(ErrorIds.DatabaseAccessDenied, $"The user {_address.Connection.Username} may not do this in {DisplayName}: {failure.MessageText}. It needs SELECT, and UPDATE on {Table.VideoIdColumn} and {Table.VideoUrlColumn}.", failure),
        PostgresErrorCodes.InvalidCatalogName =>
            new KinescopeException(ErrorIds.DatabaseNotFound, $"{_address.Connection.Host} has no database {_address.Connection.Database}.", failure),
        PostgresErrorCodes.ReadOnlySqlTransaction =>
            new KinescopeException(ErrorIds.DatabaseError, $"The database {DisplayName} is read-only (a replica?). Point DATABASE_URL at the primary.", failure),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow => Unreachable(failure),
        _ when failure.IsTransient => Unreachable(failure),
        _ => Rejected(failure),
    };

    private bool CanBeId(string text) => IdType switch
    {
        "uuid" => Guid.TryParseExact(text, "D", out _),
        "smallint" => short.TryParse(text, out _),
        "integer" => int.TryParse(text, out _),
        "bigint" => long.TryParse(text, out _),
        _ => !text.Contains('\0'),
    };

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

    private static NpgsqlCommand CommandOn(DbConnection connection, DbTransaction? transaction, string sql, params object[] values)
    {
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)connection, (NpgsqlTransaction?)transaction);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
