using System.Net;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace KinescopePS.Database;

/// <summary>Where a lesson database is: what a site's <c>DATABASE_URL</c> says, in the driver's own terms.</summary>
internal abstract record DatabaseAddress
{
    /// <summary>A name for messages, without user and password.</summary>
    public abstract string DisplayName { get; }

    /// <summary>Reads a Prisma URL.</summary>
    /// <param name="url"><c>postgresql://...</c>, <c>postgres://...</c>, <c>file:...</c> or <c>sqlite:...</c>.</param>
    /// <param name="currentFolder">What a relative path, of a SQLite file or a certificate, starts from.</param>
    /// <param name="credential">Wins over the user and password of the URL.</param>
    /// <exception cref="KinescopeException"><c>DatabaseUrlInvalid</c>; its message does not repeat the URL.</exception>
    public static DatabaseAddress Parse(string url, string currentFolder, NetworkCredential? credential = null)
    {
        url = url.Trim().Trim('"', '\'');
        var scheme = url.Split(':')[0].ToLowerInvariant();
        return scheme switch
        {
            "postgresql" or "postgres" => PostgresAddress.Parse(url, credential, currentFolder),
            "file" or "sqlite" => SqliteAddress.Parse(url, currentFolder),
            _ => throw Invalid("it begins with neither postgresql:// nor file:"),
        };
    }

    private protected static KinescopeException Invalid(string why) =>
        new(ErrorIds.DatabaseUrlInvalid, $"The database URL cannot be used: {why}. Expected is postgresql://user:password@host:5432/database?schema=public, or file:./dev.db for SQLite.");
}

/// <summary>A PostgreSQL database and the schema of the site's tables.</summary>
internal sealed record PostgresAddress(NpgsqlConnectionStringBuilder Connection, string Schema) : DatabaseAddress
{
    public override string DisplayName => $"{Connection.Host}:{Connection.Port}/{Connection.Database}";

    /// <summary>
    /// Reads Prisma's URL. Its pool and engine settings that have no meaning here are let pass, as are unknown ones.
    /// </summary>
    /// <remarks>Source: Prisma's documentation, "PostgreSQL connection URL".</remarks>
    public static PostgresAddress Parse(string url, NetworkCredential? credential, string currentFolder)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            throw Invalid("it is not a URL (is a special character in the password not percent-encoded?)");

        // An unescaped slash in the password ends the host early: the rest of the password is not to appear as the database.
        var database = uri.AbsolutePath.Trim('/');
        if (database.AsSpan().ContainsAny('/', '@'))
            throw Invalid("its path is not the name of a database (is a special character in the password not percent-encoded?)");

        var user = uri.UserInfo.Split(':', 2);
        var connection = new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host.Length > 0 ? Uri.UnescapeDataString(uri.Host.Trim('[', ']')) : "localhost",
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(database),
            Username = Uri.UnescapeDataString(user[0]),
            ApplicationName = "KinescopePS",
            Timeout = 15,
            CommandTimeout = 30,
            MaxPoolSize = 2,
            Enlist = false,
        };
        if (user.Length > 1)
            connection.Password = Uri.UnescapeDataString(user[1]);

        var schema = "public";
        var isStrict = false;
        foreach (var (name, value) in ParametersOf(uri))
        {
            switch (name)
            {
                case "schema" when value.Length > 0: schema = value; break;
                case "host" when value.Length > 0: connection.Host = value; break;
                case "sslmode": connection.SslMode = SslModeOf(value); break;
                case "sslaccept": isStrict = value == "strict"; break;
                case "sslcert" or "sslrootcert" when value is not ("" or "system"): connection.RootCertificate = Path.GetFullPath(value, currentFolder); break;
                case "connect_timeout" when int.TryParse(value, out var seconds) && seconds is > 0 and <= 1024: connection.Timeout = seconds; break;
                case "application_name" when value.Length > 0: connection.ApplicationName = value; break;
                case "options" when value.Length > 0: connection.Options = value; break;
                // A transaction-mode pooler hands each transaction another session, so there is none to reset.
                case "pgbouncer" when value == "true": connection.NoResetOnClose = true; break;
            }
        }

        if (isStrict && connection.SslMode != SslMode.Disable)
            connection.SslMode = SslMode.VerifyFull;
        if (connection is { SslMode: SslMode.VerifyCA or SslMode.VerifyFull, RootCertificate: { } certificate } && !File.Exists(certificate))
            throw Invalid($"there is no certificate {certificate} (a relative path starts from the current location)");
        if (credential is not null)
        {
            connection.Username = credential.UserName;
            connection.Password = credential.Password;
        }

        if (string.IsNullOrEmpty(connection.Username))
            connection.Username = Environment.UserName;
        if (string.IsNullOrEmpty(connection.Database))
            throw Invalid("it names no database");
        return new PostgresAddress(connection, schema);
    }

    private static IEnumerable<(string Name, string Value)> ParametersOf(Uri uri)
    {
        foreach (var part in uri.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var pair = part.Split('=', 2);
            yield return (pair[0].ToLowerInvariant(), pair.Length > 1 ? Uri.UnescapeDataString(pair[1].Replace('+', ' ')) : "");
        }
    }

    private static SslMode SslModeOf(string value) => value.ToLowerInvariant() switch
    {
        "disable" => SslMode.Disable,
        "allow" => SslMode.Allow,
        "prefer" => SslMode.Prefer,
        "require" or "no-verify" => SslMode.Require,
        "verify-ca" => SslMode.VerifyCA,
        "verify-full" => SslMode.VerifyFull,
        _ => throw Invalid($"sslmode={value} is not one of disable, allow, prefer, require, verify-ca, verify-full"),
    };
}

/// <summary>A SQLite file.</summary>
internal sealed record SqliteAddress(string FilePath) : DatabaseAddress
{
    public override string DisplayName => FilePath;

    /// <summary>How long a locked file is waited for. Unit: seconds.</summary>
    private const int BusyTimeoutSeconds = 30;

    // Never created: a mistyped path must not leave an empty database behind.
    public string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = FilePath,
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = BusyTimeoutSeconds,
        Pooling = false,
    }.ToString();

    public static SqliteAddress Parse(string url, string currentFolder)
    {
        var path = Uri.UnescapeDataString(url[(url.IndexOf(':') + 1)..].Split('?')[0]);
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path[2..];
        if (path is ['/', _, ':', ..] && OperatingSystem.IsWindows())
            path = path[1..];
        if (path.Length == 0 || path == ":memory:" || path.Contains('\0'))
            throw Invalid("it names no file");

        return new SqliteAddress(Path.GetFullPath(path, currentFolder));
    }
}
