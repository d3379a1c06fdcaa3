using System.Globalization;
using System.Management.Automation;
using System.Text.RegularExpressions;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>While everything waits for Kinescope, the user sees why and until when.</summary>
public sealed partial class HoldTests : AccountTest
{
    private protected override string[] SandboxOptions => ["--requests-per-second", "0", "--requests-per-minute", "5"];

    [Fact]
    public async Task The_platforms_limit_stands_in_the_batch_row_and_the_file_rows_say_what_waits()
    {
        WriteCourse(5);

        // One request for the session, one for the list of videos and three for new videos; the sixth is refused for a minute.
        using var run = Start("-ThrottleLimit 2 -Verbose");
        var row = await HeldAsync(run, "Waiting: Kinescope's rate limit");
        var (until, left) = EndOf(row);
        // The rows of files are drawn after their run's.
        await Eventually.HoldsAsync(() => run.Progress.Any(file => file.ParentActivityId == row.ActivityId && file.StatusDescription.StartsWith("waits to create its video")));
        run.Stop();

        Assert.StartsWith("3 of 5 files, until ", row.StatusDescription);
        Assert.Equal(60, row.PercentComplete);
        Assert.InRange(left, 30, 60);
        Assert.InRange((until - TimeOnly.FromDateTime(DateTime.Now)).TotalSeconds, left - 20, left + 1);
        Assert.Contains(run.Verbose, message => message.StartsWith("Requests to Kinescope wait until ") && message.EndsWith(": Kinescope's rate limit."));
        Assert.Empty(run.Warnings);
    }

    [Theory]
    [InlineData(503, "60", "Waiting: Kinescope asked for it", 20)]
    [InlineData(503, null, "Waiting: Kinescope answered 503", 0)]
    public async Task A_pause_that_the_server_causes_is_told(int status, string? retryAfter, string expected, int shortest)
    {
        WriteCourse(2, 400_000);
        SetRetryDelay(60);
        var headers = retryAfter is null ? [] : new Dictionary<string, string> { ["Retry-After"] = retryAfter };
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status, headers }, times: null));

        using var run = Start("-ThrottleLimit 2");
        var row = await HeldAsync(run, expected);
        await Eventually.HoldsAsync(() => run.Progress.Any(file => file.ParentActivityId == row.ActivityId && file.StatusDescription.EndsWith("of 390.6 KiB, waits")));
        run.Stop();

        // A wait of our own choice has jitter: it may be as short as it likes, and never longer than a minute.
        Assert.InRange(EndOf(row).Left, shortest, 61);
    }

    [Fact]
    public async Task Nothing_is_told_while_another_file_is_under_way()
    {
        WriteCourse(2, 400_000);
        await Sandbox.SetFaultsAsync(
            PatchFault(new { kind = "stall", after_bytes = 100_000 }),
            Fault("POST", "/v2/init", new { kind = "answer", status = 503, headers = new Dictionary<string, string> { ["Retry-After"] = "60" } }, nth: 2));

        using var run = Start("-ThrottleLimit 2 -Verbose");
        await Sandbox.WaitAsync("stalled=1");
        await Eventually.HoldsAsync(() => run.Verbose.Any(message => message.Contains("pause of 60 s")));
        var before = run.Progress.Count;
        await Eventually.HoldsAsync(() => run.Progress.Skip(before).Count(record => record.ParentActivityId < 0) >= 3);
        Assert.DoesNotContain(run.Progress, record => record.Activity.StartsWith("Waiting"));

        await Sandbox.ReleaseAsync();
        Assert.StartsWith("1 of 2 files, until ", (await HeldAsync(run, "Waiting: Kinescope asked for it")).StatusDescription);
        run.Stop();
    }

    [Fact]
    public async Task A_host_out_of_reach_is_told()
    {
        WriteCourse(1);
        SetRetryDelay(60);

        Session.Connect($"-UploaderUri http://127.0.0.1:{Ports.Closed()}");
        using var run = Start();
        var row = await HeldAsync(run, "Waiting: Kinescope is out of reach");
        run.Stop();

        Assert.InRange(EndOf(row).Left, 30, 60);
    }

    [Fact]
    public async Task Our_own_limit_is_told_where_videos_are_waited_for()
    {
        Folder.Write(".env", "KINESCOPE_REQUESTS_PER_MINUTE=1");
        WriteCourse(2);
        await Sandbox.SetFaultsAsync();

        // The check of the session takes the only turn.
        Session.Connect("-EnvironmentFile .env");
        using var run = Start("-Verify");
        var row = await HeldAsync(run, "Waiting: limit of 1 a minute");
        run.Stop();

        Assert.StartsWith("0 of 2 files, until ", row.StatusDescription);
    }

    [Fact]
    public async Task Wait_KinescopeVideo_shows_it_in_its_own_row()
    {
        var id = await AddVideoAsync("slow", status: "processing");
        Folder.Write(".env", "KINESCOPE_REQUESTS_PER_MINUTE=1");
        Session.Connect("-EnvironmentFile .env");

        using var run = new RunningScript(Session.Shell("param($id) Wait-KinescopeVideo $id -IntervalSeconds 0.1", id));
        var row = await HeldAsync(run, "Waiting: limit of 1 a minute");
        run.Stop();

        Assert.StartsWith("0 of 1 ready, until ", row.StatusDescription);
        Assert.Empty(run.Warnings);
    }

    [Fact]
    public async Task A_cmdlet_without_a_row_warns_once_of_a_long_wait()
    {
        Folder.Write(".env", "KINESCOPE_REQUESTS_PER_MINUTE=3");
        Session.Connect("-EnvironmentFile .env");

        using var run = new RunningScript(Session.Shell("param($id) @($id) * 4 | Get-KinescopeProject -Verbose", ProjectId));
        await Eventually.HoldsAsync(() => run.Warnings.Count > 0);
        var output = run.Output.Count;
        run.Stop();

        Assert.Matches(new Regex(@"^Requests to Kinescope wait until \d\d:\d\d:\d\d \(\d+ s\): limit of 3 a minute\.$"), Assert.Single(run.Warnings));
        Assert.Equal(2, output);
        Assert.Equal(3, (await CallsAsync()).Count);
    }

    [Fact]
    public async Task A_short_wait_is_told_with_Verbose_only()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("GET", "/v1/projects", new { kind = "answer", status = 503, headers = new Dictionary<string, string> { ["Retry-After"] = "4" } }));

        var result = Session.Run("Get-KinescopeProject -Verbose").RequireNoErrors();

        Assert.Single(result.Output);
        Assert.Contains(result.Verbose, message => message.StartsWith("Requests to Kinescope wait until ") && message.EndsWith(": Kinescope asked for it."));
        Assert.Empty(result.Warnings);
    }

    private static async Task<ProgressRecord> HeldAsync(RunningScript run, string activity)
    {
        ProgressRecord? row = null;
        await Eventually.HoldsAsync(() => (row = run.Progress.FirstOrDefault(record => record.Activity == activity)) is not null);
        return row!;
    }

    private static (TimeOnly Until, int Left) EndOf(ProgressRecord row)
    {
        var end = End().Match(row.StatusDescription);
        return (TimeOnly.ParseExact(end.Groups["until"].Value, "HH:mm:ss", CultureInfo.InvariantCulture), int.Parse(end.Groups["left"].Value, CultureInfo.InvariantCulture));
    }

    [GeneratedRegex(@", until (?<until>\d\d:\d\d:\d\d) \((?<left>\d+) s\)$")]
    private static partial Regex End();
}
