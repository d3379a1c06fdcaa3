using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>Who may do what, and how often.</summary>
public sealed class TokenTests : SandboxTest
{
    [Fact]
    public async Task MissingTokenIsABadRequest()
    {
        var reply = await Client.SendAsync(new HttpRequestMessage(HttpMethod.Get, Client.ApiUrl + "/v1/projects"));

        Assert.Equal((400, 100101), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task UnknownTokenIsUnauthorized()
    {
        var reply = await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(4), bearer: Guid.NewGuid().ToString());

        Assert.Equal((401, 100102), (reply.Status, reply.ErrorCode));
    }

    [Theory]
    [InlineData("upload", "GET", "/v1/projects", 200)]
    [InlineData("upload", "POST", "/v2/init", 201)]
    [InlineData("upload", "POST", "/v1/projects", 403)]
    [InlineData("read", "GET", "/v1/videos", 200)]
    [InlineData("read", "POST", "/v2/init", 403)]
    [InlineData("write", "POST", "/v1/projects", 201)]
    [InlineData("write", "GET", "/v1/videos", 403)]
    [InlineData("write", "DELETE", "/v1/videos/9a3b7a3e-0000-4000-8000-000000000000", 403)]
    [InlineData("delete", "DELETE", "/v1/videos/9a3b7a3e-0000-4000-8000-000000000000", 404)]
    public async Task ScopesLimitTokens(string permission, string method, string path, int status)
    {
        var token = await AddTokenAsync(new { permissions = new[] { permission } });
        object? body = path == "/v2/init" ? Client.InitBody(4) : path == "/v1/projects" && method == "POST" ? new { name = "P" } : null;

        var reply = await Client.SendAsync(new HttpMethod(method), path, body, token);

        Assert.Equal(status, reply.Status);
        if (status == 403)
            Assert.Equal(100103, reply.ErrorCode);
    }

    [Fact]
    public async Task TokenMayBeLimitedToAProject()
    {
        var other = (await Client.SendAsync(HttpMethod.Post, "/v1/projects", new { name = "Other" })).Data.GetProperty("id").GetGuid();
        var token = await AddTokenAsync(new { permissions = new[] { "upload" }, projects = new[] { other } });

        Assert.Equal(403, (await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(4), token)).Status);
        Assert.Equal(201, (await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(4, parentId: other), token)).Status);
    }

    [Fact]
    public async Task RevokedTokenStopsWorkingButItsUploadsGoOn()
    {
        var token = await AddTokenAsync(new { value = "to-be-revoked" });
        var upload = await Client.InitAsync(4);
        await Client.SendAsync(HttpMethod.Delete, $"/sandbox/tokens/{token}");

        Assert.Equal(401, (await Client.SendAsync(HttpMethod.Get, "/v1/projects", bearer: token)).Status);
        Assert.Equal(204, (await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3, 4])).Status);
    }

    [Fact]
    public async Task EleventhRequestOfASecondMustWait()
    {
        await using var limited = await Sandbox.StartAsync(rateLimit: true);
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await limited.Client.GetAsync("/v1/projects")).Status);

        var refused = await limited.Client.SendAsync(HttpMethod.Post, "/v2/init", limited.Client.InitBody(4));
        Assert.Equal((429, "1"), (refused.Status, refused.Header("Retry-After")));
        limited.Clock.Advance(TimeSpan.FromSeconds(1));

        var upload = await limited.Client.InitAsync(30);
        for (var i = 0; i < 15; i++)
            Assert.Equal(204, (await limited.Client.PatchAsync(upload.Endpoint, i, [1])).Status);
    }

    [Fact]
    public async Task ThreeHundredAndFirstRequestOfAMinuteMustWait()
    {
        await using var limited = await Sandbox.StartAsync(rateLimit: true);
        for (var i = 0; i < 300; i++)
        {
            Assert.Equal(200, (await limited.Client.GetAsync("/v1/projects?per_page=1")).Status);
            limited.Clock.Advance(TimeSpan.FromSeconds(0.1));
        }

        var refused = await limited.Client.GetAsync("/v1/projects");
        Assert.Equal((429, "30"), (refused.Status, refused.Header("Retry-After")));
        limited.Clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal(200, (await limited.Client.GetAsync("/v1/projects")).Status);
    }

    [Fact]
    public async Task LimitsCanBeOthersThanThePlatforms()
    {
        await using var limited = await Sandbox.StartAsync(rateLimit: true, perSecond: 0, perMinute: 12);
        for (var i = 0; i < 12; i++)
            Assert.Equal(200, (await limited.Client.GetAsync("/v1/projects")).Status);

        var refused = await limited.Client.GetAsync("/v1/projects");

        Assert.Equal((429, "60"), (refused.Status, refused.Header("Retry-After")));
    }

    private async Task<string> AddTokenAsync(object token)
    {
        var reply = await Client.SendAsync(HttpMethod.Post, "/sandbox/tokens", token);
        Assert.Equal(201, reply.Status);
        return reply.Data.GetProperty("value").GetString()!;
    }
}
