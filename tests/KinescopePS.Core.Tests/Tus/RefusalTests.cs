using System.Net;
using System.Text;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Support;
using KinescopePS.Tus;

namespace KinescopePS.Tests.Tus;

/// <summary>The meaning of a refused PATCH: status and codes tell, words do not.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("500 Internal Server Error", "storage blocked", ErrorIds.KinescopeUnavailable)]
    [InlineData("500 Internal Server Error", "ERR_LOCK_TIMEOUT: failed to acquire lock before timeout\n", ErrorIds.UploadLocked)]
    [InlineData("500 Internal Server Error", "see ERR_LOCK_TIMEOUT: no", ErrorIds.KinescopeUnavailable)]
    [InlineData("423 Locked", "", ErrorIds.UploadLocked)]
    [InlineData("409 Conflict", "", ErrorIds.UploadLocked)]
    [InlineData("410 Gone", "", ErrorIds.UploadExpired)]
    [InlineData("404 Not Found", """{"error":{"code":404404,"message":"no such entity"}}""", ErrorIds.UploadExpired)]
    [InlineData("404 Not Found", "ERR_UPLOAD_NOT_FOUND: upload not found\n", ErrorIds.UploadExpired)]
    [InlineData("404 Not Found", "<h1>Blocked by policy</h1>", ErrorIds.UploadRefused)]
    [InlineData("403 Forbidden", "", ErrorIds.UploadRefused)]
    [InlineData("460 Checksum Mismatch", "", ErrorIds.UploadChecksumMismatch)]
    public async Task FoundB12_Status_and_code_decide(string status, string body, string errorId)
    {
        var failure = await PatchAsync(status, "X-Request-ID: r-1\r\nRetry-After: 7\r\n", body);

        Assert.Equal(errorId, failure.ErrorId);
        Assert.Equal(ErrorAttribute.Of(errorId).IsTransient, failure.IsTransient);
        Assert.Equal(int.Parse(status[..3]), (int)failure.StatusCode);
        Assert.Equal("r-1", failure.RequestId);
        Assert.Equal(TimeSpan.FromSeconds(7), failure.RetryAfter);
    }

    [Theory]
    [InlineData("401 Unauthorized", """{"error":{"code":100102,"message":"unauthorized"}}""")]
    [InlineData("401 Unauthorized", "<h1>401</h1>")]
    [InlineData("400 Bad Request", """{"error":{"code":100101,"message":"authorization header not found"}}""")]
    [InlineData("403 Forbidden", """{"error":{"code":100103,"message":"access denied"}}""")]
    public async Task A_host_that_wants_the_key_and_does_not_get_it_is_named_and_the_upload_kept(string status, string body)
    {
        var failure = await PatchAsync(status, "", body, isKeyKeptBack: true);

        Assert.Equal(ErrorIds.UploadRefused, failure.ErrorId);
        Assert.Contains("KINESCOPE_UPLOADER_URL", failure.Message);
    }

    [Theory]
    [InlineData("//[")]
    [InlineData("//host:port/x")]
    [InlineData("http://elsewhere.example/")]
    public async Task A_redirect_to_nowhere_is_refused(string location)
    {
        var failure = await PatchAsync("307 Temporary Redirect", $"Location: {location}\r\n", "");

        Assert.Equal(ErrorIds.UploadEndpointRefused, failure.ErrorId);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, failure.StatusCode);
    }

    private async Task<KinescopeRequestException> PatchAsync(string status, string headers, string body, bool isKeyKeptBack = false)
    {
        await using var server = new CannedServer(status, headers, Encoding.UTF8.GetBytes(body));
        using var connections = KinescopeHttp.CreateClient(new NetworkSettings(null, null, null));
        var http = new KinescopeHttp(connections, TimeSpan.Zero);
        using var file = SourceFile.Open(_folder.WriteVideo("a.mp4", 1000));
        var client = new TusClient(http, new TusSettings(TimeSpan.FromSeconds(30), 0, null), _ => !isKeyKeptBack);
        return await Assert.ThrowsAsync<KinescopeRequestException>(
            () => client.SendAsync(new TusPatch(new Uri(server.Uri, "/up/1"), file, 0, 1000), _ => { }, TestContext.Current.CancellationToken));
    }
}
