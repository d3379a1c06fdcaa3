using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about where videos may be shown: their own privacy, and that of their project.</summary>
internal static class PrivacyQuestions
{
    private const string Subject = "Privacy";

    // It is nobody's: a video that is left is shown nowhere.
    private static readonly string[] Domains = ["example.com"];

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("privacy-domains", "Do the domains of a video outlive a change of its privacy type?")
        {
            Subject = Subject,
            Expected = "unknown",
            Matters = "Set-KinescopeVideo sends domains along wherever they are wanted, and Restore-KinescopeVideo gives both back",
            IfOther = "",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var before = (await run.GetVideoAsync()).Data.Text("privacy_type") ?? "nowhere";
                var answer = await run.ChangeVideoAsync(new { privacy_type = "custom", privacy_domains = Domains });
                await run.ChangeVideoAsync(new { privacy_type = "nowhere" });
                var kept = (await run.GetVideoAsync()).Data.Texts("privacy_domains");
                await run.ChangeVideoAsync(new { privacy_type = before, privacy_domains = Array.Empty<string>() });
                return new(null, answer.Or(kept.Length > 0 ? "yes" : "no"));
            },
        },
        new("project-applies", "Does apply_to_videos of a project give its videos the project's privacy?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "Set-KinescopeProject -ApplyToVideo",
            IfOther = "its videos are changed one by one, which takes a request for each",
            Without = Ready,
            AskAsync = async run =>
            {
                var answer = await PutAsync(run, new
                {
                    name = run.Scratch.ProjectName,
                    privacy_type = "custom",
                    privacy_domains = Domains,
                    apply_to_videos = true,
                });
                var type = (await run.GetVideoAsync()).Data.Text("privacy_type");
                return new(answer.IsSuccess && type == "custom", answer.Or(type == "custom" ? "yes" : "not at once"));
            },
        },
        new("project-unsent", "Do the domains of a project stay where a change does not name them?")
        {
            Subject = Subject,
            Expected = "unknown",
            Matters = "Set-KinescopeProject sends them, and the player, in any case",
            IfOther = "",
            Without = Ready,
            AskAsync = async run =>
            {
                var answer = await PutAsync(run, new { name = run.Scratch.ProjectName, privacy_type = "custom" });
                var kept = (await run.GetAsync($"/v1/projects/{run.Scratch.ProjectId}")).Data.Texts("privacy_domains");
                await PutAsync(run, new
                {
                    name = run.Scratch.ProjectName,
                    privacy_type = "nowhere",
                    privacy_domains = Array.Empty<string>(),
                    apply_to_videos = true,
                });
                return new(null, answer.Or(kept.Length > 0 ? "yes" : "no"));
            },
        },
    ];

    private static string? Ready(ProbeRun run) => Without.Project(run) ?? Without.Video(run);

    private static Task<ProbeResponse> PutAsync(ProbeRun run, object fields) =>
        run.CallAsync(HttpMethod.Put, $"/v1/projects/{run.Scratch.ProjectId}", fields);
}
