using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Progress;

/// <summary>Send-KinescopeVideo after Get-KinescopeUpload and Import-KinescopeUpload.</summary>
public sealed class SendFromProgressTests : UploadTest
{
    [Fact]
    public async Task What_failed_is_sent_again_from_where_it_stopped()
    {
        await LeaveUnfinishedAsync(2);
        await Sandbox.ForgetRequestsAsync();
        // Without the lesson's name, which stands beside it.
        Assert.All(Session.Run("Get-KinescopeUpload").Texts("Error"), error => Assert.StartsWith("Kinescope answered HTTP 500", error));

        var result = Session.Run("Get-KinescopeUpload -Status Failed | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.All(result.Texts("Status"), status => Assert.Equal("Uploaded", status));
        Assert.Equal(["Урок 0", "Урок 1"], result.Texts("Title").Order());
        Assert.Equal(["02_ads", "02_ads"], result.Texts("Course"));
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
        await RequireOneVideoEachAsync(2);
        Assert.Equal(["Uploaded", "Uploaded"], Session.Run("Get-KinescopeUpload").Texts("Status"));
    }

    [Fact]
    public async Task What_the_scripts_had_uploaded_is_skipped_and_what_they_had_not_is_sent()
    {
        WriteCourse(2);
        var path = System.Text.Json.JsonSerializer.Serialize(Folder["1.mp4"]);
        Folder.Write("old.json", $$"""{"uploaded":[{"lessonId":"l0","videoId":"v0"}],"failed":[{"lessonId":"l0","filePath":"x","error":"e"},{"lessonId":"l1","filePath":{{path}},"error":"e"}]}""");
        Session.Run("Import-KinescopeUpload old.json").RequireNoErrors();

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.Equal(["l0 Skipped v0", "l1 Uploaded"], result.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value}{(item.Properties["LessonId"].Value is "l0" ? $" {item.Properties["VideoId"].Value}" : "")}").Order());
        Assert.Single(await Sandbox.VideosAsync());
    }
}
