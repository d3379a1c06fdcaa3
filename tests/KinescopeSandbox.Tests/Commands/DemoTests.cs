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
        Assert.Equal(["02_ads", "67", "67", "0", "67", "0"], Row(first.Lines));
        Assert.Equal("demo: 405 mapped, 405 uploaded, 405 linked, 0 failed", first.Lines[^1]);

        Execute("""UPDATE "Lesson" SET "videoId" = 'by hand' WHERE "id" = '02_ads_m01_001'""");
        var second = await RunAsync();

        Assert.Equal(1, second.ExitCode);
        Assert.Equal(["02_ads", "67", "0", "67", "66", "1"], Row(second.Lines));
        Assert.Equal("demo: 405 mapped, 0 uploaded, 404 linked, 1 failed", second.Lines[^1]);
    }

    [Fact]
    public async Task A_PowerShell_that_is_named_but_missing_is_said()
    {
        Environment.SetEnvironmentVariable(Demo.PowerShellProgram.Variable, _folder["pwsh"]);
        try
        {
            var (exitCode, _, error) = await RunAsync();

            Assert.Equal(1, exitCode);
            Assert.Contains($"KINESCOPEPS_PWSH names '{_folder["pwsh"]}', which does not exist.", error);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Demo.PowerShellProgram.Variable, null);
        }
    }

    private static string[] Row(IEnumerable<string> lines) => lines.Last(line => line.StartsWith("02_ads ")).Split(' ', StringSplitOptions.RemoveEmptyEntries);

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
