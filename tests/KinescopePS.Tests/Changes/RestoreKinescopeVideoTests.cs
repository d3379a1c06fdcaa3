using KinescopePS.Tests.Account;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Changes;

/// <summary>An undo file that was carried to another account.</summary>
public sealed class RestoreKinescopeVideoTests : AccountTest
{
    [Fact]
    public async Task What_was_changed_at_another_address_is_passed_over_unless_it_is_said_to_be_the_same()
    {
        Connect().RequireNoErrors();
        var id = await AddVideoAsync("v");
        Session.Run("param($id) Set-KinescopeVideo $id -Privacy nowhere", id).RequireNoErrors();
        var (here, there) = (Sandbox.Environment["KINESCOPE_API_URL"], Sandbox.Environment["KINESCOPE_API_URL"].Replace("127.0.0.1", "localhost"));
        Assert.NotEqual(here, there);
        Session.Run(ConnectScript, Sandbox.Environment["KINESCOPE_API_KEY"], ProjectId, there, Sandbox.Environment["KINESCOPE_UPLOADER_URL"]).RequireNoErrors();

        var left = Session.Run("Restore-KinescopeVideo -Confirm:$false");

        Assert.Contains($"1 were made at {here.TrimEnd('/')}", Assert.Single(left.Warnings));
        Assert.Equal("nowhere", await PrivacyAsync());
        Session.Run("Restore-KinescopeVideo -Confirm:$false -Force").RequireNoErrors();
        Assert.Equal("anywhere", await PrivacyAsync());

        async Task<string?> PrivacyAsync() => (await Sandbox.GetAsync($"/v1/videos/{id}")).GetProperty("data").GetProperty("privacy_type").GetString();
    }
}
