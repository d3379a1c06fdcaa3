using System.Data.Common;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using static KinescopePS.Database.LessonTable;

namespace KinescopePS.Database;

/// <summary>The lesson table in a SQLite file.</summary>
internal sealed class SqliteLessonStore(SqliteAddress address, LessonTable table) : LessonStore(table)
{
    // Result codes: https://www.sqlite.org/rescode.html
    private const int Permission = 3, Busy = 5, Locked = 6, ReadOnly = 8, CannotOpen = 14, NotADatabase = 26;

    public override string DisplayName => address.DisplayName;

    public override void Dispose()
    {
    }

    protected override DbConnection CreateConnection()
    {
        if (!File.Exists(address.FilePath))
            throw new KinescopeException(ErrorIds.DatabaseNotFound, $"There is no database file {address.FilePath}. A relative path starts from the current location.");
        return new SqliteConnection(address.ConnectionString);
    }

    // Takes the write lock at once: a transaction that reads first cannot be upgraded while another one writes.
    protected override ValueTask<DbTransaction> BeginAsync(DbConnection connection, CancellationToken cancellation) =>
        new(((SqliteConnection)connection).BeginTransaction(deferred: false));

    protected override async Task CheckTableAsync(DbConnection connection, CancellationToken cancellation)
    {
        var columns = await NamesAsync(connection, "SELECT name FROM pragma_table_info($table)", cancellation).ConfigureAwait(false);
        if (columns.Count == 0)
            throw TableNotFound(Table.Name, await NamesAsync(connection, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", cancellation).ConfigureAwait(false));
        RequireColumns(columns, StringComparer.OrdinalIgnoreCase);
    }

    // A file has no privileges of its own.
    protected override Task CheckAccessAsync(DbConnection connection, CancellationToken cancellation) => Task.CompletedTask;

    protected override async Task<IReadOnlyDictionary<string, LessonRow>> SelectAsync(
        DbConnection connection, DbTransaction? transaction, IReadOnlyList<string> lessonIds, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"""
            SELECT {Quote(Table.IdColumn)}, {Quote(Table.VideoIdColumn)}, {Quote(Table.VideoUrlColumn)}
            FROM {Quote(Table.Name)} WHERE {Quote(Table.IdColumn)} IN (SELECT value FROM json_each($ids))
            """;
        Bind(command, "$ids", JsonSerializer.Serialize(lessonIds));
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
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText =
            $"""
            UPDATE {Quote(Table.Name)} SET {Quote(Table.VideoIdColumn)} = $video, {Quote(Table.VideoUrlColumn)} = $url
            WHERE {Quote(Table.IdColumn)} = $id AND {Quote(Table.VideoIdColumn)} IS $old
            """;
        var changed = new HashSet<string>(IdComparer);
        foreach (var (request, before) in changes)
        {
            command.Parameters.Clear();
            Bind(command, "$video", request.VideoId);
            Bind(command, "$url", request.VideoUrl);
            Bind(command, "$id", request.LessonId);
            Bind(command, "$old", before.VideoId);
            if (await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false) == 1)
                changed.Add(request.LessonId);
        }

        return changed;
    }

    protected override KinescopeException? Translate(Exception failure) => failure is not SqliteException sqlite ? null : sqlite.SqliteErrorCode switch
    {
        Busy or Locked => Unreachable(sqlite),
        Permission or ReadOnly or CannotOpen =>
            new KinescopeException(ErrorIds.DatabaseAccessDenied, $"The database file {DisplayName} or its folder cannot be written: {sqlite.Message}", sqlite),
        NotADatabase =>
            new KinescopeException(ErrorIds.DatabaseError, $"{DisplayName} is not a SQLite database.", sqlite),
        _ => Rejected(sqlite),
    };

    private async Task<List<string>> NamesAsync(DbConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        Bind(command, "$table", Table.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var names = new List<string>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            names.Add(reader.GetString(0));
        return names;
    }

    private static void Bind(DbCommand command, string name, string? value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = (object?)value ?? DBNull.Value;
        command.Parameters.Add(parameter);
    }
}
