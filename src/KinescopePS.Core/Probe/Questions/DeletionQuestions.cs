using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Tus;

namespace KinescopePS.Probe;

/// <summary>Questions about what is deleted.</summary>
internal static class DeletionQuestions
{
    private const string Subject = "Deletion";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("delete-video", "May this key delete a video?")
        {
            Subject = Subject,
            Expected = "HTTP 200 or 204",
            Matters = "abandoned videos are deleted, as they are billed",
            IfOther = "abandoned videos stay and are named: delete them in the dashboard, or use a key with the right to delete",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var answer = await DeleteAsync(run, run.Video!.VideoId);
                run.IsDeleted = answer.IsSuccess;
                return new(answer.IsSuccess, answer.ToString());
            },
        },
        new("deleted-get", "What does GET say of a deleted video?")
        {
            Subject = Subject,
            Expected = "HTTP 404",
            Matters = "a lesson whose video was deleted is uploaded again",
            IfOther = "one with deleted_at counts as gone all the same; one without counts as there: empty the bin, or use -Force",
            Without = Without.DeletedVideo,
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync();
                var deleted = video.Data.Text("deleted_at");
                return new(
                    video.Status == 404,
                    video.Or($"status {video.Data.Text("status")}, {(deleted is null ? "no deleted_at" : "with deleted_at")}"));
            },
        },
        new("deleted-list", "Do lists still show it?")
        {
            Subject = Subject,
            Expected = "no",
            Matters = "it must not be taken for a lesson's video",
            IfOther = "one with deleted_at is left out all the same; one without may be taken for a lesson's: empty the bin",
            Without = Without.DeletedVideo,
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos?project_id={run.Scratch.ProjectId}&per_page=100&page=1");
                var isShown = list.Item(run.Video!.VideoId) is not null;
                return new(list.IsSuccess && !isShown, list.Or(isShown ? "yes" : "no"));
            },
        },
        new("delete-again", "What is said of a second deletion?")
        {
            Subject = Subject,
            Expected = "HTTP 404",
            Matters = "it counts as done",
            IfOther = "a success counts as done too; another refusal is told and tried again by the next run",
            Without = Without.DeletedVideo,
            AskAsync = async run =>
            {
                var answer = await DeleteAsync(run, run.Video!.VideoId);
                return new(answer.Status == 404, answer.ToString());
            },
        },
        new("delete-unfinished", "What becomes of an upload whose video is deleted?")
        {
            Subject = Subject,
            Expected = "PATCH answers HTTP 404 or 410",
            Matters = "a second machine that sends to it finds out, and begins again",
            IfOther = "bytes go nowhere until the end; the video's status then shows it",
            Without = run => Without.Project(run)
                ?? (run.LongTitle is null && run.OwnVideo is null ? "there is no unfinished video" : null),
            AskAsync = async run =>
            {
                // The other one is for the folder that is deleted next.
                var video = run.OwnVideo ?? run.LongTitle!;
                run.IsDashboardsWay = run.OwnVideo is not null;
                try
                {
                    var deleted = await DeleteAsync(run, video.VideoId);
                    if (!deleted.IsSuccess)
                        return ProbeAnswer.Noted($"not deleted: {deleted}");
                    using var film = SourceFile.Open(run.FilmPath);
                    var offset = run.OwnVideo is null ? 0 : 1000;
                    var (response, reached) = await run.TryTusAsync(
                        run.Tus.SendAsync(new TusPatch(video.Endpoint, film, offset, 1000), _ => { }, run.Stop));
                    if (run.OwnVideo is null)
                        run.LongTitle = null;
                    return new(response.Status is 404 or 410, response.Or($"offset {reached}"));
                }
                finally
                {
                    run.IsDashboardsWay = false;
                }
            },
        },
        new("delete-folder", "What becomes of a video in a folder that is deleted?")
        {
            Subject = Subject,
            Expected = "unknown",
            Matters = "the module never deletes folders; whoever does should know",
            IfOther = "",
            Without = Without.Folders,
            AskAsync = async run =>
            {
                var (created, video) = await run.CreateVideoAsync(
                    new NewVideo(run.Scratch.InnerFolderId!, $"{run.Word} c", "kinescopeps-probe.mp4", run.Film.Length, ""));
                var folder = $"/v1/projects/{run.Scratch.ProjectId}/folders/{run.Scratch.InnerFolderId}";
                var deleted = await run.CallAsync(HttpMethod.Delete, folder);
                if (deleted.IsSuccess)
                    run.Scratch.InnerFolderId = null;
                if (video is null)
                    return ProbeAnswer.Noted($"the empty folder: {deleted}; no video could be made in it: {created}");
                var left = await run.GetVideoAsync(video.VideoId);
                var at = left.Data.Id("folder_id");
                return ProbeAnswer.Noted(deleted.Or(
                    !left.IsSuccess ? $"the video: {left}"
                        : left.Data.Text("deleted_at") is not null ? "the video is in the bin"
                        : at is null ? "the video is at the project's root"
                        : at == run.Scratch.FolderId ? "the video is in the outer folder"
                        : "the video still has the folder's id"));
            },
        },
    ];

    private static async Task<ProbeResponse> DeleteAsync(ProbeRun run, string videoId)
    {
        var answer = await run.CallAsync(HttpMethod.Delete, $"/v1/videos/{videoId}");
        if (answer.IsSuccess)
            run.Scratch.Forget(videoId);
        return answer;
    }
}
