using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Import-KinescopeUpload: the progress of the original scripts is not lost.</summary>
public sealed class ImportKinescopeUploadTests : ProgressTest
{
    private const string Old = """
        {
          "startedAt": "2026-01-01T08:00:00.000Z",
          "lastUpdated": "2026-01-02T09:00:00.000Z",
          "uploaded": [
            { "lessonId": "l1", "videoId": "v1", "uploadedAt": "2026-01-01T10:00:00.000Z", "courseId": "02_ads", "folderId": "f", "sizeMB": 12.5 },
            { "lessonId": "l2", "videoId": "v2", "uploadedAt": "2026-01-01T11:00:00.000Z" },
            { "lessonId": "l3", "videoId": "v3" }
          ],
          "failed": [
            { "lessonId": "l4", "filePath": "/srv/4.mp4", "error": "ETIMEDOUT", "failedAt": "2026-01-01T12:00:00.000Z" },
            { "lessonId": "l2", "filePath": "/srv/2.mp4", "error": "ECONNRESET", "failedAt": "2026-01-01T10:30:00.000Z" },
            { "lessonId": "l4", "filePath": "/srv/4.mp4", "error": "HTTP 502", "failedAt": "2026-01-01T13:00:00.000Z" }
          ]
        }
        """;

    private string OldFile => Folder["kinescope-upload-progress.json"];

    [Fact]
    public void A_second_import_changes_nothing()
    {
        File.WriteAllText(OldFile, Old);
        Session.Run("Import-KinescopeUpload kinescope-upload-progress.json").RequireNoErrors();
        var before = Session.Run("Get-KinescopeUpload").Output.Select(Line).ToList();

        var second = Session.Run("Import-KinescopeUpload kinescope-upload-progress.json -PassThru").RequireNoErrors();

        Assert.Equal(before, Session.Run("Get-KinescopeUpload").Output.Select(Line));
        Assert.Equal(["l1", "l2", "l3"], second.Texts("LessonId"));
    }

    [Fact]
    public void An_upload_that_was_begun_here_gives_way_and_is_left_to_be_deleted()
    {
        Write(Intent("l1"), Initialised("l1", "half"), Mark("l1", 500), Intent("l4"), Initialised("l4", "half4"));
        File.WriteAllText(OldFile, Old);

        Session.Run("Import-KinescopeUpload kinescope-upload-progress.json").RequireNoErrors();

        var uploads = Session.Run("Get-KinescopeUpload l1, l4").Output;
        Assert.Equal("l1 Uploaded v1 02_ads Урок l1  0  2026-01-01T10:00:00Z", Line(uploads[0]));
        Assert.Equal(["half"], (IEnumerable<string>)uploads[0].Properties["AbandonedVideos"].Value);
        // A failure of long ago says nothing about what was begun since.
        Assert.Equal("Started", uploads[1].Properties["Status"].Value.ToString());
    }

    [Fact]
    public void A_lesson_with_several_videos_takes_the_last_and_says_so()
    {
        File.WriteAllText(OldFile, """{"uploaded":[{"lessonId":"l1","videoId":"a"},{"lessonId":"l1","videoId":"b"}]}""");

        var result = Session.Run("Import-KinescopeUpload kinescope-upload-progress.json -PassThru").RequireNoErrors();

        Assert.Equal(["b"], result.Texts("VideoId"));
        Assert.Contains("a, b", Assert.Single(result.Warnings));
    }

    [Fact]
    public void A_file_in_UTF_16_and_files_from_the_pipeline_are_read()
    {
        File.WriteAllText(OldFile, Old, System.Text.Encoding.Unicode);
        Folder.Write("second.json", """{"uploaded":[{"lessonId":"l9","videoId":"v9"}]}""");

        var result = Session.Run("'kinescope-upload-progress.json', 'second.json' | Import-KinescopeUpload -PassThru -ProgressFile new/other.jsonl").RequireNoErrors();

        Assert.Equal(["l1", "l2", "l3", "l4", "l9"], result.Texts("LessonId"));
        Assert.True(File.Exists(Folder["new/other.jsonl"]));
    }

    private static string Line(System.Management.Automation.PSObject item) =>
        string.Join(' ', new[] { "LessonId", "Status", "VideoId", "Course", "Title", "Path", "Failures", "Error" }.Select(name => item.Properties[name].Value))
        + $" {(DateTimeOffset)item.Properties["UpdatedAt"].Value:yyyy-MM-ddTHH:mm:ssZ}";
}
