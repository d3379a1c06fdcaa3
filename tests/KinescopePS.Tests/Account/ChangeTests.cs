using System.Text.Json;

namespace KinescopePS.Tests.Account;

/// <summary>What the changing cmdlets do to an account.</summary>
public sealed class ChangeTests : AccountTest
{
    [Fact]
    public void Projects_and_folders_are_made()
    {
        Connect().RequireNoErrors();

        var result = Session.Run("New-KinescopeProject Курсы -PrivacyType custom -PrivacyDomain school.example | New-KinescopeFolder -Name a, b").RequireNoErrors();

        Assert.Equal(["a", "b"], result.Texts("Name"));
        Assert.Equal(["custom"], Session.Run("Get-KinescopeProject Курсы").Texts("PrivacyType"));
        Assert.Equal(["a", "b"], Session.Run("Get-KinescopeProject Курсы | Get-KinescopeFolder").Texts("Path"));
        Session.Run("$top = New-KinescopeFolder top; New-KinescopeFolder inner -ParentId $top.FolderId; 'x' | New-KinescopeFolder -WhatIf").RequireNoErrors();
        Assert.Equal(["top", "top/inner"], Session.Run("Get-KinescopeFolder").Texts("Path"));
    }

    [Fact]
    public async Task A_call_that_makes_something_is_not_repeated_where_it_may_have_arrived()
    {
        Connect().RequireNoErrors();
        await Sandbox.SetFaultsAsync(Fault("POST", "/v1/projects", new { kind = "lost-answer" }, times: 1));

        var result = Session.Run("New-KinescopeProject Once -RetryDelaySeconds 0");

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
        Assert.Contains("look before you try again", result.LastError.Exception.Message);
        Assert.Single(Session.Run("Get-KinescopeProject Once").Output);
    }

    [Fact]
    public async Task Only_what_is_given_is_changed_and_an_uploads_mark_stays()
    {
        WriteCourse(1);
        Connect().RequireNoErrors();
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo").RequireNoErrors();
        var mark = Assert.Single(await Sandbox.VideosAsync()).GetProperty("description").GetString()!;

        var result = Session.Run("Get-KinescopeVideo | Set-KinescopeVideo -Title { $_.Title + '!' } -Tag a, b -PassThru").RequireNoErrors();
        Session.Run("(Get-KinescopeVideo).VideoId | Set-KinescopeVideo -Description 'About ads.' -PrivacyType custom -PrivacyDomain school.example").RequireNoErrors();

        Assert.Equal(["Урок 0!"], result.Texts("Title"));
        var video = Assert.Single(await Sandbox.VideosAsync());
        Assert.Equal("Урок 0!", video.GetProperty("title").GetString());
        Assert.Equal($"About ads.\n{mark}", video.GetProperty("description").GetString());
        Assert.Equal("custom", video.GetProperty("privacy_type").GetString());
        Assert.Equal(["a", "b"], video.GetProperty("tags").EnumerateArray().Select(tag => tag.GetString()));
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
    public async Task Videos_move_to_folders_projects_and_the_top()
    {
        Connect().RequireNoErrors();
        var folder = await AddFolderAsync("f");
        var other = (await PostAsync("/v1/projects", new { name = "Other" })).GetProperty("id").GetString();
        var id = await AddVideoAsync("a");
        async Task<(string?, string?)> PlaceAsync()
        {
            var video = (await Sandbox.GetAsync($"/v1/videos/{id}")).GetProperty("data");
            return (video.GetProperty("project_id").GetString(), video.GetProperty("folder_id") is { ValueKind: JsonValueKind.String } place ? place.GetString() : null);
        }

        Session.Run("param($folder) Get-KinescopeVideo | Move-KinescopeVideo -FolderId $folder -WhatIf", folder).RequireNoErrors();
        Assert.Equal((ProjectId, null), await PlaceAsync());
        Session.Run("param($folder) Get-KinescopeVideo | Move-KinescopeVideo -FolderId $folder", folder).RequireNoErrors();
        Assert.Equal((ProjectId, folder), await PlaceAsync());
        Assert.Equal([other], Session.Run("param($id, $project) Move-KinescopeVideo $id -ProjectId $project -PassThru", id, other).RequireNoErrors().Texts("ProjectId"));
        Assert.Equal((other, null), await PlaceAsync());
        Assert.Equal(["EntityNotFound"], Session.Run("param($id) Move-KinescopeVideo $id 11111111-1111-4111-8111-111111111111", id).ErrorIds);
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
    public async Task Videos_are_deleted_only_with_consent()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("a");

        Session.Run("Get-KinescopeVideo | Remove-KinescopeVideo -WhatIf").RequireNoErrors();
        Assert.NotEmpty(Session.Run("Get-KinescopeVideo | Remove-KinescopeVideo").Errors);
        Assert.Single(await Sandbox.VideosAsync());

        var result = Session.Run("'11111111-1111-4111-8111-111111111111', (Get-KinescopeVideo).VideoId | Remove-KinescopeVideo -Confirm:$false");
        Assert.Equal(["VideoNotFound"], result.ErrorIds);
        Assert.Empty(await Sandbox.VideosAsync());
    }

    [Fact]
    public async Task A_deletion_whose_answer_was_lost_is_no_error()
    {
        Connect().RequireNoErrors();
        await AddVideoAsync("a");
        await Sandbox.SetFaultsAsync(Fault("DELETE", "/v1/videos", new { kind = "lost-answer" }, times: 1));

        Session.Run("Get-KinescopeVideo | Remove-KinescopeVideo -Confirm:$false -RetryDelaySeconds 0").RequireNoErrors();

        Assert.Empty(await Sandbox.VideosAsync());
    }
}
