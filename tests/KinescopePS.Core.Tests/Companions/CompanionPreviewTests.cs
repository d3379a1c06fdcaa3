using System.Text;
using KinescopePS.Companions;
using KinescopePS.Record;
using KinescopePS.Tests.Record;
using KinescopePS.Tests.Support;
using Polly;

namespace KinescopePS.Tests.Companions;

/// <summary>What is said of what is there, before something is sent.</summary>
public class CompanionPreviewTests
{
    private const string Video = "0198c5b0-0000-7000-8000-000000000001", First = "0198c5b0-0000-7000-8000-000000000002", Second = "0198c5b0-0000-7000-8000-000000000003";

    [Theory]
    [InlineData("""{"time":0,"title":"a"},{"time":9,"title":"b"}""", null, ", in the place of the 2 that are there, which were not sent from here")]
    [InlineData("""{"time":0,"title":"a"}""", null, ", in the place of the one that is there, which was not sent from here")]
    [InlineData("""{"time":0,"title":"a"}""", "0 a", ", in the place of the one that is there")]
    [InlineData("""{"time":0,"title":"new"}""", null, null)]
    [InlineData("", null, "")]
    public async Task Of_chapters(string there, string? known, string? expected)
    {
        var sent = known is null ? null : new RecordedCompanion("chapters", Video, ChapterCompanion.Of("k", [new(TimeSpan.Zero, "a", "")]).Hash);
        var chapters = ChapterCompanion.Of("l", [new(TimeSpan.Zero, "new", "")]);
        var video = """{"data":{"id":"VIDEO","chapters":{"items":[ITEMS]}}}""".Replace("VIDEO", Video).Replace("ITEMS", there);

        Assert.Equal(expected, await PreviewAsync(chapters, sent, mayReplace: true, video, ""));
        if (there.Length > 0 && expected is not null && known is null)
            Assert.Equal(ErrorIds.CompanionAlreadySet, await RefusalAsync(chapters, video, ""));
    }

    [Theory]
    [InlineData(null, ", in the place of those that are there (2 sets), which were not sent from here")]
    [InlineData(First, ", in the place of those that are there (2 sets), which were not sent from here")]
    public async Task Of_subtitles(string? known, string expected)
    {
        var list = $$"""{"data":[{"id":"{{First}}","language":"ru"},{"id":"{{Second}}","language":"ru"},{"id":"x","language":"en"}]}""";
        var subtitles = new SubtitleCompanion("l.ru.srt", "h", "ru", "", SubtitleFile.Parse("l.ru.srt", Encoding.UTF8.GetBytes("1\n00:00:01,000 --> 00:00:02,000\na\n")));
        var sent = known is null ? null : new RecordedCompanion("subtitles ru", Video, "old") { Id = known };

        Assert.Equal(expected, await PreviewAsync(subtitles, sent, mayReplace: true, $$$"""{"data":{"id":"{{{Video}}}"}}""", list));
        Assert.Equal(ErrorIds.CompanionAlreadySet, await RefusalAsync(subtitles, $$$"""{"data":{"id":"{{{Video}}}"}}""", list));
    }

    [Fact]
    public async Task Of_subtitles_that_are_there_beside_others()
    {
        var list = $$"""{"data":[{"id":"{{First}}","language":"ru"},{"id":"{{Second}}","language":"ru"}]}""";
        var subtitles = new SubtitleCompanion("l.ru.srt", "h", "ru", "", SubtitleFile.Parse("l.ru.srt", Encoding.UTF8.GetBytes("1\n00:00:01,000 --> 00:00:02,000\na\n")));
        var sent = new RecordedCompanion("subtitles ru", Video, subtitles.Hash) { Id = First };
        var video = $$$"""{"data":{"id":"{{{Video}}}"}}""";

        Assert.Equal(", which is there; 1 other set gives way", await PreviewAsync(subtitles, sent, mayReplace: true, video, list));
        Assert.Null(await PreviewAsync(subtitles, sent, mayReplace: false, video, list));
    }

    private static async Task<string> RefusalAsync(Companion companion, string video, string subtitles) =>
        (await Assert.ThrowsAsync<KinescopeException>(() => PreviewAsync(companion, null, mayReplace: false, video, subtitles))).ErrorId;

    /// <summary>Looks, and asserts that nothing was changed.</summary>
    private static async Task<string?> PreviewAsync(Companion companion, RecordedCompanion? known, bool mayReplace, string video, string subtitles)
    {
        using var record = new MemoryRecord();
        await record.AppendAsync(UploadEvent.Of(UploadEventKind.Uploaded, "l") with { Video = Video });
        if (known is not null)
            await record.AppendAsync(UploadEvent.Of(UploadEventKind.Companion, "l") with { Companion = known });
        var server = new Platform(request =>
        {
            Assert.Equal(HttpMethod.Get, request.Method);
            return request.RequestUri!.AbsolutePath.EndsWith("/subtitles", StringComparison.Ordinal) ? subtitles : video;
        });
        var sender = new CompanionSender(server.Client(), ResiliencePipeline.Empty, _ => { }, mayReplace, force: false);
        return await sender.PreviewAsync(companion, Video, new CompanionOwner(record, "l"), null, TestContext.Current.CancellationToken);
    }
}
