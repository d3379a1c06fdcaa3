using KinescopePS.Kinescope;
using static KinescopePS.Probe.ProbeAnswer;

namespace KinescopePS.Probe;

/// <summary>Questions about lists and about the videos that are there. They change nothing, and tell of no video of the account.</summary>
internal static class CatalogueQuestions
{
    private const string Subject = "Lists";
    private const string Newest = "/v1/videos?order=created_at.desc&per_page=100&page=1";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("page-meta", "Do lists come with meta.pagination?")
        {
            Subject = Subject,
            Expected = "page, per_page and total",
            Matters = "the end of a list is known by it, not by a short page",
            IfOther = "lists are read until a page is empty: one call more each",
            AskAsync = async run =>
            {
                var list = await run.GetAsync("/v1/videos?page=1&per_page=1");
                var has = new[] { "page", "per_page", "total" }.Where(name => list.Pagination.Whole(name) is not null).ToList();
                return new(has.Count == 3, list.Or(has.Count == 0 ? "no pagination" : string.Join(", ", has)));
            },
        },
        new("page-default", "How long is a page where nothing is asked?")
        {
            Subject = Subject,
            Expected = "10",
            Matters = "nothing: the module always asks for 100",
            IfOther = "nothing changes",
            AskAsync = async run =>
            {
                var list = await run.GetAsync("/v1/videos");
                return new(list.Pagination.Whole("per_page") == 10, list.Or($"per_page {Shown(list.Pagination.Whole("per_page"))}"));
            },
        },
        new("page-cap", "How long is the longest page?")
        {
            Subject = Subject,
            Expected = "100",
            Matters = "405 videos are five calls of 100; Wait-KinescopeVideo asks for up to 100 ids at once",
            IfOther = "with a lower cap lists are read to their end all the same, in more calls",
            AskAsync = async run =>
            {
                var list = await run.GetAsync("/v1/videos?per_page=500&page=1");
                return new(
                    list.Pagination.Whole("per_page") == KinescopeClient.PageSize,
                    list.Or($"it tells per_page {Shown(list.Pagination.Whole("per_page"))} where 500 was asked"));
            },
        },
        new("page-beyond", "What is beyond the last page?")
        {
            Subject = Subject,
            Expected = "an empty page",
            Matters = "where the total is missing, that is the end of a list",
            IfOther = "a list without a total ends where the same items come again",
            AskAsync = async run =>
            {
                var list = await run.GetAsync("/v1/videos?per_page=100&page=100000");
                var count = list.Body.Items("data").Count;
                return new(list.IsSuccess && count == 0, list.Or(count == 0 ? "empty" : "items"));
            },
        },
        new("order-newest", "Can videos be listed from the newest on?")
        {
            Subject = Subject,
            Expected = "order=created_at.desc is taken and kept",
            Matters = "a video whose creation got no response is looked for among the newest",
            IfOther = "such a video is found only by its title or by reading the whole list",
            AskAsync = async run =>
            {
                var list = await run.GetAsync(Newest);
                var times = list.Body.Items("data").Select(item => item.Time("created_at")).ToList();
                var isSorted = times.SequenceEqual(times.OrderByDescending(time => time));
                return new(
                    times.Count < 2 && list.IsSuccess ? null : list.IsSuccess && isSorted,
                    list.Or(times.Count < 2 ? "too few videos to tell" : isSorted ? "sorted" : "not sorted"));
            },
        },
        new("order-unknown", "What is said of a field that nothing is ordered by?")
        {
            Subject = Subject,
            Expected = "HTTP 400, code 400216",
            Matters = "Invoke-KinescopeApi names the mistake",
            IfOther = "the mistake is told as RequestInvalid, or passes unnoticed",
            AskAsync = async run =>
            {
                var list = await run.GetAsync("/v1/videos?order=no_such_field.asc");
                return new(list is { Status: 400, Code: 400216 }, list.ToString());
            },
        },
        new("search-unknown", "Does q narrow the list?")
        {
            Subject = Subject,
            Expected = "nothing is found by a word that nothing has",
            Matters = "a filter that is passed over would show foreign videos as found",
            IfOther = "results are checked by their stamp all the same; searches read more pages",
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos?q={Guid.NewGuid():N}");
                var count = list.Body.Items("data").Count;
                return new(list.IsSuccess && count == 0, list.Or(count == 0 ? "nothing found" : "videos without the word"));
            },
        },
        new("ids-unknown", "Does video_ids[] narrow the list?")
        {
            Subject = Subject,
            Expected = "nothing is found by an id that nothing has",
            Matters = "many videos are waited for with one call",
            IfOther = "-Wait and Wait-KinescopeVideo may say VideoNotFound for videos that are there: look with Get-KinescopeVideo",
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/videos?video_ids[]={Guid.NewGuid()}");
                var count = list.Body.Items("data").Count;
                return new(list.IsSuccess && count == 0, list.Or(count == 0 ? "nothing found" : "videos of other ids"));
            },
        },
        new("folders-list", "How is the list of a project's folders answered?")
        {
            Subject = Subject,
            Expected = "HTTP 200 with meta.pagination",
            Matters = "-FolderBy looks for a course's folder before it makes one",
            IfOther = "the list is read until a page is empty",
            AskAsync = async run =>
            {
                var projects = await run.GetAsync("/v1/projects?per_page=1&page=1");
                if (projects.Body.Items("data").Select(project => project.Id("id")).FirstOrDefault() is not { } id)
                    return Noted("not asked: the key sees no project");
                var folders = await run.GetAsync($"/v1/projects/{id}/folders?per_page=1&page=1&order=created_at.asc");
                var hasTotal = folders.Pagination.Whole("total") is not null;
                return new(folders.IsSuccess && hasTotal, folders.Or(hasTotal ? "with a total" : "without a total"));
            },
        },
        new("short-id", "Is the last part of a video's page the Base58 form of its UUID?")
        {
            Subject = Subject,
            Expected = "for each of the newest videos",
            Matters = "an id and a pasted link are compared as one video",
            IfOther = "such a video is known by the form that it was given by only",
            AskAsync = async run =>
            {
                var list = await run.GetAsync(Newest);
                var pages = list.Body.Items("data")
                    .Select(item => (Id: item.Id("id"), Page: item.Address("play_link")?.Split('/')[^1]))
                    .Where(item => item is { Id: not null, Page: not null })
                    .ToList();
                if (pages.Count == 0)
                    return Noted(list.Or("no videos to look at"));
                var shorts = pages.Count(item => item.Page!.Length == 22 && VideoIds.Short(item.Id!) == item.Page);
                var uuids = pages.Count(item => item.Page == item.Id);
                return new(
                    shorts == pages.Count,
                    $"{shorts} of {pages.Count}; {uuids} pages by UUID, {pages.Count - shorts - uuids} by something else");
            },
        },
        new("originals", "Do finished videos tell size and MD5 of their original?")
        {
            Subject = Subject,
            Expected = "an original with file_size, md5 and download_link for each",
            Matters = "-Verify compares the file with what is stored by them",
            IfOther = "-Verify compares what is told (the size, or nothing) and says so; recognition of older uploads goes by dates",
            AskAsync = async run =>
            {
                var list = await run.GetAsync(Newest + "&status[]=done");
                var videos = list.Body.Items("data");
                if (videos.Count == 0)
                    return Noted(list.Or("no finished videos to look at"));
                var originals = videos.SelectMany(video => video.Items("assets"))
                    .Where(asset => asset.Text("quality") == "original")
                    .ToList();
                int Count(Func<System.Text.Json.JsonElement, bool> has) => originals.Count(has);
                var counts = new[]
                {
                    originals.Count, Count(original => original.Whole("file_size") > 0),
                    Count(original => original.Text("md5")?.Length == 32), Count(original => original.Address("download_link") is not null),
                };
                return new(
                    counts.All(count => count == videos.Count),
                    $"of {videos.Count} finished videos {counts[0]} have an original: "
                    + $"{counts[1]} with a size, {counts[2]} with an MD5, {counts[3]} with a link");
            },
        },
    ];

    private static string Shown(long? number) => number?.ToString() ?? "is not told";
}
