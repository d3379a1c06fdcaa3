using System.Management.Automation;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Get-KinescopeUpload: what the progress file knows, as objects.</summary>
public sealed class GetKinescopeUploadTests : ProgressTest
{
    [Fact]
    public void Each_lesson_shows_where_its_upload_stands()
    {
        Write(
            Intent("begun"), Initialised("begun", "v1"), Mark("begun", 400),
            Intent("done"), Initialised("done", "v2"), Failed("done", "cut"), Uploaded("done", "v2"),
            Intent("failed"), Initialised("failed", "v3"), Mark("failed", 300), Failed("failed", "cut"), Failed("failed", "cut again"),
            Intent("lost"), Initialised("lost", "v4"), Mark("lost", 300), Abandoned("lost", "v4"),
            Intent("asked"));

        var result = Session.Run("Get-KinescopeUpload").RequireNoErrors();

        Assert.Equal(
            [
                "begun Started  v1  1000 400 0 ",
                "done Uploaded v2  https://kinescope.io/embed/v2 1000 1000 1 ",
                "failed Failed  v3  1000 300 2 cut again",
                "lost Abandoned    1000 0 0 v4",
                "asked Started    1000 0 0 ",
            ],
            result.Output.Select(item => string.Join(' ', Columns(item, "LessonId", "Status", "VideoId", "UnfinishedVideoId", "EmbedUrl", "Length", "Offset", "Failures", "Error"))
                + string.Concat((IEnumerable<string>)item.Properties["AbandonedVideos"].Value)));
        Assert.Equal(["02_ads", "Урок begun", "/srv/begun.mp4", Noon], new[] { "Course", "Title", "Path", "UpdatedAt" }.Select(name => result.Output[0].Properties[name].Value));
        Assert.DoesNotContain("secret", string.Concat(result.Output.SelectMany(item => item.Properties.Select(property => $"{property.Value}"))));
    }

    [Theory]
    [InlineData("", "a1 a2 b1 /srv/[1].mp4")]
    [InlineData("a1", "a1")]
    [InlineData("A*", "a1 a2")]
    [InlineData("?1, a1", "a1 b1")]
    [InlineData("'/srv/[1].mp4'", "/srv/[1].mp4")]
    [InlineData("nowhere*", "")]
    [InlineData("-Course 03*", "b1")]
    [InlineData("-Status Uploaded", "a2")]
    [InlineData("-Status Uploaded, Failed -Course 0*", "a2 b1")]
    [InlineData("a* -Status Started", "a1")]
    public void Lessons_are_chosen_by_id_course_and_status(string parameters, string expected)
    {
        WriteFour();

        Assert.Equal(expected, string.Join(' ', Session.Run($"Get-KinescopeUpload {parameters}").RequireNoErrors().Texts("LessonId")));
    }

    [Theory]
    [InlineData("'a2', 'b1'")]
    [InlineData("[pscustomobject]@{ LessonId = 'a2'; Course = 'other' }, [pscustomobject]@{ LessonId = 'b1' }")]
    public void Lessons_come_down_the_pipeline(string input)
    {
        WriteFour();

        Assert.Equal(["a2", "b1"], Session.Run($"{input} | Get-KinescopeUpload").RequireNoErrors().Texts("LessonId"));
    }

    [Fact]
    public void Totals_are_by_course_and_of_what_is_known()
    {
        Write(
            Intent("a1", length: 3000), Initialised("a1", "v1"), Mark("a1", 500), Failed("a1", "cut"),
            Intent("a2", length: 1000), Uploaded("a2", "v2"),
            Intent("b1", "03_ai", 1000), Uploaded("b1", "v3"),
            Intent("b2", "03_ai", null), Initialised("b2", "v4"), Abandoned("b2", "v4"),
            Intent("c1", null), Initialised("c1", "v5"));

        var result = Session.Run("Get-KinescopeUpload -ByCourse").RequireNoErrors();

        string[] names = ["Course", "Files", "Uploaded", "Started", "Failed", "Abandoned", "Length", "BytesUploaded", "Percent"];
        Assert.Equal(
            [" 1 0 1 0 0 1000 0 ", "02_ads 2 1 0 1 0 4000 1500 ", "03_ai 2 1 0 0 1 1000 1000 "],
            result.Output.Select(item => string.Join(' ', Columns(item, names))));
        Assert.All(result.Output, item => Assert.Equal("KinescopePS.KinescopeUploadTotal", item.TypeNames[0]));
        Assert.Equal(["02_ads 1", "03_ai 1"], Session.Run("Get-KinescopeUpload -ByCourse -Status Uploaded").RequireNoErrors().Output.Select(item => string.Join(' ', Columns(item, "Course", "Files"))));
        Assert.Equal([2], Session.Run("'a1', 'a1', 'a2' | Get-KinescopeUpload -ByCourse").RequireNoErrors().Values("Files"));
    }

    [Fact]
    public void Only_what_is_complete_is_linked()
    {
        SqliteLessons.Create(Folder["lessons.db"], ["a1", "a2", "b1"]);
        WriteFour();

        var result = Session.Run($"Get-KinescopeUpload | Set-LessonVideoId -PassThru -DatabaseUrl 'file:{Folder["lessons.db"]}'").RequireNoErrors();

        Assert.Equal(["a2"], result.Texts("LessonId"));
        Assert.Equal([null, "v2", null], SqliteLessons.VideoIds(Folder["lessons.db"]));
    }

    private void WriteFour() => Write(
        Intent("a1"),
        Intent("a2"), Uploaded("a2", "v2"),
        Intent("b1", "03_ai"), Initialised("b1", "v3"), Failed("b1", "cut"),
        Intent("/srv/[1].mp4", null));

    private static IEnumerable<object?> Columns(PSObject item, params string[] names) => names.Select(name => item.Properties[name].Value);
}
