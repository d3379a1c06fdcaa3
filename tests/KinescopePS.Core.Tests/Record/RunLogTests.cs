using System.Text.Json;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>The log of runs beside a progress file.</summary>
public sealed class RunLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    private string LogPath => RunLog.PathBeside(_folder["p.jsonl"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_are_read_as_they_were_written_also_one_that_was_killed()
    {
        Run("killed", samples: 2, ends: false);
        Run("whole", samples: 1);

        var runs = RunLog.Read(LogPath);

        Assert.Equal(["killed", "whole"], runs.Select(run => run.Begin.Run));
        Assert.Equal([2, 1], runs.Select(run => run.Samples.Count));
        Assert.Null(runs[0].End);
        Assert.Equal(("completed", 3), (runs[1].End!.Outcome, runs[1].End!.Uploaded));
        Assert.Equal(("Send-KinescopeVideo", "2"), (runs[1].Begin.Command, runs[1].Begin.Settings!["throttleLimit"]));
        Assert.Equal(12.5, runs[1].Samples[0].Waits!["Kinescope's rate limit"]);
        Assert.Empty(_warnings);
        Assert.Empty(RunLog.Read(_folder["none"]));
    }

    [Fact]
    public void Only_its_owner_may_read_it()
    {
        Run("a");
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(LogPath));
    }

    [Fact]
    public void It_stays_short_and_keeps_the_newest_runs_whole()
    {
        Run("old", ends: false);
        AppendSamples("old", 20_000);
        Run("middle", ends: false);
        AppendSamples("middle", 2_000);
        Assert.InRange(new FileInfo(LogPath).Length, RunLog.TrimAbove, RunLog.TrimAbove * 2);

        Run("new", samples: 1);

        Assert.Equal([("middle", 2_000), ("new", 1)], RunLog.Read(LogPath).Select(run => (run.Begin.Run, run.Samples.Count)));
        Assert.InRange(new FileInfo(LogPath).Length, 1, RunLog.KeptLength + 10_000);
    }

    [Fact]
    public void Where_it_cannot_be_written_one_warning_says_so_and_nothing_fails()
    {
        File.WriteAllText(LogPath, "somebody else's\n");
        Run("a", samples: 3);

        Assert.StartsWith("The log of runs ", Assert.Single(_warnings));
        Assert.Equal("somebody else's\n", File.ReadAllText(LogPath));
        Assert.Equal("ProgressFileInvalid", Assert.Throws<KinescopeException>(() => RunLog.Read(LogPath)).ErrorId);
    }

    private void Run(string id, int samples = 0, bool ends = true)
    {
        var log = new RunLog(LogPath, id, _warnings.Add);
        log.Write(RunLogKind.Begin, line => line with { Command = "Send-KinescopeVideo", Settings = new Dictionary<string, string> { ["throttleLimit"] = "2" } });
        for (var i = 0; i < samples; i++)
            log.Write(RunLogKind.Sample, WithFigures);
        if (ends)
            log.Write(RunLogKind.End, line => line with { Outcome = "completed", Uploaded = 3 });
    }

    /// <summary>Writes days of samples at once.</summary>
    private void AppendSamples(string id, int count)
    {
        var sample = WithFigures(new RunLogEvent(RunLogKind.Sample, DateTimeOffset.UnixEpoch, id));
        var line = CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(sample, RunLogJson.Default.RunLogEvent));
        using var file = new FileStream(LogPath, FileMode.Append);
        for (var i = 0; i < count; i++)
            file.Write(line);
    }

    private static RunLogEvent WithFigures(RunLogEvent line) => line with
    {
        BytesSent = 1 << 20,
        Rate = 1 << 20,
        Planned = 405,
        Ended = 7,
        Waits = new Dictionary<string, double> { ["Kinescope's rate limit"] = 12.5 },
    };
}
