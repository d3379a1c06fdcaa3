using Npgsql;

namespace KinescopePS.SharedRecord;

/// <content>Lessons: their claims, and their uploads.</content>
internal sealed partial class SharedStore
{
    private const string RowColumns = "u.lesson, u.revision, u.state, u.marks, f.path, f.modified, f.fingerprint";

    /// <summary>Takes a lesson where nobody alive has it, and reads what is known of it: in this order, nothing is overlooked.</summary>
    /// <returns>The token, and who has the lesson where it is not granted; both null where the machine's own lease has run out.</returns>
    public Task<(long? Token, string? Owner, SharedRow Row)> ClaimAsync(
        Guid machine, string host, string lesson, CancellationToken cancellation) => RunAsync(async () =>
    {
        await using var batch = _dataSource.CreateBatch();
        Add(
            batch,
            """
            INSERT INTO kinescopeps.claim AS held (lesson, machine, token)
            SELECT $1, m.id, nextval('kinescopeps.token') FROM kinescopeps.machine m
            WHERE m.id = $2 AND m.alive_until > clock_timestamp()
            ON CONFLICT (lesson) DO UPDATE
            SET machine = excluded.machine, token = excluded.token, taken_at = clock_timestamp()
            WHERE held.machine = excluded.machine OR NOT EXISTS (
                SELECT FROM kinescopeps.machine other WHERE other.id = held.machine AND other.alive_until > clock_timestamp())
            RETURNING token
            """,
            lesson, machine);
        Add(
            batch,
            """
            SELECT m.name FROM kinescopeps.claim c JOIN kinescopeps.machine m ON m.id = c.machine
            WHERE c.lesson = $1 AND c.machine <> $2 AND m.alive_until > clock_timestamp()
            """,
            lesson, machine);
        Add(
            batch,
            $"""
            SELECT {RowColumns}
            FROM kinescopeps.upload u LEFT JOIN kinescopeps.file f ON f.lesson = u.lesson AND f.host = $2 WHERE u.lesson = $1
            """,
            lesson, host);
        await using var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        long? token = await reader.ReadAsync(cancellation).ConfigureAwait(false) ? reader.GetInt64(0) : null;
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var owner = await reader.ReadAsync(cancellation).ConfigureAwait(false) ? reader.GetString(0) : null;
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var row = await reader.ReadAsync(cancellation).ConfigureAwait(false) ? RowAt(reader) : Unknown(lesson);
        return (token, owner, row);
    });

    /// <summary>
    /// Writes a lesson's whole upload under a claim, which is the fence, and after one revision: a statement that arrives after later ones
    /// of the same claim, does nothing.
    /// </summary>
    /// <param name="base">The revision that it follows; 0 for none.</param>
    /// <returns>Whether the claim is still the lesson's, and whether the upload was written; a repetition counts as written.</returns>
    public Task<(bool IsHeld, bool IsKept)> AppendAsync(
        Guid machine, string host, long token, SharedRow row, string stage, string? course, string? videoId, long @base,
        CancellationToken cancellation) => RunAsync(async () =>
    {
        await using var command = Command(
            """
            WITH held AS (
                SELECT FROM kinescopeps.claim WHERE lesson = $1 AND machine = $2 AND token = $3 FOR SHARE
            ), kept AS (
                INSERT INTO kinescopeps.upload AS u (lesson, revision, state, marks, stage, course, video_id, updated_at, finished)
                SELECT $1, $4, $5, $6, $7, $8, $9, clock_timestamp(),
                    CASE WHEN $7 = 'uploaded' THEN nextval('kinescopeps.finished') END
                FROM held
                WHERE $10 = 0 OR EXISTS (SELECT FROM kinescopeps.upload known WHERE known.lesson = $1 AND known.revision IN ($10, $4))
                ON CONFLICT (lesson) DO UPDATE
                SET revision = excluded.revision, state = excluded.state, marks = excluded.marks, stage = excluded.stage,
                    course = excluded.course, video_id = excluded.video_id, updated_at = excluded.updated_at, finished = excluded.finished
                WHERE u.revision IN ($10, excluded.revision)
                RETURNING u.lesson
            ), files AS (
                INSERT INTO kinescopeps.file AS f (host, lesson, path, modified, fingerprint)
                SELECT $11, $1, $12, $13, $14 FROM kept WHERE $12 IS NOT NULL
                ON CONFLICT (host, lesson) DO UPDATE
                SET path = excluded.path, modified = excluded.modified, fingerprint = excluded.fingerprint
                WHERE (f.path, f.modified, f.fingerprint) IS DISTINCT FROM (excluded.path, excluded.modified, excluded.fingerprint)
            )
            SELECT (SELECT count(*) FROM held), (SELECT count(*) FROM kept)
            """,
            row.Lesson, machine, token, row.Revision, row.State!, row.Marks!, stage, Text(course), Text(videoId), @base,
            host, Text(row.Path), Text(row.Modified), Text(row.Content));
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return (reader.GetInt64(0) > 0, reader.GetInt64(1) > 0);
    });

    /// <summary>Forgets a lesson under a claim.</summary>
    /// <inheritdoc cref="AppendAsync" path="/returns" />
    public Task<(bool IsHeld, bool IsKept)> ForgetAsync(
        Guid machine, long token, string lesson, long @base, CancellationToken cancellation) => RunAsync(async () =>
    {
        await using var command = Command(
            """
            WITH held AS (
                SELECT FROM kinescopeps.claim WHERE lesson = $1 AND machine = $2 AND token = $3 FOR SHARE
            ), gone AS (
                DELETE FROM kinescopeps.upload u USING held WHERE u.lesson = $1 AND u.revision = $4 RETURNING u.lesson
            ), files AS (
                DELETE FROM kinescopeps.file f USING gone WHERE f.lesson = gone.lesson
            )
            SELECT (SELECT count(*) FROM held),
                (SELECT count(*) FROM gone) + (SELECT count(*) FROM held WHERE NOT EXISTS (
                    SELECT FROM kinescopeps.upload known WHERE known.lesson = $1))
            """,
            lesson, machine, token, @base);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        return (reader.GetInt64(0) > 0, reader.GetInt64(1) > 0);
    });

    /// <summary>Writes the marks of a lesson under a claim.</summary>
    public Task MarkAsync(Guid machine, long token, string lesson, string marks, CancellationToken cancellation) => ExecuteAsync(
        """
        UPDATE kinescopeps.upload u SET marks = $4
        WHERE u.lesson = $1 AND EXISTS (SELECT FROM kinescopeps.claim WHERE lesson = $1 AND machine = $2 AND token = $3 FOR SHARE)
        """,
        cancellation, lesson, machine, token, marks);

    /// <summary>Notes files of a computer that were found to be the content of their lessons' uploads.</summary>
    public Task NoteFilesAsync(string host, IReadOnlyList<SharedRow> rows, CancellationToken cancellation) => ExecuteAsync(
        """
        INSERT INTO kinescopeps.file (host, lesson, path, modified, fingerprint)
        SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::text[])
        ON CONFLICT (host, lesson) DO UPDATE
        SET path = excluded.path, modified = excluded.modified, fingerprint = excluded.fingerprint
        """,
        cancellation,
        host,
        rows.Select(row => row.Lesson).ToArray(),
        rows.Select(row => row.Path).ToArray(),
        rows.Select(row => row.Modified).ToArray(),
        rows.Select(row => row.Content).ToArray());

    /// <summary>Gives a lesson back.</summary>
    public Task ReleaseAsync(Guid machine, long token, string lesson, CancellationToken cancellation) => ExecuteAsync(
        "DELETE FROM kinescopeps.claim WHERE lesson = $1 AND machine = $2 AND token = $3", cancellation, lesson, machine, token);

    /// <summary>The uploads of all lessons, and the number of the last one that was finished.</summary>
    public Task<(List<SharedRow> Rows, long FinishedUpTo)> LoadAsync(string host, CancellationToken cancellation) => RunAsync(async () =>
    {
        await using var batch = _dataSource.CreateBatch();
        Add(batch, "SELECT coalesce(max(finished), 0) FROM kinescopeps.upload WHERE finished IS NOT NULL");
        Add(
            batch,
            $"SELECT {RowColumns} FROM kinescopeps.upload u LEFT JOIN kinescopeps.file f ON f.lesson = u.lesson AND f.host = $1",
            host);
        await using var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        var last = reader.GetInt64(0);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        return (await ListAsync(reader, RowAt, cancellation).ConfigureAwait(false), last);
    });

    private static SharedRow Unknown(string lesson) => new(lesson, 0, null, null, null, null, null);

    private static SharedRow RowAt(NpgsqlDataReader at) => new(
        at.GetString(0), at.GetInt64(1), at.GetString(2), at.GetString(3), TextAt(at, 4), TextAt(at, 5), TextAt(at, 6));
}
