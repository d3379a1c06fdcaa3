using System.Globalization;
using KinescopePS.Kinescope;
using static KinescopePS.Probe.ProbeAnswer;

namespace KinescopePS.Probe;

/// <summary>Questions about the key, its rights, and the shape of refusals. They change nothing.</summary>
internal static class AccountQuestions
{
    private const string Subject = "Key and refusals";
    private const string LimitSubject = "All responses";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("key", "Does the platform take the key?")
        {
            Subject = Subject,
            Expected = "the list of projects, HTTP 200",
            Matters = "every command begins with it",
            IfOther = "a key that may not list projects can still upload: name the project with -ProjectId",
            AskAsync = async run =>
            {
                var projects = await run.GetAsync("/v1/projects?per_page=1&page=1");
                return new(
                    projects.Status == 200 && projects.Body.Field("data").ValueKind == System.Text.Json.JsonValueKind.Array,
                    projects.ToString());
            },
        },
        new("unknown-video", "What does GET say of a video that never was?")
        {
            Subject = Subject,
            Expected = "HTTP 404, code 404404",
            Matters = "a video counts as gone only by this answer; what else is said is an error of the request",
            IfOther = "a deleted video is told as a failed request instead of 'not found', and its lesson stays linked until somebody "
                + "looks",
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync(run.Scratch.Known(Guid.NewGuid().ToString()));
                return new(video is { Status: 404, Code: KinescopeErrors.NoSuchEntity }, video.ToString());
            },
        },
        new("bad-id", "What does GET say of an id that is none?")
        {
            Subject = Subject,
            Expected = "HTTP 400, code 400301",
            Matters = "a mistyped id is told as such",
            IfOther = "a mistyped id is told by another error id (VideoNotFound or RequestInvalid)",
            AskAsync = async run =>
            {
                var video = await run.GetVideoAsync("not-an-id");
                return new(video is { Status: 400, Code: KinescopeErrors.InvalidUuid }, video.ToString());
            },
        },
        new("unknown-call", "How does a call that is none answer?")
        {
            Subject = Subject,
            Expected = "HTTP 404",
            Matters = "an answer without the envelope is taken for that of a gateway, and nothing is concluded from it",
            IfOther = "a wrong address is told by another error id",
            AskAsync = async run =>
            {
                var answer = await run.GetAsync("/v1/kinescopeps-no-such-call");
                return new(answer.Status == 404, $"{answer}{(answer.Code is null ? "; no error envelope" : "")}");
            },
        },
        new("usage", "May this key see the usage?")
        {
            Subject = Subject,
            Expected = "HTTP 200",
            Matters = "Get-KinescopeUsage tells what a night has cost",
            IfOther = "Get-KinescopeUsage does not work with this key; nothing else needs it",
            AskAsync = async run =>
            {
                var today = run.Time.GetUtcNow().UtcDateTime;
                static string Day(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                var usage = await run.GetAsync($"/v1/billing/usage?from={Day(today.AddDays(-1))}&to={Day(today)}");
                return new(usage.Status == 200, usage.ToString());
            },
        },
        new("uploader-options", "What does the uploader say of tus before anything is created?")
        {
            Subject = Subject,
            Expected = "nothing that the module depends on",
            Matters = "extensions and a largest size would be known before the first file",
            IfOther = "",
            AskAsync = async run =>
            {
                run.IsDashboardsWay = true;
                try
                {
                    var said = await run.Tus.GetOptionsAsync(new Uri(run.Settings.UploaderUri, "/v2/init"), run.Stop);
                    return Noted($"HTTP {run.Log.LastStatus}; {Headers(said)}");
                }
                catch (KinescopeRequestException refusal)
                {
                    return Noted($"HTTP {(int)refusal.StatusCode}{(refusal.Words.Length > 0 ? $": {refusal.Words}" : "")}");
                }
                finally
                {
                    run.IsDashboardsWay = false;
                }
            },
        },
    ];

    /// <summary>Questions that all the others have answered on their way.</summary>
    public static IEnumerable<ProbeQuestion> Last =>
    [
        new("rights", "Which rights has the key shown?")
        {
            Subject = LimitSubject,
            Expected = "read, write, upload, delete",
            Matters = "uploads need upload and read; folders and changes need write; removing what was abandoned needs delete",
            IfOther = "what needs a right that is missing ends with AccessDenied; abandoned videos stay and are named",
            AskAsync = run =>
            {
                string[] all = ["read", "write", "upload", "delete"];
                var shown = all.Where(run.Rights.Contains).ToList();
                // Where nothing was to be changed, nothing else could show.
                bool? agrees = run.Scratch.ProjectName.Length == 0 ? null : shown.Count == all.Length;
                return Task.FromResult(new ProbeAnswer(agrees, shown.Count == 0 ? "none" : string.Join(", ", shown)));
            },
        },
        new("request-id", "Do the API's responses have an X-Request-ID?")
        {
            Subject = LimitSubject,
            Expected = "each of them",
            Matters = "Kinescope's support asks for it; errors quote it",
            IfOther = "errors quote it where there is one",
            AskAsync = run =>
            {
                var (all, with) = run.Log.OfApi;
                return Task.FromResult(new ProbeAnswer(all == with, $"{with} of {all}"));
            },
        },
        new("rate-headers", "Which headers about limits were seen on any response?")
        {
            Subject = LimitSubject,
            Expected = "none without a 429; with one, Retry-After",
            Matters = "a pause that is asked for is kept exactly; without the header the module's own pauses grow, 2 s to a minute",
            IfOther = "headers other than Retry-After are not read: name the account's limits by KINESCOPE_REQUESTS_PER_SECOND and "
                + "_PER_MINUTE",
            AskAsync = run =>
            {
                var seen = run.Log.Limits;
                var hasPause = seen.Any(header => header.StartsWith("Retry-After", StringComparison.OrdinalIgnoreCase));
                bool? agrees = run.Log.HasBeenLimited ? hasPause && seen.Count == 1 : seen.Count == 0 ? null : false;
                var limited = run.Log.HasBeenLimited ? "a 429 came; " : "no 429 came (none was provoked); ";
                return Task.FromResult(new ProbeAnswer(agrees, limited + (seen.Count == 0 ? "no such header" : string.Join(", ", seen))));
            },
        },
    ];

    /// <summary>Headers on one line.</summary>
    public static string Headers(IReadOnlyDictionary<string, string> headers) => headers.Count == 0
        ? "no tus headers"
        : string.Join(", ", headers.Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal));
}
