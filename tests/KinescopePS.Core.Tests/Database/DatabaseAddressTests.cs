using System.Net;
using KinescopePS.Database;
using Npgsql;

namespace KinescopePS.Tests.Database;

/// <summary>DATABASE_URL, as sites have it.</summary>
public sealed class DatabaseAddressTests
{
    private static readonly string Here = Path.GetFullPath(Path.Combine(Path.GetTempPath(), "site"));

    [Theory]
    [InlineData("postgresql://ann:secret@db.example:6543/site?schema=school", "db.example", 6543, "site", "ann", "secret", "school")]
    [InlineData("postgres://ann:secret@db.example/site", "db.example", 5432, "site", "ann", "secret", "public")]
    [InlineData("  \"postgresql://ann:secret@db.example/site\"  ", "db.example", 5432, "site", "ann", "secret", "public")]
    [InlineData("POSTGRESQL://ann:secret@db.example/site", "db.example", 5432, "site", "ann", "secret", "public")]
    [InlineData("postgresql://a%20n:p%40%2F%3A%3F%23%25%26%D1%8F@db.example/my%20site", "db.example", 5432, "my site", "a n", "p@/:?#%&я", "public")]
    [InlineData("postgresql://ann:a:b@db.example/site", "db.example", 5432, "site", "ann", "a:b", "public")]
    [InlineData("postgresql://ann:100%@db.example/site", "db.example", 5432, "site", "ann", "100%", "public")]
    [InlineData("postgresql://ann@db.example/site", "db.example", 5432, "site", "ann", null, "public")]
    [InlineData("postgresql://ann:secret@[2001:db8::1]:6543/site", "2001:db8::1", 6543, "site", "ann", "secret", "public")]
    [InlineData("postgresql://ann:secret@[::1]/site", "::1", 5432, "site", "ann", "secret", "public")]
    [InlineData("postgresql://ann:secret@localhost:6543/site?host=/var/run/postgresql", "/var/run/postgresql", 6543, "site", "ann", "secret", "public")]
    [InlineData("postgresql://ann:secret@localhost/site?host=%2Fvar%2Frun%2Fpostgresql", "/var/run/postgresql", 5432, "site", "ann", "secret", "public")]
    [InlineData("postgresql://ann:secret@db.example/site?schema=%D1%83%D1%87%D1%91%D0%B1%D0%B0+2", "db.example", 5432, "site", "ann", "secret", "учёба 2")]
    [InlineData("postgresql://ann:secret@db.example/site?schema=", "db.example", 5432, "site", "ann", "secret", "public")]
    public void A_postgres_url_is_read(string url, string host, int port, string database, string user, string? password, string schema)
    {
        var (connection, actualSchema) = Postgres(url);

        Assert.Equal((host, port, database), (connection.Host, connection.Port, connection.Database));
        Assert.Equal((user, password), (connection.Username, connection.Password));
        Assert.Equal(schema, actualSchema);
    }

    [Theory]
    [InlineData("connection_limit=5&pool_timeout=10&statement_cache_size=0&pgbouncer=true")]
    [InlineData("single_use_connections=true&target_session_attrs=read-write&foo=bar")]
    [InlineData("&&x&=y&connect_timeout=soon&connection_limit=all&socket_timeout=0&channel_binding=often&sslcert=&schema")]
    public void Parameters_without_a_meaning_here_are_let_pass(string parameters)
    {
        var (connection, schema) = Postgres($"postgresql://ann:secret@db.example/site?{parameters}");

        Assert.Equal(Postgres("postgresql://ann:secret@db.example/site").Connection.ConnectionString, connection.ConnectionString);
        Assert.Equal("public", schema);
    }

    [Theory]
    [InlineData("", SslMode.Prefer)]
    [InlineData("sslmode=disable", SslMode.Disable)]
    [InlineData("sslmode=prefer", SslMode.Prefer)]
    [InlineData("sslmode=require", SslMode.Require)]
    [InlineData("sslmode=no-verify", SslMode.Require)]
    [InlineData("sslmode=verify-ca", SslMode.VerifyCA)]
    [InlineData("sslmode=VERIFY-FULL", SslMode.VerifyFull)]
    [InlineData("sslmode=verify-full&sslrootcert=system", SslMode.VerifyFull)]
    [InlineData("sslmode=require&sslaccept=accept_invalid_certs", SslMode.Require)]
    [InlineData("sslmode=require&sslaccept=strict", SslMode.VerifyFull)]
    [InlineData("sslaccept=strict&sslmode=require", SslMode.VerifyFull)]
    [InlineData("sslaccept=strict", SslMode.VerifyFull)]
    [InlineData("sslmode=disable&sslaccept=strict", SslMode.Disable)]
    public void Encryption_is_as_strict_as_the_url_says(string parameters, SslMode mode) =>
        Assert.Equal(mode, Postgres($"postgresql://ann:secret@db.example/site?{parameters}").Connection.SslMode);

    [Fact]
    public void Parameters_that_the_driver_knows_reach_it()
    {
        var (connection, _) = Postgres("postgresql://ann:secret@db.example/site?sslcert=./certs/ca.pem&connect_timeout=3&application_name=site&options=-c%20statement_timeout%3D5s&socket_timeout=7&connection_limit=1&channel_binding=require&passfile=./pass");

        Assert.Equal((Path.Combine(Here, "certs", "ca.pem"), 3, "site"), (connection.RootCertificate, connection.Timeout, connection.ApplicationName));
        Assert.Equal("-c statement_timeout=5s", connection.Options);
        Assert.Equal((7, 1, ChannelBinding.Require, Path.Combine(Here, "pass")), (connection.CommandTimeout, connection.MaxPoolSize, connection.ChannelBinding, connection.Passfile));
    }

    [Theory]
    [InlineData("postgresql://ann@db.example/site", "from-setting")]
    [InlineData("postgresql://ann:own@db.example/site", "own")]
    public void What_the_url_leaves_out_comes_from_the_settings(string url, string password)
    {
        var settings = new Dictionary<string, string> { ["PGPASSWORD"] = "from-setting", ["PGPASSFILE"] = "/run/pass", ["PGSSLROOTCERT"] = "/run/ca.pem" };

        var connection = ((PostgresAddress)DatabaseAddress.Parse(url, Here, setting: settings.GetValueOrDefault)).Connection;

        Assert.Equal((password, "/run/pass", "/run/ca.pem"), (connection.Password, connection.Passfile, connection.RootCertificate));
    }

    [Fact]
    public void A_credential_wins_over_the_url()
    {
        var address = (PostgresAddress)DatabaseAddress.Parse("postgresql://ann:secret@db.example/site", Here, new NetworkCredential("bob", "other"));

        Assert.Equal(("bob", "other"), (address.Connection.Username, address.Connection.Password));
    }

    [Fact]
    public void A_url_without_a_user_means_the_user_of_the_machine() =>
        Assert.Equal(Environment.UserName, Postgres("postgresql://db.example/site").Connection.Username);

    [Theory]
    [InlineData("postgresql://ann:secret@db.example:6543/site", "db.example:6543/site")]
    [InlineData("postgresql://ann:secret@localhost/site?host=/tmp", "/tmp:5432/site")]
    public void The_name_for_messages_has_no_user_and_no_password(string url, string name) =>
        Assert.Equal(name, DatabaseAddress.Parse(url, Here).DisplayName);

    [Theory]
    [InlineData("mysql://ann:secret@db.example/site")]
    [InlineData("prisma://accelerate.example/?api_key=secret")]
    [InlineData("secret")]
    [InlineData("postgresql")]
    [InlineData("postgresql://ann:secret@db.example")]
    [InlineData("postgresql://ann:secret@db.example/")]
    [InlineData("postgresql://ann:secret@db.example/?schema=public")]
    [InlineData("postgresql://ann:secret@db.example:99999/site")]
    [InlineData("postgresql://ann:secret@db.example/site?sslmode=maybe")]
    [InlineData("postgresql://ann:secret@db.example/site?sslaccept=strict&sslcert=./none.pem")]
    [InlineData("postgresql://ann:secret@db.example/site?sslidentity=./none.p12&sslpassword=secret")]
    [InlineData("postgresql://ann:se/secret@db.example/site")]
    [InlineData("postgresql://ann:1/secret@db.example/site")]
    [InlineData("postgresql://ann:1?secret@db.example/site")]
    [InlineData("postgresql://ann:1#secret@db.example/site")]
    [InlineData("postgresql://ann:1%00secret@db.example/site")]
    [InlineData("postgres:ann:secret/")]
    [InlineData("postgresql:///ann:secret")]
    [InlineData("file:")]
    [InlineData("file:?mode=secret")]
    [InlineData("sqlite::memory:")]
    [InlineData("file:secret%00.db")]
    [InlineData("postgresql://ann:secret%00@db.example/site")]
    [InlineData("postgresql://ann%00:secret@db.example/site")]
    [InlineData("postgresql://ann:secret@db.example/site?options=%00")]
    [InlineData("postgresql://ann:secret@db.example/site?host=%00")]
    public void A_url_that_cannot_be_used_is_refused_without_repeating_it(string url)
    {
        var failure = Assert.Throws<KinescopeException>(() => DatabaseAddress.Parse(url, Here));

        Assert.Equal("DatabaseUrlInvalid", failure.ErrorId);
        Assert.DoesNotContain("secret", failure.ToString());
        Assert.Contains("postgresql://user:password@host:5432/database", failure.Message);
    }

    [Theory]
    [InlineData("file:./dev.db", "dev.db")]
    [InlineData("file:dev.db", "dev.db")]
    [InlineData("sqlite:dev.db", "dev.db")]
    [InlineData("FILE:dev.db", "dev.db")]
    [InlineData("file:../dev.db", "../dev.db")]
    [InlineData("file:./prisma/dev.db?connection_limit=1&socket_timeout=5", "prisma/dev.db")]
    [InlineData("file:./my%20site%3F.db", "my site?.db")]
    [InlineData("file:./мой сайт.db", "мой сайт.db")]
    [InlineData("'file:./dev.db'", "dev.db")]
    public void A_relative_file_starts_from_the_current_folder(string url, string path) =>
        Assert.Equal(Path.GetFullPath(path, Here), ((SqliteAddress)DatabaseAddress.Parse(url, Here)).FilePath);

    [Theory]
    [InlineData("file:")]
    [InlineData("file://")]
    [InlineData("sqlite:")]
    [InlineData("sqlite://")]
    public void An_absolute_file_is_itself(string scheme)
    {
        var path = Path.Combine(Here, "dev.db");
        var url = scheme + (OperatingSystem.IsWindows() && scheme.EndsWith("//", StringComparison.Ordinal) ? "/" : "") + path;

        Assert.Equal(path, ((SqliteAddress)DatabaseAddress.Parse(url, Here)).FilePath);
    }

    private static (NpgsqlConnectionStringBuilder Connection, string Schema) Postgres(string url)
    {
        var address = Assert.IsType<PostgresAddress>(DatabaseAddress.Parse(url, Here));
        return (address.Connection, address.Schema);
    }
}
