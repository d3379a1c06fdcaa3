using KinescopePS.Database;
using KinescopePS.Record;
using KinescopePS.SharedRecord;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>A test of commands on a record that machines share: a database, a folder, and a session in it.</summary>
public abstract class SharedUploadTest(PostgresCluster cluster) : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<SharedUploadRecord> _machines = [];

    internal PostgresCluster Cluster => cluster;

    internal TemporaryFolder Folder => _folder;

    internal PowerShellSession Session { get; private set; } = null!;

    /// <summary>The record's name for <c>-ProgressFile</c>.</summary>
    internal string Url => Cluster.Url();

    internal static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Cluster.Require();
        Session = new PowerShellSession(_folder.Path);
        await Cluster.ExecuteAsync("DROP SCHEMA IF EXISTS kinescopeps CASCADE");
        Session.Run("param($url) $global:db = $url", Url);
        if (IsInitialised)
            Session.Run("Initialize-KinescopeUpload $db -Confirm:$false").RequireNoErrors();
    }

    public ValueTask DisposeAsync()
    {
        _machines.ForEach(machine => machine.Dispose());
        Session?.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
        return default;
    }

    private protected virtual bool IsInitialised => true;

    /// <summary>A machine that takes part, under this name.</summary>
    /// <param name="host">The computer whose files it sees.</param>
    internal async Task<SharedUploadRecord> JoinAsync(string name, string? host = null, string? url = null)
    {
        var address = (PostgresAddress)DatabaseAddress.Parse(url ?? Url, "/");
        var machine = await SharedUploadRecord.JoinAsync(address, TimeSpan.FromMinutes(1), TimeProvider.System, Stop, host);
        _machines.Add(machine);
        await Cluster.ExecuteAsync($"UPDATE kinescopeps.machine SET name = '{name}' WHERE id = '{machine.Machine}'");
        return machine;
    }

    /// <summary>A single value of the database.</summary>
    internal async Task<T> AskAsync<T>(string sql)
    {
        await using var connection = await Cluster.OpenAsync();
        await using var command = new Npgsql.NpgsqlCommand(sql, connection);
        return (T)(await command.ExecuteScalarAsync(Stop))!;
    }

    /// <summary>Waits until a condition of the database holds.</summary>
    internal async Task UntilAsync(string condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (!await AskAsync<bool>($"SELECT {condition}"))
            await Task.Delay(20, patience.Token);
    }

    internal static UploadEvent Of(UploadEventKind kind, string lesson, string? video = null) =>
        new(kind, ProgressTest.Noon) { Lesson = lesson, Video = video };
}
