using System.Net;
using System.Net.Sockets;

namespace KinescopePS.Tests.Database;

/// <summary>A relay on the way to PostgreSQL that fails where a test says so.</summary>
internal sealed class FaultyRelay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly SemaphoreSlim _refused = new(0), _silenced = new(0), _connected = new(0);
    private readonly List<TcpClient> _open = [];
    private volatile int _serverPort;
    private readonly Task _accepting;
    private volatile bool _isDown, _isSilent;
    private Func<Task>? _atCommit, _atAnswer;

    public FaultyRelay(int serverPort)
    {
        _serverPort = serverPort;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>The bytes that stand for a COMMIT, and in an answer for its success; those of another statement where a test says so.</summary>
    public byte[] Commit { get; init; } = "COMMIT\0"u8.ToArray();

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Cuts the connection instead of passing the next COMMIT on.</summary>
    /// <param name="meanwhile">Done before the client learns of it.</param>
    public void LoseNextCommit(Func<Task>? meanwhile = null) => _atCommit = meanwhile ?? (() => Task.CompletedTask);

    /// <summary>Cuts the connection instead of passing the next answer to a COMMIT on.</summary>
    /// <param name="meanwhile">Done before the client learns of it.</param>
    public void LoseNextCommitAnswer(Func<Task>? meanwhile = null) => _atAnswer = meanwhile ?? (() => Task.CompletedTask);

    /// <summary>Ends all connections and refuses new ones.</summary>
    public void GoDown()
    {
        _isDown = true;
        while (_connected.Wait(0))
        {
        }

        lock (_open)
            _open.ForEach(client => client.Dispose());
    }

    /// <summary>Takes connections again.</summary>
    /// <param name="serverPort">Another server to lead to.</param>
    public void ComeUp(int? serverPort = null)
    {
        _serverPort = serverPort ?? _serverPort;
        _isDown = false;
    }

    /// <summary>Takes connections and never answers.</summary>
    public void FallSilent() => _isSilent = true;

    /// <summary>Waits until a connection has been led to the server since the relay came up.</summary>
    public Task UntilConnectedAsync() => _connected.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Waits until a connection has been refused.</summary>
    public Task UntilRefusedAsync() => _refused.WaitAsync(TimeSpan.FromSeconds(20));

    /// <summary>Waits until a connection has been left without an answer.</summary>
    public Task UntilSilencedAsync() => _silenced.WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        GoDown();
        await _accepting;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync(_end.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            lock (_open)
                _open.Add(client);
            if (_isSilent)
                _silenced.Release();
            else if (_isDown)
                Refuse(client);
            else
                _ = RelayAsync(client);
        }
    }

    private void Refuse(TcpClient client)
    {
        client.Dispose();
        _refused.Release();
    }

    private async Task RelayAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(IPAddress.Loopback, _serverPort);
            _connected.Release();
            await Task.WhenAny(
                PumpAsync(client, server, () => Interlocked.Exchange(ref _atCommit, null)),
                PumpAsync(server, client, () => Interlocked.Exchange(ref _atAnswer, null)));
        }
    }

    private async Task PumpAsync(TcpClient from, TcpClient to, Func<Func<Task>?> takeFault)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int length;
            while ((length = await from.GetStream().ReadAsync(buffer, _end.Token)) > 0)
            {
                if (buffer.AsSpan(0, length).IndexOf(Commit) >= 0 && takeFault() is { } fault)
                {
                    await fault();
                    return;
                }

                await to.GetStream().WriteAsync(buffer.AsMemory(0, length), _end.Token);
            }
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException or OperationCanceledException or InvalidOperationException)
        {
            // One of the two has hung up.
        }
    }
}
