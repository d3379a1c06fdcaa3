using Microsoft.Data.Sqlite;

namespace KinescopeSandbox.Tests.Commands;

/// <summary>`demo`: the real module in a real PowerShell.</summary>
public sealed class DemoTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task ShowsTheJobCountsByCourseAndResumes()
    {
        var first = await RunAsync();

        Assert.Equal((0, ""), (first.ExitCode, first.Error));
        Assert.Contains("PS> Get-LessonVideoMap | Send-KinescopeVideo | Set-LessonVideoId", first.Lines);
        Assert.Contains(first.Lines, line => line.StartsWith("02_ads") && line.EndsWith(new string('\u2588', 20)));
        Assert.Equal(["02_ads", "67", "67", "0", "67", "0"], Row("02_ads", first.Lines));
        Assert.Equal("demo: 405 mapped, 405 uploaded, 405 linked, 0 failed", first.Lines[^1]);

        // A row that somebody changed, and a file that somebody cut anew, whose row has another video now.
        File.AppendAllText(Directory.EnumerateFiles(Path.Combine(_folder["demo"], "library"), "*.mp4", SearchOption.AllDirectories).First(file => file.Contains("03_design")), "more");
        Execute("""UPDATE "Lesson" SET "videoId" = 'by hand' WHERE "id" = '02_ads_m01_001'""");
        var second = await RunAsync();

        Assert.Equal(1, second.ExitCode);
        Assert.Equal(["01_start", "82", "0", "82", "82", "0"], Row("01_start", second.Lines));
        Assert.Equal(["02_ads", "67", "0", "67", "66", "1"], Row("02_ads", second.Lines));
        Assert.Equal(["03_design", "92", "1", "91", "91", "1"], Row("03_design", second.Lines));
        Assert.Equal("demo: 405 mapped, 1 uploaded, 403 linked, 2 failed", second.Lines[^1]);
    }

    [Fact]
    public async Task A_misspelt_option_is_refused_and_no_folder()
    {
        var (exitCode, _, error) = await SandboxProcess.RunAsync("demo", "--platform-limit");

        Assert.Equal(1, exitCode);
        Assert.Contains("Unrecognized option '--platform-limit'", error);
    }

    [Fact]
    public async Task A_PowerShell_that_is_named_but_missing_is_said()
    {
        var named = Environment.GetEnvironmentVariable(Demo.PowerShellProgram.Variable);
        Environment.SetEnvironmentVariable(Demo.PowerShellProgram.Variable, _folder["pwsh"]);
        try
        {
            var (exitCode, _, error) = await RunAsync();

            Assert.Equal(1, exitCode);
            Assert.Contains($"KINESCOPEPS_PWSH names '{_folder["pwsh"]}', which does not exist.", error);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Demo.PowerShellProgram.Variable, named);
        }
    }

    private static string[] Row(string course, IEnumerable<string> lines) => lines.Last(line => line.StartsWith(course + " ")).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private async Task<(int ExitCode, string[] Lines, string Error)> RunAsync()
    {
        var (exitCode, output, error) = await SandboxProcess.RunAsync("demo", _folder["demo"], "--no-rate-limit");
        return (exitCode, output.ReplaceLineEndings("\n").TrimEnd().Split('\n'), error);
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(_folder["demo"], "library", "lessons.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
