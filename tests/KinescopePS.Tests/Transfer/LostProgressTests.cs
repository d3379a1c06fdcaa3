using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Transfer;

/// <summary>What is at Kinescope is found again, also when the run that began to look was itself cut short.</summary>
public sealed class LostProgressTests : UploadTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_file_and_an_interrupted_search_upload_nothing_twice(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(4);
        var ids = Send().RequireNoErrors().Texts("VideoId").Order();
        File.Delete(ProgressFile);

        Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo").RequireNoErrors();
        var rest = Send().RequireNoErrors();

        Assert.Equal(ids, rest.Texts("VideoId").Order());
        Assert.All(rest.Texts("Status"), status => Assert.Equal("Skipped", status));
        await RequireOneVideoEachAsync(4);
    }
}
