using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Probe;

/// <summary>Questions about changes of a video.</summary>
internal static class ChangeQuestions
{
    private const string Subject = "Changes";

    public static IEnumerable<ProbeQuestion> All =>
    [
        new("patch-title", "Can the title be changed, with Cyrillic letters?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "Set-KinescopeVideo; the title is put back after a file was replaced",
            IfOther = "change titles in the dashboard",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var title = $"{run.Word} «Урок» №1";
                var answer = await run.ChangeVideoAsync(new { title });
                var kept = (await run.GetVideoAsync()).Data.Text("title");
                return new(kept == title, answer.Or(CreationQuestions.Same(kept == title)));
            },
        },
        new("patch-title-141", "What becomes of a title of 141 characters in a change?")
        {
            Subject = Subject,
            Expected = "it is refused, or cut to 140",
            Matters = "Set-KinescopeVideo cuts longer titles to 140 itself, and says so",
            IfOther = "a longer title is possible; it is cut all the same",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var answer = await run.ChangeVideoAsync(new { title = new string('т', VideoTitle.MaxLength + 1) });
                var kept = (await run.GetVideoAsync()).Data.Text("title")?.Length;
                await run.ChangeVideoAsync(new { title = $"{run.Word} a" });
                return new(!answer.IsSuccess || kept <= VideoTitle.MaxLength, answer.Or($"{kept} characters were kept"));
            },
        },
        new("description", "Does a description come back as it was sent (blanks around, signs, two lines)?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "the stamp stands in it, beside a text of the owner's",
            IfOther = "the stamp has no such signs and is found in what is left; a text of your own changes as shown",
            Without = Without.Video,
            AskAsync = async run =>
            {
                const string Text = " a <b> & \"c\" ";
                var sent = $"{Text}\n{run.Stamp}";
                var answer = await run.ChangeVideoAsync(new { description = sent });
                var kept = TextOf(await run.GetVideoAsync());
                run.KeepsStampInDescription = kept.Contains(run.Stamp, StringComparison.Ordinal);
                return new(kept == sent, answer.Or(ChangesOf(sent, kept)));
            },
        },
        new("stamp-description", "Does the stamp survive in the description?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "a lesson's video is recognised by it when the progress file is lost",
            IfOther = "keep stamps in tags (KINESCOPE_STAMP=tag), where these survive; else keep the progress file safe: nothing is "
                + "recognised without it",
            Without = Without.Video,
            AskAsync = run => Task.FromResult(run.KeepsStampInDescription is { } keeps
                ? new ProbeAnswer(keeps, keeps ? "yes" : "no")
                : ProbeAnswer.Noted("not known (see description)")),
        },
        new("stamp-tag", "Does the stamp survive in a tag?")
        {
            Subject = Subject,
            Expected = "yes",
            Matters = "viewers read a description and no tags: KINESCOPE_STAMP=tag keeps stamps from them",
            IfOther = "leave stamps in the description (KINESCOPE_STAMP=description)",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var answer = await run.ChangeVideoAsync(new { tags = new[] { "probe", run.Stamp } });
                var tags = (await run.GetVideoAsync()).Data.Texts("tags");
                var keeps = tags.Contains(run.Stamp);
                var setting = (keeps, run.KeepsStampInDescription) switch
                {
                    (true, false) => $"{UploadStamp.LocationSetting}=tag",
                    (false, true) => $"{UploadStamp.LocationSetting}=description",
                    _ => null,
                };
                return new(keeps, answer.Or(keeps ? "yes" : tags.Length > 0 ? "changed" : "no tags are kept"), setting);
            },
        },
        new("patch-invalid", "How is a wrong value refused?")
        {
            Subject = Subject,
            Expected = "HTTP 400, code 400400 (or 402402), naming privacy_type",
            Matters = "the error names the parameter",
            IfOther = "the error has the platform's words only; where it is taken, mistakes pass unnoticed",
            Without = Without.Video,
            AskAsync = async run =>
            {
                var answer = await run.ChangeVideoAsync(new { privacy_type = "kinescopeps" });
                return new(
                    answer is { Status: 400, Code: 400400 or 402402 } && answer.Words.Contains("privacy_type", StringComparison.Ordinal),
                    answer.ToString());
            },
        },
        new("move-bare", "What is said of a move to a folder without project_id?")
        {
            Subject = "Moves",
            Expected = "HTTP 400, code 400400, naming project_id",
            Matters = "the module always sends project_id",
            IfOther = "nothing changes",
            Without = Ready,
            AskAsync = async run =>
            {
                var answer = await MoveAsync(run, new { folder_id = run.Scratch.FolderId });
                return new(
                    answer is { Status: 400, Code: 400400 } && answer.Words.Contains("project_id", StringComparison.Ordinal),
                    answer.ToString());
            },
        },
        new("move-folder", "Does a video move to a folder with project_id?")
        {
            Subject = "Moves",
            Expected = "yes, and its id stays",
            Matters = "Move-KinescopeVideo -FolderId",
            IfOther = "move videos in the dashboard",
            Without = Ready,
            AskAsync = async run =>
            {
                var answer = await MoveAsync(run, new { project_id = run.Scratch.ProjectId, folder_id = run.Scratch.FolderId });
                return await WhereAsync(run, answer, run.Scratch.FolderId);
            },
        },
        new("move-root", "Does a video move to the project's root by folder_id: null?")
        {
            Subject = "Moves",
            Expected = "yes",
            Matters = "Move-KinescopeVideo -ProjectId",
            IfOther = "Move-KinescopeVideo says VideoNotMoved: move it in the dashboard",
            Without = Ready,
            AskAsync = async run =>
            {
                var answer = await MoveAsync(run, new { project_id = run.Scratch.ProjectId, folder_id = (string?)null });
                return await WhereAsync(run, answer, null);
            },
        },
        new("move-root-bare", "Does a video move to the project's root where no folder is said?")
        {
            Subject = "Moves",
            Expected = "unknown",
            Matters = "the other way to the root",
            IfOther = "",
            Without = Ready,
            AskAsync = async run =>
            {
                await MoveAsync(run, new { project_id = run.Scratch.ProjectId, folder_id = run.Scratch.InnerFolderId });
                var answer = await MoveAsync(run, new { project_id = run.Scratch.ProjectId });
                return await WhereAsync(run, answer, null) with { Agrees = null };
            },
        },
        new("folder-content", "Does folder_id show the videos of inner folders too?")
        {
            Subject = "Moves",
            Expected = "no, that folder's alone",
            Matters = "Get-KinescopeVideo -FolderId",
            IfOther = "it shows more; each video has its FolderId",
            Without = Ready,
            AskAsync = async run =>
            {
                await MoveAsync(run, new { project_id = run.Scratch.ProjectId, folder_id = run.Scratch.InnerFolderId });
                var outer = await run.GetAsync($"/v1/videos?folder_id={run.Scratch.FolderId}&per_page=100&page=1");
                var project = await run.GetAsync($"/v1/videos?project_id={run.Scratch.ProjectId}&per_page=100&page=1");
                var (isInOuter, isInProject) = (outer.Item(run.Video!.VideoId) is not null, project.Item(run.Video.VideoId) is not null);
                return new(
                    outer.IsSuccess && !isInOuter && isInProject,
                    $"folder_id of the outer folder: {outer.Or(isInOuter ? "yes" : "no")}; "
                    + $"project_id: {project.Or(isInProject ? "yes" : "no")}");
            },
        },
    ];

    private static string? Ready(ProbeRun run) => Without.Video(run) ?? Without.Folders(run);

    private static Task<ProbeResponse> MoveAsync(ProbeRun run, object target) =>
        run.CallAsync(HttpMethod.Put, $"/v1/videos/{run.Video!.VideoId}/move", target);

    private static async Task<ProbeAnswer> WhereAsync(ProbeRun run, ProbeResponse answer, string? folderId)
    {
        var video = await run.GetVideoAsync();
        var at = video.Data.Id("folder_id");
        // The root may be told as a folder of zeros, or by the project's own id.
        if (at == run.Scratch.ProjectId || at == Guid.Empty.ToString())
            at = null;
        return new(
            answer.IsSuccess && at == folderId,
            answer.Or(at == folderId ? "it is there" : at is null ? "it is at the root" : "it stayed in its folder"));
    }

    private static string ChangesOf(string sent, string kept)
    {
        if (kept == sent)
            return "as sent";
        bool Has(string part) => kept.Contains(part, StringComparison.Ordinal);
        (string Change, bool IsSo)[] changes =
        [
            ("trimmed", kept.Length > 0 && kept[0] != ' '),
            ("HTML-escaped", Has("&amp;") || Has("&lt;")),
            ("without the tag", !Has("<b>") && !Has("&lt;b&gt;")),
            ("on one line", !Has("\n")),
        ];
        var named = string.Join(", ", changes.Where(change => change.IsSo).Select(change => change.Change));
        return $"{(named.Length > 0 ? named : "changed otherwise")}; {kept.Length} of {sent.Length} characters";
    }

    private static string TextOf(ProbeResponse video) =>
        video.Data.Field("description") is { ValueKind: System.Text.Json.JsonValueKind.String } text ? text.GetString()! : "";
}
