using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace KinescopePS.Tests.Machines;

/// <summary>A machine that sends a course with others: a name, a copy of the files, a spill, and a process that comes and goes.</summary>
internal sealed class CourseMachine : IDisposable
{
    private readonly string _script;
    private readonly RunningSandbox _sandbox;
    private readonly string[] _through;
    private Process? _process;
    private int _saidAtStart;

    /// <param name="folder">Its folder.</param>
    /// <param name="name">Its host name.</param>
    /// <param name="manifest">The course.</param>
    /// <param name="url">The record's URL, as it is seen from the machine.</param>
    /// <param name="sandbox">Kinescope.</param>
    /// <param name="network">Its network; null for the one of this computer.</param>
    /// <param name="leaseSeconds">The lease of all; null for the usual one.</param>
    /// <param name="parameters">More parameters of Send-KinescopeVideo.</param>
    public CourseMachine(
        string folder, string name, string manifest, string url, RunningSandbox sandbox, MachineNetwork? network = null, double? leaseSeconds = null,
        string parameters = "")
    {
        (Folder, Name, _sandbox, Network) = (folder, name, sandbox, network);
        Directory.CreateDirectory(Files);
        Directory.CreateDirectory(Spill);
        string[] lease = leaseSeconds is { } seconds ? [string.Create(CultureInfo.InvariantCulture, $"KINESCOPEPS_TEST_LEASE_SECONDS={seconds}")] : [];
        _through = [.. network?.Enter(name) ?? ["unshare", "--uts", .. MachineNetwork.Renamed(name)], "env", $"KINESCOPEPS_SPILL_FOLDER={Spill}", .. lease];
        _script = Path.Combine(folder, "send.ps1");
        File.WriteAllText(_script, $$"""
            $ErrorActionPreference = 'Continue'
            trap { $_ | Out-String | Add-Content '{{folder}}/errors.txt'; exit 4 }
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.2 -MaxRetry 100 -StallTimeoutSeconds 3 -ErrorAction Stop
            Get-LessonVideoMap '{{manifest}}' -BasePath '{{Files}}' |
                Send-KinescopeVideo -ProgressFile '{{url}}' {{parameters}} -ErrorVariable failures -Verbose 2>> '{{folder}}/errors.txt' 3>> '{{folder}}/warnings.txt' 4>> '{{folder}}/verbose.txt' |
                ForEach-Object {
                    # In one write, which a kill does not cut.
                    [System.IO.File]::AppendAllText('{{Results}}', (ConvertTo-Json -Compress @{ lesson = $_.LessonId; video = $_.VideoId; status = "$($_.Status)"; error = $_.Error }) + "`n")
                }
            exit $(if ($failures) { 3 } else { 0 })
            """);
    }

    public string Folder { get; }

    public string Name { get; }

    public MachineNetwork? Network { get; }

    /// <summary>The folder of its copy of the files.</summary>
    public string Files => Path.Combine(Folder, "files");

    public string Spill => Path.Combine(Folder, "spill");

    private string Results => Path.Combine(Folder, "results.jsonl");

    /// <summary>True once its present run has begun with the lessons.</summary>
    public bool IsAtWork => IsRunning && Said("verbose.txt").Length > _saidAtStart;

    public bool IsRunning => _process is { HasExited: false };

    /// <summary>The exit code of its last run: 0, or 3 where a lesson failed.</summary>
    public int ExitCode => _process!.ExitCode;

    /// <summary>Steps that the database was not told.</summary>
    public IReadOnlyList<string> Spills => [.. Directory.GetFiles(Spill, "*.jsonl").Where(file => !file.EndsWith(".runs.jsonl", StringComparison.Ordinal))];

    /// <summary>Skips the test, with the reason, where namespaces cannot be made.</summary>
    public static void RequireNetworks()
    {
        if (MachineNetwork.FindObstacle() is { } obstacle)
            Assert.Skip(obstacle);
    }

    public void Start(string? killAt = null)
    {
        _process?.Dispose();
        _saidAtStart = Said("verbose.txt").Length;
        _process = ScriptProcess.Start(_script, _sandbox, killAt: killAt, through: _through);
    }

    public void Kill()
    {
        _process!.Kill();
        _process.WaitForExit();
    }

    public void Pause() => Signal("STOP");

    public void Continue() => Signal("CONT");

    public async Task EndAsync(TimeSpan patience)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(patience);
        try
        {
            await _process!.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"{Name} still runs after {patience.TotalSeconds} s. {Tail("warnings.txt")} {Tail("errors.txt")} {Tail("verbose.txt")}");
        }
    }

    /// <summary>All results that it wrote, in all of its runs.</summary>
    public IReadOnlyList<(string Lesson, string? Video, string Status, string? Error)> ReadResults() => File.Exists(Results)
        ? [.. from line in File.ReadLines(Results)
              let result = JsonDocument.Parse(line).RootElement
              select (result.GetProperty("lesson").GetString()!, result.GetProperty("video").GetString(), result.GetProperty("status").GetString()!, result.GetProperty("error").GetString())]
        : [];

    /// <summary>What it said in all of its runs: warnings, errors, or what -Verbose tells.</summary>
    public string Said(string file = "warnings.txt") => File.Exists(Path.Combine(Folder, file)) ? File.ReadAllText(Path.Combine(Folder, file)) : "";

    public string Tail(string file) => string.Join('\n', Said(file).Split('\n')[^Math.Min(15, Said(file).Split('\n').Length)..]);

    public void Dispose()
    {
        if (IsRunning)
            Kill();
        _process?.Dispose();
    }

    private void Signal(string name)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{_process!.Id}"]);
        kill.WaitForExit();
    }
}
