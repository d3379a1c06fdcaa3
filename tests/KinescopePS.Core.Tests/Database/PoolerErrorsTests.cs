using KinescopePS.Database;

namespace KinescopePS.Tests.Database;

/// <summary>What poolers say under the one SQLSTATE 08P01, of one version or another.</summary>
public class PoolerErrorsTests
{
    [Theory]
    [InlineData("SASL authentication failed", ErrorIds.DatabaseAccessDenied)]
    [InlineData("password authentication failed", ErrorIds.DatabaseAccessDenied)]
    [InlineData("password authentication failed for user \"u\"", ErrorIds.DatabaseAccessDenied)]
    [InlineData("server login has been failing, cached error: password authentication failed for user \"u\" (server_login_retry)", ErrorIds.DatabaseAccessDenied)]
    [InlineData("no such user: u", ErrorIds.DatabaseAccessDenied)]
    [InlineData("role \"u\" does not exist", ErrorIds.DatabaseAccessDenied)]
    [InlineData("no pg_hba.conf entry for host \"10.0.0.1\", user \"u\", database \"d\", no encryption", ErrorIds.DatabaseAccessDenied)]
    [InlineData("permission denied for database \"d\"", ErrorIds.DatabaseAccessDenied)]
    [InlineData("no such database: d", ErrorIds.DatabaseNotFound)]
    [InlineData("database \"d\" does not exist", ErrorIds.DatabaseNotFound)]
    [InlineData("database \"d\" is disabled", ErrorIds.DatabaseError)]
    [InlineData("database does not allow connections: d", ErrorIds.DatabaseError)]
    [InlineData("unsupported startup parameter: options", ErrorIds.DatabaseError)]
    [InlineData("unsupported startup parameter in options: lock_timeout", ErrorIds.DatabaseError)]
    [InlineData("SSL required", ErrorIds.DatabaseError)]
    [InlineData("query_wait_timeout", null)]
    [InlineData("client_login_timeout (server down)", null)]
    [InlineData("pooler is shutting down", null)]
    [InlineData("server login has been failing, try again later (server_login_retry)", null)]
    [InlineData("no more connections allowed (max_client_conn)", null)]
    [InlineData("client connections exceeded (max_db_client_connections)", null)]
    [InlineData("sorry, too many clients already", null)]
    [InlineData("the database system is starting up", null)]
    [InlineData("server conn crashed?", null)]
    public void FoundC01_What_does_not_pass_by_itself_is_told_apart(string message, string? errorId) => Assert.Equal(errorId, PoolerErrors.IdOf(message));
}
