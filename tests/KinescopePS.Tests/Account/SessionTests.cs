using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Account;

/// <summary>Connect-Kinescope and Disconnect-Kinescope: whose account the cmdlets use, and that the key stays where it is.</summary>
public sealed class SessionTests : AccountTest
{
    private string Key => Sandbox.Environment["KINESCOPE_API_KEY"];

    [Fact]
    public async Task One_call_checks_the_token_and_tells_the_account()
    {
        var result = Connect().RequireNoErrors();

        Assert.Equal(["GET /v1/projects"], await CallsAsync());
        Assert.Equal([ProjectId], result.Texts("ProjectId"));
        Assert.Equal(["Sandbox"], result.Texts("ProjectName"));
        Assert.Equal([true], result.Values("IsConnected"));
        Assert.Empty(result.Warnings);
    }

    [Fact]
    public void The_key_is_in_nothing_that_a_session_shows()
    {
        Connect().RequireNoErrors();

        var result = Session.Run(
            """
            $session = Connect-Kinescope -ApiKey $kinescope.ApiKey -ApiUri $kinescope.ApiUri -Verbose 4>&1
            $session | ForEach-Object { "$_" }
            $session.PSObject.Properties | ForEach-Object { "$($_.Name) $($_.Value)" }
            $session[-1].GetType().GetProperties('Public, Instance').Name
            $session[-1].GetType().GetFields('Public, Instance').Name
            [System.Management.Automation.PSSerializer]::Serialize($session, 5)
            """).RequireNoErrors();

        Assert.DoesNotContain(result.Output, line => line?.ToString() is { } text && (text.Contains(Key, StringComparison.Ordinal) || text == "ApiKey"));
    }

    [Fact]
    public async Task Cmdlets_use_the_current_session_and_leave_it_with_Disconnect()
    {
        WriteCourse(1);
        Connect().RequireNoErrors();

        Assert.Equal(["Uploaded"], Session.Run("Get-LessonVideoMap | Send-KinescopeVideo").RequireNoErrors().Texts("Status"));
        await RequireOneVideoEachAsync(1);

        Assert.Equal(["ApiKeyMissing"], Session.Run("Disconnect-Kinescope; Get-LessonVideoMap | Send-KinescopeVideo -ProjectId p -Force").ErrorIds);
        Assert.Equal(["SessionMissing"], Session.Run("Disconnect-Kinescope").ErrorIds);
    }

    [Fact]
    public async Task Sessions_stand_side_by_side_and_each_runspace_has_its_own()
    {
        await using var second = await SandboxProcess.StartAsync();
        using var other = new PowerShellSession(Folder.Path);
        WriteCourse(1);
        Session.Run($"function Connect {{ {ConnectScript} }}").RequireNoErrors();
        object?[] Arguments(SandboxProcess sandbox) => [sandbox.Environment["KINESCOPE_API_KEY"], sandbox.Environment["KINESCOPE_PROJECT_ID"], sandbox.Environment["KINESCOPE_API_URL"], sandbox.Environment["KINESCOPE_UPLOADER_URL"]];
        Session.Run("$global:a = Connect @args", Arguments(Sandbox)).RequireNoErrors();
        Session.Run("$global:b = Connect @args", Arguments(second)).RequireNoErrors();

        Assert.Equal(["ApiKeyMissing"], other.Run("Get-LessonVideoMap | Send-KinescopeVideo -ProjectId p").ErrorIds);
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Session $a").RequireNoErrors();
        Assert.Single(await Sandbox.VideosAsync());
        Assert.Empty(await second.VideosAsync());

        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Force").RequireNoErrors();
        Assert.Single(await second.VideosAsync());

        var closed = Session.Run("$a | Disconnect-Kinescope; $a.IsConnected; Get-LessonVideoMap | Send-KinescopeVideo -Session $a -Force");
        Assert.Equal("False", closed.Output[0].ToString());
        Assert.Equal(["SessionClosed"], closed.ErrorIds);
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -Force").RequireNoErrors();
    }

    [Fact]
    public async Task A_key_on_the_command_line_or_in_a_file_is_another_account()
    {
        await using var second = await SandboxProcess.StartAsync();
        WriteCourse(1);
        Connect(sandbox: second).RequireNoErrors();
        Folder.Write(".env", $"KINESCOPE_API_KEY={Key}\nKINESCOPE_API_URL={Sandbox.Environment["KINESCOPE_API_URL"]}\nKINESCOPE_UPLOADER_URL={Sandbox.Environment["KINESCOPE_UPLOADER_URL"]}\nKINESCOPE_PROJECT_ID={ProjectId}");

        Send().RequireNoErrors();
        Session.Run("Get-LessonVideoMap | Send-KinescopeVideo -EnvironmentFile .env -Force").RequireNoErrors();

        Assert.Equal(2, (await Sandbox.VideosAsync()).Count);
        Assert.Empty(await second.VideosAsync());
    }

    [Fact]
    public async Task A_token_that_is_refused_makes_no_session()
    {
        await Sandbox.RevokeTokenAsync();

        var result = Connect();

        Assert.Equal(["TokenRejected"], result.ErrorIds);
        Assert.NotNull(result.LastError.Exception.GetType().GetProperty("RequestId")!.GetValue(result.LastError.Exception));
        Assert.Empty(result.Output);
        Assert.Equal(["SessionMissing"], Session.Run("Disconnect-Kinescope").ErrorIds);
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

    [Fact]
    public void A_vault_gives_the_key_by_name()
    {
        Folder.Write("modules/Microsoft.PowerShell.SecretManagement/Microsoft.PowerShell.SecretManagement.psm1", $$"""
            function Get-Secret([string] $Name, [string] $Vault) {
                if ($Name -ne 'Kinescope' -or $Vault -ne 'Team') { throw "The secret $Name was not found." }
                [System.Net.NetworkCredential]::new('', '{{Key}}').SecurePassword
            }
            """);

        Assert.Equal(["SecretManagementMissing"], Session.Run("Connect-Kinescope -Secret Kinescope").ErrorIds);
        Session.Run("param($path) Import-Module $path", Folder["modules/Microsoft.PowerShell.SecretManagement/Microsoft.PowerShell.SecretManagement.psm1"]).RequireNoErrors();
        Assert.Equal([true], Session.Run("Connect-Kinescope -Secret Kinescope -Vault Team -ApiUri $kinescope.ApiUri").RequireNoErrors().Values("IsConnected"));
        var missing = Session.Run("Connect-Kinescope -Secret Other -ApiUri $kinescope.ApiUri");
        Assert.Equal(["SecretUnreadable"], missing.ErrorIds);
        Assert.Contains("was not found", missing.LastError.Exception.Message);
    }
}
