using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopeSandbox.Demo;

namespace KinescopePS.PesterRunner;

/// <summary>A file of the suite, run in a PowerShell of its own: what one file leaves behind reaches no other, and several run at once.</summary>
internal sealed class TestFile(string path, SuiteSettings settings)
{
    private const int SaidLines = 30;

    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly EnumerationOptions Wildcards = new() { MatchCasing = MatchCasing.CaseInsensitive };

    private static readonly string Script = Path.Combine(AppContext.BaseDirectory, "Invoke-TestFile.ps1");

    public string Name => Path.GetFileName(path);

    /// <summary>The longest first, so that none is left over at the end.</summary>
    public static IReadOnlyList<TestFile> Find(SuiteSettings settings)
    {
        string[] patterns = settings.Files.Count == 0 ? ["*"] : [.. settings.Files];
        return
        [
            .. patterns.SelectMany(pattern => new DirectoryInfo(settings.Suite).GetFiles(pattern.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase) ? pattern : pattern + ".Tests.ps1", Wildcards))
                .DistinctBy(file => file.FullName)
                .OrderByDescending(file => file.Length)
                .Select(file => new TestFile(file.FullName, settings)),
        ];
    }

    /// <summary>Names its tests without running them.</summary>
    public Task<IReadOnlyList<TestResult>> ListAsync(CancellationToken cancellation) => InvokeAsync([.. Filter(settings.Tests), "-List"], cancellation);

    /// <summary>Runs its tests, and all once more where one failed that is unstable here.</summary>
    public async Task<IReadOnlyList<TestResult>> RunAsync(CancellationToken cancellation)
    {
        var results = await InvokeAsync(Filter(settings.Tests), cancellation);
        var expected = settings.Expected.Where(entry => entry.File == Name && (settings.IsWhole || results.Any(entry.Covers))).ToList();
        var again = results.Where(result => result.Outcome == Outcome.Failed && expected.Any(entry => entry.Unstable && entry.Covers(result))).Select(result => result.Name).ToList();
        if (again.Count > 0)
        {
            var second = (await InvokeAsync(Filter(settings.Tests), cancellation)).ToLookup(result => result.Name);
            results = [.. results.Select(result => again.Contains(result.Name) && second[result.Name].FirstOrDefault() is { } retried ? retried with { Message = $"At the second try. {retried.Message}" } : result)];
        }

        return [.. ExpectedFailure.Judge(results, expected)];
    }

    private static string[] Filter(IReadOnlyCollection<string> tests) => tests.Count == 0 ? [] : ["-Test", JsonSerializer.Serialize(tests)];

    private async Task<IReadOnlyList<TestResult>> InvokeAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var answer = Path.Combine(Path.GetTempPath(), $"pester-{Guid.NewGuid():n}.json");
        var begun = answer + ".begun";
        try
        {
            var start = PowerShellProgram.StartInfo(["-NoProfile", "-NonInteractive", "-File", Script, "-Pester", settings.Pester, "-Path", path, "-Result", answer, .. arguments]);
            var ended = await RunAsync(start, cancellation);
            if (!File.Exists(begun) && !cancellation.IsCancellationRequested)
            {
                // Under Wine a PowerShell ends now and then while it starts: that says nothing of the tests.
                await Console.Error.WriteLineAsync($"{Name}: PowerShell {ended.TrimEnd()} It had not begun, and is started again.");
                ended = await RunAsync(start, cancellation);
            }

            return File.Exists(answer) && JsonSerializer.Deserialize<TestResult[]>(await File.ReadAllTextAsync(answer, cancellation), Format) is { } results && (results.Length > 0 || settings.Tests.Count > 0)
                ? results
                : [new TestResult(Name, $"{Name} as a whole", Outcome.Failed, $"PowerShell {ended}")];
        }
        finally
        {
            File.Delete(answer);
            File.Delete(begun);
        }
    }

    /// <returns>How it ended, and the last it said.</returns>
    private async Task<string> RunAsync(ProcessStartInfo start, CancellationToken cancellation)
    {
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardOutputEncoding = start.StandardErrorEncoding = Encoding.UTF8;
        start.Environment["NO_COLOR"] = "1";
        start.WorkingDirectory = Path.GetDirectoryName(path);
        var said = new Queue<string>();
        using var process = new Process { StartInfo = start };
        process.OutputDataReceived += Keep;
        process.ErrorDataReceived += Keep;
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(settings.Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
            return $"ended with {process.ExitCode} before there was a result.{Environment.NewLine}{Said()}";
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            process.Kill(entireProcessTree: true);
            return $"was not done after {settings.Patience.TotalMinutes:0} minutes.{Environment.NewLine}{Said()}";
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        void Keep(object sender, DataReceivedEventArgs line)
        {
            lock (said)
            {
                if (line.Data is not null)
                    said.Enqueue(line.Data);
                if (said.Count > SaidLines)
                    said.Dequeue();
            }
        }

        string Said()
        {
            lock (said)
                return string.Join(Environment.NewLine, said);
        }
    }
}
