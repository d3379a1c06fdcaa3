using System.Text.Json;
using System.Text.RegularExpressions;
using KinescopePS.Tests.Support;
using KinescopeSandbox.State;

namespace KinescopePS.Tests.Ways;

/// <summary>How a run of the main job is interrupted.</summary>
public enum Interruption
{
    /// <summary>Not at all.</summary>
    None,

    /// <summary>Ctrl+C in the middle of a file.</summary>
    Stop,

    /// <summary>The end of the process in the middle of a file: what is left is the progress file as it stood.</summary>
    Crash,

    /// <summary>The same once the last byte went to the system's buffers, though not to the server.</summary>
    CrashAtEnd,

    /// <summary>The same while a video was created whose answer did not come.</summary>
    CrashAtInit,

    /// <summary>The answer to the creation of a video is lost.</summary>
    LostInit,

    /// <summary>The answer to the last bytes is lost.</summary>
    LostEnd,

    /// <summary>`/v1` is out of service for a whole run.</summary>
    Outage,

    /// <summary>A process of its own is killed at one of the engine's waypoints.</summary>
    Kill,
}

/// <summary>Map, upload and link a course of two lessons, again and again until it is done; then it is compared with what is at the platform.</summary>
internal sealed partial class MainJob(RunningSandbox sandbox, PowerShellSession session, TemporaryFolder folder, string name, string project, bool withWorkspace)
{
    private const int Lessons = 2;

    /// <summary>Folders for the videos, so that these are found or made as well.</summary>
    public const string InFolders = "-FolderBy { 'Курсы', $_.Course }";

    private static readonly string Troubleshooting = File.ReadAllText(Path.Combine(Built.Repository, "docs", "troubleshooting.md"));

    private readonly List<string> _said = [], _problems = [];
    private readonly SortedSet<string> _errorIds = [], _steps = [];
    private string _connection = "";

    /// <summary>What was wrong; empty where all is well.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The ids of all errors on the way.</summary>
    public IReadOnlyCollection<string> ErrorIds => _errorIds;

    /// <summary>The runs that it took.</summary>
    public int Runs { get; private set; }

    /// <summary>What a user had to do beside running the command again.</summary>
    public IReadOnlyCollection<string> Steps => _steps;

    /// <summary>Incomplete videos that are left and were named.</summary>
    public int Named { get; private set; }

    private string ProgressFile => folder[$"{name}/progress.jsonl"];

    private string Database => folder[$"{name}/lessons.db"];

    public void Write(int length)
    {
        for (var i = 0; i < Lessons; i++)
            folder.WriteVideo($"{name}/{i}.mp4", length, seed: (int.Parse(name[1..]) * Lessons) + i);
        folder.Write($"{name}/manifest.json", $$"""
            {"courses":[{"id":"c","skill_category":"X","modules":[{"id":"m","lessons":[
            {"id":"{{name}}-l0","filepath":"0.mp4","title_original":"{{name}} Урок «0» & <b>первый</b> {{new string('ж', 150)}}"},
            {"id":"{{name}}-l1","filepath":"1.mp4","title_original":"{{name}} Урок 1"}]}]}]}
            """);
        SqliteLessons.Create(Database, Enumerable.Range(0, Lessons).Select(i => $"{name}-l{i}"));
    }

    /// <summary>A run that is interrupted.</summary>
    /// <param name="interruption">How.</param>
    /// <param name="parameters">Parameters of Send-KinescopeVideo.</param>
    /// <param name="way">The waypoint of a kill, or the way of an outage.</param>
    public async Task InterruptAsync(Interruption interruption, string parameters, string? way = null)
    {
        switch (interruption)
        {
            case Interruption.Stop or Interruption.Crash or Interruption.CrashAtEnd:
                await sandbox.SetFaultsAsync(new { match = new { method = "PATCH", file = "1.mp4", times = 1 }, fault = new { kind = "stall", after_bytes = 50_000 } });
                await EndAtAsync(
                    interruption == Interruption.CrashAtEnd ? parameters : $"{parameters} -BandwidthLimit 1MB", isCrash: interruption != Interruption.Stop);
                break;
            case Interruption.CrashAtInit:
                await sandbox.SetFaultsAsync(new { match = new { method = "POST", path = "/v2/init", nth = 2 }, fault = new { kind = "stall", when = "after-processing" } });
                await EndAtAsync(parameters, isCrash: true);
                break;
            case Interruption.LostInit:
                await sandbox.SetFaultsAsync(new { match = new { method = "POST", path = "/v2/init", times = 1 }, fault = new { kind = "lost-answer" } });
                await RunAsync(parameters);
                break;
            case Interruption.LostEnd:
                await sandbox.SetFaultsAsync(new { match = new { method = "PATCH", file = "1.mp4", times = 1 }, fault = new { kind = "lost-answer" } });
                await RunAsync(parameters);
                break;
            case Interruption.Outage:
                await sandbox.ChangeWayAsync("api", way ?? "503");
                await RunAsync(parameters);
                await sandbox.ChangeWayAsync("api", "up");
                break;
            case Interruption.Kill:
                await KillAtAsync(way!, parameters);
                break;
        }

        await sandbox.ClearFaultsAsync();
    }

    /// <summary>Runs until nothing is left to be done, but not without end. Time passes between two runs.</summary>
    public async Task FinishAsync(string parameters, TimeSpan pause, int most = 4)
    {
        for (var run = 1; ; run++)
        {
            await sandbox.AdvanceAsync(run == 1 ? pause : TimeSpan.FromHours(1));
            var result = await RunAsync(parameters);
            if (result.Errors.Count == 0 && result.Terminating is null && SqliteLessons.VideoIds(Database).All(id => id is not null))
                break;
            if (run < most)
                continue;
            _problems.Add($"not done after {most} runs: {string.Join(" | ", result.Errors.Append(result.Terminating).OfType<object>())}");
            break;
        }

        // What no list showed at the time is found by the next night's run.
        if ((await LeftAsync()).Count > Lessons)
        {
            await sandbox.AdvanceAsync(TimeSpan.FromHours(1));
            await RunAsync(parameters);
        }

        await CompareAsync();
        if (parameters.Contains(InFolders))
            await RequireFoldersOnceAsync();
    }

    /// <summary>Does what an error told a user to do.</summary>
    private void TakeSteps(ScriptResult result)
    {
        foreach (var message in result.Errors.Select(error => error.Exception.Message))
        {
            if (Removals().Match(message) is { Success: true } advice)
            {
                var removal = $"Remove-KinescopeUpload {advice.Groups["options"].Value}";
                _steps.Add(removal);
                session.Run($"{removal} -LessonId '{LessonIds().Match(message).Value}' -ProgressFile '{ProgressFile}' -Confirm:$false").RequireNoErrors();
            }

            if (message.Contains("Connect-Kinescope -UploadHost") && HostsToAdd().Match(message) is { Success: true } host)
            {
                _connection = $"-UploadHost {host.Groups[1].Value}";
                _steps.Add($"Connect-Kinescope {_connection}");
            }
        }
    }

    private async Task EndAtAsync(string parameters, bool isCrash)
    {
        Runs++;
        using var running = new RunningScript(session.Shell(Script(parameters)));
        while (!running.HasEnded && !await sandbox.HoldsSoonAsync("stalled=1"))
        {
        }

        if (running.HasEnded)
        {
            // It never came so far.
            Hear(await running.EndAsync());
            return;
        }

        var left = isCrash ? await ReadSharedAsync(ProgressFile) : null;
        running.Stop();
        _said.AddRange(running.Warnings);
        if (left is not null)
            await File.WriteAllBytesAsync(ProgressFile, left);
    }

    private async Task<ScriptResult> RunAsync(string parameters)
    {
        Runs++;
        var result = await Task.Run(() => session.Run(Script(parameters)));
        Hear(result);
        return result;
    }

    private void Hear(ScriptResult result)
    {
        _said.AddRange(result.Warnings);
        foreach (var error in result.Errors.Append(result.Terminating))
        {
            if (error is null)
                continue;
            var id = error.FullyQualifiedErrorId.Split(',')[0];
            _errorIds.Add(id);
            _said.Add(error.Exception.Message);
            if (id == "UnexpectedError" || !Troubleshooting.Contains($"`{id}`") || StackTrace().IsMatch(error.Exception.Message))
                _problems.Add($"an error that nobody can act on: {id}: {error.Exception}");
        }

        TakeSteps(result);
    }

    private async Task KillAtAsync(string waypoint, string parameters)
    {
        Runs++;
        var script = folder.Write($"{name}/upload.ps1", $$"""
            Import-Module '{{Built.Module}}'
            $null = Connect-Kinescope -RetryDelaySeconds 0.05 -ProjectId '{{project}}'
            {{Pipeline(parameters)}}
            """);
        using var process = ScriptProcess.Start(script, sandbox, withWorkspace, waypoint);
        await process.WaitForExitAsync();
    }

    private string Script(string parameters) => $$"""
        $job = $kinescope.Clone()
        $job.ProjectId = '{{project}}'
        {{(withWorkspace ? $"$job.WorkspaceId = '{sandbox.Environment["KINESCOPE_WORKSPACE_ID"]}'" : "")}}
        $null = Connect-Kinescope @job -EnvironmentFile '{{folder[".env"]}}' {{_connection}}
        {{Pipeline(parameters)}}
        """;

    private string Pipeline(string parameters) =>
        $"Get-LessonVideoMap '{folder[name]}' | Send-KinescopeVideo -ProgressFile '{ProgressFile}' {parameters} | Set-LessonVideoId -DatabaseUrl 'file:{Database}' -UndoFile '{folder[$"{name}/undo.jsonl"]}'";

    private async Task<List<JsonElement>> TruthAsync() =>
        [.. (await sandbox.TruthAsync()).Where(video => video.GetProperty("project_id").GetString() == project)];

    private async Task<List<JsonElement>> LeftAsync() => [.. (await TruthAsync()).Where(video => !video.GetProperty("is_deleted").GetBoolean())];

    /// <summary>One complete video a lesson with the file's bytes, whose id its row has; whatever else is left was named.</summary>
    private async Task CompareAsync()
    {
        var videos = await LeftAsync();
        var linked = SqliteLessons.VideoIds(Database).Select(id => id is not null && ShortId.TryParse(id, out var known) ? known.ToString() : id).ToList();
        var complete = videos.Where(video => video.GetProperty("is_complete").GetBoolean()).Select(IdOf).ToList();
        if (complete.Count != Lessons)
            _problems.Add($"{complete.Count} complete videos for {Lessons} lessons");
        for (var i = 0; i < Lessons; i++)
        {
            if (linked[i] is not { } id || !complete.Contains(id))
                _problems.Add($"lesson {i} has '{linked[i]}', which is no complete video");
            else if (await sandbox.Sha256Async(id) != UploadTest.Sha256Of(folder[$"{name}/{i}.mp4"]))
                _problems.Add($"lesson {i} has a video of other bytes");
        }

        foreach (var left in videos.Select(IdOf).Except(complete))
        {
            Named++;
            if (!_said.Exists(text => text.Contains(left) || text.Contains(ShortId.FromGuid(Guid.Parse(left)))))
                _problems.Add($"video {left} is left unfinished, and nobody was told");
        }

        static string IdOf(JsonElement video) => video.GetProperty("id").GetString()!;
    }

    private async Task RequireFoldersOnceAsync()
    {
        var folders = (await sandbox.GetAsync($"/v1/projects/{project}")).GetProperty("data").GetProperty("folders");
        if (folders.GetArrayLength() != 2)
            _problems.Add($"{folders.GetArrayLength()} folders were made where two are enough");
    }

    private static async Task<byte[]> ReadSharedAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes);
        return bytes.ToArray();
    }

    [GeneratedRegex("add '([^']+)' there")]
    private static partial Regex HostsToAdd();

    [GeneratedRegex("Remove-KinescopeUpload ('[^']+' )?(?<options>-DeleteVideo( -Force)?)")]
    private static partial Regex Removals();

    [GeneratedRegex(@"(?<=')j\d+-l\d(?=')")]
    private static partial Regex LessonIds();

    [GeneratedRegex(@"^\s+at |Exception\b", RegexOptions.Multiline)]
    private static partial Regex StackTrace();
}
