using System.Globalization;
using System.Text.Json.Nodes;
using KinescopePS.Kinescope;
using KinescopePS.Nights;
using KinescopePS.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Nights;

public sealed class NotificationTests : IDisposable
{
    private static readonly KinescopeNight Night = new()
    {
        StartedAt = new DateTimeOffset(2026, 11, 26, 1, 30, 0, TimeSpan.Zero),
        Outcome = "PartialFailure",
        ExitCode = 2,
        Mapped = 405,
        Failed = 12,
        Left = 22,
        Machine = "SCHOOL1",
        Failures = [.. Enumerable.Range(1, 12).Select(i => new KinescopeNightFailure
        {
            LessonId = $"l{i}",
            ErrorId = "LessonFileNotFound",
            Message = "no <file> & `none` <!channel>\u001b[2J",
        })],
        LeftLessons = [.. Enumerable.Range(1, 22).Select(i => $"left{i}")],
        Log = "/srv/school/logs/kinescope-1.ndjson",
    };

    private readonly HttpClient _client = KinescopeHttp.CreateClient(new NetworkSettings(null, null, null));

    public void Dispose() => _client.Dispose();

    [Fact]
    public void A_message_names_failures_with_reasons_and_what_is_left_and_what_to_do()
    {
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        var lines = NightlyText.Of(Night).Split('\n');

        Assert.Equal("Kinescope upload on SCHOOL1: PartialFailure", lines[0]);
        Assert.Contains("405 mapped, 0 uploaded, 0 skipped, 12 failed, 22 left", lines[1]);
        Assert.Equal("- l1: LessonFileNotFound: no <file> & `none` <!channel>\uFFFD[2J", lines[3]);
        Assert.Contains("and 2 more", lines);
        Assert.Contains(lines, line => line.StartsWith("Left: left1, left2,") && line.EndsWith("left20 and 2 more"));
        Assert.Contains("The next night tries again. What stays needs a look at its reason.", lines);
        Assert.Equal("Log: /srv/school/logs/kinescope-1.ndjson", lines[^1]);
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/x", NotificationFormat.Slack)]
    [InlineData("https://mattermost.example.org/hooks/k3y", NotificationFormat.Mattermost)]
    [InlineData("https://api.telegram.org/bot1:t/sendMessage?chat_id=-1", NotificationFormat.Telegram)]
    [InlineData("https://example.org/services/hook", NotificationFormat.Json)]
    public void The_form_follows_the_address(string uri, NotificationFormat expected) =>
        Assert.Equal(expected, NotificationBody.FormatOf(new Uri(uri)));

    [Fact]
    public void Slack_is_called_by_no_title()
    {
        var (_, body) = NotificationBody.Of(new Uri("https://hooks.slack.com/services/T0/B0/x"), NotificationFormat.Auto, "<!channel> a & b", Night);

        Assert.Equal("""{"text":"&lt;!channel&gt; a &amp; b"}""", Plain(body));
    }

    [Fact]
    public void Mattermost_gets_a_block_of_code_that_nothing_ends()
    {
        var (_, body) = NotificationBody.Of(new Uri("https://m.example.org/hooks/k"), NotificationFormat.Auto, "@all ```", Night);

        Assert.Equal("```\n@all '''\n```", (string?)body["text"]);
    }

    [Fact]
    public void Telegram_gets_the_chat_in_the_body_and_no_more_than_it_takes()
    {
        var given = new Uri("https://api.telegram.org/bot1:t/sendMessage?chat_id=-100&message_thread_id=7");
        var (uri, body) = NotificationBody.Of(given, NotificationFormat.Auto, new string('x', 9000), Night);

        Assert.Equal("https://api.telegram.org/bot1:t/sendMessage", uri.AbsoluteUri);
        Assert.Equal(("-100", "7"), ((string?)body["chat_id"], (string?)body["message_thread_id"]));
        Assert.InRange(((string?)body["text"])!.Length, 4000, 4096);
    }

    [Fact]
    public void Others_get_all_figures()
    {
        var (_, body) = NotificationBody.Of(new Uri("https://example.org/hook"), NotificationFormat.Auto, "text", Night);

        Assert.Equal(("text", "PartialFailure", 2, 405), ((string?)body["text"], (string?)body["outcome"], (int)body["exitCode"]!, (int)body["mapped"]!));
        Assert.Equal(12, body["failures"]!.AsArray().Count);
        Assert.Equal("l1", (string?)body["failures"]![0]!["lesson"]);
        Assert.Equal("left22", (string?)body["leftLessons"]![21]);
        Assert.Equal("""{"text":"more"}""", Plain(NotificationBody.Of(new Uri("https://example.org/hook"), NotificationFormat.Auto, "more", night: null).Body));
    }

    [Fact]
    public async Task A_message_arrives_as_it_was_written()
    {
        await using var receiver = new CannedServer("200 OK");
        await new Notifier(_client).SendAsync(new Uri(receiver.Uri, "/hooks/k3y"), new JsonObject { ["text"] = "Урок" }, TestContext.Current.CancellationToken);

        Assert.True(receiver.Requests.TryDequeue(out var request));
        Assert.Equal("POST /hooks/k3y HTTP/1.1", request.Line);
        Assert.Equal("Урок", (string?)JsonNode.Parse(request.Body)!["text"]);
    }

    [Theory]
    [InlineData("404 Not Found", "no_service at /services/T0/s3cr3tK3y")]
    [InlineData("307 Temporary Redirect", "")]
    public async Task A_refusal_is_told_once_and_without_the_address(string status, string answer)
    {
        await using var receiver = new CannedServer(status, "Location: https://elsewhere.example/s3cr3tK3y\r\n", System.Text.Encoding.UTF8.GetBytes(answer));
        var uri = new Uri(receiver.Uri, "/services/T0/s3cr3tK3y?token=an0ther");

        var failure = await Assert.ThrowsAnyAsync<KinescopeException>(() => new Notifier(_client).SendAsync(uri, [], TestContext.Current.CancellationToken));

        Assert.Equal(ErrorIds.NotificationFailed, failure.ErrorId);
        Assert.Contains(uri.Authority, failure.Message);
        Assert.Contains(status[..3], failure.Message);
        Assert.DoesNotContain("s3cr3t", $"{failure}");
        Assert.DoesNotContain("an0ther", $"{failure}");
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task What_may_pass_is_tried_four_times()
    {
        await using var receiver = new CannedServer("503 Service Unavailable", "Retry-After: 7\r\n");
        var time = new FakeTimeProvider();

        var ping = new Notifier(_client, time).PingAsync(new Uri(receiver.Uri, "/ping"), TestContext.Current.CancellationToken);
        while (!ping.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(7));
            await Task.Yield();
        }

        var failure = await Assert.ThrowsAnyAsync<KinescopeException>(() => ping);
        Assert.Equal(ErrorIds.NotificationFailed, failure.ErrorId);
        Assert.Equal(4, receiver.Requests.Count);
        Assert.All(receiver.Requests, request => Assert.Equal("GET /ping HTTP/1.1", request.Line));
    }

    [Theory]
    [InlineData("hooks/k3y")]
    [InlineData("ftp://example.org/k3y")]
    [InlineData("http://example.org/k3y")]
    [InlineData("")]
    public void An_address_is_https_and_is_not_repeated(string uri)
    {
        var failure = Assert.Throws<KinescopeException>(() => Notifier.AddressOf(uri, "KINESCOPE_NOTIFY_URI"));

        Assert.Equal(ErrorIds.UriInvalid, failure.ErrorId);
        Assert.Contains("KINESCOPE_NOTIFY_URI", failure.Message);
        Assert.DoesNotContain("k3y", failure.Message);
    }

    private static string Plain(JsonObject body) =>
        body.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
