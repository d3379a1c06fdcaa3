using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The lesson's file changes, vanishes or cannot be read.</summary>
public sealed class FileFaults : UploadTest
{
    [Theory]
    [InlineData("shrinks")]
    [InlineData("grows")]
    [InlineData("is written to")]
    [InlineData("is replaced by one of the same size and date")]
    public async Task Fault34_File_that_changes_stops_and_its_video_is_deleted(string change)
    {
        WriteCourse(2, 12_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1_000_000 }, "0.mp4"));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        Change(Folder["0.mp4"], change);
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        Assert.Equal(["FileChangedDuringUpload"], result.ErrorIds);
        Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        Assert.Single(await Sandbox.VideosAsync());
        Assert.Contains("deleted", ProgressEvents);
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task Fault34_File_that_changes_between_runs_starts_anew_and_leaves_no_half_video()
    {
        WriteCourse(1, 400_000);
        await FailAfterAsync(100_000);
        Folder.WriteVideo("0.mp4", 500_000, seed: 99);

        var result = Send().RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.Contains("changed", Assert.Single(result.Warnings));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault35_Other_bytes_of_the_same_size_and_date_at_the_edges_start_anew()
    {
        WriteCourse(1, 400_000);
        await FailAfterAsync(100_000);
        FlipByte(Folder["0.mp4"], 50_000);

        var result = Send().RequireNoErrors();

        Assert.Contains("changed", Assert.Single(result.Warnings));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault35_Other_bytes_of_the_same_size_and_date_in_the_middle_are_never_spliced()
    {
        WriteCourse(1, 70_000_000);
        await FailAfterAsync(68_000_000);
        FlipByte(Folder["0.mp4"], 30_000_000);

        var result = Send();

        Assert.Equal(["FileChangedDuringUpload"], result.ErrorIds);
        await RequireNoVideoAsync();
        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault36_Locked_file_fails_alone()
    {
        WriteCourse(2);
        using (new FileStream(Folder["0.mp4"], FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var result = Send();

            Assert.Equal(["LessonFileUnreadable"], result.ErrorIds);
            Assert.Equal(["l0 Failed", "l1 Uploaded"], Statuses(result));
        }

        Send().RequireNoErrors();
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task Fault36_File_without_the_right_to_read_fails_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Unix rights.");
        WriteCourse(2);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Folder["0.mp4"], UnixFileMode.None);
            File.SetUnixFileMode(Folder.Path, (UnixFileMode)0b111_111_111);
        }

        var script = Folder.Write("upload.ps1", $$"""
            Import-Module '{{Built.Module}}'
            Get-LessonVideoMap | Send-KinescopeVideo -ErrorVariable problems -ErrorAction SilentlyContinue | ForEach-Object { "$($_.LessonId) $($_.Status)" }
            [System.IO.File]::WriteAllText('{{Folder["errors.txt"]}}', $problems.FullyQualifiedErrorId)
            """);
        // Rights do not hold root back.
        using var process = ScriptProcess.Start(script, Sandbox, through: Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "env", $"HOME={Folder.Path}"] : []);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.SkipUnless(File.Exists(Folder["errors.txt"]), "The unprivileged user cannot run what was built here.");
        Assert.StartsWith("LessonFileUnreadable,", File.ReadAllText(Folder["errors.txt"]));
        Assert.Single(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task Fault36_File_that_vanished_before_its_turn_fails_alone()
    {
        WriteCourse(3, 12_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 1000 }, "0.mp4"));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        File.Delete(Folder["1.mp4"]);
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        Assert.Equal(["LessonFileNotFound"], result.ErrorIds);
        Assert.Equal(["l0 Uploaded", "l1 Failed", "l2 Uploaded"], Statuses(result));
    }

    [Fact]
    public async Task Fault36_File_that_vanished_while_it_was_sent_is_continued_when_it_is_back()
    {
        WriteCourse(1, 12_000_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "cut", after_bytes = 5_000_000 }), PatchFault(new { kind = "stall", after_bytes = 1000 }));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        File.Move(Folder["0.mp4"], Folder["elsewhere.mp4"]);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 500 }, times: null));
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        Assert.Equal(["LessonFileNotFound"], result.ErrorIds);
        Assert.DoesNotContain("abandoned", ProgressEvents);
        await Sandbox.ClearFaultsAsync();
        File.Move(Folder["elsewhere.mp4"], Folder["0.mp4"]);
        Send().RequireNoErrors();
        Assert.Equal(12_000_000, BytesOf(await PatchesAsync()));
        await RequireOneVideoEachAsync(1);
    }

    private void Change(string path, string change)
    {
        if (change.StartsWith("is replaced", StringComparison.Ordinal))
        {
            var other = Folder.WriteVideo("other", (int)new FileInfo(path).Length, seed: 77);
            File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(path));
            File.Move(other, path, overwrite: true);
            return;
        }

        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (change == "is written to")
            file.WriteByte(1);
        else
            file.SetLength(change == "shrinks" ? 1_500_000 : file.Length + 1);
    }

    private static void FlipByte(string path, long offset)
    {
        var modified = File.GetLastWriteTimeUtc(path);
        using (var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = offset;
            var value = file.ReadByte();
            file.Position = offset;
            file.WriteByte((byte)~value);
        }

        File.SetLastWriteTimeUtc(path, modified);
    }
}
