using System.Net.Http.Json;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>A test of the account's cmdlets: they are connected to a sandbox of the test's own.</summary>
public abstract class AccountTest : UploadTest
{
    private protected const string ConnectScript =
        """
        param($key, $project, $api, $uploader)
        $parameters = @{ ApiKey = [System.Net.NetworkCredential]::new('', $key).SecurePassword; ApiUri = $api; UploaderUri = $uploader }
        if ($project) { $parameters.ProjectId = $project }
        Connect-Kinescope @parameters -RetryDelaySeconds 0.05
        """;

    internal string ProjectId => Sandbox.Environment["KINESCOPE_PROJECT_ID"];

    /// <summary>Connects a session to the sandbox, or to another one.</summary>
    internal ScriptResult Connect(PowerShellSession? session = null, RunningSandbox? sandbox = null)
    {
        var environment = (sandbox ?? Sandbox).Environment;
        return (session ?? Session).Run(ConnectScript, environment["KINESCOPE_API_KEY"], environment["KINESCOPE_PROJECT_ID"], environment["KINESCOPE_API_URL"], environment["KINESCOPE_UPLOADER_URL"]);
    }

    internal async Task<JsonElement> PostAsync(string path, object body)
    {
        using var content = JsonContent.Create(body);
        await content.LoadIntoBufferAsync();
        var answer = (await Sandbox.Http.PostAsync(path, content)).EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("data");
    }

    /// <summary>Makes a video entry without bytes.</summary>
    /// <param name="title">Its title.</param>
    /// <param name="parentId">Project or folder; null for the sandbox's project.</param>
    /// <param name="status">Its status; null for what follows from its bytes.</param>
    internal async Task<string> AddVideoAsync(string title, string? parentId = null, string? status = "done")
    {
        var id = (await PostAsync("/v2/init", new { type = "video", parent_id = parentId ?? ProjectId, title, filename = "a.mp4", filesize = 1000 })).GetProperty("id").GetString()!;
        if (status is not null)
            await SetStatusAsync(id, status);
        return id;
    }

    internal Task SetStatusAsync(string videoId, string status) => Sandbox.SetStatusAsync(videoId, status);

    internal async Task<string> AddFolderAsync(string name, string? parentId = null) =>
        (await PostAsync($"/v1/projects/{ProjectId}/folders", new { name, parent_id = parentId })).GetProperty("id").GetString()!;

    /// <summary>The paths of the API calls so far, with their verbs: <c>GET /v1/videos</c>.</summary>
    internal async Task<IReadOnlyList<string>> CallsAsync() =>
        [.. (await Sandbox.GetAsync("/sandbox/requests?path=/v")).GetProperty("data").EnumerateArray().Select(entry => $"{entry.GetProperty("method").GetString()} {entry.GetProperty("path").GetString()}")];
}
