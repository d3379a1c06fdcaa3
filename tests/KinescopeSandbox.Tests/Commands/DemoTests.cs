using KinescopeSandbox.Demo;
using KinescopeSandbox.Tests.Support;

namespace KinescopeSandbox.Tests.Commands;

/// <summary>`demo`, with a stand-in for the module that has its cmdlets but sends nothing.</summary>
public sealed class DemoTests : IDisposable
{
    private const string StandIn =
        """
        function Get-LessonVideoMap {
            [CmdletBinding()] param([string] $Path)
            foreach ($course in '01_start', '02_ads') {
                1..3 | ForEach-Object { [pscustomobject]@{ LessonId = "${course}_$_"; Course = $course; Length = 1500000 } }
            }
        }
        function Send-KinescopeVideo {
            [CmdletBinding()] param([Parameter(ValueFromPipeline)] $Lesson, [string] $ProgressFile)
            process {
                if (-not $env:KINESCOPE_API_KEY -or $env:KINESCOPE_WORKSPACE_ID) { throw 'wrong environment' }
                $status = if ($Lesson.LessonId -eq $env:DEMO_TEST_FAILS) { 'Failed' } elseif ($Lesson.LessonId -like '*1') { 'Skipped' } else { 'Uploaded' }
                [pscustomobject]@{ LessonId = $Lesson.LessonId; Status = $status }
            }
        }
        function Set-LessonVideoId {
            [CmdletBinding()] param([Parameter(ValueFromPipeline)] $Video, [string] $DatabaseUrl, [switch] $PassThru)
            process {
                if ($Video.Status -ne 'Failed') { [pscustomobject]@{ LessonId = $Video.LessonId; Status = 'Linked' } }
            }
        }
        """;

    private readonly TemporaryFolder _folder = new();

    public DemoTests() => File.WriteAllText(_folder["StandIn.psm1"], StandIn);

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("hosted")]
    [InlineData("pwsh")]
    public async Task CountsByCourse(string engine)
    {
        if (engine == "pwsh" && DemoRun.FindPwsh() is null)
            Assert.Skip("There is no pwsh on PATH.");

        var (exitCode, output, error) = await SandboxProcess.RunAsync("demo", _folder["demo"], "--module", _folder["StandIn.psm1"], "--engine", engine);

        Assert.Equal((0, ""), (exitCode, error));
        var lines = output.ReplaceLineEndings("\n").TrimEnd().Split('\n');
        Assert.Contains("10 requests per second", lines[0]);
        Assert.Equal(["02_ads", "3", "2", "1", "3", "0", "4.5", "MB"], lines[^2].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("demo: 6 mapped, 4 uploaded, 6 linked, 0 failed", lines[^1]);
        Assert.True(File.Exists(Path.Combine(_folder["demo"], "library", "lessons.db")));
    }

    [Fact]
    public async Task FailureShowsInTheExitCode()
    {
        Environment.SetEnvironmentVariable("DEMO_TEST_FAILS", "01_start_2");
        try
        {
            var (exitCode, output, _) = await SandboxProcess.RunAsync("demo", _folder["demo"], "--module", _folder["StandIn.psm1"], "--engine", "hosted");

            Assert.Equal(1, exitCode);
            Assert.EndsWith("demo: 6 mapped, 3 uploaded, 5 linked, 1 failed", output.TrimEnd());
        }
        finally
        {
            Environment.SetEnvironmentVariable("DEMO_TEST_FAILS", null);
        }
    }

    [Fact]
    public async Task MissingModuleIsSaid()
    {
        var (exitCode, _, error) = await SandboxProcess.RunAsync("demo", _folder["demo"], "--module", _folder["nothing.psd1"]);

        Assert.Equal(1, exitCode);
        Assert.Contains("build the solution first", error);
    }
}
