using System.Text;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>`POST /v2/init` as tus creation, with an id of the client's choice.</summary>
public sealed class TusCreationTests : SandboxTest
{
    [Fact]
    public async Task InitIdBecomesTheVideoId()
    {
        var id = Guid.NewGuid();

        var reply = await CreateAsync(id, Metadata(id));

        Assert.Equal((201, "1.0.0"), (reply.Status, reply.Header("Tus-Resumable")));
        var location = reply.Header("Location")!;
        Assert.DoesNotContain(id.ToString(), location);
        Assert.Equal(5, (await Client.PatchAsync(location, 0, [1, 2, 3, 4, 5])).Offset);
        Assert.Equal("Тёплый приём", (await Client.GetAsync($"/v1/videos/{id}")).Data.GetProperty("title").GetString());
    }

    [Fact]
    public async Task InitIdCanBeUsedOnce()
    {
        var id = Guid.NewGuid();
        await CreateAsync(id, Metadata(id));

        var again = await CreateAsync(id, Metadata(id));

        Assert.Equal((400, 400419, "already exists"), (again.Status, again.ErrorCode, again.Json.GetProperty("error").GetProperty("message").GetString()));
    }

    [Fact]
    public async Task InitIdOfADeletedVideoStaysTaken()
    {
        var id = Guid.NewGuid();
        await CreateAsync(id, Metadata(id));
        await Client.SendAsync(HttpMethod.Delete, $"/v1/videos/{id}");

        Assert.Equal(400419, (await CreateAsync(id, Metadata(id))).ErrorCode);
    }

    [Theory]
    [InlineData("parent_id")]
    [InlineData("init_id")]
    [InlineData("type")]
    [InlineData("title")]
    [InlineData("filename")]
    [InlineData("filesize")]
    public async Task AllMetadataIsRequired(string missing)
    {
        var id = Guid.NewGuid();
        var metadata = Metadata(id);
        metadata.Remove(missing);

        var reply = await CreateAsync(id, metadata);

        Assert.Equal((400, 400400), (reply.Status, reply.ErrorCode));
        Assert.Contains(missing, reply.Body);
    }

    [Theory]
    [InlineData("X-Workspace-ID", null, 400)]
    [InlineData("X-Workspace-ID", "9a3b7a3e-0000-4000-8000-000000000000", 400)]
    [InlineData("Upload-Length", null, 400)]
    [InlineData("Upload-Length", "6", 400)]
    [InlineData("Tus-Resumable", "0.9", 412)]
    [InlineData("Upload-Metadata", "title not-base64", 400)]
    public async Task HeadersAreChecked(string header, string? value, int status)
    {
        var id = Guid.NewGuid();

        Assert.Equal(status, (await CreateAsync(id, Metadata(id), header, value)).Status);
        Assert.Equal(404, (await Client.GetAsync($"/v1/videos/{id}")).Status);
    }

    private Dictionary<string, string> Metadata(Guid id) => new()
    {
        ["parent_id"] = Client.ProjectId.ToString(),
        ["init_id"] = id.ToString(),
        ["type"] = "video",
        ["title"] = "Тёплый приём",
        ["filename"] = "приём.mp4",
        ["filesize"] = "5",
    };

    private Task<Reply> CreateAsync(Guid id, Dictionary<string, string> metadata, string? changedHeader = null, string? value = null)
    {
        var headers = new Dictionary<string, string?>
        {
            ["Authorization"] = $"Bearer {Client.Token}",
            ["Tus-Resumable"] = "1.0.0",
            ["X-Workspace-ID"] = Client.WorkspaceId.ToString(),
            ["Upload-Length"] = "5",
            ["Upload-Metadata"] = string.Join(',', metadata.Select(pair => $"{pair.Key} {Convert.ToBase64String(Encoding.UTF8.GetBytes(pair.Value))}")),
        };
        if (changedHeader is not null)
            headers[changedHeader] = value;
        var request = new HttpRequestMessage(HttpMethod.Post, Client.ApiUrl + "/v2/init");
        foreach (var (name, text) in headers.Where(pair => pair.Value is not null))
            request.Headers.Add(name, text);
        return Client.SendAsync(request);
    }
}
