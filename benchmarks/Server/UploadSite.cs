using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace KinescopeBenchmarks.Server;

/// <summary>What a client has to know of a server.</summary>
/// <param name="Url">Its address.</param>
/// <param name="Authority">The PEM file of its certificate authority; null for plain HTTP.</param>
internal sealed record UploadSite(string Url, string? Authority)
{
    public string ApiKey { get; init; } = "benchmark";

    public string ProjectId { get; init; } = "00000000-0000-0000-0000-000000000001";

    public string WorkspaceId { get; init; } = "00000000-0000-0000-0000-000000000002";

    /// <summary>The variables that point the module at it.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["KINESCOPE_API_URL"] = Url,
        ["KINESCOPE_UPLOADER_URL"] = Url,
        ["KINESCOPE_API_KEY"] = ApiKey,
        ["KINESCOPE_PROJECT_ID"] = ProjectId,
    };

    /// <summary>Announces a file and returns the address of its bytes.</summary>
    public async Task<string> CreateAsync(string path)
    {
        using var http = Http();
        return await CreateAsync(http, path);
    }

    public async Task<string> CreateAsync(HttpClient http, string path)
    {
        using var content = JsonContent.Create(new { type = "video", parent_id = ProjectId, title = Path.GetFileName(path), filename = Path.GetFileName(path), filesize = new FileInfo(path).Length });
        await content.LoadIntoBufferAsync();
        using var answer = await http.PostAsync("/v2/init", content);
        answer.EnsureSuccessStatusCode();
        var created = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return created.GetProperty("data").GetProperty("endpoint").GetString()!;
    }

    /// <summary>A client that trusts the server.</summary>
    public HttpClient Http()
    {
        var handler = new SocketsHttpHandler();
        if (Authority is not null)
        {
            var root = X509CertificateLoader.LoadCertificateFromFile(Authority);
            handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(root);
        }

        var http = new HttpClient(handler) { BaseAddress = new Uri(Url), Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", ApiKey);
        return http;
    }
}
