using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Comparison;

/// <summary>The command that a finding names, typed after it as a user does.</summary>
public sealed class FindingCommandTests : CompareTest
{
    [Fact]
    public async Task A_file_that_has_gone_bad_is_never_sent_unasked_and_comes_back_with_its_date()
    {
        WriteCourse(1, length: 4_000_000);
        SqliteLessons.Create(Database, ["l0"]);
        UploadAndLink();
        var (good, date) = (File.ReadAllBytes(Folder["0.mp4"]), File.GetLastWriteTimeUtc(Folder["0.mp4"]));
        Damage(Folder["0.mp4"]);
        await Sandbox.ForgetRequestsAsync();

        var finding = Only(Compare("-Checksum").RequireNoErrors(), LessonFindingStatus.FileDamaged);
        var tried = Compare("-Checksum | Repair-LessonVideo -Include ContentDiffers -Replace -DatabaseUrl file:./lessons.db").RequireNoErrors();
        var left = $"{tried.Output.Single().Properties["Message"].Value}";
        Assert.Contains(finding["Command"]!, left);
        Compare("-Checksum | Send-KinescopeVideo -Replace").RequireNoErrors();
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/video"));
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));

        // Without the progress file the video's mark and its date tell as much.
        File.Move(ProgressFile, Folder["kept"]);
        Only(Compare("-Checksum").RequireNoErrors(), LessonFindingStatus.FileDamaged);
        File.Move(Folder["kept"], ProgressFile);

        var shown = Compare($"-Checksum | Where-Object Status -eq FileDamaged | {finding["Command"]} -WhatIf").RequireNoErrors();
        Assert.NotEqual(good, File.ReadAllBytes(Folder["0.mp4"]));
        var saved = Compare($"-Checksum | {finding["Command"]}").RequireNoErrors();

        Assert.Empty(shown.Warnings.Concat(saved.Warnings));
        Assert.Equal(good, File.ReadAllBytes(Folder["0.mp4"]));
        Assert.Equal(date, File.GetLastWriteTimeUtc(Folder["0.mp4"]));
        Assert.Equal(["l0 Agrees"], Findings(Compare("-Checksum").RequireNoErrors()));

        // A change that was meant, by what keeps dates.
        Damage(Folder["0.mp4"]);
        Compare("-Checksum | Send-KinescopeVideo -Replace -Force").RequireNoErrors();
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal(["l0 Agrees"], Findings(Compare("-Checksum").RequireNoErrors()));
        Assert.Single(await Sandbox.VideosAsync());
    }

    private static void Damage(string path)
    {
        var date = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 255;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, date);
    }
}
