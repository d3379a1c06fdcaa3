using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Tus;
using static KinescopePS.Probe.ProbeAnswer;

namespace KinescopePS.Probe;

/// <summary>Questions about the transfer of bytes, asked with the probe's film.</summary>
internal static class UploadQuestions
{
    private const string Subject = "Upload";

    /// <summary>An odd number of bytes: no server's block ends there. Unit: bytes.</summary>
    private const long FirstPart = 300_001;

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("tus-options", "What does the upload URL say of tus (OPTIONS)?")
        {
            Subject = Subject,
            Expected = "version 1.0.0; extensions and a largest size, where there are any",
            Matters = "the module uses the core protocol alone, so any extensions will do; a largest size refuses larger files",
            IfOther = "another version than 1.0.0 cannot be spoken to: report it",
            Without = Without.Video,
            AskAsync = async run =>
            {
                try
                {
                    var said = await run.Tus.GetOptionsAsync(run.Video!.Endpoint, run.Stop);
                    var version = said.GetValueOrDefault("Tus-Version") ?? said.GetValueOrDefault("Tus-Resumable");
                    return new(
                        version?.Contains("1.0.0", StringComparison.Ordinal) ?? null,
                        $"HTTP {run.Log.LastStatus}; {AccountQuestions.Headers(said)}");
                }
                catch (KinescopeRequestException refusal)
                {
                    return Noted($"HTTP {(int)refusal.StatusCode}");
                }
            },
        },
        new("tus-head", "What does HEAD say before the first byte, without a key?")
        {
            Subject = Subject,
            Expected = "HTTP 200, Upload-Offset 0, the Upload-Length that was announced",
            Matters = "a run that was killed asks so where to go on",
            IfOther = "an upload cannot be gone on with: each interruption begins the file again",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var (response, offset) = await HeadAsync(run, run.Video!);
                return new(response.Status is 200 or 204 && offset == 0, response.Or($"offset {offset}"));
            },
        },
        new("tus-first-part", "Is a part of the file kept (PATCH of 300 001 bytes)?")
        {
            Subject = Subject,
            Expected = "HTTP 204, Upload-Offset 300001",
            Matters = "files are sent in parts where a line carries no more",
            IfOther = "where a server keeps less, what is missing is sent again",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var (response, offset) = await PatchAsync(run, run.Video!, 0, FirstPart);
                return new(response.Status == 204 && offset == FirstPart, response.Or($"offset {offset}"));
            },
        },
        new("tus-wrong-offset", "What is said of a part that begins elsewhere?")
        {
            Subject = Subject,
            Expected = "HTTP 409",
            Matters = "the module then asks for the offset and goes on from there",
            IfOther = "any refusal does the same; a server that takes such a part would damage the file, which -Verify finds",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var (response, offset) = await PatchAsync(run, run.Video!, 0, 1000);
                return new(response.Status == 409, response.Or($"offset {offset}"));
            },
        },
        new("tus-resume", "Can the upload go on at any byte?")
        {
            Subject = Subject,
            Expected = "HEAD says 300001, and one byte more is kept",
            Matters = "after a cut the upload goes on at the byte that arrived last",
            IfOther = "the server's offset is believed, whatever it is; what it did not keep is sent again",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var (head, held) = await HeadAsync(run, run.Video!);
                if (held is not { } from || from >= run.Film.Length - 1)
                    return new(false, head.Or($"offset {held}"));
                var (patch, offset) = await PatchAsync(run, run.Video!, from, 1);
                return new(
                    held == FirstPart && offset == from + 1,
                    $"HEAD: {head.Or($"offset {held}")}; PATCH of a byte: {patch.Or($"offset {offset}")}");
            },
        },
        new("tus-last-byte", "What is said to the last byte?")
        {
            Subject = Subject,
            Expected = "HTTP 204, Upload-Offset is the file's length",
            Matters = "the upload counts as complete by this response, else by HEAD, else by the video's status",
            IfOther = "the video's status decides: it is looked at again before anything is sent again",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var (_, from) = await HeadAsync(run, run.Video!);
                var (response, offset) = await PatchAsync(run, run.Video!, from ?? 0, run.Film.Length - (from ?? 0));
                run.IsSent = offset == run.Film.Length || response.IsSuccess;
                return new(
                    response.Status == 204 && offset == run.Film.Length,
                    response.Or(offset == run.Film.Length ? "the whole file" : $"offset {offset}"));
            },
        },
        new("status-after-last-byte", "What status has the video right after its last byte?")
        {
            Subject = Subject,
            Expected = "processing or done",
            Matters = "a video whose last response was lost is taken as complete by its status",
            IfOther = "pending, or uploading with all bytes, counts as perhaps complete: it is looked at again for up to two minutes, and "
                + "neither deleted nor sent again on that ground alone",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync();
                var status = video.Data.Text("status") ?? "";
                return new(
                    status is "processing" or "pre-processing" or "done",
                    video.Or($"status {status}, progress {video.Data.Number("progress"):0}, {video.Data.Items("assets").Count} assets"));
            },
        },
        new("tus-head-complete", "What does HEAD say once the upload is complete?")
        {
            Subject = Subject,
            Expected = "HTTP 200, Upload-Offset is the file's length",
            Matters = "a run that lost the last response finds out by it that nothing is missing",
            IfOther = "404 or 410 means 'unknown', not 'begin again': the video's status decides",
            Without = Without.SentVideo,
            AskAsync = async run =>
            {
                var (response, offset) = await HeadAsync(run, run.Video!);
                return new(
                    response.Status is 200 or 204 && offset == run.Film.Length,
                    response.Or(offset == run.Film.Length ? "the whole file" : $"offset {offset}"));
            },
        },
        new("tus-own", "Does an upload URL of the dashboard's way work alike?")
        {
            Subject = Subject,
            Expected = "HEAD says 0, and the first bytes are kept",
            Matters = "with a workspace id all files go by such URLs, with the key",
            IfOther = "an upload URL that wants the key gets it at the API's and the uploader's host only: do without -WorkspaceId",
            Without = Without.OwnVideo,
            AskAsync = async run =>
            {
                run.IsDashboardsWay = true;
                try
                {
                    var (head, held) = await HeadAsync(run, run.OwnVideo!);
                    var (patch, offset) = await PatchAsync(run, run.OwnVideo!, 0, 1000);
                    return new(held == 0 && offset == 1000, $"HEAD: {head.Or($"offset {held}")}; PATCH: {patch.Or($"offset {offset}")}");
                }
                finally
                {
                    run.IsDashboardsWay = false;
                }
            },
        },
        new("status-sequence", "By which statuses does a video become playable, and how soon?")
        {
            Subject = "Processing",
            Expected = "only known ones, done at the end",
            Matters = "-Wait and Wait-KinescopeVideo wait for done; error, aborted and suspended end the wait",
            IfOther = "an unknown status counts as not ready; the wait ends with its time, and the next run looks again",
            Without = Without.SentVideo,
            AskAsync = ProcessedAsync,
        },
        new("duration", "Which duration has the playable video?")
        {
            Subject = "Processing",
            Expected = "more than 0 (the film has 3 seconds)",
            Matters = "a lesson's duration comes from it",
            IfOther = "a duration of 0 counts as unknown",
            Without = Without.PlayableVideo,
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync();
                var duration = video.Data.Number("duration");
                return new(duration > 0, video.Or($"{duration:0.###} s, {Qualities(video)}"));
            },
        },
    ];

    /// <summary>The qualities of a video's assets on one line.</summary>
    public static string Qualities(ProbeResponse video) =>
        $"assets: {string.Join(", ", video.Data.Items("assets").Select(asset => asset.Text("quality") ?? "?"))}";

    private static Task<(ProbeResponse Response, long? Offset)> HeadAsync(ProbeRun run, CreatedVideo video) =>
        run.TryTusAsync(run.Tus.GetOffsetAsync(video.Endpoint, run.Film.Length, run.Stop));

    private static async Task<(ProbeResponse Response, long? Offset)> PatchAsync(ProbeRun run, CreatedVideo video, long offset, long count)
    {
        using var film = SourceFile.Open(run.FilmPath);
        return await run.TryTusAsync(run.Tus.SendAsync(new TusPatch(video.Endpoint, film, offset, count), _ => { }, run.Stop));
    }

    private static async Task<ProbeAnswer> ProcessedAsync(ProbeRun run)
    {
        string[] known = ["pending", "uploading", "pre-processing", "processing", "done"];
        var start = run.Time.GetTimestamp();
        var statuses = new List<(string Status, TimeSpan At)>();
        await run.WaitAsync(run.Patience.Patience, async () =>
        {
            var status = (await run.GetVideoAsync()).Data.Text("status") ?? "no status";
            if (statuses.Count == 0 || statuses[^1].Status != status)
                statuses.Add((status, run.Time.GetElapsedTime(start)));
            return status is "done" or "error" or "aborted" or "suspended";
        });
        run.IsPlayable = statuses[^1].Status == "done";
        var sequence = string.Join(", ", statuses.Select(seen => $"{seen.Status} at {seen.At.TotalSeconds:0} s"));
        var end = run.IsPlayable ? "" : $"; not playable after {run.Time.GetElapsedTime(start).TotalSeconds:0} s";
        return new(run.IsPlayable && statuses.All(seen => known.Contains(seen.Status)), sequence + end);
    }
}
