namespace KinescopePS.Database;

/// <summary>
/// The refusals of PgBouncer that do not pass by themselves. It gives one SQLSTATE, 08P01, to nearly all that it says, a refused password
/// and a database that is down alike, and before 1.21 to what the server said as well: its words are all there is to tell them apart.
/// </summary>
/// <remarks>Source: disconnect_client in PgBouncer's client.c, objects.c and janitor.c, 1.18 to 1.25; PostgreSQL's postinit.c.</remarks>
internal static class PoolerErrors
{
    private static readonly (string ErrorId, string[] Words)[] Permanent =
    [
        (ErrorIds.DatabaseNotFound, ["no such database", "\" does not exist"]),
        (ErrorIds.DatabaseAccessDenied,
        [
            "authentication failed", "no such user", "login rejected", "no username supplied", "username too long", "password too long",
            "empty password returned by client", "no pg_hba.conf entry", "permission denied", "is not permitted to log in",
        ]),
        (ErrorIds.DatabaseError,
        [
            "unsupported startup parameter", "unsupported options startup parameter", "unrecognized configuration parameter",
            "SSL required", "not allowed", "is disabled", "does not allow connections", "is not currently accepting connections",
            "bouncer config error", "no authentication method is found",
        ]),
    ];

    /// <summary>The id of the error that a refusal stands for; null where it may pass.</summary>
    public static string? IdOf(string message)
    {
        // A role that does not exist is a user who is refused; a server says the same of a database.
        if (message.Contains("role \"", StringComparison.Ordinal) && message.Contains("\" does not exist", StringComparison.Ordinal))
            return ErrorIds.DatabaseAccessDenied;
        return Array.Find(Permanent, kind => Array.Exists(kind.Words, word => message.Contains(word, StringComparison.Ordinal))).ErrorId;
    }
}
