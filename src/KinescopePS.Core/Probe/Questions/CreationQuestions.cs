using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about the creation of videos, by both roads.</summary>
internal static class CreationQuestions
{
    private const string Subject = "Creation";
    private const string FileName = "kinescopeps-probe.mp4";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("init-json", "How is a video created by JSON (POST /v2/init)?")
        {
            Subject = Subject,
            Expected = "HTTP 201; a version-4 UUID; an upload URL at an https host of kinescope.io",
            Matters = "it is the way that the module creates videos without a workspace id",
            IfOther = "an upload URL at another host is refused before a byte is sent: add the host to KINESCOPE_UPLOAD_HOSTS, if "
                + "Kinescope says that it is theirs",
            Without = Without.Project,
            AskAsync = async run =>
            {
                var (response, video) = await run.CreateVideoAsync(Film(run, $"{run.Word} a", run.Scratch.ProjectId!, run.Stamp));
                run.Video = video;
                if (video is null)
                    return new(false, response.ToString());
                var isUuid = Guid.TryParse(video.VideoId, out var id) && id.ToString()[14] == '4';
                return new(
                    response.Status == 201 && isUuid,
                    $"HTTP {response.Status}; {(isUuid ? "a version-4 UUID" : "an id of another form")}; "
                    + $"upload URL at {video.Endpoint.Host}");
            },
        },
        new("init-shown", "What does GET show of a video that has no bytes yet?")
        {
            Subject = Subject,
            Expected = "status uploading or pending; its UUID, title and description as sent; the project",
            Matters = "a creation whose response was lost is recognised by its title and its stamp",
            IfOther = "a video without its stamp is not recognised after such a loss: it stays behind empty and is named",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync();
                var (title, stamp) = (video.Data.Text("title") == $"{run.Word} a", video.Data.Text("description") == run.Stamp);
                run.ShortId = video.Data.Address("play_link")?.Split('/')[^1];
                var agrees = title && stamp && video.Data.Text("status") is "uploading" or "pending"
                    && video.Data.Id("project_id") == run.Scratch.ProjectId;
                return new(agrees, video.Or(
                    $"status {video.Data.Text("status")}, "
                    + $"id {(video.Data.Id("id") == run.Video!.VideoId ? "as UUID" : "in another form")}, "
                    + $"title {Same(title)}, description {Same(stamp)}, "
                    + $"project_id {Same(video.Data.Id("project_id") == run.Scratch.ProjectId)}"));
            },
        },
        new("list-delay", "How soon does a list show a new video?")
        {
            Subject = Subject,
            Expected = "at once",
            Matters = "a video whose creation got no response is looked for in the list before another is created",
            IfOther = "a delay can leave an empty video behind; it is named by the next run, which reads the list again",
            Without = Without.Video,
            AskAsync = async run => Shown((await DelaysAsync(run)).List, run),
        },
        new("search-delay", "How soon does q find a new video by a word of its title?")
        {
            Subject = Subject,
            Expected = "at once",
            Matters = "the search after a lost response asks by title first",
            IfOther = "the newest videos are read without q as well",
            Without = Without.Video,
            AskAsync = async run => Shown((await DelaysAsync(run)).Search, run),
        },
        new("init-parent", "What is said of a parent_id that is nothing's?")
        {
            Subject = Subject,
            Expected = "HTTP 404, code 404404, or HTTP 400 naming parent_id",
            Matters = "a wrong -ProjectId ends a run with one clear error (ParentNotFound)",
            IfOther = "it is told by the platform's own words only, for each lesson",
            Without = Without.Project,
            AskAsync = async run =>
            {
                var nobody = run.Scratch.Known(Guid.NewGuid().ToString());
                var (response, video) = await run.CreateVideoAsync(Film(run, $"{run.Word} nowhere", nobody, ""));
                var isNamed = response is { Status: 404, Code: 404404 } || response.Words.Contains("parent_id", StringComparison.Ordinal);
                return new(
                    video is null && isNamed,
                    video is null ? response.ToString() : $"HTTP {response.Status}; the video was created");
            },
        },
        new("title-141", "What becomes of a title of 141 characters?")
        {
            Subject = Subject,
            Expected = "it is refused, or cut to 140",
            Matters = "the module cuts longer titles to 140 itself, so that none is refused",
            IfOther = "a longer title is possible; it is cut all the same",
            Without = Without.Project,
            AskAsync = async run =>
            {
                var title = new string('т', VideoTitle.MaxLength + 1);
                var (response, video) = await run.CreateVideoAsync(Film(run, title, run.Scratch.FolderId ?? run.Scratch.ProjectId!, ""));
                if (video is null)
                    return new(true, response.ToString());
                run.LongTitle = video;
                var kept = (await run.GetVideoAsync(video.VideoId)).Data.Text("title")?.Length;
                return new(kept <= VideoTitle.MaxLength, $"HTTP {response.Status}; {kept} characters were kept");
            },
        },
        new("init-tus", "How is a video created under an id of our own (tus, init_id)?")
        {
            Subject = Subject,
            Expected = "HTTP 201 with a Location at a host of kinescope.io; the id is the one that was sent",
            Matters = "with a workspace id the module creates videos so, as the dashboard does: a lost response leaves no second video",
            IfOther = "do without -WorkspaceId: creation by JSON needs none",
            Without = Without.Workspace,
            AskAsync = async run =>
            {
                var id = run.Scratch.Known(Guid.NewGuid().ToString());
                var (response, video) = await run.CreateVideoAsync(Film(run, $"{run.Word} b", run.Scratch.ProjectId!, ""), id);
                run.OwnVideo = video;
                var isThere = video is not null && VideoIds.AreSame((await run.GetVideoAsync(id)).Data.Id("id"), id);
                return new(
                    response.Status == 201 && isThere,
                    video is null ? response.ToString()
                        : $"HTTP {response.Status}; upload URL at {video.Endpoint.Host}; "
                            + $"GET by the id {(isThere ? "finds" : "does not find")} it");
            },
        },
        new("init-tus-again", "What is said of an init_id that was used?")
        {
            Subject = Subject,
            Expected = "HTTP 400, code 400419",
            Matters = "that a creation has arrived, though its response did not, is known by this answer",
            IfOther = "a second creation under the id would be taken for the first",
            Without = Without.OwnVideo,
            AskAsync = async run =>
            {
                var again = Film(run, $"{run.Word} b", run.Scratch.ProjectId!, "");
                var (response, _) = await run.CreateVideoAsync(again, run.OwnVideo!.VideoId);
                return new(response is { Status: 400, Code: KinescopeErrors.AlreadyExists }, response.ToString());
            },
        },
    ];

    public static string Same(bool isSame) => isSame ? "as sent" : "not as sent";

    private static NewVideo Film(ProbeRun run, string title, string parentId, string description) =>
        new(parentId, title, FileName, run.Film.Length, description);

    /// <summary>The times from now on after which a list and a search show the video: looked for side by side.</summary>
    private static async Task<(TimeSpan? List, TimeSpan? Search)> DelaysAsync(ProbeRun run)
    {
        if (run.Delays is { } known)
            return known;
        TimeSpan? list = null, search = null;
        var start = run.Time.GetTimestamp();
        await run.WaitAsync(run.Patience.IndexPatience, async () =>
        {
            list ??= await LookAsync($"project_id={run.Scratch.ProjectId}&order=created_at.desc");
            search ??= await LookAsync($"q={run.Word}");
            return list is not null && search is not null;
        });
        run.Delays = (list, search);
        return (list, search);

        async Task<TimeSpan?> LookAsync(string query)
        {
            var begin = run.Time.GetElapsedTime(start);
            var page = await run.GetAsync($"/v1/videos?{query}&per_page=100&page=1");
            return page.Item(run.Video!.VideoId) is not null ? begin : null;
        }
    }

    private static ProbeAnswer Shown(TimeSpan? delay, ProbeRun run) =>
        delay is null ? new(false, $"not found within {run.Patience.IndexPatience.TotalSeconds:0} s")
        : delay < run.Patience.Interval ? new(true, "at the first look")
        : new(false, $"after {delay.Value.TotalSeconds:0} s");
}
