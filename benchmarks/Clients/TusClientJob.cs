using System.Text.Json;
using KinescopeBenchmarks.Harness;

namespace KinescopeBenchmarks.Clients;

/// <summary>A job for peers/upload.mjs.</summary>
internal static class TusClientJob
{
    /// <summary>How often a file that tus-js-client gave up is tried again, as a user would.</summary>
    private const int Reruns = 20;

    public static async Task<Invocation> PrepareAsync(string script, UploadJob job)
    {
        var site = job.Site;
        var path = Path.Combine(job.Folder, "tus-job.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(new
        {
            endpoint = $"{site.Url}/v2/init",
            headers = new Dictionary<string, string> { ["Authorization"] = $"Bearer {site.ApiKey}", ["X-Workspace-ID"] = site.WorkspaceId },
            metadata = new { parent_id = site.ProjectId },
            files = job.Files,
            parallel = job.Parallel,
            storage = job.IsResumable ? Path.Combine(job.Folder, "tus-urls.json") : null,
            reruns = job.IsResumable ? Reruns : 0,
        }));
        var invocation = new Invocation([Tools.Node!, script, path]);
        return site.Authority is { } authority ? invocation with { Environment = new Dictionary<string, string> { ["NODE_EXTRA_CA_CERTS"] = authority } } : invocation;
    }

    public static Invocation Idle(string script, string folder)
    {
        var path = Path.Combine(folder, "tus-job.json");
        File.WriteAllText(path, """{ "files": [], "parallel": 1 }""");
        return new Invocation([Tools.Node!, script, path]);
    }
}
