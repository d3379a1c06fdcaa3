using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>Connect-Kinescope and Disconnect-Kinescope: whose account the cmdlets use, and that the key stays where it is.</summary>
public sealed class SessionTests : AccountTest
{
    private string Key => Sandbox.Environment["KINESCOPE_API_KEY"];

    [Fact]
    public async Task Sessions_stand_side_by_side()
    {
        await using var second = await SandboxInProcess.StartAsync();
        WriteCourse(1);
        Session.Run($"function Connect {{ {ConnectScript} }}").RequireNoErrors();
        object?[] Arguments(RunningSandbox sandbox) => [sandbox.Environment["KINESCOPE_API_KEY"], sandbox.Environment["KINESCOPE_PROJECT_ID"], sandbox.Environment["KINESCOPE_API_URL"], sandbox.Environment["KINESCOPE_UPLOADER_URL"]];
        Session.Run("$global:a = Connect @args", Arguments(Sandbox)).RequireNoErrors();
        Session.Run("$global:b = Connect @args", Arguments(second)).RequireNoErrors();

        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Session $a").RequireNoErrors();
        Assert.Single(await Sandbox.VideosAsync());
        Assert.Empty(await second.VideosAsync());

        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Force").RequireNoErrors();
        Assert.Single(await second.VideosAsync());

        Session.Run("$a | Disconnect-Kinescope; Get-LessonVideoMap | Send-KinescopeVideo -Force").RequireNoErrors();
        Assert.Equal(2, (await second.VideosAsync()).Count);
    }

    [Fact]
    public async Task A_key_on_the_command_line_or_in_a_file_is_another_account()
    {
        await using var second = await SandboxInProcess.StartAsync();
        WriteCourse(1);
        Connect(sandbox: second).RequireNoErrors();
        Folder.Write(".env", $"KINESCOPE_API_KEY={Key}\nKINESCOPE_API_URL={Sandbox.Environment["KINESCOPE_API_URL"]}\nKINESCOPE_UPLOADER_URL={Sandbox.Environment["KINESCOPE_UPLOADER_URL"]}\nKINESCOPE_PROJECT_ID={ProjectId}");

        Folder.Write("addresses.env", $"KINESCOPE_API_URL={Sandbox.Environment["KINESCOPE_API_URL"]}\nKINESCOPE_UPLOADER_URL={Sandbox.Environment["KINESCOPE_UPLOADER_URL"]}");

        Send("-EnvironmentFile addresses.env -ApiKey $kinescope.ApiKey -ProjectId $kinescope.ProjectId").RequireNoErrors();
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -EnvironmentFile .env -Force").RequireNoErrors();

        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Empty(await second.VideosAsync());
    }

    [Fact]
    public async Task A_session_that_is_disconnected_during_a_run_stops_it_and_the_next_one_goes_on()
    {
        WriteCourse(3, 300_000);

        var result = Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -ThrottleLimit 1 | ForEach-Object { $_; if ($_.LessonId -eq 'l0') { Disconnect-Kinescope } }");

        Assert.Equal("l0 Uploaded", Statuses(result).First());
        Assert.Equal(["SessionClosed"], result.ErrorIds.Distinct());
        Assert.DoesNotContain("UnexpectedError", string.Join(' ', result.Texts("Error")));
        Session.Connect();
        Assert.Equal(3, Send().RequireNoErrors().Output.Count);
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task A_token_that_may_list_nothing_and_a_project_that_is_not_there_are_warnings()
    {
        await Sandbox.GrantTokenAsync("write");
        var narrow = Connect().RequireNoErrors();
        await Sandbox.GrantTokenAsync("read");
        var astray = Session.Run("Connect-Kinescope -ApiKey $kinescope.ApiKey -ApiUri $kinescope.ApiUri -ProjectId 11111111-1111-4111-8111-111111111111").RequireNoErrors();

        Assert.Contains("may not list projects", Assert.Single(narrow.Warnings));
        Assert.Contains("11111111", Assert.Single(astray.Warnings));
    }

    [Fact]
    public void A_key_that_is_no_UUID_is_a_warning_that_does_not_repeat_it()
    {
        var result = Session.Run("Connect-Kinescope -ApiKey ([System.Net.NetworkCredential]::new('', 'abc-secret').SecurePassword) -ApiUri $kinescope.ApiUri");

        Assert.Contains("not a UUID", Assert.Single(result.Warnings));
        Assert.Equal(["TokenRejected"], result.ErrorIds);
        Assert.DoesNotContain("abc-secret", result.Warnings[0] + result.LastError);
    }
}
