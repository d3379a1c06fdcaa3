using System.Text.Json;
using Npgsql;

namespace KinescopePS.SharedRecord;

/// <content>The machines that take part.</content>
internal sealed partial class SharedStore
{
    private const string MachinesQuery =
        """
        SELECT m.id, m.name, m.started_at, m.alive_until > clock_timestamp(), m.is_draining, m.alive_until - clock_timestamp(), m.work
        FROM kinescopeps.machine m
        """;

    private const string ClaimsQuery =
        """
        SELECT c.lesson, c.machine, m.name, c.token, c.taken_at FROM kinescopeps.claim c JOIN kinescopeps.machine m ON m.id = c.machine
        WHERE m.alive_until > clock_timestamp()
        """;

    /// <summary>
    /// Renews a machine's lease, or joins it; tells its work and hears of the others. What was finished since a number is part of the
    /// answer: some of it may be missing, which costs whoever relies on it a claim and nothing else.
    /// </summary>
    public Task<Heartbeat> BeatAsync(
        Guid machine, string name, string host, TimeSpan lease, IReadOnlyList<SharedWork> work, long finishedSince,
        CancellationToken cancellation) => RunAsync(async () =>
    {
        await using var batch = _dataSource.CreateBatch();
        Add(
            batch,
            """
            INSERT INTO kinescopeps.machine AS m (id, name, alive_until, work) VALUES ($1, $2, clock_timestamp() + $3, $4)
            ON CONFLICT (id) DO UPDATE SET alive_until = excluded.alive_until, work = excluded.work
            RETURNING clock_timestamp(), m.is_draining
            """,
            machine, name, lease, JsonSerializer.Serialize(work, SharedRecordJson.Default.IReadOnlyListSharedWork));
        Add(batch, MachinesQuery + " WHERE m.alive_until > clock_timestamp()");
        Add(batch, ClaimsQuery);
        Add(
            batch,
            $"""
            SELECT {RowColumns}, u.finished
            FROM kinescopeps.upload u LEFT JOIN kinescopeps.file f ON f.lesson = u.lesson AND f.host = $2
            WHERE u.finished > $1 ORDER BY u.finished LIMIT 1000
            """,
            finishedSince, host);
        Add(batch, SharedPace.Pauses);
        await using var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        var (now, isDraining) = (reader.GetFieldValue<DateTimeOffset>(0), reader.GetBoolean(1));
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var machines = await ListAsync(reader, MachineAt, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var claims = await ListAsync(reader, ClaimAt, cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var last = finishedSince;
        var finished = await ListAsync(
            reader,
            at =>
            {
                last = Math.Max(last, at.GetInt64(7));
                return RowAt(at);
            },
            cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var pauses = await ListAsync(reader, SharedPace.PauseAt, cancellation).ConfigureAwait(false);
        _hasWritten = true;
        return new Heartbeat(now, isDraining, machines, claims, finished, last, pauses);
    });

    /// <summary>Takes a machine out, and its claims with it.</summary>
    public Task LeaveAsync(Guid machine, CancellationToken cancellation) =>
        ExecuteAsync("DELETE FROM kinescopeps.machine WHERE id = $1", cancellation, machine);

    /// <summary>Takes machines out that have been silent for a day.</summary>
    public Task TidyAsync(CancellationToken cancellation) => ExecuteAsync(
        "DELETE FROM kinescopeps.machine WHERE alive_until < clock_timestamp() - interval '1 day'", cancellation);

    /// <summary>Tells machines to begin nothing more.</summary>
    public Task DrainAsync(IReadOnlyList<Guid> machines, CancellationToken cancellation) => ExecuteAsync(
        "UPDATE kinescopeps.machine SET is_draining = true WHERE id = ANY ($1)", cancellation, machines.ToArray());

    /// <summary>All machines, those whose lease ran out among them, and all their claims.</summary>
    public Task<(IReadOnlyList<SharedMachine> Machines, IReadOnlyList<SharedClaim> Claims)> MachinesAsync(CancellationToken cancellation) =>
        RunAsync(async () =>
        {
            await using var batch = _dataSource.CreateBatch();
            Add(batch, MachinesQuery + " ORDER BY m.started_at");
            Add(batch, ClaimsQuery);
            await using var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
            var machines = await ListAsync(reader, MachineAt, cancellation).ConfigureAwait(false);
            await reader.NextResultAsync(cancellation).ConfigureAwait(false);
            return ((IReadOnlyList<SharedMachine>)machines, (IReadOnlyList<SharedClaim>)await ListAsync(reader, ClaimAt, cancellation)
                .ConfigureAwait(false));
        });

    private static SharedMachine MachineAt(NpgsqlDataReader at) => new(
        at.GetGuid(0), at.GetString(1), at.GetFieldValue<DateTimeOffset>(2), at.GetBoolean(3), at.GetBoolean(4),
        SharedUploadRecord.Lease - at.GetTimeSpan(5),
        JsonSerializer.Deserialize(at.GetString(6), SharedRecordJson.Default.IReadOnlyListSharedWork) ?? []);

    private static SharedClaim ClaimAt(NpgsqlDataReader at) =>
        new(at.GetString(0), at.GetGuid(1), at.GetString(2), at.GetInt64(3), at.GetFieldValue<DateTimeOffset>(4));
}

/// <summary>The answer to a heartbeat.</summary>
/// <param name="Now">The server's time.</param>
/// <param name="IsDraining">True where this machine is to begin nothing more.</param>
/// <param name="Machines">The machines that are alive, this one among them.</param>
/// <param name="Claims">Their claims.</param>
/// <param name="Finished">Uploads that were finished lately.</param>
/// <param name="FinishedUpTo">The number of the last one.</param>
/// <param name="Pauses">The pauses of Kinescope's hosts: the host, the rest of the pause, its reason.</param>
internal sealed record Heartbeat(
    DateTimeOffset Now, bool IsDraining, IReadOnlyList<SharedMachine> Machines, IReadOnlyList<SharedClaim> Claims,
    IReadOnlyList<SharedRow> Finished, long FinishedUpTo,
    IReadOnlyList<(string Host, TimeSpan Wait, string Reason)> Pauses);
