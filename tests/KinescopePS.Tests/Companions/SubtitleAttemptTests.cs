using System.Net;
using KinescopePS.Companions;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Tests.Replacing;

namespace KinescopePS.Tests.Companions;

/// <summary>Subtitles that somebody adds in the dashboard while ours are on their way, or after an attempt whose end is not known.</summary>
public sealed class SubtitleAttemptTests : ReplaceTest
{
    private const string Ours = "1\n00:00:01,000 --> 00:00:02,000\nНаше\n", Later = "1\n00:00:01,000 --> 00:00:02,000\nИсправлено\n",
        Theirs = "1\n00:00:01,000 --> 00:00:02,000\nЧужое\n";

    [Theory]
    [InlineData("as-sent")]
    [InlineData("absent")]
    public async Task What_comes_while_a_refused_call_is_repeated_is_left(string link)
    {
        await Sandbox.ChangeWayAsync("subtitle-link", link);
        var videoId = await UploadAsync();

        await SendAsync(videoId, Ours, async () =>
        {
            await AddAsync(videoId, Theirs);
            return new HttpResponseMessage(HttpStatusCode.TooManyRequests);
        });

        Assert.Equal([Ours, Theirs], await TextsAsync(videoId));
    }

    [Theory]
    [InlineData("as-sent")]
    [InlineData("webvtt")]
    public async Task What_comes_while_an_answer_is_lost_is_left(string link)
    {
        await Sandbox.ChangeWayAsync("subtitle-link", link);
        var videoId = await UploadAsync();

        await SendAsync(videoId, Ours, async () =>
        {
            await AddAsync(videoId, Ours);
            await AddAsync(videoId, Theirs);
            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        });

        Assert.Equal([Ours, Theirs], await TextsAsync(videoId));
    }

    [Fact]
    public async Task A_call_that_found_no_host_leaves_no_attempt_behind()
    {
        await Sandbox.ChangeWayAsync("subtitle-link", "absent");
        var videoId = await UploadAsync();
        await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(
            videoId, Ours, () => throw new HttpRequestException(HttpRequestError.NameResolutionError, "no such host"), times: int.MaxValue));
        await AddAsync(videoId, Theirs);

        var refused = await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(videoId, Ours));

        Assert.Equal(ErrorIds.CompanionAlreadySet, refused.ErrorId);
        Assert.Equal([Theirs], await TextsAsync(videoId));
    }

    [Theory]
    [InlineData("as-sent")]
    [InlineData("webvtt")]
    [InlineData("absent")]
    public async Task An_attempt_that_arrived_gives_way_though_the_file_has_changed_since(string link)
    {
        await Sandbox.ChangeWayAsync("subtitle-link", link);
        var videoId = await UploadAsync();
        await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(videoId, Ours, async () =>
        {
            await AddAsync(videoId, Ours);
            throw new InvalidOperationException("as if it was killed");
        }));

        await SendAsync(videoId, Later);

        Assert.Equal([Later], await TextsAsync(videoId));
    }

    /// <summary>What is sent is read before: what cannot be read is somebody else's.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_no_text_of_subtitles_is_left(bool isKilled)
    {
        const string Unreadable = "00:00:01 Чужое, без концов\n";
        var videoId = await UploadAsync();

        if (isKilled)
        {
            await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(videoId, Ours, BreakAsync));
            Assert.Equal(ErrorIds.CompanionAlreadySet, (await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(videoId, Later))).ErrorId);
            Assert.Equal([Unreadable], await TextsAsync(videoId));
            return;
        }

        await SendAsync(videoId, Ours, async () =>
        {
            await AddAsync(videoId, Unreadable);
            return new HttpResponseMessage(HttpStatusCode.BadGateway);
        });
        Assert.Equal([Unreadable, Ours], await TextsAsync(videoId));

        async Task<HttpResponseMessage> BreakAsync()
        {
            await AddAsync(videoId, Unreadable);
            throw new InvalidOperationException("as if it was killed");
        }
    }

    [Theory]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    [InlineData(HttpStatusCode.Unauthorized)]
    public async Task What_could_not_be_received_is_left_until_it_can_be(HttpStatusCode status)
    {
        var videoId = await UploadAsync();
        await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(videoId, Ours, async () =>
        {
            await AddAsync(videoId, Ours);
            throw new InvalidOperationException("as if it was killed");
        }));
        await AddAsync(videoId, Theirs);

        var unread = await Assert.ThrowsAnyAsync<KinescopeException>(() => SendAsync(videoId, Later, link: status));
        Assert.False(unread.StopsRun);
        Assert.Contains("Set-KinescopeSubtitle", unread.Message, StringComparison.Ordinal);
        Assert.Equal([Ours, Theirs], await TextsAsync(videoId));
        Assert.Equal(ErrorIds.CompanionAlreadySet, (await Assert.ThrowsAsync<KinescopeException>(() => SendAsync(videoId, Later))).ErrorId);
        Assert.Equal([Ours, Theirs], await TextsAsync(videoId));

        await SendAsync(videoId, Later, mayReplace: true, link: status);
        Assert.Equal([Later], await TextsAsync(videoId));
    }

    [Fact]
    public async Task After_a_lost_answer_nothing_is_taken_for_ours_that_could_not_be_received()
    {
        var videoId = await UploadAsync();

        await Assert.ThrowsAnyAsync<KinescopeException>(() => SendAsync(
            videoId,
            Ours,
            async () =>
            {
                await AddAsync(videoId, Ours);
                await AddAsync(videoId, Theirs);
                return new HttpResponseMessage(HttpStatusCode.BadGateway);
            },
            link: HttpStatusCode.ServiceUnavailable));

        Assert.Equal([Ours, Theirs], await TextsAsync(videoId));
    }

    /// <summary>Sends subtitles as a run does.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="text">The file.</param>
    /// <param name="instead">Happens instead of the first calls that add them.</param>
    /// <param name="times">The number of those.</param>
    /// <param name="link">The answer of the links to texts, where they have another one than their text.</param>
    /// <param name="mayReplace">True as Set-KinescopeSubtitle sends them.</param>
    private async Task SendAsync(
        string videoId, string text, Func<Task<HttpResponseMessage>>? instead = null, int times = 1, HttpStatusCode? link = null, bool mayReplace = false)
    {
        using var calls = new Calls(instead, times, link);
        using var client = new HttpClient(calls) { Timeout = Timeout.InfiniteTimeSpan };
        var kinescope = new KinescopeClient(new KinescopeHttp(client, TimeSpan.FromMilliseconds(1)), Account);
        using var record = OpenRecord();
        var sender = new CompanionSender(kinescope, Retry.Create(2, TimeSpan.FromMilliseconds(1), (_, _) => { }), _ => { }, mayReplace, force: false);
        await sender.SendAsync(SubtitleCompanion.Read(Folder.Write("l0.ru.srt", text), "ru"), videoId, new CompanionOwner(record, "l0"), null, Stop);
    }

    private async Task AddAsync(string videoId, string text)
    {
        using var file = new StringContent(text);
        using var form = new MultipartFormDataContent { { new StringContent("ru"), "language" }, { new StringContent(""), "description" }, { file, "file", "ru.srt" } };
        (await Sandbox.Http.PostAsync($"/v1/videos/{videoId}/subtitles", form, Stop)).EnsureSuccessStatusCode();
    }

    private async Task<IEnumerable<string?>> TextsAsync(string videoId) =>
        (await Sandbox.TruthAsync()).Single(video => video.GetProperty("id").GetString() == videoId).GetProperty("subtitles").EnumerateArray()
            .Select(item => item.GetProperty("text").GetString()).Order();

    private sealed class Calls(Func<Task<HttpResponseMessage>>? instead, int times, HttpStatusCode? link) : DelegatingHandler(new SocketsHttpHandler { UseCookies = false })
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
            instead is not null && request.Method == HttpMethod.Post && request.RequestUri!.AbsolutePath.EndsWith("/subtitles", StringComparison.Ordinal) && times-- > 0
                ? instead()
                : link is { } answer && request.Method == HttpMethod.Get && request.RequestUri!.AbsolutePath.Contains("/subtitles/", StringComparison.Ordinal)
                ? Task.FromResult(new HttpResponseMessage(answer) { RequestMessage = request })
                : base.SendAsync(request, cancellation);
    }
}
