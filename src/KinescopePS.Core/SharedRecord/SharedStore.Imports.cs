namespace KinescopePS.SharedRecord;

/// <content>Whole uploads, many at a time.</content>
internal sealed partial class SharedStore
{
    /// <summary>
    /// Claims lessons, writes the whole upload of each after one revision, and gives them back: one round trip and one transaction.
    /// </summary>
    /// <param name="rows">The uploads, with what is taken from their states, and the revision that each follows; 0 for none.</param>
    /// <returns>
    /// The lessons that could be claimed, those that were written (a repetition counts), and who has the others; all of them empty where
    /// the machine's own lease has run out.
    /// </returns>
    public Task<(HashSet<string> Claimed, HashSet<string> Kept, Dictionary<string, string> Owners)> ImportAsync(
        Guid machine, string host, IReadOnlyList<(SharedRow Row, string Stage, string? Course, string? VideoId, long Base)> rows,
        CancellationToken cancellation) => RunAsync(async () =>
    {
        var lessons = rows.Select(row => row.Row.Lesson).ToArray();
        await using var batch = _dataSource.CreateBatch();
        // In one order, so that two of these wait for each other only one way.
        Add(
            batch,
            """
            INSERT INTO kinescopeps.claim AS held (lesson, machine, token)
            SELECT given.lesson, m.id, nextval('kinescopeps.token')
            FROM kinescopeps.machine m, (SELECT lesson FROM unnest($2) lesson ORDER BY lesson) given
            WHERE m.id = $1 AND m.alive_until > clock_timestamp()
            ON CONFLICT (lesson) DO UPDATE
            SET machine = excluded.machine, token = excluded.token, taken_at = clock_timestamp()
            WHERE held.machine = excluded.machine OR NOT EXISTS (
                SELECT FROM kinescopeps.machine other WHERE other.id = held.machine AND other.alive_until > clock_timestamp())
            RETURNING lesson
            """,
            machine, lessons);
        Add(
            batch,
            """
            SELECT c.lesson, m.name FROM kinescopeps.claim c JOIN kinescopeps.machine m ON m.id = c.machine
            WHERE c.lesson = ANY ($2) AND c.machine <> $1 AND m.alive_until > clock_timestamp()
            """,
            machine, lessons);
        Add(
            batch,
            """
            WITH given AS (
                SELECT * FROM unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                    AS given (lesson, base, revision, state, marks, stage, course, video_id, path, modified, fingerprint)
            ), held AS (
                SELECT given.* FROM given JOIN kinescopeps.claim c ON c.lesson = given.lesson AND c.machine = $1 FOR SHARE OF c
            ), kept AS (
                INSERT INTO kinescopeps.upload AS u (lesson, revision, state, marks, stage, course, video_id, updated_at, finished)
                SELECT lesson, revision, state, marks, stage, course, video_id, clock_timestamp(),
                    CASE WHEN stage = 'uploaded' THEN nextval('kinescopeps.finished') END
                FROM held
                WHERE base = 0 OR EXISTS (
                    SELECT FROM kinescopeps.upload known WHERE known.lesson = held.lesson AND known.revision IN (held.base, held.revision))
                ORDER BY lesson
                ON CONFLICT (lesson) DO UPDATE
                SET revision = excluded.revision, state = excluded.state, marks = excluded.marks, stage = excluded.stage,
                    course = excluded.course, video_id = excluded.video_id, updated_at = excluded.updated_at, finished = excluded.finished
                WHERE u.revision = excluded.revision
                    OR u.revision = (SELECT given.base FROM given WHERE given.lesson = excluded.lesson)
                RETURNING u.lesson
            ), files AS (
                INSERT INTO kinescopeps.file (host, lesson, path, modified, fingerprint)
                SELECT $2, lesson, path, modified, fingerprint FROM given JOIN kept USING (lesson) WHERE path IS NOT NULL
                ON CONFLICT (host, lesson) DO UPDATE
                SET path = excluded.path, modified = excluded.modified, fingerprint = excluded.fingerprint
            )
            SELECT lesson FROM kept
            """,
            machine, host, lessons,
            rows.Select(row => row.Base).ToArray(),
            rows.Select(row => row.Row.Revision).ToArray(),
            rows.Select(row => row.Row.State).ToArray(),
            rows.Select(row => row.Row.Marks).ToArray(),
            rows.Select(row => row.Stage).ToArray(),
            rows.Select(row => row.Course).ToArray(),
            rows.Select(row => row.VideoId).ToArray(),
            rows.Select(row => row.Row.Path).ToArray(),
            rows.Select(row => row.Row.Modified).ToArray(),
            rows.Select(row => row.Row.Content).ToArray());
        Add(batch, "DELETE FROM kinescopeps.claim WHERE machine = $1 AND lesson = ANY ($2)", machine, lessons);
        await using var reader = await batch.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var claimed = await ListAsync(reader, at => at.GetString(0), cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var owners = await ListAsync(reader, at => (Lesson: at.GetString(0), Name: at.GetString(1)), cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        var kept = await ListAsync(reader, at => at.GetString(0), cancellation).ConfigureAwait(false);
        await reader.NextResultAsync(cancellation).ConfigureAwait(false);
        return (claimed.ToHashSet(), kept.ToHashSet(), owners.ToDictionary(owner => owner.Lesson, owner => owner.Name));
    });
}
