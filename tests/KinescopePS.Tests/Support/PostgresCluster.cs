using Npgsql;

namespace KinescopePS.Tests.Support;

/// <summary>Tests that need PostgreSQL share one server and run one after the other: some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresCluster>
{
    public const string Name = "PostgreSQL";
}

/// <summary>
/// A throw-away PostgreSQL with the database of a site, stopped and removed with the collection. Its superuser comes through a socket
/// in a folder of his own; everybody else gives a password.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    /// <summary>A user that owns the site's database, and a password that has to be escaped in a URL.</summary>
    public const string Owner = "site owner", OwnerPassword = "p@ss:w/rd?#%41 ключ", Database = "site";

    private readonly PostgresServer? _server = PostgresServer.FindPrograms() is { } programs ? new PostgresServer(programs) : null;

    private int? _poolerPort;

    private bool _isClosed;

    public int Port => Server.Port;

    /// <summary>The folder of the server's Unix socket.</summary>
    public string SocketFolder => Server.Data;

    private PostgresServer Server => _server ?? throw new InvalidOperationException("A test that needs PostgreSQL calls Require first.");

    private string PoolerProcess => Path.Combine(Server.Data, "pgbouncer.pid");

    public async ValueTask InitializeAsync()
    {
        if (_server is null)
            return;

        await _server.CreateAsync(
            """
            fsync = off
            autovacuum = off
            shared_buffers = 16MB
            """,
            $"""
            {(OperatingSystem.IsWindows() ? "host all postgres 127.0.0.1/32 trust" : "local all,replication postgres trust\nlocal all all scram-sha-256\nhost replication postgres 127.0.0.1/32 trust")}
            host all all 127.0.0.1/32 scram-sha-256
            """);
        await ExecuteAsync($"""CREATE ROLE "{Owner}" LOGIN PASSWORD '{OwnerPassword}'""", "postgres");
        await ExecuteAsync($"""CREATE DATABASE "{Database}" OWNER "{Owner}" """, "postgres");
    }

    /// <summary>Skips the test, with the reason, where this machine has no PostgreSQL.</summary>
    public void Require() =>
        Assert.SkipUnless(_server is not null, "PostgreSQL's initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql).");

    public Task StartAsync() => Server.StartAsync();

    /// <inheritdoc cref="PostgresServer.StopAsync"/>
    public Task StopAsync() => Server.StopAsync();

    /// <summary>Sets a line of postgresql.conf, for which the server starts anew.</summary>
    public async Task ConfigureAsync(string setting)
    {
        await StopAsync();
        await File.AppendAllTextAsync(Path.Combine(Server.Data, "postgresql.conf"), setting + "\n");
        await StartAsync();
    }

    /// <summary>Makes a database, <c>closed</c>, that takes no connections, and a user, <c>locked_out</c>, who may not log in, once.</summary>
    public async Task CloseAsync()
    {
        if (_isClosed)
            return;
        await ExecuteAsync("CREATE DATABASE closed", "postgres");
        await ExecuteAsync("ALTER DATABASE closed ALLOW_CONNECTIONS false; CREATE ROLE locked_out NOLOGIN PASSWORD 'locked_out'", "postgres");
        _isClosed = true;
    }

    /// <inheritdoc cref="PostgresServer.WriteAsync"/>
    public Task WriteAsync(string name, string text) => Server.WriteAsync(name, text);

    /// <summary>A file of the server's folder.</summary>
    public Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(Server.Data, name));

    /// <summary>The URL of a database, as it stands in a site's <c>.env</c>.</summary>
    /// <param name="parameters">The query: all that follows the question mark.</param>
    /// <param name="port">Another port than the server's, for a proxy in between.</param>
    public string Url(string parameters = "schema=public", string user = Owner, string? password = OwnerPassword, string database = Database, int? port = null)
    {
        var secret = password is null ? "" : ":" + Uri.EscapeDataString(password);
        return $"postgresql://{Uri.EscapeDataString(user)}{secret}@127.0.0.1:{port ?? Port}/{database}?{parameters}";
    }

    /// <summary>A connection of the superuser.</summary>
    public Task<NpgsqlConnection> OpenAsync(string database = Database) => Server.OpenAsync(database);

    /// <summary>Runs SQL as the superuser.</summary>
    public Task ExecuteAsync(string sql, string database = Database) => Server.ExecuteAsync(sql, database);

    /// <summary>Runs one of the server's programs.</summary>
    public Task RunToolAsync(string program, params string[] arguments) => Server.RunToolAsync(program, arguments);

    /// <summary>Starts PgBouncer in transaction mode before the server, once, or skips the test where this machine has none.</summary>
    /// <returns>Its port.</returns>
    public async Task<int> RequirePoolerAsync()
    {
        Require();
        var program = Programs.Find("pgbouncer", "/usr/sbin");
        Assert.SkipUnless(program is not null, "PgBouncer is neither on PATH nor in /usr/sbin (Debian: apt-get install pgbouncer).");
        if (_poolerPort is { } running)
            return running;

        var port = Ports.Closed();
        // One user whom the pooler knows by another password than the server, and one whom the server does not know.
        await WriteAsync("userlist.txt", $"\"{Owner}\" \"{OwnerPassword}\"\n\"pooled\" \"pooled\"\n\"locked_out\" \"locked_out\"\n");
        // Two sessions for any number of clients, so that a client soon meets what another one left behind.
        await WriteAsync("pgbouncer.ini", $"""
            [databases]
            * = host=127.0.0.1 port={Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {Path.Combine(Server.Data, "userlist.txt")}
            pool_mode = transaction
            default_pool_size = 2
            server_round_robin = 1
            server_login_retry = 1
            logfile = {Path.Combine(Server.Data, "pgbouncer.log")}
            pidfile = {PoolerProcess}

            """);
        await Server.RunAsync([program, "-d", "-q", Path.Combine(Server.Data, "pgbouncer.ini")]);
        _poolerPort = port;
        return port;
    }

    /// <summary>Ends the pooler and all its connections at once.</summary>
    public async Task StopPoolerAsync()
    {
        await Server.RunAsync(["sh", "-c", "kill -9 $(cat \"$0\") && rm \"$0\"", PoolerProcess]);
        _poolerPort = null;
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is null)
            return;
        if (_poolerPort is not null)
            await StopPoolerAsync();
        await _server.DisposeAsync();
    }
}
