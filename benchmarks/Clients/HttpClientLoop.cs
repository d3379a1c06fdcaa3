using System.Net;
using System.Text.Json;
using KinescopeBenchmarks.Server;

namespace KinescopeBenchmarks.Clients;

/// <summary>`send`: the least that an upload costs in .NET. No journal, no hash, no retries.</summary>
internal static class HttpClientLoop
{
    private const int BufferSize = 256 * 1024;

    public static async Task<string> WriteJobAsync(UploadJob job)
    {
        var path = Path.Combine(job.Folder, "send-job.json");
        await File.WriteAllTextAsync(path, JsonSerializer.Serialize(job));
        return path;
    }

    /// <param name="jobFile">The job; null for none.</param>
    public static async Task<int> RunAsync(string? jobFile)
    {
        if (jobFile is null)
            return 0;
        var job = JsonSerializer.Deserialize<UploadJob>(await File.ReadAllTextAsync(jobFile))!;
        using var http = job.Site.Http();
        await Parallel.ForEachAsync(job.Files, new ParallelOptions { MaxDegreeOfParallelism = job.Parallel }, async (path, cancellation) =>
        {
            var endpoint = await job.Site.CreateAsync(http, path);
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
            using var request = new HttpRequestMessage(HttpMethod.Patch, endpoint) { Version = HttpVersion.Version11, Content = new StreamContent(file, BufferSize) };
            request.Headers.Add("Tus-Resumable", "1.0.0");
            request.Headers.Add("Upload-Offset", "0");
            request.Content.Headers.ContentType = new("application/offset+octet-stream");
            using var answer = await http.SendAsync(request, cancellation);
            answer.EnsureSuccessStatusCode();
        });
        return 0;
    }
}
