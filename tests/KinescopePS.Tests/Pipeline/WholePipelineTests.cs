using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Pipeline;

/// <summary>The line that the module is for.</summary>
public sealed class WholePipelineTests : UploadTest
{
    private string DatabaseUrl => $"file:{Folder["lessons.db"]}";

    [Fact]
    public async Task A_lesson_is_linked_while_later_ones_still_upload()
    {
        WriteCourse(3, 500_000);
        SqliteLessons.Create(Folder["lessons.db"], ["l0", "l1", "l2"]);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = UploadPath, file = "2.mp4" }, fault = new { kind = "stall", after_bytes = 1000 } });
        using var shell = Session.Shell($"$global:linked = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new()); Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit 1 | Set-LessonVideoId -DatabaseUrl '{DatabaseUrl}'");
        var running = shell.BeginInvoke();
        await Sandbox.WaitAsync("stalled=1");

        // The third is in the middle of its bytes; the first two are in the database before it goes on. Another SQLite in this
        // process would undo the module's locks, so the module itself looks.
        using var look = new PowerShellSession(Folder.Path);
        await Eventually.HoldsAsync(() => look.Run($"Get-LessonVideoMap -CheckDatabase -DatabaseUrl '{DatabaseUrl}'").RequireNoErrors().Values("VideoId").Count(id => id is not null) == 2);

        await Sandbox.ClearFaultsAsync();
        shell.Stop();
        Assert.ThrowsAny<Exception>(() => shell.EndInvoke(running));
        Assert.Null(SqliteLessons.VideoIds(Folder["lessons.db"])[2]);
    }

    [Fact]
    public async Task A_path_on_a_drive_that_is_not_here_fails_alone()
    {
        WriteCourse(2);

        var result = Session.Run("'0.mp4', 'Q:\\Courses\\x.mp4', '1.mp4' | Send-KinescopeVideo");

        Assert.Equal(["LessonFileNotFound"], result.ErrorIds);
        Assert.Equal(["Uploaded", "Uploaded"], result.Texts("Status").Order());
        await RequireOneVideoEachAsync(2);
    }
}
