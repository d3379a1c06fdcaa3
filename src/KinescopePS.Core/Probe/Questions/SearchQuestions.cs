using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about finding a video that is known to be there.</summary>
internal static class SearchQuestions
{
    private const string Subject = "Search";

    public static IEnumerable<ProbeQuestion> All =>
    [
        Finds(
            "find-ids", "Does video_ids[] find a video by its UUID?", "videos are waited for together", "each is asked for by itself",
            run => $"video_ids[]={run.Video!.VideoId}"),
        Finds(
            "find-ids-short", "Does video_ids[] find it by its short id?", "nothing: the module sends UUIDs there", "nothing changes",
            run => $"video_ids[]={VideoIds.Short(run.Video!.VideoId)}", isExpected: null),
        Finds(
            "find-project", "Does project_id show a video in the project?", "lists of a project", "name the folder instead",
            run => $"project_id={run.Scratch.ProjectId}"),
        Finds(
            "find-title", "Does q find a whole word of the title?", "the search after a lost response",
            "the newest videos are read without q as well",
            run => $"q={run.Word}"),
        Finds(
            "find-part", "Does q find a part of a word?", "Get-KinescopeVideo -Search", "search by whole words",
            run => $"q={run.Word[..10]}", isExpected: null),
        Finds(
            "find-stamp", "Does q find the stamp in the description?", "recognition by one call",
            "nothing changes: the module searches by title",
            run => $"q={run.Stamp}", isExpected: null),
        Finds(
            "find-status", "Does status[]=done show it?", "Get-KinescopeVideo -Status", "filter the output with Where-Object",
            run => $"status[]=done&project_id={run.Scratch.ProjectId}", Without.PlayableVideo),
        new("get-short", "Does GET find the video by its short id?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "pasted ids and links work as they are",
            IfOther = "short ids are turned into UUIDs before they are sent",
            Without = run => Without.Video(run) ?? (run.ShortId is { Length: 22 } ? null : "its page has no short id (see init-shown)"),
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync(run.ShortId);
                var id = video.Data.Id("id");
                var form = id == run.Video!.VideoId ? "with the UUID" : "with another form of the id";
                return new(VideoIds.AreSame(id, run.Video.VideoId), video.Or(form));
            },
        },
        new("get-short-form", "Is the short id the Base58 form of the UUID?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "both forms are compared as one video, in the database and in the progress file",
            IfOther = "they count as two videos: use the UUID everywhere",
            Without = Without.Video,
            AskAsync = run => Task.FromResult(new ProbeAnswer(
                run.ShortId == VideoIds.Short(run.Video!.VideoId),
                run.ShortId == VideoIds.Short(run.Video.VideoId) ? "yes"
                    : run.ShortId == run.Video.VideoId ? "the page has the UUID" : $"no: {run.ShortId ?? "there is no page"}")),
        },
    ];

    private static ProbeQuestion Finds(
        string id, string text, string matters, string ifOther, Func<ProbeRun, string> query,
        Func<ProbeRun, string?>? without = null, bool? isExpected = true) => new(id, text)
        {
            Subject = Subject,
            Expected = isExpected is null ? "unknown" : "yes",
            Matters = matters,
            IfOther = ifOther,
            Without = without ?? Without.Video,
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos?{query(run)}&per_page=100&page=1");
                var isFound = list.Item(run.Video!.VideoId) is not null;
                return new(isExpected is null ? null : isFound, list.Or(isFound ? "yes" : "no"));
            },
        };
}
