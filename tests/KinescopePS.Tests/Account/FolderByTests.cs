using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>Send-KinescopeVideo -FolderBy: where each lesson's video goes.</summary>
public sealed class FolderByTests : AccountTest
{
    /// <summary>Two courses, whose only modules have the same id.</summary>
    private void WriteCourses()
    {
        for (var i = 0; i < 4; i++)
            Folder.WriteVideo($"{i}.mp4", 1000, seed: i);
        Folder.Write("manifest.json", """
            {"courses":[
              {"id":"01_a","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"0.mp4","title_original":"v0"},{"id":"l1","filepath":"1.mp4","title_original":"v1"}]}]},
              {"id":"02_b","modules":[{"id":"m","lessons":[{"id":"l2","filepath":"2.mp4","title_original":"v2"},{"id":"l3","filepath":"3.mp4","title_original":"v3"}]}]}
            ]}
            """);
    }

    private async Task<IEnumerable<string>> PlacesAsync()
    {
        var paths = Session.Run("Get-KinescopeFolder").RequireNoErrors().Output.ToDictionary(item => item.Properties["FolderId"].Value.ToString()!, item => item.Properties["Path"].Value.ToString());
        return (await Sandbox.VideosAsync()).Select(video => $"{video.GetProperty("title").GetString()} {(video.GetProperty("folder_id") is { ValueKind: JsonValueKind.String } id ? paths[id.GetString()!] : "top")}").Order();
    }

    [Fact]
    public async Task They_are_made_in_the_folder_of_ParentId()
    {
        WriteCourses();
        Connect().RequireNoErrors();
        var parent = await AddFolderAsync("site");

        Session.Run("param($parent) Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -FolderBy Course -ParentId $parent", parent).RequireNoErrors();

        Assert.Equal(["v0 site/01_a"], await PlacesAsync());
    }

    [Fact]
    public async Task Two_runs_at_the_same_time_agree_on_one_folder()
    {
        WriteCourses();
        using var other = new PowerShellSession(Folder.Path);
        Connect().RequireNoErrors();
        Connect(other).RequireNoErrors();
        // Both have seen that there is none before either makes one.
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/projects", new { kind = "stall" }, times: 2));
        using var one = new RunningScript(Session.Shell("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -FolderBy Course -ProgressFile one.jsonl"));
        using var two = new RunningScript(other.Shell("Get-LessonVideoMap -LessonId l1 | Send-KinescopeVideo -FolderBy Course -ProgressFile two.jsonl"));
        await Sandbox.WaitAsync("stalled=2");
        await Sandbox.ReleaseAsync();
        (await one.EndAsync()).RequireNoErrors();
        (await two.EndAsync()).RequireNoErrors();

        Session.Run("Get-LessonVideoMap -LessonId l0, l1 | Send-KinescopeVideo -FolderBy Course -ProgressFile three.jsonl -Force").RequireNoErrors();

        var used = (await Sandbox.VideosAsync()).Select(video => video.GetProperty("folder_id").GetString()).ToList();
        var oldest = (await Sandbox.GetAsync($"/v1/projects/{ProjectId}/folders?order=created_at.asc")).GetProperty("data")[0].GetProperty("id").GetString();
        Assert.Equal(4, used.Count);
        Assert.All(used, id => Assert.Equal(oldest, id));
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_folder()
    {
        WriteCourses();
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/projects", new { kind = "lost-answer" }, times: 1));

        Session.Run("Get-LessonVideoMap -LessonId l0 | Send-KinescopeVideo -FolderBy Course").RequireNoErrors();

        Assert.Equal(["v0 01_a"], await PlacesAsync());
        Assert.Single(Session.Run("Get-KinescopeFolder").Output);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_fails_its_lesson_alone()
    {
        WriteCourses();
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/projects", new { kind = "answer", status = 400, code = 400201, message = "taken" }, times: 1));

        var result = Session.Run("Get-LessonVideoMap -LessonId l0, l2 | Send-KinescopeVideo -FolderBy Course");

        Assert.Equal(["l0 Failed", "l2 Uploaded"], Statuses(result));
        Assert.Equal(["NameTaken"], result.ErrorIds);
        Assert.Equal(["v2 02_b"], await PlacesAsync());
    }
}
