using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace KinescopePS.Tests.Fuzz;

/// <summary>A Node that reads texts as a site does; the packages are installed once, beside the tests.</summary>
[CollectionDefinition(nameof(NodeSite))]
public sealed class NodeSite : ICollectionFixture<NodeSite>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process? _node;
    private readonly string _whyNot = "";

    public NodeSite()
    {
        if (Programs.Find("node") is not { } node || Programs.Find("npm") is not { } npm)
        {
            _whyNot = "Node and npm are not on PATH.";
            return;
        }

        var folder = Path.Combine(AppContext.BaseDirectory, "npm");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Here(), "npm")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "pg-connection-string")))
        {
            using var installing = Start(npm, folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund");
            var said = installing.StandardError.ReadToEndAsync();
            installing.StandardInput.Close();
            if (!installing.WaitForExit(Patience) || installing.ExitCode != 0)
            {
                _whyNot = $"npm cannot install its packages: {(said.IsCompleted ? said.Result : "no answer")}";
                return;
            }
        }

        _node = Start(node, folder, "read.mjs");
    }

    public void Require() => Assert.SkipWhen(_node is null, _whyNot);

    /// <summary>The settings of a .env's text; null where reading it fails.</summary>
    public Dictionary<string, string>? ReadEnvironment(string environment) => Read(new { environment });

    /// <summary>The parts of a database's address; null where it is none.</summary>
    public Dictionary<string, string>? ReadAddress(string address) => Read(new { address });

    private Dictionary<string, string>? Read(object question)
    {
        _node!.StandardInput.WriteLine(JsonSerializer.Serialize(question));
        _node.StandardInput.Flush();
        var answer = _node.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"Node ended: {_node.StandardError.ReadToEnd()}");
        return JsonSerializer.Deserialize<Dictionary<string, string>>(answer);
    }

    public void Dispose()
    {
        _node?.Kill();
        _node?.Dispose();
    }

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    private static Process Start(string program, string folder, params string[] arguments) => Process.Start(new ProcessStartInfo(program, arguments)
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(false),
        StandardOutputEncoding = Encoding.UTF8,
    })!;
}
