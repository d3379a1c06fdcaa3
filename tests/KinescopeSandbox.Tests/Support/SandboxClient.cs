using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace KinescopeSandbox.Tests.Support;

/// <summary>Plain HTTP to a sandbox, as little clever as possible.</summary>
public sealed class SandboxClient(string apiUrl, string token, Guid projectId, Guid workspaceId) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, Expect100ContinueTimeout = TimeSpan.FromSeconds(20) })
    {
        Timeout = TimeSpan.FromSeconds(30),
    };

    /// <summary>A client of a sandbox that is a program of its own.</summary>
    public static SandboxClient Of(RunningSandbox sandbox) => new(
        sandbox.Environment["KINESCOPE_API_URL"],
        sandbox.Environment["KINESCOPE_API_KEY"],
        Guid.Parse(sandbox.Environment["KINESCOPE_PROJECT_ID"]),
        Guid.Parse(sandbox.Environment["KINESCOPE_WORKSPACE_ID"]));

    public string ApiUrl => apiUrl;

    public string Token => token;

    public Guid ProjectId => projectId;

    public Guid WorkspaceId => workspaceId;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public Task<Reply> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    /// <summary>Sends to the API with the bearer token.</summary>
    /// <param name="body">Serialised as JSON, unless it is a string.</param>
    public Task<Reply> SendAsync(HttpMethod method, string path, object? body = null, string? bearer = null)
    {
        var request = new HttpRequestMessage(method, apiUrl + path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer ?? token);
        if (body is not null)
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8, "application/json");
        return SendAsync(request);
    }

    public async Task<Reply> SendAsync(HttpRequestMessage request)
    {
        using var response = await _http.SendAsync(request, Cancellation);
        return new Reply(response, await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>`POST /v2/init` in JSON.</summary>
    public async Task<Announced> InitAsync(long length, string title = "Lesson", string fileName = "lesson.mp4", Guid? parentId = null)
    {
        var reply = await SendAsync(HttpMethod.Post, "/v2/init", InitBody(length, title, fileName, parentId));
        Assert.Equal(201, reply.Status);
        return new Announced(reply.Data.GetProperty("id").GetGuid(), reply.Data.GetProperty("endpoint").GetString()!);
    }

    public object InitBody(long length, string title = "Lesson", string fileName = "lesson.mp4", Guid? parentId = null) =>
        new { type = "video", parent_id = parentId ?? projectId, title, filename = fileName, filesize = length };

    public Task<Reply> PatchAsync(string endpoint, long offset, byte[] bytes, bool expectContinue = false) =>
        SendAsync(PatchRequest(endpoint, offset, new ByteArrayContent(bytes), expectContinue));

    public static HttpRequestMessage PatchRequest(string endpoint, long offset, HttpContent content, bool expectContinue = false)
    {
        content.Headers.ContentType = new MediaTypeHeaderValue("application/offset+octet-stream");
        var request = new HttpRequestMessage(HttpMethod.Patch, endpoint) { Content = content };
        request.Headers.Add("Tus-Resumable", "1.0.0");
        request.Headers.Add("Upload-Offset", offset.ToString());
        request.Headers.ExpectContinue = expectContinue;
        return request;
    }

    public Task<Reply> HeadAsync(string endpoint)
    {
        var request = new HttpRequestMessage(HttpMethod.Head, endpoint);
        request.Headers.Add("Tus-Resumable", "1.0.0");
        return SendAsync(request);
    }

    public async Task<long> OffsetAsync(string endpoint) => (await HeadAsync(endpoint)).Offset ?? throw new InvalidOperationException("HEAD showed no offset.");

    /// <summary>Replaces the fault script. A rule: `new { match = new { ... }, fault = new { ... } }`.</summary>
    public async Task FaultsAsync(params object[] rules) => Assert.Equal(200, (await SendAsync(HttpMethod.Put, "/sandbox/faults", rules)).Status);

    /// <summary>Chooses ways of the platform, each as <c>page-cap=50</c>; all other questions are as at first.</summary>
    public async Task GoAsync(params string[] ways) =>
        Assert.Equal(200, (await SendAsync(HttpMethod.Put, "/sandbox/platform", ways.Select(way => way.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]))).Status);

    /// <summary>Waits on the sandbox's side; fails the test when the condition does not come true.</summary>
    public async Task WaitAsync(string condition) => Assert.Equal(200, (await GetAsync($"/sandbox/wait?{condition}&timeout=20")).Status);

    public async Task<string> Sha256Async(Guid videoId) => (await GetAsync($"/sandbox/videos/{videoId}/sha256")).Data.GetProperty("sha256").GetString()!;

    public void Dispose() => _http.Dispose();
}

/// <summary>What init handed out.</summary>
public sealed record Announced(Guid VideoId, string Endpoint);

/// <summary>A whole answer.</summary>
public sealed class Reply(HttpResponseMessage response, string body)
{
    public int Status => (int)response.StatusCode;

    public string Body => body;

    public JsonElement Json => JsonDocument.Parse(body).RootElement;

    public JsonElement Data => Json.GetProperty("data");

    public int ErrorCode => Json.GetProperty("error").GetProperty("code").GetInt32();

    public long? Offset => Header("Upload-Offset") is { } text ? long.Parse(text) : null;

    public string? Header(string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? string.Join(",", values) : null;
}
