using System.Globalization;

namespace KinescopePS.Tests.Replacing;

/// <summary>
/// A run that replaces a content, ended at each of its moments: before and after each line of the record and each request. The same command
/// again ends with the one video there was, its new content, and its old title; whether the request had arrived or not, and whether
/// Kinescope was through with it meanwhile or not.
/// </summary>
public sealed class ReplaceCrashTests : ReplaceTest
{
    public static TheoryData<string, bool> Outcomes => new()
    {
        { "", false },
        { "", true },
        { "replace-takes=everything", false },
    };

    /// <summary>Eighteen seconds more, for a full run: <c>--explicit on</c>.</summary>
    public static TheoryData<string, bool> FurtherOutcomes => new()
    {
        { "replace-title=kept", false },
        { "replace-shows=processing", true },
        { "replace-shows=new-original", true },
        { "replace-takes=everything", true },
        { "original-asset=never", true },
        { "original-md5=no", false },
    };

    [Theory(Explicit = true)]
    [MemberData(nameof(FurtherOutcomes))]
    public Task Ended_at_each_moment_in_further_ways(string way, bool isProcessed) => Ended_at_each_moment(way, isProcessed);

    /// <param name="way">The way of an open question of the platform.</param>
    /// <param name="isProcessed">True where Kinescope is through with what it has before the command is given again.</param>
    [Theory]
    [MemberData(nameof(Outcomes))]
    public async Task Ended_at_each_moment(string way, bool isProcessed)
    {
        if (way.Length > 0)
            await Sandbox.ChangeWayAsync(way.Split('=')[0], way.Split('=')[1]);
        var moments = await CountAsync();
        Assert.Contains("after Ending", moments);
        for (var moment = 0; moment < moments.Count; moment++)
        {
            var lesson = $"l{moment + 1}";
            var videoId = await PrepareAsync(lesson);
            await Sandbox.ForgetRequestsAsync();
            using (var life = new Mortal(moment))
                await RunAsync(lesson, replaces: true, life: life);
            if (isProcessed)
                await ProcessAsync();

            var again = await RunAsync(lesson, replaces: true);
            await ProcessAsync();
            var last = await RunAsync(lesson, verifies: true, waits: true);

            var at = $"{way} {moments[moment]}";
            Assert.True((again.Failure ?? last.Failure) is null, $"{at}: {again.Failure?.Message} {last.Failure?.Message}");
            Assert.True((again.Result.VideoId, last.Result.VideoId) == (videoId, videoId), at);
            Assert.True((await RecordedAsync(lesson)).Replacement is null, at);
            await RequireReplacedAsync(videoId, lesson, videos: moment + 2);
            await RequireKeptAsync(videoId, at);
            // What did arrive is not sent again, if it is seen.
            var requests = (await SentAsync()).Count(bytes => bytes > 0);
            Assert.True(requests <= (isProcessed && moment > Last(moments, "after POST video") ? 1 : 2), string.Create(CultureInfo.InvariantCulture, $"{at}: sent {requests} times"));
        }
    }

    private async Task<IReadOnlyList<string>> CountAsync()
    {
        var videoId = await PrepareAsync("l0");
        using var life = new Mortal();
        Assert.Null((await RunAsync(replaces: true, life: life)).Failure);
        await ProcessAsync();
        Assert.Null((await RunAsync(waits: true)).Failure);
        await RequireReplacedAsync(videoId);
        return life.Moments;
    }

    private async Task<string> PrepareAsync(string lesson)
    {
        var videoId = await UploadAsync(lesson);
        var stamp = (await VideoAsync(videoId)).GetProperty("description").GetString();
        await PatchAsync(videoId, new { description = $"О чём урок\n{stamp}", tags = new[] { "реклама" }, privacy_type = "custom", privacy_domains = new[] { "school.example" } });
        Change(lesson);
        return videoId;
    }

    private async Task RequireKeptAsync(string videoId, string at)
    {
        var video = await VideoAsync(videoId);
        var description = video.GetProperty("description").GetString()!;
        Assert.True(description.StartsWith("О чём урок", StringComparison.Ordinal) && description.Split("KPS1-").Length == 2, $"{at}: '{description}'");
        Assert.True(video.GetProperty("tags")[0].GetString() == "реклама", at);
        Assert.True(video.GetProperty("privacy_type").GetString() == "custom", at);
        Assert.True(video.GetProperty("privacy_domains")[0].GetString() == "school.example", at);
    }

    private static int Last(IReadOnlyList<string> moments, string name) => moments.ToList().LastIndexOf(name);
}
