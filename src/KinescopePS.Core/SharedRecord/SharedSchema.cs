namespace KinescopePS.SharedRecord;

/// <summary>The schema <c>kinescopeps</c> that a shared record lives in: nothing of it stands in the site's own schema.</summary>
internal static class SharedSchema
{
    /// <summary>The version that this module makes and works with.</summary>
    public const int Version = 1;

    /// <summary>The statements that make the schema, or bring an older one up to date. They can be run again.</summary>
    public const string Script =
        $"""
        CREATE SCHEMA IF NOT EXISTS kinescopeps;

        -- The version of these tables, and the record's own id, by which it is known under whatever address.
        CREATE TABLE IF NOT EXISTS kinescopeps.schema (
            only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
            version integer NOT NULL,
            id uuid NOT NULL DEFAULT md5(random()::text || clock_timestamp()::text)::uuid);

        -- The runs that take part; one lives until alive_until, which its heartbeat moves on.
        CREATE TABLE IF NOT EXISTS kinescopeps.machine (
            id uuid PRIMARY KEY,
            name text NOT NULL,
            started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            alive_until timestamptz NOT NULL,
            is_draining boolean NOT NULL DEFAULT false,
            work text NOT NULL DEFAULT '[]') WITH (fillfactor = 50);

        -- Who has which lesson. A token is never given twice.
        CREATE SEQUENCE IF NOT EXISTS kinescopeps.token;
        CREATE TABLE IF NOT EXISTS kinescopeps.claim (
            lesson text PRIMARY KEY,
            machine uuid NOT NULL REFERENCES kinescopeps.machine ON DELETE CASCADE,
            token bigint NOT NULL,
            taken_at timestamptz NOT NULL DEFAULT clock_timestamp());
        CREATE INDEX IF NOT EXISTS claim_machine ON kinescopeps.claim (machine);

        -- Each lesson's upload: state and marks are as in a progress file, the other columns are taken from the state.
        CREATE SEQUENCE IF NOT EXISTS kinescopeps.finished;
        CREATE TABLE IF NOT EXISTS kinescopeps.upload (
            lesson text PRIMARY KEY,
            revision bigint NOT NULL,
            state text NOT NULL,
            marks text NOT NULL DEFAULT '[]',
            stage text NOT NULL,
            course text,
            video_id text,
            updated_at timestamptz NOT NULL,
            finished bigint) WITH (fillfactor = 70);
        CREATE INDEX IF NOT EXISTS upload_finished ON kinescopeps.upload (finished) WHERE finished IS NOT NULL;
        CREATE INDEX IF NOT EXISTS upload_video ON kinescopeps.upload (video_id) WHERE video_id IS NOT NULL;

        -- The lessons' files as they lie on each computer, and the content that they were found to be.
        CREATE TABLE IF NOT EXISTS kinescopeps.file (
            host text NOT NULL,
            lesson text NOT NULL,
            path text NOT NULL,
            modified text,
            fingerprint text,
            PRIMARY KEY (host, lesson));

        {SharedPace.Table}

        INSERT INTO kinescopeps.schema (version) VALUES (1)
        ON CONFLICT (only_row) DO UPDATE SET version = excluded.version WHERE kinescopeps.schema.version < excluded.version;
        """;

    /// <summary>The whole script: the schema, and the rights of a user who uploads.</summary>
    /// <param name="role">The user, as its name is; null for none.</param>
    public static string ScriptFor(string? role) => role is null ? Script : $"{Script}\n\n{Grants($"\"{role.Replace("\"", "\"\"")}\"")}";

    /// <summary>The rights of a user who uploads.</summary>
    /// <param name="role">The user, quoted.</param>
    public static string Grants(string role) =>
        $"""
        GRANT USAGE ON SCHEMA kinescopeps TO {role};
        GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA kinescopeps TO {role};
        REVOKE INSERT, UPDATE, DELETE ON kinescopeps.schema FROM {role};
        GRANT USAGE ON ALL SEQUENCES IN SCHEMA kinescopeps TO {role};
        """;
}
