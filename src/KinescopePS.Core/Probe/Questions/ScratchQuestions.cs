using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Questions about projects and folders, asked of those that the probe makes.</summary>
internal static class ScratchQuestions
{
    private const string Subject = "Projects and folders";
    private const string Name = "Проба «ё» & 1";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("project-create", "Can this key make a project?")
        {
            Subject = Subject,
            Expected = "HTTP 201 with the project",
            Matters = "the probe works in a project of its own; New-KinescopeProject makes them",
            IfOther = "projects are made in the dashboard; all questions that change something are passed over",
            AskAsync = async run =>
            {
                var made = await run.Scratch.CreateProjectAsync();
                return new(made.Status == 201 && run.Scratch.ProjectId is not null, made.ToString());
            },
        },
        new("wrong-method", "What is said of a method that a call does not have?")
        {
            Subject = Subject,
            Expected = "HTTP 405, code 400405",
            Matters = "a wrong address is told as such",
            IfOther = "it is told by another error id",
            Without = Without.Project,
            AskAsync = async run =>
            {
                var answer = await run.CallAsync(HttpMethod.Patch, $"/v1/projects/{run.Scratch.ProjectId}", new { });
                return new(answer is { Status: 405, Code: 400405 }, answer.ToString());
            },
        },
        new("folder-create", "Can a folder be made by its name alone?")
        {
            Subject = Subject,
            Expected = "HTTP 201; the name, with Cyrillic letters and signs, comes back as it was sent",
            Matters = "-FolderBy makes a folder for each course or module and knows it again by its name",
            IfOther = "a name that comes back otherwise makes a second folder in the next run: make folders in the dashboard",
            Without = Without.Project,
            AskAsync = async run =>
            {
                var made = await MakeAsync(run, Name, null);
                run.Scratch.FolderId = Noted(run, made);
                var name = made.Data.Text("name");
                return new(made.Status == 201 && name == Name, made.Or(name == Name ? "the same name" : $"named '{name}'"));
            },
        },
        new("folder-nested", "Can a folder be made in a folder?")
        {
            Subject = Subject,
            Expected = "HTTP 201 with parent_id",
            Matters = "-FolderBy Module puts modules below their course",
            IfOther = "-FolderBy Module fails or puts all folders side by side: use -FolderBy Course",
            Without = run => Without.Project(run) ?? (run.Scratch.FolderId is null ? "there is no folder (see folder-create)" : null),
            AskAsync = async run =>
            {
                var made = await MakeAsync(run, "inner", run.Scratch.FolderId);
                run.Scratch.InnerFolderId = Noted(run, made);
                var isInside = made.Data.Id("parent_id") == run.Scratch.FolderId;
                return new(made.Status == 201 && isInside, made.Or(isInside ? "in its parent" : "without its parent"));
            },
        },
        new("folder-twin", "May two folders of one project have the same name?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "a folder whose creation got no response may be there: it is looked for before another is made",
            IfOther = "a refusal (NameTaken) is safer still: no twin can arise",
            Without = Without.Folders,
            AskAsync = async run =>
            {
                var made = await MakeAsync(run, Name, null);
                Noted(run, made);
                return new(made.IsSuccess, made.ToString());
            },
        },
        new("folder-levels", "Does the list of folders show all levels?")
        {
            Subject = Subject,
            Expected = "yes, each with its parent_id",
            Matters = "Get-KinescopeFolder puts the tree together from one list",
            IfOther = "Get-KinescopeFolder shows the first level only; -FolderBy asks for each level by parent_id, and works",
            Without = Without.Folders,
            AskAsync = async run =>
            {
                var list = await run.GetAsync($"/v1/projects/{run.Scratch.ProjectId}/folders?per_page=100&page=1");
                var inner = list.Item(run.Scratch.InnerFolderId!);
                var isWhole = inner?.Id("parent_id") == run.Scratch.FolderId;
                return new(
                    isWhole,
                    list.Or(isWhole ? "all levels" : inner is null ? "the first level only" : "all levels, without parent_id"));
            },
        },
        new("folder-parent-filter", "Does parent_id narrow the list of folders?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "-FolderBy looks for a folder in the one above it; the module narrows the list itself too",
            IfOther = "where lists show the first level only as well, -FolderBy Module makes its folders anew: use -FolderBy Course",
            Without = Without.Folders,
            AskAsync = async run =>
            {
                var list = await run.GetAsync(
                    $"/v1/projects/{run.Scratch.ProjectId}/folders?parent_id={run.Scratch.FolderId}&per_page=100&page=1");
                var (inner, outer) = (list.Item(run.Scratch.InnerFolderId!), list.Item(run.Scratch.FolderId!));
                return new(
                    inner is not null && outer is null,
                    list.Or(outer is not null ? "it is passed over" : inner is null ? "nothing is shown" : "it does"));
            },
        },
    ];

    private static Task<ProbeResponse> MakeAsync(ProbeRun run, string name, string? parentId) => run.CallAsync(
        HttpMethod.Post, $"/v1/projects/{run.Scratch.ProjectId}/folders",
        parentId is null ? new { name } : new { name, parent_id = parentId });

    private static string? Noted(ProbeRun run, ProbeResponse made) => made.Data.Id("id") is { } id ? run.Scratch.Known(id) : null;
}
