using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Pipeline;

/// <summary>The line that the module is for.</summary>
public sealed class WholePipelineTests : UploadTest
{
    private string DatabaseUrl => $"file:{Folder["lessons.db"]}";

    [Fact]
    public async Task Settings_from_the_environment_alone_carry_a_course_from_manifest_to_database()
    {
        WriteCourse(5);
        LessonDatabase.Create(Folder["lessons.db"], Enumerable.Range(0, 5).Select(i => $"l{i}"));
        var script = Folder.Write("all.ps1", $$"""
            [System.Environment]::SetEnvironmentVariable('DATABASE_URL', '{{DatabaseUrl}}')
            [System.Environment]::SetEnvironmentVariable('KINESCOPE_MANIFEST', '{{Folder.Path}}')
            Import-Module '{{Built.Module}}'
            Get-LessonVideoMap | Where-Object Course -eq 02_ads | Send-KinescopeVideo | Set-LessonVideoId
            if (-not $?) { exit 1 }
            """);

        Directory.CreateDirectory(Folder["work"]);
        File.Move(script, Folder["work/all.ps1"]);
        using var process = ScriptProcess.Start(Folder["work/all.ps1"], Sandbox);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.True(File.Exists(Folder["work/kinescope-upload-progress.jsonl"]));
        await RequireOneVideoEachAsync(5);
        var videos = (await Sandbox.VideosAsync()).ToDictionary(video => video.GetProperty("title").GetString()!, video => video.GetProperty("id").GetString());
        Assert.Equal(Enumerable.Range(0, 5).Select(i => (string?)videos[$"Урок {i}"]), LessonDatabase.VideoIds(Folder["lessons.db"]));
    }

    [Fact]
    public async Task A_lesson_is_linked_while_later_ones_still_upload()
    {
        WriteCourse(3, 500_000);
        LessonDatabase.Create(Folder["lessons.db"], ["l0", "l1", "l2"]);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = UploadPath, file = "2.mp4" }, fault = new { kind = "stall", after_bytes = 1000 } });
        using var shell = Session.Shell($"$global:linked = [System.Collections.ArrayList]::Synchronized([System.Collections.ArrayList]::new()); Get-LessonVideoMap | Send-KinescopeVideo @kinescope -ThrottleLimit 1 | Set-LessonVideoId -DatabaseUrl '{DatabaseUrl}'");
        var running = shell.BeginInvoke();
        await Sandbox.WaitAsync("stalled=1");

        // The third is in the middle of its bytes; the first two are in the database before it goes on. Another SQLite in this
        // process would undo the module's locks, so the module itself looks.
        using var look = new PowerShellSession(Folder.Path);
        await Eventually.HoldsAsync(() => look.Run($"Get-LessonVideoMap -CheckDatabase -DatabaseUrl '{DatabaseUrl}'").RequireNoErrors().Values("VideoId").Count(id => id is not null) == 2);

        await Sandbox.ClearFaultsAsync();
        shell.Stop();
        Assert.ThrowsAny<Exception>(() => shell.EndInvoke(running));
        Assert.Null(LessonDatabase.VideoIds(Folder["lessons.db"])[2]);
    }

    [Fact]
    public async Task A_failed_upload_is_not_linked_and_the_next_run_links_it()
    {
        WriteCourse(2);
        LessonDatabase.Create(Folder["lessons.db"], ["l0", "l1"]);
        await Sandbox.SetFaultsAsync(new { match = new { method = "PATCH", path = UploadPath, file = "1.mp4" }, fault = new { kind = "answer", status = 500 } });
        var line = $"Get-LessonVideoMap | Send-KinescopeVideo @kinescope -MaxRetry 0 | Set-LessonVideoId -PassThru -DatabaseUrl '{DatabaseUrl}'";

        var first = Session.Run(line);
        await Sandbox.ClearFaultsAsync();
        var second = Session.Run(line).RequireNoErrors();

        Assert.Equal(["KinescopeUnavailable"], first.ErrorIds);
        Assert.Equal(["l0"], first.Texts("LessonId"));
        Assert.Equal(["l0 Unchanged", "l1 Linked"], second.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value}").Order());
        Assert.DoesNotContain(null, LessonDatabase.VideoIds(Folder["lessons.db"]));
    }

    [Fact]
    public async Task A_path_on_a_drive_that_is_not_here_fails_alone()
    {
        WriteCourse(2);

        var result = Session.Run("'0.mp4', 'Q:\\Courses\\x.mp4', '1.mp4' | Send-KinescopeVideo @kinescope");

        Assert.Equal(["LessonFileNotFound"], result.ErrorIds);
        Assert.Equal(["Failed", "Uploaded", "Uploaded"], result.Texts("Status").Order());
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public void Results_whose_status_became_a_number_are_linked_where_they_have_a_video()
    {
        LessonDatabase.Create(Folder["lessons.db"], ["l0", "l1"]);

        var result = Session.Run($"[pscustomobject]@{{ LessonId = 'l0'; VideoId = 'v0'; Status = 0 }}, [pscustomobject]@{{ LessonId = 'l1'; VideoId = $null; Status = 2 }} | Set-LessonVideoId -PassThru -DatabaseUrl '{DatabaseUrl}'").RequireNoErrors();

        Assert.Equal(["l0"], result.Texts("LessonId"));
    }

    [Fact]
    public void What_the_site_has_already_is_not_uploaded()
    {
        WriteCourse(2);
        LessonDatabase.Create(Folder["lessons.db"], ["l0", "l1"]);
        Session.Run($"Set-LessonVideoId l0 there -DatabaseUrl '{DatabaseUrl}'").RequireNoErrors();

        var result = Session.Run($"Get-LessonVideoMap -CheckDatabase -DatabaseUrl '{DatabaseUrl}' | Send-KinescopeVideo @kinescope").RequireNoErrors();

        Assert.Equal(["l0 Skipped", "l1 Uploaded"], result.Output.Select(item => $"{item.Properties["LessonId"].Value} {item.Properties["Status"].Value}").Order());
    }

    [Fact]
    public async Task A_wrong_database_is_told_before_the_first_byte_is_sent()
    {
        WriteCourse(2);

        var result = Session.Run($"Get-LessonVideoMap | Send-KinescopeVideo @kinescope | Set-LessonVideoId -DatabaseUrl '{DatabaseUrl}'");

        Assert.Equal(["DatabaseNotFound"], result.ErrorIds);
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
    }

    [Fact]
    public async Task No_stream_and_no_file_that_others_can_read_shows_the_token_or_an_upload_address()
    {
        WriteCourse(3, 200_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", after_bytes = 50_000 }), PatchFault(new { kind = "answer", status = 500 }, times: 20));

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo @kinescope -Verbose -Debug -MaxRetry 1");

        var journal = File.ReadAllText(ProgressFile);
        var said = string.Join('\n', result.Errors.Select(error => error + error.Exception.ToString()).Concat(result.Verbose).Concat(result.Warnings).Concat(result.Texts("Error")));
        var token = Sandbox.Environment["KINESCOPE_API_KEY"];
        Assert.DoesNotContain(token, said);
        Assert.DoesNotContain(token, journal);
        Assert.Contains(UploadPath, journal);
        Assert.DoesNotContain(UploadPath, said);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ProgressFile));
    }
}
