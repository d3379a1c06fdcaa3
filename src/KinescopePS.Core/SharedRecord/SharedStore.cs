using System.Net.Sockets;
using System.Text;
using KinescopePS.Database;
using Npgsql;
using NpgsqlTypes;

namespace KinescopePS.SharedRecord;

/// <summary>
/// The statements of a shared record, and here how each is carried out and what its failure means. Each method is one round trip and one
/// transaction that is over when its statement is: nothing that it relies on is left in a session, so that a pooler may give each statement
/// another one. All times are the server's.
/// </summary>
internal sealed partial class SharedStore : IDisposable
{
    /// <summary>The number of tries of a statement that met another one.</summary>
    private const int MaxAttempts = 10;

    /// <summary>
    /// Lets the server notice within half a minute, instead of two hours, that this machine is gone: until then a request of which only a
    /// part arrived keeps a lesson or a machine locked, and a connection slot taken. Servers without one of the settings do without it.
    /// </summary>
    private const string NoticeAbsence =
        """
        SELECT set_config(s.name, wanted.setting, false)
        FROM (VALUES ('tcp_keepalives_idle', '10'), ('tcp_keepalives_interval', '5'), ('tcp_keepalives_count', '3'),
            ('tcp_user_timeout', '25000')) wanted (name, setting) JOIN pg_settings s ON s.name = wanted.name
        """;

    private readonly PostgresAddress _address;
    private readonly NpgsqlDataSource _dataSource;
    private bool _hasWritten;

    public SharedStore(PostgresAddress address)
    {
        _address = address;
        // Who waits for a server that is gone holds up everything else.
        var connection = new NpgsqlConnectionStringBuilder(address.Connection.ConnectionString)
        {
            Timeout = Math.Min(address.Connection.Timeout, 5),
            CommandTimeout = Math.Min(address.Connection.CommandTimeout, 10),
            CancellationTimeout = -1,
            MaxPoolSize = 4,
            MinPoolSize = 0,
        };
        _dataSource = (address with { Connection = connection }).CreateDataSource(NoticeAbsence);
    }

    /// <summary>A name for messages, without user and password.</summary>
    public string DisplayName => _address.DisplayName;

    public NpgsqlDataSource DataSource => _dataSource;

    public void Dispose() => _dataSource.Dispose();

    private static string? TextAt(NpgsqlDataReader at, int column) => at.IsDBNull(column) ? null : at.GetString(column);

    private static object Text(string? text) => (object?)text ?? DBNull.Value;

    private static async Task<List<T>> ListAsync<T>(NpgsqlDataReader reader, Func<NpgsqlDataReader, T> of, CancellationToken cancellation)
    {
        var all = new List<T>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            all.Add(of(reader));
        return all;
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = _dataSource.CreateCommand(sql);
        Bind(command.Parameters, values);
        return command;
    }

    private static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        Bind(command.Parameters, values);
        batch.BatchCommands.Add(command);
    }

    private static void Bind(NpgsqlParameterCollection parameters, object[] values)
    {
        foreach (var value in values)
        {
            // A null text has to have a type: the statements are not prepared.
            parameters.Add(value is DBNull
                ? new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Text }
                : new NpgsqlParameter { Value = value });
        }
    }

    private Task ExecuteAsync(string sql, CancellationToken cancellation, params object[] values) => RunAsync(async () =>
    {
        await using var command = Command(sql, values);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    });

    private async Task<T> RunAsync<T>(Func<Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await work().ConfigureAwait(false);
            }
            catch (PostgresException conflict)
                when (attempt < MaxAttempts
                    && conflict.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                // Two met: whoever comes again comes through.
                await Task.Delay(Random.Shared.Next(10 * attempt, 40 * attempt)).ConfigureAwait(false);
            }
            catch (NpgsqlException cut) when (attempt == 1 && IsCut(cut))
            {
                // A server that was started anew leaves connections behind that only look open.
                _dataSource.Clear();
            }
            catch (Exception failure) when (failure is not (OperationCanceledException or KinescopeException))
            {
                throw Translate(failure);
            }
        }
    }

    private static bool IsCut(NpgsqlException failure) =>
        failure is { InnerException: IOException or SocketException } or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown };

    private KinescopeException Translate(Exception failure)
    {
        switch ((failure as PostgresException)?.SqlState)
        {
            case PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedColumn
                or PostgresErrorCodes.UndefinedObject:
                return Missing(failure);
            case PostgresErrorCodes.InsufficientPrivilege:
                return new KinescopeException(
                    ErrorIds.DatabaseAccessDenied,
                    $"The user {_address.Connection.Username} may not do this in {DisplayName}: {failure.Message}. docs/shared-record.md "
                    + "has the rights that it needs.", failure);
            // It could be written before: another server is about to take the place of this one.
            case PostgresErrorCodes.ReadOnlySqlTransaction when _hasWritten:
                _dataSource.Clear();
                return new KinescopeException(
                    ErrorIds.DatabaseBusy, $"The database {DisplayName} has become read-only: {failure.Message}", failure);
            case PostgresErrorCodes.ReadOnlySqlTransaction:
                return PostgresErrors.ReadOnly(_address, failure);
        }

        return failure is EncoderFallbackException or PostgresException { SqlState: ['2', '2', ..] }
            ? new KinescopeException(ErrorIds.LessonIdInvalid, $"its id cannot be held by a database: {failure.Message}", failure)
            : PostgresErrors.OfConnection(failure, _address)
                ?? new KinescopeException(
                    ErrorIds.DatabaseError, $"The database {DisplayName} cannot be used: {failure.Message}", failure);
    }
}
