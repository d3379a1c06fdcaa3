using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopeBenchmarks.Subjects;
using KinescopePS.TestSupport;
using KinescopeSandbox.Demo;

namespace KinescopeBenchmarks.Harness;

/// <summary>The one command that runs everything.</summary>
internal static class CommandLine
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    public static Task<int> RunAsync(string[] args)
    {
        var output = Path.Combine(Built.Repository, "out", "benchmarks");
        var names = Benchmarks.All.Select(benchmark => benchmark.Name).ToArray();
        var only = new Option<string[]>("--only") { Description = $"only these, separated by commas: {string.Join(", ", names)}", CustomParser = given => given.Tokens[0].Value.Split(',') };
        only.Validators.Add(given =>
        {
            foreach (var unknown in given.GetValueOrDefault<string[]>()?.Except(names) ?? [])
                given.AddError($"There is no benchmark '{unknown}'. There are: {string.Join(", ", names)}.");
        });
        var client = new Option<string?>("--client") { Description = "of real-job only clients whose name ends so; with --from the figures of the others stay" };
        var rounds = new Option<int?>("--rounds") { Description = "how often each pair is measured; what takes long is measured in a share of it. Default: 10, with --from what it says" };
        var smoke = new Option<bool>("--smoke") { Description = "every row once, in tiny sizes, to see that all of it runs" };
        var data = new Option<DirectoryInfo>("--data") { Description = "where the files to be uploaded are made and stay, about 6 GB; best on a fast local disk", DefaultValueFactory = _ => new(Path.Combine(output, "data")) };
        var results = new Option<FileInfo>("--results") { Description = "where the raw numbers go", DefaultValueFactory = _ => new(Path.Combine(output, "results.json")) };
        var from = new Option<FileInfo?>("--from") { Description = "show the results in this file; with --only, measure these again and keep its others" };
        var writeDocs = new Option<bool>("--write-docs") { Description = "put answers, tables and pictures into docs, and what they are made of into docs/performance.json" };
        var root = new RootCommand("Measures KinescopePS beside what users would pick instead.") { only, client, rounds, smoke, data, results, from, writeDocs };
        root.SetAction(async (parsed, _) =>
        {
            var isSmoke = parsed.GetValue(smoke);
            var chosen = parsed.GetValue(only) is { Length: > 0 } some ? some : null;
            var earlier = parsed.GetValue(from) is { } file ? await ReadAsync(file.FullName) : null;
            var shown = earlier is not null && chosen is null
                ? earlier
                : await MeasureAsync(earlier, chosen ?? names, parsed.GetValue(client), parsed.GetValue(rounds) ?? earlier?.Rounds ?? (isSmoke ? 1 : 10), isSmoke, parsed.GetRequiredValue(data).FullName, parsed.GetRequiredValue(results).FullName);
            foreach (var (_, _, text) in Docs.PartsOf(shown))
                Console.WriteLine($"{text}\n");
            if (parsed.GetValue(writeDocs))
            {
                await Docs.WriteAsync(shown);
                await SaveAsync(shown, Docs.Figures);
            }

            return shown.HasFailed ? 1 : 0;
        });
        return root.Parse(args).InvokeAsync();
    }

    private static async Task<Results> MeasureAsync(Results? earlier, string[] names, string? client, int rounds, bool isSmoke, string data, string resultsFile)
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("The benchmarks read what a process cost from getrusage, which Windows has not.");
        // As PowerShell's own installers have it.
        PowerShellProgram.PreferCompiledAhead();
        var commit = Tools.FirstLine("git", "describe", "--always", "--dirty");
        var note = $"{(client is null ? "" : $"{client} ")}measured again on {DateTimeOffset.UtcNow:yyyy-MM-dd} with commit {commit ?? "unknown"}.";
        var results = earlier is null
            ? new Results(Machine.Describe(), commit, DateTimeOffset.UtcNow, Configuration, rounds, isSmoke)
            : earlier.Without(names, client, note) with { Machine = Machine.Describe(), Rounds = rounds };
        Directory.CreateDirectory(data);
        await using (var lab = new Lab(isSmoke ? Sizes.Smoke : Sizes.Full, data, results) { Client = client })
        {
            foreach (var benchmark in Benchmarks.All.Where(benchmark => names.Contains(benchmark.Name)))
            {
                try
                {
                    await benchmark.RunAsync(lab);
                }
                catch (Exception failure) when (failure is BenchmarkException or IOException or HttpRequestException or InvalidOperationException)
                {
                    results.HasFailed = true;
                    lab.LeaveOut($"{benchmark.Name} failed: {failure.Message}");
                }

                await SaveAsync(results, resultsFile);
            }
        }

        return results;
    }

    /// <summary>Reads results that were saved.</summary>
    public static async Task<Results> ReadAsync(string file) => JsonSerializer.Deserialize<Results>(await File.ReadAllTextAsync(file), Json)!;

    // After each subject: a run that is stopped has not been for nothing.
    private static async Task SaveAsync(Results results, string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var text = JsonSerializer.Serialize(results, Json);
        // A failure's text may name a file: what is published names no place of this machine.
        await File.WriteAllTextAsync(file, text.Replace(Built.Repository, "."));
    }

    private static string Configuration =>
#if DEBUG
        "Debug";
#else
        "Release";
#endif
}
