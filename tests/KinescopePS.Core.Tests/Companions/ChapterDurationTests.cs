using KinescopePS.Companions;
using KinescopePS.Record;
using KinescopePS.Tests.Record;
using KinescopePS.Tests.Support;
using Polly;

namespace KinescopePS.Tests.Companions;

/// <summary>The duration that chapters are checked against: the platform's, but for new content that it does not show yet.</summary>
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
}
