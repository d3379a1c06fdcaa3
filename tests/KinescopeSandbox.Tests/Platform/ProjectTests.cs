using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>`/v1/projects` and the folders in them.</summary>
public sealed class ProjectTests : SandboxTest
{
    private string Folders => $"/v1/projects/{Client.ProjectId}/folders";

    [Fact]
    public async Task ProjectLivesFromCreationToDeletion()
    {
        var created = await Client.SendAsync(HttpMethod.Post, "/v1/projects", new { name = "Школа" });
        var path = $"/v1/projects/{created.Data.GetProperty("id").GetGuid()}";
        Assert.Equal(201, created.Status);

        await Client.SendAsync(HttpMethod.Put, path, new { name = "Академия", privacy_type = "nowhere" });
        var changed = (await Client.GetAsync(path)).Data;
        Assert.Equal(("Академия", "nowhere"), (changed.GetProperty("name").GetString(), changed.GetProperty("privacy_type").GetString()));

        Assert.Equal(200, (await Client.SendAsync(HttpMethod.Delete, path)).Status);
        Assert.Equal(404404, (await Client.GetAsync(path)).ErrorCode);
    }

    [Fact]
    public async Task ListShowsOneCatalogInOrder()
    {
        await Client.SendAsync(HttpMethod.Post, "/v1/projects", new { name = "Live", catalog_type = "live" });
        await Client.SendAsync(HttpMethod.Post, "/v1/projects", new { name = "A" });

        Assert.Equal(["A", "Sandbox"], await NamesAsync("/v1/projects"));
        Assert.Equal(["Sandbox", "A"], await NamesAsync("/v1/projects?order=name.desc"));
        Assert.Equal(["Live"], await NamesAsync("/v1/projects?catalog_type=live"));
    }

    [Fact]
    public async Task ProjectEmbedsItsFoldersAndCounts()
    {
        var folder = await CreateFolderAsync("Модуль");
        var upload = await Client.InitAsync(4, parentId: folder);
        await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3, 4]);

        var project = (await Client.GetAsync($"/v1/projects/{Client.ProjectId}")).Data;

        Assert.Equal((1, 4), (project.GetProperty("items_count").GetInt32(), project.GetProperty("size").GetInt64()));
        var embedded = Assert.Single(project.GetProperty("folders").EnumerateArray());
        Assert.Equal((folder, 1), (embedded.GetProperty("id").GetGuid(), embedded.GetProperty("items_count").GetInt32()));
    }

    [Fact]
    public async Task FoldersNest()
    {
        var course = await CreateFolderAsync("Курс");
        var module = await CreateFolderAsync("Модуль", course);

        Assert.Equal(["Курс", "Модуль"], await NamesAsync(Folders));
        Assert.Equal(["Модуль"], await NamesAsync($"{Folders}?parent_id={course}"));
        var one = (await Client.GetAsync($"{Folders}/{module}")).Data;
        Assert.Equal((course, Client.ProjectId), (one.GetProperty("parent_id").GetGuid(), one.GetProperty("project_id").GetGuid()));
    }

    [Fact]
    public async Task FolderIsRenamed()
    {
        var folder = await CreateFolderAsync("Old");

        Assert.Equal("New", (await Client.SendAsync(HttpMethod.Put, $"{Folders}/{folder}", new { name = "New" })).Data.GetProperty("name").GetString());
    }

    [Fact]
    public async Task DeletedFolderTakesItsFoldersAndLeavesItsVideos()
    {
        var course = await CreateFolderAsync("Курс");
        var module = await CreateFolderAsync("Модуль", course);
        var upload = await Client.InitAsync(4, parentId: module);

        var deleted = await Client.SendAsync(HttpMethod.Delete, $"{Folders}/{course}");

        Assert.Equal("Курс", deleted.Data.GetProperty("name").GetString());
        Assert.Empty(await NamesAsync(Folders));
        var video = (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data;
        Assert.Equal(System.Text.Json.JsonValueKind.Null, video.GetProperty("folder_id").ValueKind);
    }

    [Theory]
    [InlineData("{}", 400, 400400)]
    [InlineData("""{"name":"x","parent_id":"nonsense"}""", 400, 400301)]
    [InlineData("""{"name":"x","parent_id":"9a3b7a3e-0000-4000-8000-000000000000"}""", 404, 404404)]
    public async Task FolderIsValidated(string body, int status, int code)
    {
        var reply = await Client.SendAsync(HttpMethod.Post, Folders, body);

        Assert.Equal((status, code), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task UsageCountsStoredBytesByProject()
    {
        var upload = await Client.InitAsync(4);
        await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3, 4]);

        var rows = (await Client.GetAsync("/v1/billing/usage?from=2026-01-15&to=2026-01-16&group_by=project_id")).Data.EnumerateArray().ToList();

        Assert.Equal(6, rows.Count);
        Assert.Equal(("storage", 4), (rows[0].GetProperty("product").GetString(), rows[0].GetProperty("usage").GetInt64()));
        Assert.Equal(("encoding", 1), (rows[1].GetProperty("product").GetString(), rows[1].GetProperty("usage").GetInt64()));
        Assert.All(rows, row => Assert.Equal(Client.ProjectId, row.GetProperty("project_id").GetGuid()));
    }

    [Fact]
    public async Task UsageNeedsItsDaysAndAProjectItsPrivacy()
    {
        Assert.Equal("from", await FirstNamedAsync(Client.GetAsync("/v1/billing/usage?to=2026-01-16")));
        Assert.Equal("privacy_type", await FirstNamedAsync(Client.SendAsync(HttpMethod.Put, $"/v1/projects/{Client.ProjectId}", new { name = "x" })));
    }

    [Theory]
    [InlineData("yes", "kept", "custom", 1)]
    [InlineData("no", "dropped", "anywhere", 0)]
    public async Task AProjectGivesItsVideosItsPrivacyOrNotAndKeepsItsDomainsOrNot(string applies, string unsent, string privacy, int domains)
    {
        await Client.GoAsync($"project-applies={applies}", $"project-unsent={unsent}");
        var upload = await Client.InitAsync(4);
        var path = $"/v1/projects/{Client.ProjectId}";

        await Client.SendAsync(HttpMethod.Put, path, new { privacy_type = "custom", privacy_domains = new[] { "school.example" }, apply_to_videos = true });
        await Client.SendAsync(HttpMethod.Put, path, new { privacy_type = "custom" });

        Assert.Equal(privacy, (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("privacy_type").GetString());
        Assert.Equal(domains, (await Client.GetAsync(path)).Data.GetProperty("privacy_domains").GetArrayLength());
    }

    private static async Task<string?> FirstNamedAsync(Task<Reply> reply) =>
        (await reply).Json.GetProperty("error").GetProperty("invalid_params")[0].GetProperty("name").GetString();

    private async Task<Guid> CreateFolderAsync(string name, Guid? parentId = null) =>
        (await Client.SendAsync(HttpMethod.Post, Folders, new { name, parent_id = parentId })).Data.GetProperty("id").GetGuid();

    private async Task<IEnumerable<string?>> NamesAsync(string path) =>
        (await Client.GetAsync(path)).Data.EnumerateArray().Select(item => item.GetProperty("name").GetString());
}
