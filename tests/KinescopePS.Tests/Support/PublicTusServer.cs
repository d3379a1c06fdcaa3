using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace KinescopePS.Tests.Support;

/// <summary>The public <c>@tus/server</c> with its file store, which keeps less than it read of a request that was cut.</summary>
internal sealed class PublicTusServer : IAsyncDisposable
{
    private readonly Process _process;
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();

    private PublicTusServer(string node, string program)
    {
        _process = Process.Start(new ProcessStartInfo(node, [program, _folder.Path]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        Port = int.Parse(_process.StandardOutput.ReadLine()!, CultureInfo.InvariantCulture);
    }

    public int Port { get; }

    /// <summary>Starts it; skips the test where Node or its packages are not to be had.</summary>
    public static async Task<PublicTusServer> StartAsync()
    {
        var (node, npm) = (Programs.Find("node"), Programs.Find("npm"));
        Assert.SkipWhen(node is null || npm is null, "Node or npm is not on PATH.");
        var folder = Directory.CreateDirectory(Path.Combine(Built.Repository, "out", "tus-server")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Built.Repository, "tests", "TusServer")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (!Directory.Exists(Path.Combine(folder, "node_modules", "@tus", "server")))
        {
            string[] arguments = ["ci", "--no-audit", "--no-fund", "--omit=optional", "--fetch-retries=0", "--fetch-timeout=20000"];
            using var install = Process.Start(new ProcessStartInfo(npm!, arguments)
            {
                WorkingDirectory = folder,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            var said = await Task.WhenAll(install.StandardOutput.ReadToEndAsync(), install.StandardError.ReadToEndAsync());
            await install.WaitForExitAsync();
            Assert.SkipWhen(install.ExitCode != 0, $"@tus/server could not be installed: {said[1].Trim()}");
        }

        return new PublicTusServer(node!, Path.Combine(folder, "server.mjs"));
    }

    /// <summary>Begins an upload.</summary>
    /// <returns>The path of its address.</returns>
    public async Task<string> CreateAsync(long length)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{Port}/files");
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Length", length.ToString(CultureInfo.InvariantCulture));
        using var response = (await _http.SendAsync(request)).EnsureSuccessStatusCode();
        return new Uri(request.RequestUri!, response.Headers.Location!).AbsolutePath;
    }

    /// <summary>The file that holds an upload's bytes.</summary>
    public string FileOf(string path) => _folder[path[(path.LastIndexOf('/') + 1)..]];

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
        _folder.Dispose();
    }
}

/// <summary>A gateway that closes each connection after what it carried from the client.</summary>
internal sealed class CuttingFront : Front
{
    private readonly int _target;
    private readonly long _carries;

    /// <param name="target">The port behind it.</param>
    /// <param name="carries">Unit: bytes, headers and all.</param>
    public CuttingFront(int target, long carries)
    {
        (_target, _carries) = (target, carries);
        Listen();
    }

    protected override Task ServeAsync(NetworkStream client, CancellationToken stop) => RelayAsync(client, _target, _carries, stop);
}
