using KinescopePS.Companions;
using KinescopePS.Record;
using KinescopePS.Tests.Record;
using KinescopePS.Tests.Support;
using Polly;

namespace KinescopePS.Tests.Companions;

/// <summary>The duration that chapters, subtitles and moments are checked against: the platform's, but for new content that it does not show yet.</summary>
public class ChapterDurationTests
{
    private const string Video = "0198c5b0-0000-7000-8000-000000000001";

    [Theory]
    [InlineData(true, 600, 60, "00:00 A\n05:00 B\n", true)]
    [InlineData(true, 60, 600, "00:00 A\n05:00 B\n", false)]
    [InlineData(true, null, 600, "00:00 A\n05:00 B\n", true)]
    [InlineData(false, 600, 60, "00:00 A\n05:00 B\n", false)]
    [InlineData(false, 60, 600, "00:00 A\n05:00 B\n", true)]
    public async Task Is_the_new_contents(bool isReplacing, int? file, int platform, string text, bool isSent)
    {
        var stop = TestContext.Current.CancellationToken;
        using var record = new MemoryRecord();
        await record.AppendAsync(UploadEvent.Of(UploadEventKind.Uploaded, "l") with { Video = Video });
        if (isReplacing)
            await record.AppendAsync(UploadEvent.Of(UploadEventKind.Replacing, "l") with { Video = Video, Length = 1, Attempt = "a", Before = new() });
        var server = new Platform(request => $$$"""{"data":{"id":"{{{Video}}}","status":"done","duration":{{{platform}}}}}""");
        var sender = new CompanionSender(server.Client(), ResiliencePipeline.Empty, _ => { }, mayReplace: false, force: false);
        var chapters = ChapterCompanion.Of("l.chapters.txt", ChapterFile.Parse("l.chapters.txt", System.Text.Encoding.UTF8.GetBytes(text), _ => { }));

        var sending = sender.SendAsync(
            chapters, Video, new CompanionOwner(record, "l"), file is { } seconds ? TimeSpan.FromSeconds(seconds) : null, stop);

        if (isSent)
            Assert.True(await sending);
        else
            Assert.Equal(ErrorIds.ChapterInvalid, (await Assert.ThrowsAsync<KinescopeException>(() => sending)).ErrorId);
    }

    [Theory]
    [InlineData(600, "99:00:00,000", "line 2: it begins at 99:00:00, and the video is over at 00:10:00")]
    [InlineData(600, "00:10:04,000", null)]
    [InlineData(null, "99:00:00,000", null)]
    public async Task Subtitles_begin_before_the_end_or_a_few_seconds_after(int? platform, string start, string? why)
    {
        var text = $"1\n{start} --> 99:59:00,000\na\n";
        var file = new SubtitleCompanion("l.ru.srt", "h", "ru", "", SubtitleFile.Parse("l.ru.srt", System.Text.Encoding.UTF8.GetBytes(text)));

        await RequireAsync(file, platform, ErrorIds.SubtitleInvalid, why);
    }

    [Theory]
    [InlineData(600, 5400, "the moment 01:30:00 is none of the video, which is over at 00:10:00")]
    [InlineData(600, 604, null)]
    [InlineData(null, 5400, null)]
    public Task A_poster_is_a_moment_of_the_video(int? platform, int at, string? why) =>
        RequireAsync(PosterCompanion.At(TimeSpan.FromSeconds(at)), platform, ErrorIds.PosterInvalid, why);

    private static async Task RequireAsync(Companion companion, int? platform, string errorId, string? why)
    {
        var stop = TestContext.Current.CancellationToken;
        var server = new Platform(request => request.RequestUri!.AbsolutePath.EndsWith("/subtitles", StringComparison.Ordinal)
            ? request.Method == HttpMethod.Get ? """{"data":[]}""" : """{"data":{"id":"0198c5b0-0000-7000-8000-000000000002"}}"""
            : request.RequestUri.AbsolutePath.Contains("/posters", StringComparison.Ordinal) ? """{"data":{"id":"0198c5b0-0000-7000-8000-000000000003","active":true}}"""
            : $$$"""{"data":{"id":"{{{Video}}}","status":"done","duration":{{{platform?.ToString() ?? "null"}}}}}""");
        var sender = new CompanionSender(server.Client(), ResiliencePipeline.Empty, _ => { }, mayReplace: true, force: false);
        var owner = new CompanionOwner(null, null);
        if (why is null)
        {
            Assert.Equal("", await sender.PreviewAsync(companion, Video, owner, null, stop));
            Assert.True(await sender.SendAsync(companion, Video, owner, null, stop));
            return;
        }

        foreach (var call in (Func<Task>[])[() => sender.PreviewAsync(companion, Video, owner, null, stop), () => sender.SendAsync(companion, Video, owner, null, stop)])
        {
            var failure = await Assert.ThrowsAsync<KinescopeException>(call);
            Assert.Equal(errorId, failure.ErrorId);
            Assert.Contains(why, failure.Message, StringComparison.Ordinal);
        }
    }
}
