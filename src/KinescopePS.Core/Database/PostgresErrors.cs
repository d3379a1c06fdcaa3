using System.Net.Sockets;
using System.Security.Authentication;
using Npgsql;

namespace KinescopePS.Database;

/// <summary>Failures of a connection to PostgreSQL, whatever was done on it.</summary>
internal static class PostgresErrors
{
    private const string IdleInTransaction = "25P03";

    /// <summary>The error that a failure stands for; null where the statement itself is to blame.</summary>
    public static KinescopeException? OfConnection(Exception failure, PostgresAddress address) => failure switch
    {
        PostgresException postgres => OfState(postgres, address),
        NpgsqlException { InnerException: AuthenticationException certificate } =>
            new KinescopeException(
                ErrorIds.CertificateRejected,
                $"The database {address.DisplayName} could not prove who it is: {certificate.Message}", failure),
        // What the driver itself finds wrong: no password to give, or no TLS where sslmode asks for it.
        NpgsqlException { InnerException: null } =>
            new KinescopeException(
                ErrorIds.DatabaseAccessDenied,
                $"No connection to the database {address.DisplayName} as {address.Connection.Username}: {failure.Message}. Check address, "
                + "user, sslmode, and the password: in the URL, in PGPASSWORD, or in a file that PGPASSFILE names.", failure),
        NpgsqlException or SocketException or TimeoutException or IOException => Unreachable(address, failure),
        _ => null,
    };

    public static KinescopeException ReadOnly(PostgresAddress address, Exception failure) => new(
        ErrorIds.DatabaseError, $"The database {address.DisplayName} is read-only (a replica?). Give the address of the primary.", failure);

    private static KinescopeException? OfState(PostgresException failure, PostgresAddress address) => failure.SqlState switch
    {
        PostgresErrorCodes.ProtocolViolation when PoolerErrors.IdOf(failure.MessageText) is { } errorId =>
            Refused(errorId, failure, address),
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            Refused(ErrorIds.DatabaseAccessDenied, failure, address),
        PostgresErrorCodes.InvalidCatalogName or PostgresErrorCodes.DatabaseDropped =>
            Refused(ErrorIds.DatabaseNotFound, failure, address),
        PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow
            or PostgresErrorCodes.IdleSessionTimeout or IdleInTransaction => Unreachable(address, failure),
        // Class 08, "connection exception": a pooler that has no server to give.
        ['0', '8', ..] => Unreachable(address, failure),
        PostgresErrorCodes.QueryCanceled => Busy(address, failure),
        _ when failure.IsTransient => Busy(address, failure),
        _ => null,
    };

    private static KinescopeException Unreachable(PostgresAddress address, Exception cause) => new(
        ErrorIds.DatabaseUnreachable, $"The database {address.DisplayName} cannot be reached: {cause.GetBaseException().Message}", cause);

    private static KinescopeException Busy(PostgresAddress address, Exception cause) => new(
        ErrorIds.DatabaseBusy, $"The database {address.DisplayName} cannot do this at the moment: {cause.Message}", cause);

    private static KinescopeException Refused(string errorId, PostgresException failure, PostgresAddress address) => errorId switch
    {
        ErrorIds.DatabaseNotFound => new(
            errorId, $"{address.Connection.Host} has no database {address.Connection.Database}: {failure.MessageText}.", failure),
        ErrorIds.DatabaseAccessDenied => new(
            errorId,
            $"The database {address.DisplayName} refused the user {address.Connection.Username}: {failure.MessageText}. Check user and "
            + "password.", failure),
        _ => new(errorId, $"The database {address.DisplayName} refused the connection: {failure.MessageText}. Check its URL.", failure),
    };
}
