using KinescopePS.Database;
using KinescopePS.SharedRecord;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>The tests of shared records have one server, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedRecordCollection : ICollectionFixture<SharedRecordServer>
{
    public const string Name = "shared records";
}

/// <summary>A throw-away PostgreSQL with a schema that each test finds empty.</summary>
public sealed class SharedRecordServer : IAsyncLifetime
{
    private readonly TemporaryFolder _spills = new();
    private readonly PostgresServer? _server = PostgresServer.FindPrograms() is { } programs ? new PostgresServer(programs) : null;

    public int Port => _server!.Port;

    /// <summary>The folder of all spills.</summary>
    public string Spills => _spills.Path;

    public async ValueTask InitializeAsync()
    {
        Environment.SetEnvironmentVariable(Spill.FolderSetting, Spills);
        if (_server is not null)
            await _server.CreateAsync("fsync = off\nshared_buffers = 16MB");
    }

    /// <summary>Makes the schema anew, or skips the test where this machine has no PostgreSQL.</summary>
    public async Task ResetAsync()
    {
        Assert.SkipUnless(_server is not null, "PostgreSQL's initdb and pg_ctl are neither on PATH nor in /usr/lib/postgresql/*/bin (Debian: apt-get install postgresql).");
        await ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
        await ExecuteAsync(SharedSchema.Script);
        foreach (var left in Directory.GetFiles(Spills))
            File.Delete(left);
    }

    public Task ExecuteAsync(string sql) => _server!.ExecuteAsync(sql);

    /// <summary>A single value.</summary>
    public async Task<object?> AskAsync(string sql)
    {
        await using var connection = await _server!.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public Task<Npgsql.NpgsqlConnection> OpenAsync() => _server!.OpenAsync();

    public Task StartAsync() => _server!.StartAsync();

    public Task StopAsync() => _server!.StopAsync();

    internal PostgresAddress Address(int? port = null) =>
        (PostgresAddress)DatabaseAddress.Parse($"postgresql://postgres@127.0.0.1:{port ?? Port}/postgres", "/");

    /// <summary>Lets the lease of every machine run out, as where they were silent for longer.</summary>
    public Task ExpireAsync() => ExecuteAsync("UPDATE kinescopeps.machine SET alive_until = clock_timestamp() - interval '1 second'");

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _spills.Dispose();
    }
}
