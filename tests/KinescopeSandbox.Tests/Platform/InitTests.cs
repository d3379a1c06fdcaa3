using System.Text.Json;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Platform;

/// <summary>`POST /v2/init` with JSON.</summary>
public sealed class InitTests : SandboxTest
{
    [Fact]
    public async Task EveryCallMakesAnEntry()
    {
        var first = await Client.InitAsync(10, "Урок");
        var second = await Client.InitAsync(10, "Урок");

        Assert.NotEqual(first.VideoId, second.VideoId);
        Assert.NotEqual(first.Endpoint, second.Endpoint);
        Assert.Equal("uploading", (await Client.GetAsync($"/v1/videos/{first.VideoId}")).Data.GetProperty("status").GetString());
    }

    [Fact]
    public async Task EmptyTitleFallsBackToTheFileName()
    {
        var upload = await Client.InitAsync(10, title: "", fileName: "вводный.mp4");

        Assert.Equal("вводный.mp4", (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("title").GetString());
    }

    [Fact]
    public async Task LongTitleIsAccepted()
    {
        var upload = await Client.InitAsync(10, new string('я', 200));

        Assert.Equal(200, (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data.GetProperty("title").GetString()!.Length);
    }

    [Fact]
    public async Task MissingFieldsAreNamedTogether()
    {
        var reply = await Client.SendAsync(HttpMethod.Post, "/v2/init", new { type = "video", filesize = 0 });

        Assert.Equal((400, 400400), (reply.Status, reply.ErrorCode));
        var names = reply.Json.GetProperty("error").GetProperty("invalid_params").EnumerateArray().Select(param => param.GetProperty("name").GetString());
        Assert.Equal(["parent_id", "filename", "filesize"], names);
    }

    [Theory]
    [InlineData("", 1)]
    [InlineData("{", 400101)]
    [InlineData("[]", 400102)]
    [InlineData("""{"type":"video","parent_id":"x","filename":"f.mp4","filesize":"10"}""", 400102)]
    [InlineData("""{"type":"video","parent_id":"x","filename":"f.mp4","filesize":10}""", 400301)]
    [InlineData("""{"type":"attachment","parent_id":"x","filename":"f.pdf","filesize":10}""", 400400)]
    public async Task BadBodiesAreRefused(string body, int code)
    {
        var reply = await Client.SendAsync(HttpMethod.Post, "/v2/init", body);

        Assert.Equal((400, code), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task UnknownParentIsNotFound()
    {
        var reply = await Client.SendAsync(HttpMethod.Post, "/v2/init", Client.InitBody(10, parentId: Guid.NewGuid()));

        Assert.Equal((404, 404404), (reply.Status, reply.ErrorCode));
    }

    [Fact]
    public async Task ParentMayBeAFolder()
    {
        var folder = (await Client.SendAsync(HttpMethod.Post, $"/v1/projects/{Client.ProjectId}/folders", new { name = "Модуль" })).Data.GetProperty("id").GetGuid();

        var upload = await Client.InitAsync(10, parentId: folder);

        var video = (await Client.GetAsync($"/v1/videos/{upload.VideoId}")).Data;
        Assert.Equal((Client.ProjectId, folder), (video.GetProperty("project_id").GetGuid(), video.GetProperty("folder_id").GetGuid()));
    }

    [Fact]
    public async Task BytesSentToTheApiHostAreTooMuch()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, Client.ApiUrl + "/v2/init") { Content = new ByteArrayContent(new byte[10_000_001]) };
        request.Headers.Authorization = new("Bearer", Client.Token);
        request.Headers.ExpectContinue = true;

        Assert.Equal(413, (await Client.SendAsync(request)).Status);
    }

    [Fact]
    public async Task EveryAnswerHasARequestId()
    {
        var first = await Client.GetAsync("/v1/projects");
        var second = await Client.SendAsync(HttpMethod.Post, "/v1/videos");

        Assert.Equal(405, second.Status);
        Assert.NotEqual(Guid.Parse(first.Header("X-Request-ID")!), Guid.Parse(second.Header("X-Request-ID")!));
        Assert.Equal(JsonValueKind.Object, first.Json.ValueKind);
    }
}
