using System.Diagnostics;
using System.Management.Automation;

namespace KinescopePS.Tests.Account;

/// <summary>What Tab offers.</summary>
public sealed class CompletionTests : AccountTest
{
    private IReadOnlyList<string> Complete(string line) =>
        [.. Session.Run("param($line) [System.Management.Automation.CommandCompletion]::CompleteInput($line, $line.Length, $null).CompletionMatches.CompletionText", line).RequireNoErrors().Output.OfType<PSObject>().Select(text => text.ToString())];

    [Fact]
    public void Courses_and_lessons_complete_from_the_manifest_and_the_progress_file()
    {
        WriteCourse(2);
        Folder.WriteVideo("own.mp4", 1000);
        Session.Run("Send-KinescopeVideo own.mp4 -LessonId \"it's a lesson\" -Course 'my course'").RequireNoErrors();

        Assert.Equal(["02_ads", "'my course'"], Complete("Get-LessonVideoMap -Course ").OrderDescending());
        Assert.Equal(["'my course'"], Complete("Get-KinescopeUpload -Course 'my"));
        Assert.Equal(["l0", "l1"], Complete("Get-LessonVideoMap -LessonId l").Order());
        Assert.Equal(["l1"], Complete("Remove-KinescopeUpload 'Урок 1"));
        Assert.Equal(["'it''s a lesson'"], Complete("Get-KinescopeUpload it"));
    }

    [Theory]
    [InlineData("Set-LessonVideoId")]
    [InlineData("Get-LessonVideoId")]
    [InlineData("Restore-LessonVideoId")]
    public void Lessons_complete_for_the_sites_table_too(string cmdlet)
    {
        WriteCourse(2);

        Assert.Equal(["l0", "l1"], Complete($"{cmdlet} -LessonId l").Order());
        Assert.Equal(["l1"], Complete($"{cmdlet} 'Урок 1"));
        Assert.Equal(["02_ads"], Complete("Get-LessonVideoId -Course "));
    }

    [Fact]
    public async Task It_waits_a_second_at_most_and_knows_it_the_next_time()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/projects", new { kind = "stall" }));

        var watch = Stopwatch.StartNew();
        Assert.DoesNotContain(ProjectId, Complete("Get-KinescopeVideo -ProjectId "));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2), $"{watch.Elapsed}");

        await Sandbox.ReleaseAsync();
        await Sandbox.WaitAsync("requests=2&path=/v1/projects&ended=true");
        await Support.Eventually.HoldsAsync(() => Complete("Get-KinescopeVideo -ProjectId ").Contains(ProjectId));
    }

    [Fact]
    public async Task It_offers_nothing_where_something_is_wrong()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/", new { kind = "answer", status = 500 }, times: null));
        Folder.Write("manifest.json", "{ not json");
        Folder.Write("kinescope-upload-progress.jsonl", "nor this");

        foreach (var line in new[] { "Get-KinescopeVideo -ProjectId 1", "Get-KinescopeVideo -FolderId 1", "Get-LessonVideoMap -Course x", "Get-LessonVideoMap -LessonId x" })
            Assert.Empty(Complete(line));
    }
}
