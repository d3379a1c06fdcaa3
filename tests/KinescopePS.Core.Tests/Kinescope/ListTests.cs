using System.Text.Json;
using System.Text.RegularExpressions;
using KinescopePS.Kinescope;
using KinescopePS.Tests.Support;
using Polly;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Lists of servers that count, cut and repeat their pages in ways of their own.</summary>
public sealed partial class ListTests
{
    private const long TwoBillion = 2_000_000_000;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Items, the items of a page, and what the server says of both: items a page, and in all.</summary>
    public static TheoryData<int, int, object?, object?> Servers => new()
    {
        { 130, 50, 50, 130 },
        { 130, 50, 100, 130 },
        { 130, 50, null, 130 },
        { 130, 50, 50, null },
        { 130, 50, "fifty", "many" },
        { 130, 50, 50, -1 },
        { 130, 50, 50, 3 },
        { 130, 50, -50, 130.0 },
        { 130, 50, 50, TwoBillion },
        { 130, 50, 50, 9e18 },
        { 100, 100, 100, 100 },
        { 100, 50, 50, 100 },
        { 3, 100, 100, TwoBillion },
        { 3, 100, null, null },
        { 1, 1, 1, 1 },
        { 0, 100, 100, 0 },
        { 0, 100, 100, TwoBillion },
    };

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task FoundA05_A_list_is_read_to_its_end_however_the_server_cuts_it(int items, int size, object? saidSize, object? saidTotal)
    {
        var platform = Server(items, size, saidSize, saidTotal);

        Assert.Equal(Ids(items), (await ForwardAsync(platform).CollectAsync()).Select(video => video.VideoId));
        // A request more where the total is not right.
        Assert.InRange(platform.Count, 1, (items + size - 1) / size + 1);
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task FoundA05_So_is_one_that_is_read_from_its_end(int items, int size, object? saidSize, object? saidTotal)
    {
        var platform = Server(items, size, saidSize, saidTotal);

        Assert.Equal(Ids(items).Reverse(), (await BackwardAsync(platform).CollectAsync()).Select(video => video.VideoId));
        Assert.InRange(platform.Count, 1, (items + size - 1) / size + 4);
    }

    [Theory]
    [InlineData(TwoBillion)]
    [InlineData(130)]
    public async Task FoundB09_A_list_that_is_the_same_on_each_page_is_an_error_where_it_says_that_it_has_more(long total)
    {
        foreach (var read in new[] { ForwardAsync, BackwardAsync })
        {
            var platform = new Platform(_ => List(Ids(100), 100, total));

            var failure = await Assert.ThrowsAsync<KinescopeException>(() => read(platform).CollectAsync());

            Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
            Assert.Contains($"{total} items", failure.Message);
            Assert.Equal(2, platform.Count);
        }
    }

    [Fact]
    public async Task FoundB09_A_list_that_goes_in_circles_is_an_error()
    {
        foreach (var read in new[] { ForwardAsync, BackwardAsync })
        {
            var platform = new Platform(request => List(Ids(200).Skip(PageOf(request) % 2 == 1 ? 0 : 100).Take(100), 100, TwoBillion));

            var failure = await Assert.ThrowsAsync<KinescopeException>(() => read(platform).CollectAsync());

            Assert.Equal(ErrorIds.AnswerInvalid, failure.ErrorId);
            Assert.InRange(platform.Count, 2, 4);
        }
    }

    [Fact]
    public async Task FoundB09_A_list_without_pages_is_the_same_each_time()
    {
        foreach (var read in new[] { ForwardAsync, BackwardAsync })
        {
            var platform = new Platform(_ => List(Ids(100), null, null));

            Assert.Equal(100, (await read(platform).CollectAsync()).Count);
            Assert.InRange(platform.Count, 2, 3);
        }
    }

    [Fact]
    public async Task The_last_page_in_place_of_one_that_is_beyond_it_is_the_end()
    {
        var platform = new Platform(request => List(PageOf(request) == 1 ? Ids(95) : Ids(195).Skip(100), 100, 200));

        Assert.Equal(190, (await ForwardAsync(platform).CollectAsync()).Count);
    }

    [Fact]
    public async Task No_more_pages_are_read_than_are_taken()
    {
        var platform = Server(130, 50, 50, 130);

        Assert.Equal(Ids(60), (await ForwardAsync(platform).CollectAsync(60)).Select(video => video.VideoId));
        Assert.Equal(2, platform.Count);
    }

    [Theory]
    [InlineData(50, 50)]
    [InlineData(3, 3)]
    [InlineData(3, 100)]
    [InlineData(2, 2)]
    public async Task What_moves_to_another_page_meanwhile_counts_once(int size, int saidSize)
    {
        var added = 0;
        var platform = new Platform(request =>
        {
            // Two videos are added before each request, at the front, until there are a few.
            added = Math.Min(added + 2, 20);
            var all = Enumerable.Range(0, added).Select(i => $"new{added - i}").Concat(Ids(120)).ToList();
            return List(all.Skip(size * (int)(PageOf(request) - 1)).Take(size), saidSize, all.Count);
        });

        var read = (await ForwardAsync(platform).CollectAsync()).Select(video => video.VideoId).ToList();

        Assert.Equal(read.Distinct(), read);
        Assert.Equal(Ids(120), read.Where(id => id.StartsWith('v')));
    }

    private static IAsyncEnumerable<KinescopeVideo> ForwardAsync(Platform platform) =>
        platform.Client().ListVideosAsync(new VideoQuery(), ResiliencePipeline.Empty, Stop);

    private static IAsyncEnumerable<KinescopeVideo> BackwardAsync(Platform platform)
    {
        var client = platform.Client();
        return Paging.BackwardAsync(
            (page, token) => client.ListVideosAsync(new VideoQuery(), page, token), video => video.VideoId, ResiliencePipeline.Empty, Stop);
    }

    private static Platform Server(int items, int size, object? saidSize, object? saidTotal) =>
        new(request => List(Ids(items).Skip((int)Math.Min((PageOf(request) - 1) * size, int.MaxValue)).Take(size), saidSize, saidTotal));

    private static IEnumerable<string> Ids(int count) => Enumerable.Range(0, count).Select(i => $"v{i}");

    private static string List(IEnumerable<string> ids, object? size, object? total) => JsonSerializer.Serialize(new
    {
        meta = new { pagination = new Dictionary<string, object?> { ["per_page"] = size, ["total"] = total } },
        data = ids.Select(id => new { id }),
    });

    private static long PageOf(HttpRequestMessage request) => long.Parse(PageNumber().Match(request.RequestUri!.Query).Groups[1].Value);

    [GeneratedRegex(@"\bpage=(\d+)")]
    private static partial Regex PageNumber();
}
