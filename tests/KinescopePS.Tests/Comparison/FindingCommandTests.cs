using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Comparison;

/// <summary>The command that a finding names, typed after it as a user does: the finding is gone then.</summary>
public sealed class FindingCommandTests : CompareTest
{
    private const string Setting =
        """
        $ConfirmPreference = 'None'
        Connect-LessonDatabase 'file:./lessons.db' -DurationColumn duration -DurationUnit Seconds | Out-Null
        """;

    [Fact]
    public async Task Each_does_what_it_says()
    {
        using var backup = new TemporaryFolder();
        WriteCourse(15, length: 3 << 20);
        SqliteLessons.Create(Database, Enumerable.Range(0, 15).Select(i => $"l{i}"));
        Sql("""ALTER TABLE "Lesson" ADD COLUMN "duration" INTEGER NOT NULL DEFAULT 0""");
        Run(
            $"""
            Get-LessonVideoMap | Where-Object LessonId -notin l12, l13 | Send-KinescopeVideo -Wait | Set-LessonVideoId
            Sync-LessonVideo
            Get-LessonVideoMap -CheckDatabase | Where-Object LessonId -ne l14 | Save-KinescopeVideo '{backup.Path}' -WarningAction Ignore
            """);
        // The rows come in the order of their ids.
        var videos = Enumerable.Range(0, 15).OrderBy(i => $"l{i}", StringComparer.Ordinal).Zip(SqliteLessons.VideoIds(Database))
            .ToDictionary(row => row.First, row => row.Second);
        Sql("""UPDATE "Lesson" SET "videoId" = NULL, "videoUrl" = NULL WHERE "id" = 'l0'""");
        await DeleteVideoAsync(videos[2]!);
        await Sandbox.SetStatusAsync(videos[3]!, "error");
        Folder.WriteVideo("5.mp4", 2000, seed: 5);
        Damage(Folder["6.mp4"]);
        Damage(backup["10.mp4"]);
        Sql("""UPDATE "Lesson" SET "videoId" = '22222222-2222-4222-8222-222222222222', "videoUrl" = NULL WHERE "id" = 'l7'""");
        Sql("""UPDATE "Lesson" SET "duration" = 900000 WHERE "id" = 'l10'""");
        await MakeByHandAsync("13", "13.mp4");
        ReplaceElsewhere("11.mp4");
        Run(
            $$"""
            Remove-KinescopeUpload l1 -Force
            Get-LessonVideoMap -LessonId l4 | Send-KinescopeVideo -Force -ProgressFile other.jsonl
            Set-KinescopeVideo {{videos[8]}} -Title Другое
            New-KinescopeFolder Курс | ForEach-Object { Move-KinescopeVideo {{videos[9]}} -FolderId $_.FolderId }
            """);
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));

        var found = Differences(backup);
        string[] expected =
        [
            "l0 NotLinked", "l1 NotRecorded", "l10 DurationDiffers", "l10 SavedDiffers", "l11 VideoReplaced", "l12 NeverSent", "l13 VideoMatched",
            "l14 NotSaved", "l2 VideoMissing", "l3 VideoFailed", "l4 SeveralVideos", "l5 ContentDiffers", "l6 FileDamaged", "l7 LinkDiffers",
            "l8 TitleDiffers", "l9 FolderDiffers",
        ];
        Assert.Empty(expected.Except(found));

        Assert.Equal(["l11 VideoReplaced"], (await MendAllAsync(backup)).Intersect(found));
        // What the first commands left to be done is said by the next findings.
        await MendAllAsync(backup);
        Assert.Equal(["l11 VideoReplaced"], await MendAllAsync(backup));

        // A person decides it, with a command that the finding's message names.
        Run("Compare-LessonVideo -Checksum | Where-Object Status -eq VideoReplaced | Send-KinescopeVideo -Replace -Force");
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.DoesNotContain("l11 VideoReplaced", Differences(backup));
    }

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

    private IReadOnlyList<string> Differences(TemporaryFolder backup) =>
        [.. Findings(Run($"Compare-LessonVideo -Checksum -SavedPath '{backup.Path}' | Where-Object Status -ne Agrees"))];

    /// <summary>Types the command of each finding after it; the findings that are there then.</summary>
    private async Task<IReadOnlyList<string>> MendAllAsync(TemporaryFolder backup)
    {
        Run(
            $$"""
            $found = Compare-LessonVideo -Checksum -SavedPath '{{backup.Path}}' | Where-Object Command
            foreach ($one in $found) { & ([scriptblock]::Create("`$args[0] | $($one.Command)")) $one }
            """);
        await Sandbox.AdvanceAsync(TimeSpan.FromMinutes(1));
        return Differences(backup);
    }

    private ScriptResult Run(string script) => Session.Run($"{Setting}\n{script}").RequireNoErrors();

    private static void Damage(string path)
    {
        var date = File.GetLastWriteTimeUtc(path);
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 255;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, date);
    }

    /// <summary>Replaces a video as another machine does, which has another file and another progress file.</summary>
    private void ReplaceElsewhere(string file)
    {
        var (bytes, date) = (File.ReadAllBytes(Folder[file]), File.GetLastWriteTimeUtc(Folder[file]));
        File.Copy(ProgressFile, Folder["elsewhere.jsonl"]);
        Folder.WriteVideo(file, 5000, seed: 9);
        Run("Get-LessonVideoMap -LessonId l11 | Send-KinescopeVideo -Replace -ProgressFile elsewhere.jsonl");
        File.WriteAllBytes(Folder[file], bytes);
        File.SetLastWriteTimeUtc(Folder[file], date);
    }
}
