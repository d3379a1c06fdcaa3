using Npgsql;

namespace KinescopePS.Tests.Support;

/// <summary>A hot standby of the cluster, stopped and removed with the test. Not on Windows.</summary>
public sealed class PostgresReplica : IAsyncDisposable
{
    private readonly PostgresCluster _primary;
    private readonly string _data = Path.Combine(Path.GetTempPath(), "kinescopeps-pg-" + Path.GetRandomFileName());

    private PostgresReplica(PostgresCluster primary) => _primary = primary;

    public int Port { get; } = Ports.Closed();

    /// <summary>Copies the primary and follows it.</summary>
    /// <param name="primary">The primary.</param>
    /// <param name="upstreamPort">Where the primary's log comes from: its port, or a relay's.</param>
    public static async Task<PostgresReplica> StartAsync(PostgresCluster primary, int upstreamPort)
    {
        primary.Require();
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The copy is made through a Unix socket.");
        var replica = new PostgresReplica(primary);
        await primary.RunToolAsync("pg_basebackup", "-D", replica._data, "-h", primary.SocketFolder, "-p", $"{primary.Port}", "-U", "postgres", "--checkpoint=fast", "--no-sync", "--no-slot");
        await File.AppendAllTextAsync(Path.Combine(replica._data, "postgresql.conf"), $"""

            port = {replica.Port}
            unix_socket_directories = '{replica._data}'
            primary_conninfo = 'host=127.0.0.1 port={upstreamPort} user=postgres'
            ssl = off

            """);
        await File.WriteAllTextAsync(Path.Combine(replica._data, "standby.signal"), "");
        await primary.RunToolAsync("pg_ctl", "start", "-w", "-D", replica._data, "-l", Path.Combine(replica._data, "log"));
        return replica;
    }

    /// <summary>Waits until it has all that the primary has committed.</summary>
    public async Task UntilCaughtUpAsync()
    {
        await using var connection = await _primary.OpenAsync();
        await using var position = new NpgsqlCommand("SELECT pg_current_wal_lsn()::text", connection);
        var target = (string)(await position.ExecuteScalarAsync())!;
        await using var here = await OpenAsync();
        await using var reached = new NpgsqlCommand($"SELECT pg_last_wal_replay_lsn() >= '{target}'::pg_lsn", here);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (await reached.ExecuteScalarAsync(patience.Token) is not true)
            await Task.Delay(10, patience.Token);
    }

    /// <summary>Makes it the primary.</summary>
    public Task PromoteAsync() => _primary.RunToolAsync("pg_ctl", "promote", "-w", "-D", _data);

    /// <summary>The video ids of all lessons, in the order of the lessons' ids.</summary>
    public async Task<IReadOnlyList<string?>> VideoIdsAsync()
    {
        await using var connection = await OpenAsync();
        await using var command = new NpgsqlCommand("""SELECT "videoId" FROM "Lesson" ORDER BY "id" """, connection);
        await using var reader = await command.ExecuteReaderAsync();
        var ids = new List<string?>();
        while (await reader.ReadAsync())
            ids.Add(reader.IsDBNull(0) ? null : reader.GetString(0));
        return ids;
    }

    public async ValueTask DisposeAsync()
    {
        await _primary.RunToolAsync("pg_ctl", "stop", "-w", "-m", "immediate", "-D", _data);
        Directory.Delete(_data, recursive: true);
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection($"Host={_data};Port={Port};Username=postgres;Database={PostgresCluster.Database};Pooling=false");
        await connection.OpenAsync();
        return connection;
    }
}
