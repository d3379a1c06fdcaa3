using System.Diagnostics;
using Npgsql;

namespace KinescopePS.TestSupport;

/// <summary>A throw-away PostgreSQL on a free loopback port. Its superuser <c>postgres</c> gives no password.</summary>
/// <param name="programs">The folder of initdb and pg_ctl, as <see cref="FindPrograms"/> finds it.</param>
/// <param name="through">A command that starts the server's programs, for example on certain cores; null for none.</param>
public sealed class PostgresServer(string programs, Func<IReadOnlyList<string>, IReadOnlyList<string>>? through = null) : IAsyncDisposable
{
    private const string Superuser = "postgres";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Its folder, where its Unix socket is too.</summary>
    public string Data { get; } = Path.Combine(Path.GetTempPath(), "kinescopeps-pg-" + Path.GetRandomFileName());

    public int Port { get; } = Ports.Closed();

    /// <summary>The folder of initdb and pg_ctl, on PATH or where Debian puts them; null: there is none.</summary>
    public static string? FindPrograms()
    {
        string[] packaged = Directory.Exists("/usr/lib/postgresql")
            ? [.. Directory.EnumerateDirectories("/usr/lib/postgresql").OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0).Select(folder => Path.Combine(folder, "bin"))]
            : [];
        // PATH may hold links to some of the programs only.
        return Programs.Find("initdb", packaged) is { } initdb ? Path.GetDirectoryName(File.ResolveLinkTarget(initdb, returnFinalTarget: true)?.FullName ?? initdb) : null;
    }

    /// <summary>Makes a cluster and starts it.</summary>
    /// <param name="settings">Lines of postgresql.conf beside where it listens.</param>
    /// <param name="access">Lines of pg_hba.conf; null where all may come in.</param>
    public async Task CreateAsync(string settings, string? access = null)
    {
        await RunAsync([Tool("initdb"), "-D", Data, "-U", Superuser, "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        await File.AppendAllTextAsync(Path.Combine(Data, "postgresql.conf"), $"""

            listen_addresses = '127.0.0.1'
            port = {Port}
            unix_socket_directories = '{(OperatingSystem.IsWindows() ? "" : Data)}'
            {settings}

            """);
        if (access is not null)
            await File.WriteAllTextAsync(Path.Combine(Data, "pg_hba.conf"), access);
        await StartAsync();
    }

    public Task StartAsync() => RunToolAsync("pg_ctl", "start", "-w", "-D", Data, "-l", Path.Combine(Data, "log"));

    /// <summary>Ends the server and all its sessions at once, as a crash does.</summary>
    public Task StopAsync() => RunToolAsync("pg_ctl", "stop", "-w", "-m", "immediate", "-D", Data);

    /// <summary>Writes a file into the server's folder that only the server's user may read. Not on Windows.</summary>
    public Task WriteAsync(string name, string text) => RunAsync(["sh", "-c", "umask 077; cat > \"$0\"", Path.Combine(Data, name)], text);

    /// <summary>A connection of the superuser.</summary>
    public async Task<NpgsqlConnection> OpenAsync(string database = Superuser)
    {
        var host = OperatingSystem.IsWindows() ? "127.0.0.1" : Data;
        var connection = new NpgsqlConnection($"Host={host};Port={Port};Username={Superuser};Database={database};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }

    /// <summary>Runs SQL as the superuser.</summary>
    public async Task ExecuteAsync(string sql, string database = Superuser)
    {
        await using var connection = await OpenAsync(database);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Runs one of the server's programs.</summary>
    public Task RunToolAsync(string program, params string[] arguments) => RunAsync([Tool(program), .. arguments]);

    /// <summary>Runs a command as the server's user.</summary>
    public async Task RunAsync(IReadOnlyList<string> command, string input = "")
    {
        if (!OperatingSystem.IsWindows() && Environment.IsPrivilegedProcess)
            command = AsUnprivileged(command);
        command = through?.Invoke(command) ?? command;
        var start = new ProcessStartInfo(command[0], command.Skip(1))
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

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(Data, "postmaster.pid")))
            await StopAsync();
        if (Directory.Exists(Data))
            Directory.Delete(Data, recursive: true);
    }

    private string Tool(string program) => Path.Combine(programs, Programs.FileName(program));

    /// <summary>The command, run by an unprivileged user: PostgreSQL refuses to run as root.</summary>
    private static IReadOnlyList<string> AsUnprivileged(IReadOnlyList<string> command)
    {
        var users = File.ReadLines("/etc/passwd").Select(line => line.Split(':')).ToList();
        var user = users.Find(fields => fields[0] == Superuser) ?? users.Find(fields => fields[0] == "nobody")
            ?? throw new InvalidOperationException("There is neither a user postgres nor a user nobody to run PostgreSQL as.");
        if (Programs.Find("setpriv") is not null)
            return ["setpriv", $"--reuid={user[2]}", $"--regid={user[3]}", "--clear-groups", "--", .. command];
        if (Programs.Find("runuser") is not null)
            return ["runuser", "-u", user[0], "--", .. command];
        return ["su", user[0], "-s", "/bin/sh", "-c", string.Join(' ', command.Select(part => $"'{part}'"))];
    }
}
