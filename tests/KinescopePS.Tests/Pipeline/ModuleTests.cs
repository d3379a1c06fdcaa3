using System.Diagnostics;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Pipeline;

/// <summary>The module as it is installed: what it exports, how it is imported, and what it does beside other modules' packages.</summary>
public sealed class ModuleTests
{
    private static readonly string[] Cmdlets =
    [
        "Connect-Kinescope", "Disconnect-Kinescope", "Export-LessonVideoMap", "Get-KinescopeFolder", "Get-KinescopeProject", "Get-KinescopeUpload",
        "Get-KinescopeUsage", "Get-KinescopeVideo", "Get-LessonVideoId", "Get-LessonVideoMap", "Import-KinescopeUpload", "Import-LessonVideoMap",
        "Invoke-KinescopeApi", "Measure-LessonVideoMap", "Move-KinescopeVideo", "New-KinescopeFolder", "New-KinescopeProject", "Remove-KinescopeUpload",
        "Remove-KinescopeVideo", "Restore-LessonVideoId", "Send-KinescopeVideo", "Set-KinescopeVideo", "Set-LessonVideoId", "Wait-KinescopeVideo",
    ];

    [Fact]
    public void It_exports_its_cmdlets_and_nothing_else_however_often_it_is_imported()
    {
        using var folder = new TemporaryFolder();
        using var session = new PowerShellSession(folder.Path);
        const string Exported = "(Get-Command -Module KinescopePS).Name";

        Assert.Equal(Cmdlets, session.Run(Exported).RequireNoErrors().Output.Select(name => name.ToString()));
        Assert.Equal(Cmdlets, session.Run($"param($module) Import-Module $module -Force; {Exported}", Built.Module).RequireNoErrors().Output.Select(name => name.ToString()));
        Assert.Equal(Cmdlets, session.Run($"param($module) Remove-Module KinescopePS; Import-Module $module; {Exported}", Built.Module).RequireNoErrors().Output.Select(name => name.ToString()));
    }

    [Fact]
    public void It_ships_the_seven_platforms_and_not_the_engine()
    {
        var natives = Directory.EnumerateFiles(Path.Combine(Built.Module, "bin", "runtimes"), "*", SearchOption.AllDirectories);

        Assert.Equal(
            ["linux-arm64", "linux-musl-x64", "linux-x64", "osx-arm64", "osx-x64", "win-arm64", "win-x64"],
            natives.Select(path => Path.GetRelativePath(Path.Combine(Built.Module, "bin", "runtimes"), path).Split(Path.DirectorySeparatorChar)[0]).Order());
        Assert.False(File.Exists(Path.Combine(Built.Module, "bin", "System.Management.Automation.dll")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Other_versions_of_its_packages_in_the_process_do_not_disturb_it(bool othersFirst)
    {
        using var folder = new TemporaryFolder();
        LessonDatabase.Create(folder["lessons.db"], ["l1"]);
        // These are in the default context: the sandbox's own SQLite, and the framework's Logging of another version than ours.
        var others = $"""
            $other = [System.Reflection.Assembly]::LoadFrom('{Path.Combine(Path.GetDirectoryName(Built.Sandbox)!, "Microsoft.Data.Sqlite.dll")}')
            $logging = [System.Reflection.Assembly]::Load('Microsoft.Extensions.Logging.Abstractions')
            """;
        var ours = $"Import-Module '{Built.Module}'";
        var script = folder.Write("conflict.ps1", $$"""
            $ErrorActionPreference = 'Stop'
            {{(othersFirst ? others : ours)}}
            {{(othersFirst ? ours : others)}}
            (Set-LessonVideoId l1 v1 -DatabaseUrl 'file:{{folder["lessons.db"]}}' -PassThru).Status.ToString()
            try { Set-LessonVideoId l1 v1 -DatabaseUrl 'postgresql://u:p@127.0.0.1:1/d' -MaxRetry 0 } catch { $_.FullyQualifiedErrorId }
            foreach ($assembly in [System.AppDomain]::CurrentDomain.GetAssemblies()) {
                if ($assembly.GetName().Name -in 'Npgsql', 'Microsoft.Data.Sqlite', 'Microsoft.Extensions.Logging.Abstractions', 'Polly.Core') {
                    $context = [System.Runtime.Loader.AssemblyLoadContext]::GetLoadContext($assembly).Name
                    "$($assembly.GetName().Name) $context"
                }
            }
            """);

        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])[Built.Sandbox, "run", script])
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = (await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(output.Length > 1, await errors);
        Assert.Equal("Linked", output[0]);
        Assert.StartsWith("DatabaseUnreachable", output[1]);
        foreach (var expected in (string[])["Npgsql KinescopePS", "Microsoft.Data.Sqlite KinescopePS", "Microsoft.Data.Sqlite Default", "Microsoft.Extensions.Logging.Abstractions KinescopePS", "Microsoft.Extensions.Logging.Abstractions Default"])
            Assert.Contains(expected, output);
    }
}
