using System.Net;
using System.Net.Sockets;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Server;

/// <summary>A throw-away PostgreSQL with its defaults, on a free port of this machine.</summary>
internal sealed class PostgresCluster : IAsyncDisposable
{
    private const string User = "postgres";

    private readonly string _programs;
    private readonly string _data = Path.Combine(Path.GetTempPath(), "kinescopeps-benchmark-pg-" + Path.GetRandomFileName());
    private readonly int _port;

    private PostgresCluster(string programs)
    {
        _programs = programs;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _port = ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public string Url => $"postgresql://{User}@127.0.0.1:{_port}/postgres";

    /// <summary>The same in the driver's terms.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username={User};Database=postgres";

    /// <summary>The folder of initdb and pg_ctl; null where there is none.</summary>
    public static string? FindPrograms()
    {
        var packaged = Directory.Exists("/usr/lib/postgresql") ? Directory.EnumerateDirectories("/usr/lib/postgresql").OrderDescending().Select(folder => Path.Combine(folder, "bin")).ToArray() : [];
        return Tools.Find("initdb", packaged) is { } initdb ? Path.GetDirectoryName(File.ResolveLinkTarget(initdb, returnFinalTarget: true)?.FullName ?? initdb) : null;
    }

    public static async Task<PostgresCluster> StartAsync(string programs)
    {
        var cluster = new PostgresCluster(programs);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => cluster.DisposeAsync().AsTask().Wait();
        await cluster.RunAsync("initdb", "-D", cluster._data, "-U", User, "--auth=trust", "--encoding=UTF8", "--locale=C");
        await cluster.RunAsync("pg_ctl", "start", "-w", "-D", cluster._data, "-l", Path.Combine(cluster._data, "log"), "-o", $"-c listen_addresses=127.0.0.1 -c port={cluster._port} -c unix_socket_directories= -c max_wal_size=4GB");
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        if (!Directory.Exists(_data))
            return;
        await RunAsync("pg_ctl", "stop", "-w", "-m", "immediate", "-D", _data);
        Directory.Delete(_data, recursive: true);
    }

    private async Task RunAsync(string program, params string[] arguments)
    {
        // A server that pg_ctl leaves running must not hold our pipes open.
        var command = string.Join(' ', arguments.Prepend(Path.Combine(_programs, program)).Select(part => $"'{part}'"));
        string[] shell = ["sh", "-c", $"{command} >/dev/null </dev/null 2>&1"];
        await Lab.RunAsync(Cores.Server(Environment.UserName == "root" ? AsUnprivileged(shell) : shell), Path.GetTempPath());
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsUnprivileged(string[] command)
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToList();
        var user = users.Find(fields => fields[0] == User) ?? users.First(fields => fields[0] == "nobody");
        return ["setpriv", $"--reuid={user[2]}", $"--regid={user[3]}", "--clear-groups", "--", .. command];
    }
}
