using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace KinescopePS.Tests.Support;

/// <summary>Tests that need PostgreSQL share one server and run one after the other: some of them stop it.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<PostgresCluster>
{
    public const string Name = "PostgreSQL";
}

/// <summary>
/// A throwaway PostgreSQL on a free loopback port, stopped and removed with the collection. Its superuser comes through a socket
/// in a folder of his own; everybody else gives a password.
/// </summary>
public sealed class PostgresCluster : IAsyncLifetime
{
    /// <summary>A user that owns the site's database, and a password that has to be escaped in a URL.</summary>
    public const string Owner = "site owner", OwnerPassword = "p@ss:w/rd?#%41 ключ", Database = "site";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly string? _programs = FindPrograms();
    private readonly string _data = Path.Combine(Path.GetTempPath(), "kinescopeps-pg-" + Path.GetRandomFileName());

    private int? _poolerPort;

    public int Port { get; private set; }

    /// <summary>The folder of the server's Unix socket.</summary>
    public string SocketFolder => _data;

    public async ValueTask InitializeAsync()
    {
        if (_programs is null)
            return;

        await RunAsync([Tool("initdb"), "-D", _data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        Port = FreePort();
        await File.AppendAllTextAsync(Path.Combine(_data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = '{(OperatingSystem.IsWindows() ? "" : _data)}'
            fsync = off
            autovacuum = off
            shared_buffers = 16MB

            """);
        await File.WriteAllTextAsync(Path.Combine(_data, "pg_hba.conf"), $"""
            {(OperatingSystem.IsWindows() ? "host all postgres 127.0.0.1/32 trust" : "local all,replication postgres trust\nlocal all all scram-sha-256\nhost replication postgres 127.0.0.1/32 trust")}
            host all all 127.0.0.1/32 scram-sha-256
            """);
        await StartAsync();
        await ExecuteAsync($"""CREATE ROLE "{Owner}" LOGIN PASSWORD '{OwnerPassword}'""", "postgres");
        await ExecuteAsync($"""CREATE DATABASE "{Database}" OWNER "{Owner}" """, "postgres");
    }

    /// <summary>Skips the test, with the reason, where this machine has no PostgreSQL.</summary>
    public void Require() =>
        Assert.SkipUnless(_programs is not null, "PostgreSQL's initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql).");

    public Task StartAsync() => RunAsync([Tool("pg_ctl"), "start", "-w", "-D", _data, "-l", Path.Combine(_data, "log")]);

    /// <summary>Ends the server and all its sessions at once, as a crash does.</summary>
    public Task StopAsync() => RunAsync([Tool("pg_ctl"), "stop", "-w", "-m", "immediate", "-D", _data]);

    /// <summary>Sets a line of postgresql.conf, for which the server starts anew.</summary>
    public async Task ConfigureAsync(string setting)
    {
        await StopAsync();
        await File.AppendAllTextAsync(Path.Combine(_data, "postgresql.conf"), setting + "\n");
        await StartAsync();
    }

    /// <summary>Writes a file into the server's folder that only the server's user may read. Not on Windows.</summary>
    public Task WriteAsync(string name, string text) => RunAsync(["sh", "-c", "umask 077; cat > \"$0\"", Path.Combine(_data, name)], text);

    /// <summary>A file of the server's folder.</summary>
    public Task<string> ReadAsync(string name) => File.ReadAllTextAsync(Path.Combine(_data, name));

    /// <summary>The URL of a database, as it stands in a site's <c>.env</c>.</summary>
    /// <param name="parameters">What follows the question mark.</param>
    /// <param name="port">Another port than the server's, for a proxy in between.</param>
    public string Url(string parameters = "schema=public", string user = Owner, string? password = OwnerPassword, string database = Database, int? port = null)
    {
        var secret = password is null ? "" : ":" + Uri.EscapeDataString(password);
        return $"postgresql://{Uri.EscapeDataString(user)}{secret}@127.0.0.1:{port ?? Port}/{database}?{parameters}";
    }

    /// <summary>A connection of the superuser.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string database = Database)
    {
        var host = OperatingSystem.IsWindows() ? "127.0.0.1" : SocketFolder;
        var connection = new NpgsqlConnection($"Host={host};Port={Port};Username=postgres;Database={database};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task ExecuteAsync(string sql, string database = Database)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_poolerPort is not null)
            await StopPoolerAsync();
        if (File.Exists(Path.Combine(_data, "postmaster.pid")))
            await StopAsync();
        if (Directory.Exists(_data))
            Directory.Delete(_data, recursive: true);
    }

    /// <summary>Starts PgBouncer in transaction mode before the server, once, or skips the test where this machine has none.</summary>
    /// <returns>Its port.</returns>
    public async Task<int> RequirePoolerAsync()
    {
        Require();
        var program = FoldersOnPath().Append("/usr/sbin").Select(folder => Path.Combine(folder, "pgbouncer")).FirstOrDefault(File.Exists);
        Assert.SkipUnless(program is not null, "PgBouncer is neither on PATH nor in /usr/sbin (Debian: apt-get install pgbouncer).");
        if (_poolerPort is { } running)
            return running;

        var port = FreePort();
        await WriteAsync("userlist.txt", $"\"{Owner}\" \"{OwnerPassword}\"\n");
        // Two sessions for any number of clients, so that a client soon meets what another one left behind.
        await WriteAsync("pgbouncer.ini", $"""
            [databases]
            * = host=127.0.0.1 port={Port}
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {port}
            unix_socket_dir =
            auth_type = scram-sha-256
            auth_file = {Path.Combine(_data, "userlist.txt")}
            pool_mode = transaction
            default_pool_size = 2
            server_round_robin = 1
            server_login_retry = 1
            logfile = {Path.Combine(_data, "pgbouncer.log")}
            pidfile = {PoolerProcess}

            """);
        await RunAsync([program, "-d", "-q", Path.Combine(_data, "pgbouncer.ini")]);
        _poolerPort = port;
        return port;
    }

    /// <summary>Ends the pooler and all its connections at once.</summary>
    public async Task StopPoolerAsync()
    {
        await RunAsync(["sh", "-c", "kill -9 $(cat \"$0\") && rm \"$0\"", PoolerProcess]);
        _poolerPort = null;
    }

    private string PoolerProcess => Path.Combine(_data, "pgbouncer.pid");

    /// <summary>Runs one of the server's programs.</summary>
    public Task RunToolAsync(string program, params string[] arguments) => RunAsync([Tool(program), .. arguments]);

    private string Tool(string program) => Path.Combine(_programs!, Executable(program));

    private static async Task RunAsync(string[] command, string input = "")
    {
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
            command = AsUnprivileged(command);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        // Messages in English whatever the machine's language.
        start.Environment["LC_ALL"] = "C";
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        var output = await Task.WhenAll(
            process.StandardOutput.ReadToEndAsync(patience.Token), process.StandardError.ReadToEndAsync(patience.Token));
        await process.WaitForExitAsync(patience.Token);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {process.ExitCode}: {string.Concat(output)}");
    }

    /// <summary>The command, run by an unprivileged user: PostgreSQL refuses to run as root.</summary>
    private static string[] AsUnprivileged(string[] command)
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToList();
        var user = users.Find(fields => fields[0] == "postgres") ?? users.Find(fields => fields[0] == "nobody")
            ?? throw new InvalidOperationException("There is neither a user postgres nor a user nobody to run PostgreSQL as.");
        if (OnPath("setpriv"))
            return ["setpriv", $"--reuid={user[2]}", $"--regid={user[3]}", "--clear-groups", "--", .. command];
        if (OnPath("runuser"))
            return ["runuser", "-u", user[0], "--", .. command];
        return ["su", user[0], "-s", "/bin/sh", "-c", string.Join(' ', command.Select(part => $"'{part}'"))];
    }

    private static string? FindPrograms()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql")
            ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))
            : [];
        var found = FoldersOnPath().Concat(packaged).FirstOrDefault(folder => Has(folder, "initdb") && Has(folder, "pg_ctl"));
        // PATH may hold links to some of the programs only.
        return found is null ? null : Path.GetDirectoryName(File.ResolveLinkTarget(Path.Combine(found, Executable("initdb")), returnFinalTarget: true)?.FullName) ?? found;
    }

    private static bool OnPath(string program) => FoldersOnPath().Any(folder => Has(folder, program));

    private static string[] FoldersOnPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static bool Has(string folder, string program) => File.Exists(Path.Combine(folder, Executable(program)));

    private static string Executable(string program) => OperatingSystem.IsWindows() ? program + ".exe" : program;

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
