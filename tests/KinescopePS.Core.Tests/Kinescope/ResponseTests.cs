using System.IO.Compression;
using System.Net;
using System.Text;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Responses whose bytes are not what they should be.</summary>
public class ResponseTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Texts => new()
    {
        { """half \ud83d""", "half \uFFFD" },
        { """half \uDE00.""", "half \uFFFD." },
        { """two \ud83d\ud83d\ude00""", "two \uFFFD\U0001F600" },
        { """whole \ud83d\uDE00""", "whole \U0001F600" },
        { """a backslash \\ud83d""", """a backslash \ud83d""" },
        { """others \"\n\u0041""", "others \"\nA" },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task FoundB02_Text_that_is_not_text_is_replaced(string json, string expected)
    {
        var videos = await ListAsync("200 OK", $$$"""{"data":[{"id":"v","title":"{{{json}}}"}]}""");

        Assert.Equal(expected.Replace("\n", " "), Assert.Single(videos).Title.Replace("\n", " "));
    }

    [Theory]
    [InlineData("null", null)]
    [InlineData("{}", null)]
    [InlineData("7", null)]
    [InlineData("\"no address\"", null)]
    [InlineData("\"https://kinescope.io/p.jpg\"", "https://kinescope.io/p.jpg")]
    [InlineData("""{"id":"p","status":"done","active":true,"original":"https://k.example/o.jpg","md":"https://k.example/md.jpg"}""", "https://k.example/o.jpg")]
    [InlineData("""{"original":null,"md":"","sm":"https://k.example/sm.jpg"}""", "https://k.example/sm.jpg")]
    [InlineData("""{"original":"https://k.example/o.jpg?expires=1&sign=x"}""", "https://kinescope.io/v/poster.jpg")]
    public async Task A_poster_is_one_address_however_it_is_told(string json, string? expected)
    {
        var videos = await ListAsync("200 OK", $$$"""{"data":[{"id":"v","poster":{{{json}}}}]}""");

        Assert.Equal(expected, Assert.Single(videos).PosterUrl);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF_8_are_replaced()
    {
        byte[] body = [.. "{\"data\":[{\"id\":\"v\",\"title\":\"a"u8, 0xFF, 0xC3, .. "b\"}]}"u8];
        await using var server = new CannedServer("200 OK", body: body);

        Assert.Equal("a\uFFFD\uFFFDb", Assert.Single(await ListAsync(server)).Title);
    }

    [Fact]
    public async Task A_field_whose_name_is_not_text_is_passed_over()
    {
        var videos = await ListAsync("200 OK", """{"data":[{"\ud83d":1,"id":"v","title":"a"}]}""");

        Assert.Equal("a", Assert.Single(videos).Title);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task FoundB02_A_body_that_cannot_be_decompressed_may_be_asked_for_again(string encoding)
    {
        await using var server = new CannedServer("200 OK", $"Content-Encoding: {encoding}\r\n", "no such thing"u8.ToArray());

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => ListAsync(server));

        Assert.Equal(ErrorIds.KinescopeUnavailable, failure.ErrorId);
        Assert.True(failure.IsTransient);
        Assert.Contains("cannot be decoded", failure.Message);
    }

    [Theory]
    [InlineData("401 Unauthorized", "gzip", ErrorIds.TokenRejected, true)]
    [InlineData("402 Payment Required", "br", ErrorIds.PaymentRequired, true)]
    [InlineData("500 Internal Server Error", "gzip", ErrorIds.KinescopeUnavailable, false)]
    public async Task A_refusal_counts_though_its_body_cannot_be_read(string status, string encoding, string errorId, bool stopsRun)
    {
        await using var server = new CannedServer(status, $"Content-Encoding: {encoding}\r\nX-Request-ID: r-1\r\n", "no such thing"u8.ToArray());

        var failure = await Assert.ThrowsAsync<KinescopeRequestException>(() => ListAsync(server));

        Assert.Equal((errorId, stopsRun, "r-1"), (failure.ErrorId, failure.StopsRun, failure.RequestId));
    }

    [Fact]
    public async Task A_refusal_whose_words_are_not_text_counts()
    {
        var failure = await Assert.ThrowsAsync<KinescopeRequestException>(
            () => ListAsync("401 Unauthorized", """{"error":{"code":100102,"message":"no \ud83d","invalid_params":[{"name":"\ude00"}]}}"""));

        Assert.Equal((ErrorIds.TokenRejected, 100102), (failure.ErrorId, failure.Code));
        Assert.Contains("no \uFFFD", failure.Message);
    }

    [Fact]
    public async Task A_body_that_unpacks_to_more_than_is_taken_is_refused()
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(new byte[ResponseBody.MaxLength + 1]);
        await using var server = new CannedServer("200 OK", "Content-Encoding: gzip\r\n", packed.ToArray());

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => ListAsync(server));

        Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
        Assert.Contains("8 MiB", failure.Message);
    }

    [Fact]
    public async Task What_nobody_foresaw_is_told_as_such()
    {
        var http = new KinescopeHttp(new HttpClient(new BrokenHandler()), TimeSpan.Zero);

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => ListAsync(http, new Uri("http://127.0.0.1:9")));

        Assert.Equal(ErrorIds.UnexpectedError, failure.ErrorId);
        Assert.IsType<NotSupportedException>(failure.InnerException);
        Assert.Contains("Please report it", failure.Message);
    }

    private static async Task<IReadOnlyList<KinescopeVideo>> ListAsync(string status, string body)
    {
        await using var server = new CannedServer(status, body: Encoding.UTF8.GetBytes(body));
        return await ListAsync(server);
    }

    private static async Task<IReadOnlyList<KinescopeVideo>> ListAsync(CannedServer server)
    {
        using var client = KinescopeHttp.CreateClient(new NetworkSettings(null, null, null));
        var http = new KinescopeHttp(client, TimeSpan.Zero);
        return await ListAsync(http, server.Uri);
    }

    private static async Task<IReadOnlyList<KinescopeVideo>> ListAsync(KinescopeHttp http, Uri uri)
    {
        var settings = new KinescopeSettings { ApiUri = uri, ApiKey = new NetworkCredential("", "key").SecurePassword };
        return (await new KinescopeClient(http, settings).ListVideosAsync(new VideoQuery(), 1, Stop)).Items;
    }

    private sealed class BrokenHandler : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException("nothing of the kind");
    }
}
