using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Control;

/// <summary>Which requests a rule covers, the log, and waiting.</summary>
public sealed class ControlTests : SandboxTest
{
    [Fact]
    public async Task RuleCoversTheNthRequestAndSoManyOfThem()
    {
        await Client.FaultsAsync(
            new { match = new { path = "/v1/projects", nth = 2 }, fault = new { kind = "answer", status = 500 } },
            new { match = new { path = "/v1/projects", times = 1 }, fault = new { kind = "answer", status = 502 } });

        Assert.Equal("502 500 200 200", await StatusesAsync("/v1/projects", "/v1/projects", "/v1/projects", "/v1/projects"));
    }

    [Fact]
    public async Task RuleCanCountEachPathByItself()
    {
        await Client.FaultsAsync(new { match = new { path = "/v1/*", times = 1, each_path = true }, fault = new { kind = "answer", status = 500 } });

        Assert.Equal("500 500 200 200", await StatusesAsync("/v1/projects", "/v1/videos", "/v1/projects", "/v1/videos"));
    }

    [Theory]
    [InlineData("/v1/proj", 500)]
    [InlineData("*/projects", 500)]
    [InlineData("*/proj", 200)]
    [InlineData("^/v1/(projects|videos)$", 500)]
    [InlineData("^/v1/pro$", 200)]
    public async Task PathIsAPrefixAGlobOrARegularExpression(string path, int status)
    {
        await Client.FaultsAsync(new { match = new { path }, fault = new { kind = "answer", status = 500 } });

        Assert.Equal($"{status}", await StatusesAsync("/v1/projects"));
    }

    [Fact]
    public async Task RuleCanNameTheUploadedFile()
    {
        var first = await Client.InitAsync(4, fileName: "a [1].mp4");
        var second = await Client.InitAsync(4, fileName: "b.mp4");
        await Client.FaultsAsync(new { match = new { file = "a [1]*" }, fault = new { kind = "answer", status = 500 } });

        Assert.Equal((500, 200), ((await Client.HeadAsync(first.Endpoint)).Status, (await Client.HeadAsync(second.Endpoint)).Status));
    }

    [Theory]
    [InlineData("""[{"match":{},"fault":{"kind":"nonsense"}}]""")]
    [InlineData("""[{"match":{},"fault":{"kind":"cut","after":1}}]""")]
    [InlineData("""[{"match":{},"fault":{"kind":"answer","when":"never"}}]""")]
    [InlineData("not json")]
    public async Task UnusableScriptIsRefused(string script)
    {
        Assert.Equal(400, (await Client.SendAsync(HttpMethod.Put, "/sandbox/faults", script)).Status);
    }

    [Fact]
    public async Task ClearedScriptHasNoEffect()
    {
        await Client.FaultsAsync(new { match = new { path = "/v1" }, fault = new { kind = "answer", status = 500 } });
        Assert.Single((await Client.GetAsync("/sandbox/faults")).Data.EnumerateArray());

        await Client.SendAsync(HttpMethod.Delete, "/sandbox/faults");

        Assert.Equal("200", await StatusesAsync("/v1/projects"));
    }

    [Fact]
    public async Task LogShowsRequestsWithoutTheToken()
    {
        var upload = await Client.InitAsync(6);
        await Client.PatchAsync(upload.Endpoint, 0, [1, 2]);
        await Client.PatchAsync(upload.Endpoint, 2, [3, 4, 5, 6]);
        await Client.WaitAsync("requests=3&ended=true");

        var log = await Client.GetAsync("/sandbox/requests");

        Assert.DoesNotContain(Client.Token, log.Body);
        var entries = log.Data.EnumerateArray().ToList();
        Assert.Equal([1, 2, 3], entries.Select(entry => entry.GetProperty("sequence").GetInt32()));
        Assert.Equal(["api", "upload", "upload"], entries.Select(entry => entry.GetProperty("host").GetString()));
        Assert.Equal("Bearer ***", entries[0].GetProperty("headers").GetProperty("Authorization").GetString());
        Assert.Equal(
            ("PATCH", 204, 4, 2),
            (entries[2].GetProperty("method").GetString(), entries[2].GetProperty("status").GetInt32(),
                entries[2].GetProperty("body_bytes").GetInt32(), entries[2].GetProperty("offset").GetInt32()));
        Assert.Equal(2, (await Client.GetAsync("/sandbox/requests?after=1")).Data.GetArrayLength());
    }

    [Fact]
    public async Task ClearedLogBeginsAnew()
    {
        await Client.GetAsync("/v1/projects");
        await Client.SendAsync(HttpMethod.Delete, "/sandbox/requests");
        await Client.GetAsync("/v1/videos");

        var only = Assert.Single((await Client.GetAsync("/sandbox/requests")).Data.EnumerateArray());

        Assert.Equal((1, "/v1/videos"), (only.GetProperty("sequence").GetInt32(), only.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task RewoundAccountIsThatOfTheStart()
    {
        var project = (await Client.GetAsync("/v1/projects")).Data[0].GetProperty("id").GetString();
        var upload = await Client.InitAsync(6);
        await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3, 4, 5, 6]);
        await Client.SendAsync(HttpMethod.Post, "/v1/projects", new { name = "Later", privacy_type = "anywhere" });
        await Client.SendAsync(HttpMethod.Delete, $"/v1/projects/{project}");

        Assert.Equal(200, (await Client.SendAsync(HttpMethod.Post, "/sandbox/rewind")).Status);

        var only = Assert.Single((await Client.GetAsync("/v1/projects")).Data.EnumerateArray());
        Assert.Equal(project, only.GetProperty("id").GetString());
        Assert.Empty((await Client.GetAsync("/sandbox/videos")).Data.EnumerateArray());
        Assert.Equal(404, (await Client.HeadAsync(upload.Endpoint)).Status);
    }

    [Fact]
    public async Task WaitEndsWhenTheConditionComesTrue()
    {
        var upload = await Client.InitAsync(6);
        var waiting = Client.GetAsync($"/sandbox/wait?bytes=6&upload={upload.Endpoint.Split('/')[^1]}&timeout=20");
        var total = Client.GetAsync("/sandbox/wait?requests=1&method=PATCH&path=/v2/upload/*&status=204&timeout=20");

        await Client.PatchAsync(upload.Endpoint, 0, [1, 2, 3, 4, 5, 6]);

        Assert.Equal((200, 200), ((await waiting).Status, (await total).Status));
    }

    [Fact]
    public async Task WaitTimesOut()
    {
        var reply = await Client.GetAsync("/sandbox/wait?bytes=1&timeout=0.05");

        Assert.Equal((408, false), (reply.Status, reply.Data.GetProperty("met").GetBoolean()));
    }

    private async Task<string> StatusesAsync(params string[] paths)
    {
        var statuses = new List<int>();
        foreach (var path in paths)
            statuses.Add((await Client.GetAsync(path)).Status);
        return string.Join(' ', statuses);
    }
}
