using System.Text.Json;

namespace KinescopePS.Tests.Account;

/// <summary>What the changing cmdlets do to an account.</summary>
public sealed class ChangeTests : AccountTest
{
    [Fact]
    public async Task A_call_that_makes_something_is_not_repeated_where_it_may_have_arrived()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/projects", new { kind = "lost-answer" }, times: 1));

        var result = Session.Run("New-KinescopeProject Once");

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
        Assert.Contains("look before you try again", result.LastError.Exception.Message);
        Assert.Single(Session.Run("Get-KinescopeProject Once").Output);
    }

    [Fact]
    public async Task A_video_from_the_pipeline_is_not_written_back_unchanged()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("a");
        await Sandbox.ForgetRequestsAsync();

        Session.Run("Get-KinescopeVideo | Set-KinescopeVideo").RequireNoErrors();

        Assert.Equal(["GET /v1/videos"], await CallsAsync());
    }

    [Fact]
    public async Task A_long_title_is_cut_with_a_warning()
    {
        Connect().RequireNoErrors();
        var id = await AddVideoAsync("a");

        var result = Session.Run("param($id) Set-KinescopeVideo $id -Title ('я' * 200)", id).RequireNoErrors();

        Assert.Contains("200", Assert.Single(result.Warnings));
        Assert.Equal(new string('я', 139) + "…", Assert.Single(await Sandbox.VideosAsync()).GetProperty("title").GetString());
    }

    [Fact]
    public async Task A_video_that_did_not_move_is_an_error()
    {
        Connect().RequireNoErrors();
        var id = await AddVideoAsync("a", await AddFolderAsync("f"));
        await Sandbox.SetFaultsAsync(Fault("PUT", "/v1/videos", new { kind = "answer", status = 200, body = """{"data":{}}""" }));

        Assert.Equal(["VideoNotMoved"], Session.Run("param($id) Move-KinescopeVideo $id -ProjectId $kinescope.ProjectId", id).ErrorIds);
    }

    [Fact]
    public async Task A_folder_of_another_project_is_found_without_its_project()
    {
        Connect().RequireNoErrors();
        var ids = new[] { await AddVideoAsync("a"), await AddVideoAsync("b") };
        Session.Run("$other = New-KinescopeProject Other; $folder = New-KinescopeFolder Far -ProjectId $other.ProjectId").RequireNoErrors();
        await Sandbox.ForgetRequestsAsync();

        var result = Session.Run("param($ids) $ids | Move-KinescopeVideo -FolderId $folder.FolderId -PassThru | Where-Object ProjectId -eq $other.ProjectId", new object[] { ids }).RequireNoErrors();

        Assert.Equal(2, result.Output.Count);
        // The project of the folder is looked for once.
        Assert.Equal(["GET /v1/projects"], (await CallsAsync()).Where(call => call == "GET /v1/projects"));
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_no_error()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("a");
        await Sandbox.SetFaultsAsync(Fault("DELETE", "/v1/videos", new { kind = "lost-answer" }, times: 1));

        Session.Run("Get-KinescopeVideo | Remove-KinescopeVideo -Confirm:$false").RequireNoErrors();

        Assert.Empty(await Sandbox.VideosAsync());
    }
}
