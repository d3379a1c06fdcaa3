using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KinescopePS.Files;
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
    /// <param name="folder">The folder that a relative path, of a SQLite file or a certificate, starts from.</param>
    /// <param name="credential">Wins over the user and password of the URL.</param>
    /// <param name="setting">Looks up what the URL leaves to the environment: PGPASSWORD, and PGPASSFILE and PGSSLROOTCERT in full.</param>
    /// <exception cref="KinescopeException"><c>DatabaseUrlInvalid</c>; its message does not repeat the URL.</exception>
    public static DatabaseAddress Parse(
        string url, string folder, NetworkCredential? credential = null, Func<string, string?>? setting = null)
    {
        url = url.Trim().Trim('"', '\'');
        var scheme = url.Split(':')[0].ToLowerInvariant();
        try
        {
            return scheme switch
            {
                "postgresql" or "postgres" => PostgresAddress.Parse(url, credential, folder, setting ?? Environment.GetEnvironmentVariable),
                "file" or "sqlite" => SqliteAddress.Parse(url, folder),
                _ => throw Invalid("it begins with neither postgresql:// nor file:"),
            };
        }
        catch (ArgumentException failure)
        {
            // The driver's own words might hold the value.
            throw Invalid($"what it gives as {failure.ParamName} cannot be used");
        }
    }

    /// <summary>The start of relative paths, for messages.</summary>
    internal const string RelativePaths =
        "a relative path starts from the folder of the .env file that says it, else from the current location";

    private protected static KinescopeException Invalid(string why) =>
        new(
            ErrorIds.DatabaseUrlInvalid,
            $"The database URL cannot be used: {why}. Expected is postgresql://user:password@host:5432/database?schema=public, or "
            + "file:./dev.db for SQLite.");
}

/// <summary>A PostgreSQL database and the schema of the site's tables.</summary>
internal sealed record PostgresAddress(NpgsqlConnectionStringBuilder Connection, string Schema) : DatabaseAddress
{
    /// <summary>Connections that a store needs at most: one reads while another one links.</summary>
    private const int MaxConnections = 2;

    /// <summary>The certificate shown to a server that asks who this machine is.</summary>
    public X509Certificate2? ClientCertificate { get; private init; }

    public override string DisplayName { get; } = $"{Connection.Host}:{Connection.Port}/{Connection.Database}";

    /// <summary>
    /// Reads Prisma's URL, and libpq's names for what Prisma has no name for. Settings of Prisma's engine that have no meaning
    /// here (<c>pool_timeout</c>, <c>statement_cache_size</c>, <c>pgbouncer</c>) are let pass, as are unknown ones.
    /// </summary>
    /// <remarks>Source: Prisma's documentation, "PostgreSQL connection URL"; PostgreSQL's, "Parameter Key Words".</remarks>
    public static PostgresAddress Parse(string url, NetworkCredential? credential, string folder, Func<string, string?> setting)
    {
        if (!url.Contains("://", StringComparison.Ordinal) || !Uri.TryCreate(url, UriKind.Absolute, out var uri))
            throw Invalid("it is not a URL (is a special character in the password not percent-encoded?)");

        // A slash in the password, or one too many before it, ends the host early: the password is not to appear as the database.
        var database = uri.AbsolutePath.Trim('/');
        if (database.AsSpan().ContainsAny('/', '@', ':'))
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
            MaxPoolSize = MaxConnections,
            Enlist = false,
            // We leave nothing behind in a session, and behind a pooler in transaction mode there is none to reset.
            NoResetOnClose = true,
        };
        if (user.Length > 1)
            connection.Password = Uri.UnescapeDataString(user[1]);

        var schema = "public";
        var isStrict = false;
        string? certificate = null, key = null, identity = null, certificatePassword = null;
        foreach (var (name, value) in ParametersOf(uri))
        {
            switch (name)
            {
                case "schema" when value.Length > 0: schema = value; break;
                case "host" when value.Length > 0: connection.Host = value; break;
                case "sslmode": connection.SslMode = SslModeOf(value); break;
                case "sslaccept": isStrict = value == "strict"; break;
                case "sslrootcert" when value is not ("" or "system"): connection.RootCertificate = FileOf(value); break;
                case "sslcert" when value.Length > 0: certificate = FileOf(value); break;
                case "sslkey" when value.Length > 0: key = FileOf(value); break;
                case "sslidentity" when value.Length > 0: identity = FileOf(value); break;
                case "sslpassword": certificatePassword = value; break;
                case "passfile" when value.Length > 0: connection.Passfile = FileOf(value); break;
                case "channel_binding" when Enum.TryParse<ChannelBinding>(value, ignoreCase: true, out var binding):
                    connection.ChannelBinding = binding;
                    break;
                case "connection_limit" when int.TryParse(value, out var limit) && limit > 0:
                    connection.MaxPoolSize = Math.Min(limit, MaxConnections);
                    break;
                case "socket_timeout" when int.TryParse(value, out var seconds) && seconds > 0: connection.CommandTimeout = seconds; break;
                case "connect_timeout" when int.TryParse(value, out var seconds) && seconds is > 0 and <= 1024:
                    connection.Timeout = seconds;
                    break;
                case "application_name" when value.Length > 0: connection.ApplicationName = value; break;
                case "options" when value.Length > 0: connection.Options = value; break;
            }
        }

        // Prisma's sslcert is the server's authority; libpq's, with a key beside it, is the client's own.
        if (key is null)
            connection.RootCertificate = certificate ?? connection.RootCertificate;
        connection.RootCertificate ??= setting("PGSSLROOTCERT");
        if (isStrict && connection.SslMode != SslMode.Disable)
            connection.SslMode = SslMode.VerifyFull;
        if (connection is { SslMode: SslMode.VerifyCA or SslMode.VerifyFull, RootCertificate: { } authority }
            && DiskFile.At(authority) is not { IsRegular: true })
            throw Invalid($"there is no certificate {authority} ({RelativePaths})");
        if (credential is not null)
        {
            connection.Username = credential.UserName;
            connection.Password = credential.Password;
        }

        if (string.IsNullOrEmpty(connection.Password))
            connection.Password = setting("PGPASSWORD");
        connection.Passfile ??= setting("PGPASSFILE");
        if (string.IsNullOrEmpty(connection.Username))
            connection.Username = Environment.UserName;
        if (string.IsNullOrEmpty(connection.Database))
            throw Invalid("it names no database");
        return new PostgresAddress(connection, schema)
        {
            ClientCertificate = identity is not null ? CertificateOf(identity, null, certificatePassword)
                : key is not null ? CertificateOf(certificate ?? key, key, certificatePassword)
                : null,
        };

        string FileOf(string path) => Path.GetFullPath(path, folder);
    }

    /// <summary>Connections to it. Nothing is connected yet.</summary>
    /// <param name="initialisation">A statement that each new connection begins with; null for none.</param>
    /// <exception cref="KinescopeException"><c>DatabaseUrlInvalid</c>.</exception>
    public NpgsqlDataSource CreateDataSource(string? initialisation = null)
    {
        try
        {
            var builder = new NpgsqlDataSourceBuilder(Connection.ConnectionString);
            if (initialisation is not null)
                builder.UsePhysicalConnectionInitializer(Initialise, InitialiseAsync);
            if (ClientCertificate is { } certificate)
                builder.UseSslClientAuthenticationOptionsCallback(options => options.ClientCertificates = [certificate]);
            return builder.Build();
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException)
        {
            throw new KinescopeException(ErrorIds.DatabaseUrlInvalid, $"The database URL cannot be used: {failure.Message}", failure);
        }

        void Initialise(NpgsqlConnection connection)
        {
            using var command = new NpgsqlCommand(initialisation, connection);
            command.ExecuteNonQuery();
        }

        async Task InitialiseAsync(NpgsqlConnection connection)
        {
            await using var command = new NpgsqlCommand(initialisation, connection);
            await command.ExecuteNonQueryAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A certificate and its key, from one PKCS #12 file or from two PEM files.</summary>
    private static X509Certificate2 CertificateOf(string path, string? keyPath, string? password)
    {
        try
        {
            if (keyPath is null)
                return new X509Certificate2(path, password);
            using var certificate = string.IsNullOrEmpty(password)
                ? X509Certificate2.CreateFromPemFile(path, keyPath)
                : X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
            // Windows cannot use a key that is in memory only.
            return new X509Certificate2(certificate.Export(X509ContentType.Pkcs12));
        }
        catch (Exception failure) when (failure is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw Invalid($"the client certificate {path} cannot be used (wrong sslpassword?): {failure.Message}");
        }
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
/// <param name="FilePath">Its full path, in the disk's spelling.</param>
internal sealed record SqliteAddress(string FilePath) : DatabaseAddress
{
    public override string DisplayName => FilePath;

    /// <summary>The longest wait for a locked file.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    // Never created: a mistyped path must not leave an empty database behind. Never read-only either: whoever opens a file first after
    // its writer was killed takes back what that one left half done, readers too. One that may not be written is still read.
    public string ConnectionString => new SqliteConnectionStringBuilder
    {
        DataSource = FilePath,
        Mode = SqliteOpenMode.ReadWrite,
        DefaultTimeout = 1,
        Pooling = false,
    }.ToString();

    public static SqliteAddress Parse(string url, string folder)
    {
        var path = Uri.UnescapeDataString(url[(url.IndexOf(':') + 1)..].Split('?')[0]);
        if (path.StartsWith("//", StringComparison.Ordinal))
            path = path[2..];
        if (path is ['/', _, ':', ..] && OperatingSystem.IsWindows())
            path = path[1..];
        if (path.Length == 0 || path == ":memory:" || path.Contains('\0'))
            throw Invalid("it names no file");

        return new SqliteAddress(FilePaths.OnDisk(Path.GetFullPath(path, folder)));
    }
}
