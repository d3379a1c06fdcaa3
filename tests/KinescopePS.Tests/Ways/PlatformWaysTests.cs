using System.Globalization;
using KinescopeSandbox.Server;

namespace KinescopePS.Tests.Ways;

/// <summary>
/// The main job under each way that an open question of the platform may turn out, and under many at once: interrupted and run again, it ends
/// with one video a lesson, linked, and no error on the way that a user could not act on. CONTRIBUTING.md says how to run more.
/// </summary>
public sealed class PlatformWaysTests(WaysFixture fixture) : IClassFixture<WaysFixture>
{
    private const int Length = 200_000, LongLength = 1_500_000;

    private static readonly int Combinations = Setting("KINESCOPEPS_WAYS", 4), First = Setting("KINESCOPEPS_WAYS_FIRST", 0), Seed = Setting("KINESCOPEPS_WAYS_SEED", Environment.TickCount);

    private static readonly string[] Waypoints = ["intent-recorded", "init-answered", "init-recorded", "patch-answered", "last-patch-answered", "uploaded-recorded", "result-ready", "commit-due", "committed"];

    /// <summary>Ways that the main job never comes near, or that have a test of their own.</summary>
    private static readonly string[] Elsewhere =
    [
        "api", "api-outage", "retry-after",
        "replace-title", "replace-id", "replace-takes", "replace-shows", "replace-ends",
        "poster-answers", "poster-cap", "poster-before-done", "new-poster", "subtitles-answer", "subtitle-list", "subtitle-link", "subtitle-deletion", "unsorted-chapters",
        "asset-range", "asset-validator", "asset-lifetime", "expired-asset", "asset-host",
        "project-applies", "project-unsent",
    ];

    private static readonly Dictionary<string, string[]> Numbers = new()
    {
        ["status-after-bytes-seconds"] = ["2"],
        ["list-delay"] = ["20", "600"],
        ["search-delay"] = ["20", "600"],
        ["page-cap"] = ["1", "3", "50"],
        ["video-ids-cap"] = ["1", "50"],
        ["upload-lifetime"] = ["1800", "86400"],
    };

    public static TheoryData<string, string> EachWay() =>
    [
        .. from question in PlatformQuestion.All
           where !Elsewhere.Contains(question.Name)
           from way in Numbers.GetValueOrDefault(question.Name, [.. question.Ways.Skip(1)])
           select new TheoryDataRow<string, string>(question.Name, way),
    ];

    [Theory]
    [MemberData(nameof(EachWay))]
    public async Task Under(string question, string way)
    {
        foreach (var (interruption, parameters, others) in JobsOf(question))
        {
            var ways = others.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).Append([question, way])
                .GroupBy(pair => pair[0]).ToDictionary(group => group.Key, group => group.Last()[1]);
            await RequireDoneAsync(ways, interruption, parameters, interruption is Interruption.Crash or Interruption.CrashAtEnd or Interruption.Stop ? TimeSpan.FromHours(1) : TimeSpan.Zero);
        }
    }

    /// <summary>The jobs that come near a question, with the other ways that it takes for its own to be seen.</summary>
    private static (Interruption, string Parameters, string Others)[] JobsOf(string question) => question switch
    {
        "head-after-completion" => [(Interruption.LostEnd, "", "")],
        "status-after-bytes" or "status-after-bytes-seconds" =>
        [
            (Interruption.LostEnd, "", "head-after-completion=404 status-after-bytes=pending status-after-bytes-seconds=2"),
            (Interruption.LostEnd, "", "head-after-completion=410 status-after-bytes-seconds=600"),
            (Interruption.None, "-Wait", "status-after-bytes-seconds=1"),
        ],
        "list-delay" => [(Interruption.CrashAtInit, "", ""), (Interruption.None, "-Wait", "")],
        "search-delay" or "search-matches" or "page-cap" or "per-page-told" or "description" => [(Interruption.CrashAtInit, "", ""), (Interruption.LostInit, "", "page-cap=1")],
        "original-asset" or "original-md5" or "video-ids" or "video-ids-cap" or "numbers" => [(Interruption.Crash, "-Wait -Verify", "")],
        "expired-upload" => [(Interruption.CrashAtEnd, "", "upload-lifetime=1800"), (Interruption.Stop, "", "upload-lifetime=1800 upload-refusals-name-tus=no upload-refusals=text")],
        "upload-refusals" or "upload-refusals-name-tus" => [(Interruption.Crash, "", "upload-lifetime=1800")],
        "folder-list" or "folder-list-takes-parent" or "same-folder-name" => [(Interruption.Crash, MainJob.InFolders, "folder-list=top-level folder-list-takes-parent=no")],
        _ => [(Interruption.Crash, "", "")],
    };

    [Theory]
    [InlineData("date")]
    [InlineData("absent")]
    public async Task Under_too_many_requests(string retryAfter)
    {
        await using var limited = new WaysFixture("--requests-per-second", "3", "--requests-per-minute", "0");
        await limited.InitializeAsync();
        limited.Session.Run("$kinescope.RetryDelaySeconds = 0.3; $kinescope.MaxRetry = 6").RequireNoErrors();
        var job = await limited.JobAsync();
        job.Write(Length);
        await limited.Sandbox.GoAsync(new Dictionary<string, string> { ["retry-after"] = retryAfter });

        await job.FinishAsync("", TimeSpan.Zero, most: 1);

        Assert.Empty(job.Problems);
        Assert.NotEqual(0, (await limited.Sandbox.RequestsAsync("", "/v")).Count(request => request.GetProperty("status").GetInt32() == 429));
    }

    [Theory]
    [InlineData("503")]
    [InlineData("500500")]
    [InlineData("reset")]
    public async Task Under_an_outage_of_the_api(string api)
    {
        var job = await fixture.JobAsync();
        job.Write(Length);

        await job.InterruptAsync(Interruption.Outage, "", api);
        await job.FinishAsync("", TimeSpan.Zero);

        Assert.Empty(job.Problems);
    }

    [Fact]
    public async Task Under_many_ways_at_once()
    {
        TestContext.Current.SendDiagnosticMessage("seed {0}", Seed);
        var failures = new List<string>();
        for (var i = First; i < First + Combinations; i++)
        {
            var random = new Random(unchecked((Seed * 397) + i));
            var ways = PlatformQuestion.All.Where(question => !Elsewhere.Contains(question.Name) && random.Next(2) == 0)
                .ToDictionary(question => question.Name, question => Pick(random, Numbers.GetValueOrDefault(question.Name, [.. question.Ways])));
            var interruptions = Enum.GetValues<Interruption>();
            var interruption = i % 6 == 0 ? Interruption.Kill : interruptions[random.Next(interruptions.Length - 1)];
            var (withWorkspace, parameters) = (random.Next(2) == 0, Pick(random, ["", "", "-Wait", "-Verify", MainJob.InFolders]));
            var pause = TimeSpan.FromSeconds(Pick(random, [0, 5, 60, 900, 7200]));
            var waypoint = Pick(random, Waypoints);

            var job = await RunAsync(ways, withWorkspace, interruption, parameters, pause, waypoint);
            if (job.Problems.Count > 0)
                failures.Add($"seed {Seed}, combination {i}: {Describe(ways, withWorkspace, interruption, parameters, pause, waypoint)}\n  {string.Join("\n  ", job.Problems)}");
        }

        Assert.True(failures.Count == 0, $"{failures.Count} of {Combinations}:\n{string.Join("\n", failures)}");
    }

    private async Task RequireDoneAsync(Dictionary<string, string> ways, Interruption interruption, string parameters, TimeSpan pause)
    {
        var job = await RunAsync(ways, withWorkspace: false, interruption, parameters, pause, waypoint: null);
        Assert.True(job.Problems.Count == 0, $"{Describe(ways, withWorkspace: false, interruption, parameters, pause, null)}\n{string.Join("\n", job.Problems)}");
    }

    private async Task<MainJob> RunAsync(Dictionary<string, string> ways, bool withWorkspace, Interruption interruption, string parameters, TimeSpan pause, string? waypoint)
    {
        var job = await fixture.JobAsync(withWorkspace);
        job.Write(interruption == Interruption.CrashAtInit ? Length : LongLength);
        await fixture.Sandbox.GoAsync(ways);
        await job.InterruptAsync(interruption, parameters, interruption == Interruption.Kill ? waypoint : null);
        await job.FinishAsync(parameters, pause);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Describe(ways, withWorkspace, interruption, parameters, pause, waypoint)}: {job.Runs} runs, {job.Named} left and named, errors: {string.Join(", ", job.ErrorIds)}{string.Concat(job.Steps.Select(step => $"; {step}"))}");
        return job;
    }

    private static string Describe(Dictionary<string, string> ways, bool withWorkspace, Interruption interruption, string parameters, TimeSpan pause, string? waypoint) =>
        $"{string.Join(' ', ways.Select(pair => $"{pair.Key}={pair.Value}"))} [{(withWorkspace ? "tus" : "json")} {interruption}{(interruption == Interruption.Kill ? $" at {waypoint}" : "")} {parameters} +{pause.TotalSeconds:0}s]";

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
