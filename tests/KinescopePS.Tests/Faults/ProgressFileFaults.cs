using System.Diagnostics;
using System.Text;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>The progress file is torn, damaged, held by another run, or on a full disk.</summary>
public sealed class ProgressFileFaults : UploadTest
{
    // Each line of such a lesson is longer than what is left of a file's last page on a full disk.
    private static readonly string LongId = new('a', 5000);

    [Fact]
    public async Task Fault31_Torn_last_line_is_dropped_and_all_before_kept()
    {
        WriteCourse(3);
        var ids = Send().RequireNoErrors().Texts("VideoId").Order();
        File.WriteAllBytes(ProgressFile, File.ReadAllBytes(ProgressFile)[..^20]);
        await Sandbox.ForgetRequestsAsync();

        var result = Send().RequireNoErrors();

        Assert.Empty(result.Warnings);
        Assert.Equal(ids, result.Texts("VideoId").Order());
        // The step that was torn off is taken again: the server says that it has everything.
        Assert.Equal(0L, result.Values("BytesSent").Sum(sent => (long)sent!));
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
        Assert.Empty(await PatchesAsync());
        await RequireOneVideoEachAsync(3);
    }

    [Theory]
    [InlineData("a flipped bit", false, "cannot be read")]
    [InlineData("a flipped bit", true, "cannot be read")]
    [InlineData("nothing but NULs", false, "cannot be read")]
    [InlineData("nothing at all", false, "is empty")]
    [InlineData("nothing at all", true, "is empty")]
    public async Task Fault32_Damage_is_told_the_original_kept_and_nothing_uploaded_twice(string damage, bool withWorkspace, string told)
    {
        Session.Use(Sandbox, withWorkspace);
        WriteCourse(3);
        var ids = Send().RequireNoErrors().Texts("VideoId").Order();
        var lines = File.ReadAllText(ProgressFile);
        var damaged = Encoding.UTF8.GetBytes(damage switch
        {
            "a flipped bit" => lines.Replace("\"lesson\":\"l1\"", "\"lesson\":\"l3\""),
            "nothing but NULs" => new string('\0', lines.Length),
            _ => "",
        });
        File.WriteAllBytes(ProgressFile, damaged);
        await Sandbox.ForgetRequestsAsync();

        var result = Send().RequireNoErrors();

        Assert.Contains(told, Assert.Single(result.Warnings));
        Assert.Equal(damaged.Length > 0 ? [damaged] : [], Directory.GetFiles(Folder.Path, "*.damaged-*").Select(File.ReadAllBytes));
        Assert.Equal(ids, result.Texts("VideoId").Order());
        Assert.Empty(await PatchesAsync());
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task Fault32_Newer_version_is_left_as_it_is_and_nothing_sent()
    {
        WriteCourse(1);
        File.WriteAllBytes(ProgressFile, Journal(version: 2));
        var before = File.ReadAllBytes(ProgressFile);

        var result = Send();

        Assert.Equal(["ProgressFileVersionUnsupported"], result.ErrorIds);
        Assert.Equal(before, File.ReadAllBytes(ProgressFile));
        await RequireNoVideoAsync();
    }

    [Fact]
    public async Task Fault33_Full_disk_from_the_start_sends_nothing()
    {
        WriteCourse(2);
        using var disk = SmallDisk.Mount(Folder["disk"]);
        disk.Fill();

        var result = Send($"-ProgressFile '{disk["p.jsonl"]}'");

        Assert.Equal(["ProgressFileNotWritable"], result.ErrorIds);
        Assert.Empty(result.Output);
        await RequireNoVideoAsync();
    }

    [Fact]
    public async Task Fault33_Full_disk_after_the_last_byte_still_hands_the_id_on_and_starts_no_other_file()
    {
        Folder.WriteVideo("0.mp4", 1000);
        using var disk = SmallDisk.Mount(Folder["disk"]);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 500 }));
        using var run = new RunningScript(Session.Shell(
            $"'{LongId}', 'second' | ForEach-Object {{ [pscustomobject]@{{ LessonId = $_; Path = '{Folder["0.mp4"]}' }} }} | Send-KinescopeVideo -ThrottleLimit 1 -ProgressFile '{disk["p.jsonl"]}'"));
        await Sandbox.WaitAsync("stalled=1");
        disk.Fill();
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        var video = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString()!;
        Assert.Equal([video], result.Texts("VideoId"));
        Assert.Equal(["Uploaded"], result.Texts("Status"));
        Assert.Equal(["ProgressFileNotWritable"], result.ErrorIds);
        Assert.Contains(video, result.LastError.Exception.Message);
        disk.Free();
        Assert.Equal([video], Session.Run($"Send-KinescopeVideo '{Folder["0.mp4"]}' -LessonId {LongId} -ProgressFile '{disk["p.jsonl"]}'").RequireNoErrors().Texts("VideoId"));
    }

    [Fact]
    public async Task Fault33_Full_disk_after_init_names_the_video_and_the_next_run_replaces_it()
    {
        Folder.WriteVideo("0.mp4", 1000);
        using var disk = SmallDisk.Mount(Folder["disk"]);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "stall" }));
        var line = $"Send-KinescopeVideo '{Folder["0.mp4"]}' -LessonId {LongId} -ProgressFile '{disk["p.jsonl"]}'";
        using var run = new RunningScript(Session.Shell(line));
        await Sandbox.WaitAsync("stalled=1");
        disk.Fill();
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        var lost = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString()!;
        Assert.Equal(["ProgressFileNotWritable"], result.ErrorIds);
        Assert.Contains(lost, result.LastError.Exception.Message);
        disk.Free();
        Session.Run(line).RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }

    [Theory]
    [InlineData("deleted")]
    [InlineData("replaced")]
    public async Task FoundA15_a_run_whose_progress_file_goes_away_hands_the_id_on_and_starts_no_other_file(string fate)
    {
        WriteCourse(3, 1000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 500 }));
        using var run = Start("-ThrottleLimit 1");
        await Sandbox.WaitAsync("stalled=1");
        File.Copy(ProgressFile, Folder["copy"]);
        File.Delete(ProgressFile);
        if (fate == "replaced")
            File.Move(Folder["copy"], ProgressFile);
        await Sandbox.ReleaseAsync();

        var result = await run.EndAsync();

        var video = Assert.Single(await Sandbox.VideosAsync()).GetProperty("id").GetString()!;
        Assert.Equal([video], result.Texts("VideoId"));
        Assert.Equal(["ProgressFileLost"], result.ErrorIds);
        Assert.Contains(video, result.LastError.Exception.Message);
    }

    [Fact]
    public async Task Fault39_Second_run_is_refused_and_told_who_holds_the_file()
    {
        WriteCourse(1, 500_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 100_000 }));
        using var run = Start();
        await Sandbox.WaitAsync("stalled=1");
        using var other = new PowerShellSession(Folder.Path);
        other.Use(Sandbox);

        var watch = Stopwatch.StartNew();
        var second = other.Run("Get-LessonVideoMap | Send-KinescopeVideo");

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"It took {watch.Elapsed}.");
        Assert.Equal(["ProgressFileLocked"], second.ErrorIds);
        Assert.Contains($"process {Environment.ProcessId}@", second.LastError.Exception.Message);
        await Sandbox.ReleaseAsync();
        (await run.EndAsync()).RequireNoErrors();
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault39_Lock_of_a_killed_run_holds_nobody_up()
    {
        WriteCourse(1, 500_000);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "stall", after_bytes = 100_000 }));
        var script = Folder.Write("upload.ps1", $"Import-Module '{Built.Module}'; Get-LessonVideoMap '{Folder.Path}' | Send-KinescopeVideo -ProgressFile '{ProgressFile}'");
        using (var process = ScriptProcess.Start(script, Sandbox))
        {
            await Sandbox.WaitAsync("stalled=1");
            process.Kill();
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.True(File.Exists(ProgressFile + ".lock"));
        var result = Send().RequireNoErrors();

        Assert.Empty(result.Warnings);
        await RequireOneVideoEachAsync(1);
    }

    private static byte[] Journal(int version) =>
        (KinescopePS.Record.ProgressFileContents.Format with { Version = version }).Header(DateTimeOffset.UtcNow);
}
