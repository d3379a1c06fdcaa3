using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Repair;

/// <summary>The real process, killed in the middle of a repair: the next one does what is left, and nothing twice.</summary>
public sealed class RepairCrashTests : RepairTest
{
    [Theory]
    [InlineData("intent-recorded")]
    [InlineData("uploaded-recorded")]
    [InlineData("result-written")]
    public async Task Killed_at(string place)
    {
        WriteCourse(3);
        CreateSite(3, connect: false);
        Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo").RequireNoErrors();
        File.Delete(ProgressFile);
        var script = Folder.Write("repair.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            trap { Set-Content '{{Folder["error.txt"]}}' ($_ | Format-List * -Force | Out-String) ; break }
            Set-Location '{{Folder.Path}}'
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.05
            $null = Connect-LessonDatabase 'file:{{Site}}'
            Get-LessonVideoMap | Compare-LessonVideo -All | Repair-LessonVideo -ThrottleLimit 1
            """);

        Assert.NotEqual(0, await RunAsync(script, place));
        Assert.True(await RunAsync(script) == 0, File.Exists(Folder["error.txt"]) ? File.ReadAllText(Folder["error.txt"]) : "no error told");

        Assert.DoesNotContain(null, Rows);
        await RequireOneVideoEachAsync(3);
        Session.Run("Connect-LessonDatabase 'file:./site.db'").RequireNoErrors();
        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees"], Statuses(Session.Run("Get-LessonVideoMap | Compare-LessonVideo -All").RequireNoErrors()));
    }

    private async Task<int> RunAsync(string script, string? killAt = null)
    {
        using var process = ScriptProcess.Start(script, Sandbox, false, killAt);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
