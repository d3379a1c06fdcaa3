namespace KinescopePS.Tests.Companions;

/// <summary>
/// The real process, killed at each step of a companion and started again: one of each, and the right one. Each moment, and the ways of the
/// platform, are in <see cref="CompanionEndTests"/>.
/// </summary>
public sealed class CompanionCrashTests : CompanionTest
{
    public static TheoryData<string> Places => [.. Waypoint.OfCompanions];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Killed_at(string place)
    {
        WriteCourse(1);
        WriteCompanions();
        Session.Run(Script).RequireNoErrors();
        WriteCompanions(New, grey: 9, chapters: "00:00 Начало\n00:00.002 Конец\n");
        var script = Folder.Write("upload.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            Import-Module '{{Built.Module}}'
            Get-LessonVideoMap '{{Folder.Path}}' | Send-KinescopeVideo -WithCompanions -ProgressFile '{{ProgressFile}}'
            """);

        Assert.NotEqual(0, await RunAsync(script, place));
        Session.Run(Script).RequireNoErrors();

        await RequireAsync(New, 9, "0 Начало", "2 Конец");
        await Sandbox.ForgetRequestsAsync();
        Session.Run(Script).RequireNoErrors();
        Assert.Empty(await ChangesAsync());
    }

    private async Task<int> RunAsync(string script, string killAt)
    {
        using var process = ScriptProcess.Start(script, Sandbox, false, killAt);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
