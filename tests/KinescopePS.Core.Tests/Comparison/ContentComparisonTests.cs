using KinescopePS.Comparison;
using KinescopePS.Files;

namespace KinescopePS.Tests.Comparison;

/// <summary>What a lesson's file and its video tell of each other.</summary>
public sealed class ContentComparisonTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_video_that_is_being_replaced_shows_the_content_before_and_is_no_judge_of_the_new_one(bool isReplacing)
    {
        var path = _folder.Write("l.mp4", "new content");
        var file = DiskFile.At(path)!;
        var lesson = new LessonFacts("l")
        {
            Map = new MapSide(null, null, "Lesson", path, file.Length, LessonVideoState.Ready),
            Record = new RecordSide(KinescopeUploadStatus.Uploaded, null, null) { VideoId = "v", Length = file.Length, Modified = file.Modified, Fingerprint = "f", IsReplacing = isReplacing },
        };
        var video = new VideoSide("v", "Lesson", "done") { Length = 9, Md5 = "00" };

        var compared = await new ContentComparison(isWhole: true).CompareAsync(lesson, _ => video, TestContext.Current.CancellationToken);

        Assert.Equal(isReplacing, compared.Content == ContentResult.Same);
    }
}
