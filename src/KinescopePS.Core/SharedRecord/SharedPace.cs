using KinescopePS.Kinescope;
using Npgsql;

namespace KinescopePS.SharedRecord;

/// <summary>The turns and pauses of Kinescope's hosts, as a row of each in the record: one statement for a turn, one for a pause.</summary>
/// <param name="dataSource">The record's database.</param>
/// <param name="machines">The number of machines that are alive, as was last heard.</param>
internal sealed class SharedPace(NpgsqlDataSource dataSource, Func<int> machines) : ISharedPace
{
    /// <summary>The statement that makes the table.</summary>
    public const string Table =
        """
        -- Kinescope's hosts: until when calls have used up the limits, and until when requests are to pause.
        CREATE TABLE IF NOT EXISTS kinescopeps.pace (
            host text PRIMARY KEY,
            used_until timestamptz,
            paused_until timestamptz,
            pause_reason text NOT NULL DEFAULT '') WITH (fillfactor = 50);
        """;

    /// <summary>The query for the pauses of now, which <see cref="PauseAt"/> reads.</summary>
    public const string Pauses =
        """
        SELECT p.host, p.paused_until - clock_timestamp(), p.pause_reason FROM kinescopeps.pace p
        WHERE p.paused_until > clock_timestamp()
        """;

    // A call that is forgotten in a crash of the server costs less than a write through to the disk for each.
    private const string Quick = "(SELECT set_config('synchronous_commit', 'off', true)) AS quick";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public int Machines => Math.Max(machines(), 1);

    /// <summary>A host's name, the rest of its pause, and the reason.</summary>
    public static (string Host, TimeSpan Wait, string Reason) PauseAt(NpgsqlDataReader at) =>
        (at.GetString(0), at.GetTimeSpan(1), at.GetString(2));

    public Task<SharedTurn?> TakeAsync(string host, EvenPace pace, CancellationToken cancellation) => TryAsync(
        async () =>
        {
            await using var command = Command(
                $"""
                INSERT INTO kinescopeps.pace AS p (host, used_until) SELECT $1, clock_timestamp() + $2 FROM {Quick}
                ON CONFLICT (host) DO UPDATE SET used_until = greatest(p.used_until, p.paused_until, clock_timestamp()) + $2
                RETURNING clock_timestamp(), p.used_until, coalesce(p.paused_until, '-infinity'), p.pause_reason
                """,
                host, pace.Interval);
            await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            await reader.ReadAsync(cancellation).ConfigureAwait(false);
            var now = reader.GetFieldValue<DateTimeOffset>(0);
            var turn = reader.GetFieldValue<DateTimeOffset>(1) - (pace.Interval * pace.Burst);
            var pause = reader.GetFieldValue<DateTimeOffset>(2);
            var at = new[] { now, turn, pause }.Max();
            return new SharedTurn(at, at - now, pause > now ? pause - now : TimeSpan.Zero, reader.GetString(3));
        },
        cancellation);

    public async Task PauseAsync(string host, TimeSpan wait, string reason)
    {
        using var patience = new CancellationTokenSource(Patience);
        await TryAsync<object>(
            async () =>
            {
                await using var command = Command(
                    $"""
                    INSERT INTO kinescopeps.pace AS p (host, paused_until, pause_reason) SELECT $1, clock_timestamp() + $2, $3 FROM {Quick}
                    ON CONFLICT (host) DO UPDATE SET paused_until = excluded.paused_until, pause_reason = excluded.pause_reason
                    WHERE p.paused_until IS NULL OR p.paused_until < excluded.paused_until
                    """,
                    host, wait < HostPace.LongestPause ? wait : HostPace.LongestPause, reason);
                return await command.ExecuteNonQueryAsync(patience.Token).ConfigureAwait(false);
            },
            CancellationToken.None).ConfigureAwait(false);
    }

    // A database that cannot be used is told of by those who need it: calls go on without.
    private static async Task<T?> TryAsync<T>(Func<Task<T>> ask, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            try
            {
                return await ask().ConfigureAwait(false);
            }
            catch (PostgresException conflict)
                when (conflict.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected)
            {
                // Where transactions are isolated more than usual, two turns at a time conflict.
            }
            catch (Exception failure) when (failure is not OperationCanceledException || !cancellation.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    private NpgsqlCommand Command(string sql, params object[] values)
    {
        var command = dataSource.CreateCommand(sql);
        foreach (var value in values)
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        return command;
    }
}
