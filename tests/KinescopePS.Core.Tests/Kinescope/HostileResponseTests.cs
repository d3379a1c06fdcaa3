using System.Collections;
using System.Net.Http.Headers;
using System.Reflection;
using System.Text;
using System.Text.Json;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Support;
using Polly;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Every call, and every field of every response, of a server that means no good.</summary>
public sealed class HostileResponseTests
{
    // Clears the screen, writes the clipboard (OSC 52), turns the reading order round.
    private const string Hostile = "\u001b[2J\u001b]52;c;cm0gLXJmIC8=\u0007\u0085\u202Egpj.\u009b31m\u2066\r\n<img src=x onerror='a'>";

    private const string Good = "6c0b9e0e-0b5e-4a55-8b3f-000000000001";

    private static readonly string[] IdFields = ["id", "project_id", "folder_id", "parent_id"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static Dictionary<string, Func<KinescopeClient, Task<object?>>> Calls { get; } = new()
    {
        ["videos"] = async kinescope => await kinescope.ListVideosAsync(new VideoQuery(), ResiliencePipeline.Empty, Stop).CollectAsync(),
        ["video"] = async kinescope => await kinescope.FindVideoAsync(Good, Stop),
        ["projects"] = async kinescope => (await kinescope.ListProjectsAsync(1, Stop)).Items,
        ["project"] = async kinescope => await kinescope.GetProjectAsync(Good, Stop),
        ["new project"] = async kinescope => await kinescope.CreateProjectAsync("a", "anywhere", [], Stop),
        ["folders"] = async kinescope => (await kinescope.ListFoldersAsync(Good, null, 1, Stop)).Items,
        ["folder"] = async kinescope => await kinescope.GetFolderAsync(Good, Good, Stop),
        ["new folder"] = async kinescope => await kinescope.CreateFolderAsync(Good, null, "a", Stop),
        ["usage"] = async kinescope => await kinescope.GetUsageAsync(default, default, true, null, Stop),
        ["any list"] = async kinescope => (await kinescope.ListAsync("/v1/tokens", 1, Stop)).Items,
        ["change"] = async kinescope =>
        {
            await kinescope.ChangeVideoAsync(Good, new VideoChange { Title = "a" }, Stop);
            return null;
        },
        ["move"] = async kinescope =>
        {
            await kinescope.MoveVideoAsync(Good, Good, null, Stop);
            return null;
        },
        ["delete"] = async kinescope =>
        {
            await kinescope.DeleteVideoAsync(Good, Stop);
            return null;
        },
        ["new video"] = async kinescope => await kinescope.CreateVideoAsync(new NewVideo(Good, "a", "a.mp4", 1, ""), Stop),
        ["new video by id"] = async kinescope => await kinescope.CreateVideoAsync(new NewVideo(Good, "a", "a.mp4", 1, ""), Good, Stop),
    };

    private static Dictionary<string, byte[]> Bodies { get; } = new()
    {
        ["nothing"] = [],
        ["a page"] = "<html>Sign in</html>"u8.ToArray(),
        ["null"] = "null"u8.ToArray(),
        ["a text"] = "\"data\""u8.ToArray(),
        ["no data"] = "{}"u8.ToArray(),
        ["data null"] = """{"data":null}"""u8.ToArray(),
        ["data a number"] = """{"data":1e999}"""u8.ToArray(),
        ["a list of rubbish"] = """{"data":[null,1,"a",[],{}],"meta":[]}"""u8.ToArray(),
        ["broken off"] = """{"data":[{"id":"""u8.ToArray(),
        ["half surrogates"] = """{"data":{"\ud83d":"\ude00","id":"\ud83d"},"meta":{"pagination":{"total":"\ud83d"}}}"""u8.ToArray(),
        ["half surrogates in a list"] = """{"data":[{"id":"v1","title":"\ud83d","tags":["\ude00"],"created_at":"\ud83d"}]}"""u8.ToArray(),
        ["no UTF-8"] = [.. "{\"data\":[{\"id\":\""u8, 0xFF, 0xC3, .. "\"}]}"u8],
        ["UTF-16"] = Encoding.Unicode.GetBytes("""{"data":[]}"""),
        ["zeros"] = new byte[1000],
        ["deep lists"] = Encoding.UTF8.GetBytes(new string('[', 1_000_000)),
        ["deep objects"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"data\":", 100_000))),
        ["numbers beyond all"] = """{"data":[{"id":"v1","duration":1e308,"created_at":"9999-99-99","assets":[{"file_size":-1e300}]}],"meta":{"pagination":{"total":1e300,"per_page":-1}}}"""u8.ToArray(),
        ["an address that is none"] = """{"data":{"id":"v1","endpoint":"https://a\ud83d..b\u0000/\u202e"}}"""u8.ToArray(),
        ["an address with a bad name"] = """{"data":{"id":"v1","endpoint":"https://xn--\u0301-.kinescope.io/v2"}}"""u8.ToArray(),
    };

    [Fact]
    public async Task FoundB02_No_response_of_any_call_is_more_than_an_error_of_ours()
    {
        foreach (var (call, invoke) in Calls)
        {
            foreach (var (name, body) in Bodies)
            {
                var failure = await Xunit.Record.ExceptionAsync(() => invoke(new Platform(_ => body).Client()));

                Assert.True(
                    failure is null or KinescopeException { ErrorId: not ErrorIds.UnexpectedError },
                    $"{call}, {name}: {failure}");
            }
        }
    }

    [Fact]
    public async Task FoundB02_Nor_is_a_header()
    {
        string[] headers = ["Location", "Retry-After", "X-Request-ID", "Tus-Max-Size", "Upload-Offset", "Content-Type", "Content-Encoding"];
        string[] values = ["", "\u00FF\u0080", "https://a..b/", "//[", "-1", "99999999999999999999999999", "\u202E", new string('x', 20_000)];
        foreach (var status in new[] { 201, 301, 400, 429, 500 })
        {
            foreach (var header in headers)
            {
                foreach (var value in values)
                {
                    var server = new Answering(status, header, value);
                    var failure = await Xunit.Record.ExceptionAsync(() => Calls["new video by id"](server.Client()));
                    Assert.True(failure is null or KinescopeException { ErrorId: not ErrorIds.UnexpectedError }, $"{status} {header}: {value}: {failure}");
                }
            }
        }
    }

    [Fact]
    public async Task FoundC09_No_text_of_a_response_commands_a_terminal()
    {
        var seen = new HashSet<string>();
        foreach (var (call, invoke) in Calls)
        {
            foreach (var isList in new[] { false, true })
            {
                var answer = Answer(name => IdFields.Contains(name) ? Good : Hostile, isList);
                object? result;
                try
                {
                    result = await invoke(new Platform(_ => answer).Client());
                }
                catch (KinescopeException refused)
                {
                    RequireHarmless(refused.Message, call);
                    continue;
                }

                if (call != "any list")
                    Inspect(result, call, seen);
            }
        }

        // What is looked at is what the objects have.
        Assert.Superset(
            new HashSet<string> { "Title", "Description", "Name", "Status", "StatusMessage", "Tags", "PrivacyDomains", "Quality", "OriginalName", "Product" }, seen);
    }

    [Theory]
    [InlineData("../../evil")]
    [InlineData("x' onload=")]
    [InlineData("a b")]
    [InlineData("\u001b[2J")]
    [InlineData("Урок")]
    [InlineData("x/y?z#")]
    public async Task FoundC10_An_id_that_is_none_is_refused_wherever_it_comes(string id)
    {
        var answers = IdFields.SelectMany(field => new[] { true, false }.Select(isList => Answer(name => name == field ? id : Good, isList))).ToList();
        foreach (var call in Calls.Keys.Except(["any list", "change", "move", "delete", "new video by id"]))
        {
            List<KinescopeException> refusals = [];
            foreach (var answer in answers)
            {
                try
                {
                    Assert.DoesNotContain(id, JsonSerializer.Serialize(await Calls[call](new Platform(_ => answer).Client())));
                }
                catch (KinescopeException failure)
                {
                    refusals.Add(failure);
                }
            }

            Assert.NotEmpty(refusals);
            Assert.All(refusals, refusal => Assert.Contains(refusal.ErrorId, new[] { ErrorIds.AnswerInvalid, ErrorIds.UploadEndpointRefused }));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public async Task FoundC10_So_is_one_that_is_missing(string? id)
    {
        foreach (var call in new[] { "videos", "video", "projects", "folder", "new folder", "new video" })
        {
            foreach (var isList in new[] { true, false })
            {
                var answer = Answer(name => name == "id" ? id : Good, isList);
                var failure = await Assert.ThrowsAsync<KinescopeException>(() => Calls[call](new Platform(_ => answer).Client()));
                Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
            }
        }
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("https://kinescope.io/embed/x\" onload=\"alert(1)")]
    [InlineData("https://kinescope.io/\u001b[2J")]
    [InlineData("/embed/x")]
    public async Task FoundC10_An_address_that_would_leave_its_place_in_a_page_is_left_out(string address)
    {
        var answer = Answer(name => name.EndsWith("_link", StringComparison.Ordinal) ? address : Good, isList: false);

        var video = (KinescopeVideo)(await Calls["video"](new Platform(_ => answer).Client()))!;

        Assert.Equal((null, null, null, null), (video.EmbedUrl, video.PlayUrl, video.HlsUrl, video.Assets[0].DownloadUrl));
    }

    [Theory]
    [InlineData("""{"id":"v1","assets":[{"quality":"original","file_size":0,"md5":"ZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZZ"}]}""")]
    [InlineData("""{"id":"v1","assets":[{"quality":"original","file_size":-5,"md5":null}]}""")]
    public async Task A_size_or_a_hash_that_is_none_is_not_known(string video)
    {
        var read = (KinescopeVideo)(await Calls["video"](new Platform(_ => $"{{\"data\":{video}}}").Client()))!;

        Assert.Equal((null, null), (read.Original!.Length, read.Original.Md5));
    }

    [Fact]
    public async Task A_description_keeps_its_lines()
    {
        var answer = JsonSerializer.Serialize(new { data = new { id = Good, description = "one\r\n\ttwo\u001b\n\nthree" } });

        Assert.Equal("one\n\ttwo\uFFFD\n\nthree", ((KinescopeVideo)(await Calls["video"](new Platform(_ => answer).Client()))!).Description);
    }

    [Fact]
    public async Task FoundB10_No_body_takes_much_memory()
    {
        // Thirty million bytes of small objects, and as many of one number, of blanks, and of a text.
        byte[][] bodies =
        [
            Many("{},"), Many("1"), Many(" "), [.. "{\"data\":[{\"id\":\"v\",\"title\":\""u8, .. Many("a")],
        ];
        foreach (var body in bodies)
        {
            foreach (var call in new[] { "videos", "any list", "usage", "new video", "delete" })
            {
                var client = new Platform(_ => body).Client();
                var before = GC.GetAllocatedBytesForCurrentThread();

                var answer = Calls[call](client);

                // What other tests take meanwhile is not this call's: it ends on the thread that made it.
                Assert.True(answer.IsCompleted);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 20);
                var failure = await Assert.ThrowsAsync<KinescopeException>(() => answer);
                Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
                Assert.Contains("8 MiB", failure.Message);
            }
        }

        static byte[] Many(string text) => [.. "{\"data\":["u8, .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(text, 30_000_000 / text.Length)))];
    }

    [Theory]
    [InlineData("{},")]
    [InlineData("1,")]
    [InlineData("\"\",")]
    [InlineData("[],")]
    public async Task FoundB10_No_body_makes_millions_of_objects(string item)
    {
        var body = $"{{\"data\":[{string.Concat(Enumerable.Repeat(item, 7_000_000 / item.Length))}0]}}";
        foreach (var call in new[] { "videos", "any list", "usage", "new folder" })
        {
            var failure = await Assert.ThrowsAsync<KinescopeException>(() => Calls[call](new Platform(_ => body).Client()));

            Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
            Assert.Contains("200000 values", failure.Message);
        }
    }

    /// <summary>A response with every field that anything is read from.</summary>
    private static string Answer(Func<string, string?> valueOf, bool isList)
    {
        string[] texts =
        [
            "id", "project_id", "folder_id", "parent_id", "title", "name", "description", "status", "message", "embed_link", "play_link", "hls_link",
            "privacy_type", "product", "date", "created_at", "updated_at",
        ];
        var data = texts.ToDictionary(name => name, object? (name) => valueOf(name));
        data["endpoint"] = "https://uploader.example/v2/upload/x";
        data["tags"] = new[] { valueOf("tag") };
        data["privacy_domains"] = new[] { valueOf("domain") };
        data["assets"] = new[] { new[] { "quality", "resolution", "original_name", "md5", "download_link" }.ToDictionary(name => name, valueOf) };
        return JsonSerializer.Serialize(new { data = isList ? new[] { data } : (object)data });
    }

    private static void Inspect(object? value, string where, HashSet<string> seen)
    {
        switch (value)
        {
            case string text:
                RequireHarmless(text, where);
                break;
            case IEnumerable items:
                foreach (var item in items)
                    Inspect(item, where, seen);
                break;
            case not null when value.GetType().Namespace!.StartsWith("KinescopePS", StringComparison.Ordinal):
                foreach (var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    var held = property.GetValue(value);
                    if (held is not (null or "" or ICollection { Count: 0 }))
                        seen.Add(property.Name);
                    Inspect(held, $"{where}, {property.Name}", seen);
                }

                break;
        }
    }

    private static void RequireHarmless(string text, string where) => Assert.False(
        text.Any(character => char.IsControl(character) && character != '\n' || "\u202E\u2066\u2028".Contains(character)), $"{where}: {JsonSerializer.Serialize(text)}");

    /// <summary>A server whose responses have one header of its own.</summary>
    private sealed class Answering(int status, string header, string value) : HttpMessageHandler
    {
        public KinescopeClient Client() => new(
            new KinescopeHttp(new HttpClient(this), TimeSpan.Zero),
            new KinescopeSettings { ApiUri = new Uri("https://api.example"), UploaderUri = new Uri("https://uploader.example"), ApiKey = new System.Net.NetworkCredential("", "key").SecurePassword });

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = new HttpResponseMessage((System.Net.HttpStatusCode)status) { Content = new StringContent("{}"), RequestMessage = request };
            HttpHeaders headers = header.StartsWith("Content", StringComparison.Ordinal) ? response.Content.Headers : response.Headers;
            headers.Remove(header);
            headers.TryAddWithoutValidation(header, value);
            return Task.FromResult(response);
        }
    }
}
