using System.Diagnostics;
using System.Text;
using KinescopeBenchmarks.Server;
using KinescopePS.TestSupport;

namespace KinescopeBenchmarks.Harness;

/// <summary>A command with its variables.</summary>
internal sealed record Invocation(IReadOnlyList<string> Command)
{
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether no server works for it: then it has all cores, as it has at its user's.</summary>
    public bool IsAlone { get; init; }
}

/// <summary>What the benchmarks work with: sizes, folders, servers, and the results.</summary>
internal sealed class Lab(Sizes sizes, string data, Results results) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(20);

    private readonly string _scratch = EmptyFolder(Path.Combine(data, "scratch"));
    private DiscardingServerProcess? _server;
    private readonly Dictionary<string, ProcessCost> _idle = [];
    private string? _peers;
    private int _runs;

    public Sizes Sizes => sizes;

    /// <summary>The end of the names of the clients that are measured; null for all.</summary>
    public string? Client { get; init; }

    /// <summary>Where files that are measured lie; they stay for the next run.</summary>
    public string Data => data;

    public Results Results => results;

    /// <summary>All rounds, or a share of them for what takes long.</summary>
    public IEnumerable<int> Rounds(int share = 1) => Enumerable.Range(1, (results.Rounds + share - 1) / share);

    public void Say(string text) => Console.Error.WriteLine($"{DateTime.Now:HH:mm:ss} {text}");

    public bool Takes(string client) => Client is null || client.EndsWith(Client, StringComparison.Ordinal);

    /// <summary>Notes what cannot be measured here.</summary>
    public void LeaveOut(string text)
    {
        results.Notes.Add(text);
        Say(text);
    }

    public void Record(string benchmark, string what, string client, int round, params (string Name, double Value)[] values)
    {
        lock (results.Measurements)
            results.Measurements.Add(new Measurement(benchmark, what, client, round, values.ToDictionary(value => value.Name, value => value.Value)));
        Say($"{benchmark}, {what}, {client}, round {round}: {string.Join(", ", values.Select(value => $"{Spread.Number(value.Value)} {value.Name}"))}");
    }

    /// <summary>The spread of a figure, or null where it was not measured.</summary>
    public Spread? SpreadOf(string benchmark, string what, string client, string value) => results.SpreadOf(benchmark, what, client, value);

    public void AddTarget(string benchmark, string what, string figure, string toReach, bool? isMet) =>
        results.Targets.Add(new Target(benchmark, what, figure, toReach, results.IsSmoke ? null : isMet));

    /// <summary>Compares two clients' medians of a figure.</summary>
    /// <param name="isMet">Told ours and theirs.</param>
    public void Compare(string benchmark, string what, string ours, string theirs, string value, string toReach, Func<double, double, bool> isMet)
    {
        if (SpreadOf(benchmark, what, ours, value) is { } our && SpreadOf(benchmark, what, theirs, value) is { } their)
            AddTarget(benchmark, $"{what}: {value}", $"{ours} {our}, {theirs} {their}", toReach, isMet(our.Median, their.Median));
    }

    /// <summary>A new, empty folder.</summary>
    public string NewFolder() => Directory.CreateDirectory(Path.Combine(_scratch, Interlocked.Increment(ref _runs).ToString())).FullName;

    /// <summary>The discarding server: one process for all benchmarks.</summary>
    public async Task<DiscardingServerProcess> ServerAsync() => _server ??= await DiscardingServerProcess.StartAsync(Path.Combine(NewFolder(), "authority.pem"));

    /// <summary>Runs a command, on the client's cores unless it is alone, and measures it.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="output">Told of its standard output.</param>
    /// <exception cref="BenchmarkException">It failed.</exception>
    public async Task<ProcessCost> MeasureAsync(Invocation invocation, string folder, Action<string>? output = null)
    {
        var result = Path.Combine(folder, "cost.json");
        string[] command = [Tools.Self, "measure", result, .. invocation.Command];
        using var process = Start(invocation.IsAlone ? command : Cores.Client(command), invocation.Environment, folder);
        var texts = Task.WhenAll(ReadAsTerminalAsync(process), process.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new BenchmarkException($"{Path.GetFileName(invocation.Command[0])} took more than {Patience.TotalMinutes:0} minutes.");
        }

        var said = await texts;
        if (process.ExitCode != 0)
            throw new BenchmarkException($"{Path.GetFileName(invocation.Command[0])} ended with {process.ExitCode}: {Tail(string.Concat(said))}");
        output?.Invoke(said[0]);
        return ProcessCost.Parse(await File.ReadAllTextAsync(result));
    }

    /// <summary>What an engine costs that does nothing: measured once in each round of a case.</summary>
    public async Task<ProcessCost> IdleAsync(string client, string what, int round, Func<string, Invocation> idle)
    {
        var key = results.IsSmoke ? client : $"{client}|{what}|{round}";
        if (!_idle.TryGetValue(key, out var cost))
        {
            var folder = NewFolder();
            _idle[key] = cost = await MeasureAsync(idle(folder), folder);
        }

        return cost;
    }

    /// <summary>Runs a command that is not measured.</summary>
    /// <returns>Its standard output.</returns>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, string folder)
    {
        using var process = Start(command, new Dictionary<string, string>(), folder);
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? texts[0] : throw new BenchmarkException($"{Path.GetFileName(command[0])} ended with {process.ExitCode}: {Tail(string.Concat(texts))}");
    }

    /// <summary>Starts a process with its streams redirected.</summary>
    public static Process Start(IReadOnlyList<string> command, IReadOnlyDictionary<string, string> environment, string? folder = null)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? "",
        };
        // What this machine's user has set must not reach what is measured.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("KINESCOPE", StringComparison.Ordinal) || name == "DATABASE_URL").ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>The folder with the peers' scripts and packages, installed at the first use; null where there is no Node.</summary>
    public async Task<string?> PeersAsync()
    {
        if (_peers is not null || Tools.Node is null || Tools.Npm is null)
            return _peers;
        var folder = Directory.CreateDirectory(Path.Combine(Built.Repository, "out", "benchmarks", "peers")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Built.Repository, "benchmarks", "peers")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        try
        {
            if (!Directory.Exists(Path.Combine(folder, "node_modules", "tus-js-client")))
                await RunAsync([Tools.Npm, "ci", "--no-audit", "--no-fund", "--fetch-retries=0", "--fetch-timeout=20000"], folder);
            return _peers = folder;
        }
        catch (BenchmarkException failure)
        {
            LeaveOut($"tus-js-client is left out, it could not be installed: {failure.Message}");
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        if (Directory.Exists(_scratch))
            Directory.Delete(_scratch, recursive: true);
    }

    /// <summary>Reads a program's output and answers, as a terminal does, where it asks for the cursor's place.</summary>
    private static async Task<string> ReadAsTerminalAsync(Process process)
    {
        const string Question = "\e[6n", Answer = "\e[1;1R";
        var text = new StringBuilder();
        var buffer = new char[4096];
        int read;
        while ((read = await process.StandardOutput.ReadAsync(buffer)) > 0)
        {
            text.Append(buffer, 0, read);
            for (var asked = buffer.AsSpan(0, read).Count(Question); asked > 0; asked--)
            {
                process.StandardInput.Write(Answer);
                process.StandardInput.Flush();
            }
        }

        return text.ToString();
    }

    // A run that was stopped leaves its own: what lies there would be continued.
    private static string EmptyFolder(string path)
    {
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        return Directory.CreateDirectory(path).FullName;
    }

    private static string Tail(string text) => text.Length > 2000 ? "..." + text[^2000..] : text.Trim();
}

/// <summary>A benchmark could not be run.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);

/// <summary>One subject: measures, and names its targets.</summary>
/// <param name="Name">For `--only`.</param>
/// <param name="Title">For the report.</param>
internal sealed record Benchmark(string Name, string Title, Func<Lab, Task> RunAsync);
