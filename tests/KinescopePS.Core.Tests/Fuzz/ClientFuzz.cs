using System.Net;
using System.Text;
using CsCheck;
using KinescopePS.Kinescope;
using KinescopePS.Tus;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Whatever a server, a proxy or a sign-in page says, a call ends with its result or with one error of ours.</summary>
public sealed class ClientFuzz
{
    private const string Key = "k3y-of-the-account", Endpoint = "https://uploader.example/v2/upload/s3cret";

    private int _hosts;

    private static Gen<string> Body { get; } = Gen.OneOf(
        Gen.OneOf(
            "", "<html>Sign in</html>", "null", "[]", "{}", "{\"data\":null}", "{\"data\":[]}", "{\"data\":{}}", "{\"data\":[{}]}", "{\"data\":\"x\"}", "\"\\ud83d\"",
            "{\"error\":{\"code\":404404,\"message\":\"no\"}}", "{\"error\":\"no\"}", "{\"error\":{\"code\":1e99,\"message\":{}}}", "ERR_LOCK_TIMEOUT: x",
            "{\"data\":{\"id\":\"../../evil\",\"endpoint\":\"" + Endpoint + "\"}}",
            "{\"data\":{\"id\":\"22222222-2222-4222-8222-222222222222\",\"endpoint\":\"" + Endpoint + "\"}}",
            "{\"data\":[{\"id\":\"22222222-2222-4222-8222-222222222222\",\"title\":\"a\",\"status\":\"done\",\"created_at\":\"soon\",\"duration\":-1e300}],\"meta\":{\"pagination\":{\"page\":1,\"per_page\":100,\"total\":2000000000}}}"),
        Gen.Select(Inputs.JsonText, Inputs.JsonText, Inputs.JsonText, (id, title, status) =>
            $"{{\"data\":[{{\"id\":{id},\"title\":{title},\"status\":{status},\"tags\":[{title},1],\"original\":{{\"file_size\":{id},\"md5\":{title}}}}}],\"meta\":{{\"pagination\":{title}}}}}"),
        Inputs.Text);

    private static Gen<(string Name, string Value)> Header { get; } = Gen.Select(
        Gen.OneOf("Upload-Offset", "Upload-Length", "Tus-Max-Size", "Retry-After", "Date", "Location", "Content-Type", "Content-Encoding", "X-Request-ID"),
        Gen.OneOf(Gen.OneOf("0", "-1", "100", "1e9", "99999999999999999999", "soon", "Thu, 26 Nov 2026 10:00:00 GMT", "//evil.example/", "http://[", "gzip", "application/json"), Inputs.Text),
        (name, value) => (name, value));

    private static Gen<Answer> Answers { get; } = Gen.Select(
        Gen.OneOf(200, 201, 204, 206, 301, 307, 400, 401, 402, 403, 404, 409, 410, 412, 413, 417, 423, 429, 460, 500, 502, 503, 504, 599),
        Header.Array[0, 3],
        Inputs.Mutated(Body.Select(Encoding.UTF8.GetBytes)),
        Gen.Int[0, 7],
        (status, headers, body, call) => new Answer(status, headers, body, call));

    [Fact]
    public void A_call_ends_with_its_result_or_one_error() => Answers.Check(
        answer =>
        {
            using var client = new HttpClient(new Server(answer));
            // A host that asked for a pause keeps it.
            var host = $"{_hosts++}.example";
            var settings = new KinescopeSettings { ApiUri = new Uri($"https://api.{host}"), UploaderUri = new Uri($"https://uploader.{host}"), ApiKey = new NetworkCredential("", Key).SecurePassword };
            var clock = new FakeTimeProvider();
            var http = new KinescopeHttp(client, TimeSpan.FromSeconds(2), clock);
            try
            {
                var call = CallAsync(answer.Call, host, new KinescopeClient(http, settings), new TusClient(http, new TusSettings(TimeSpan.FromSeconds(60), 0, null), _ => true));
                // A refusal without a word is asked for its words, once the pause that it asked for is over.
                while (!call.IsCompleted)
                    clock.Advance(TimeSpan.FromHours(1));
                call.GetAwaiter().GetResult();
            }
            catch (KinescopeException failure)
            {
                Assert.NotEqual(ErrorIds.UnexpectedError, failure.ErrorId);
                Assert.True(PrintableText.Is(failure.Message), Fuzz.Quoted(failure.Message));
                Assert.InRange(failure.Message.Length, 1, 2000);
                Assert.DoesNotContain(Key, failure.Message);
            }
        },
        answer => $"new Answer({answer.Status}, [{string.Join(", ", answer.Headers.Select(header => $"({Fuzz.Quoted(header.Name)}, {Fuzz.Quoted(header.Value)})"))}], {Fuzz.Quoted(answer.Body)}, {answer.Call})",
        count: 3000);

    private async Task CallAsync(int call, string host, KinescopeClient kinescope, TusClient tus)
    {
        var stop = CancellationToken.None;
        switch (call)
        {
            case 0:
                await kinescope.ListVideosAsync(new VideoQuery(), 1, stop);
                break;
            case 1:
                await kinescope.FindVideoAsync("22222222-2222-4222-8222-222222222222", stop);
                break;
            case 2:
                var created = await kinescope.CreateVideoAsync(new NewVideo("11111111-1111-4111-8111-111111111111", "Title", "a.mp4", 3, "stamp"), stop);
                Assert.True(Guid.TryParse(created.VideoId, out _), created.VideoId);
                break;
            case 3:
                await kinescope.DeleteVideoAsync("22222222-2222-4222-8222-222222222222", stop);
                break;
            case 4:
                await kinescope.ListProjectsAsync(1, stop);
                break;
            case 5:
                await kinescope.ListFoldersAsync("11111111-1111-4111-8111-111111111111", null, 1, stop);
                break;
            case 6:
                Assert.InRange(await tus.GetOffsetAsync(new Uri($"https://uploader.{host}/v2/upload/s3cret"), 100, stop), 0, 100);
                break;
            default:
                await kinescope.InvokeAsync(HttpMethod.Get, "/v1/anything", null, stop);
                break;
        }
    }

    private sealed record Answer(int Status, (string Name, string Value)[] Headers, byte[] Body, int Call);

    private sealed class Server(Answer answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = new ByteArrayContent(answer.Body), RequestMessage = request };
            foreach (var (name, value) in answer.Headers)
            {
                if (value.Contains('\n') || value.Contains('\r') || value.Contains('\0'))
                    continue;
                if (!response.Headers.TryAddWithoutValidation(name, value))
                    response.Content.Headers.TryAddWithoutValidation(name, value);
            }

            return Task.FromResult(response);
        }
    }
}
