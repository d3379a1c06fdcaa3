using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>Upload addresses on hosts that are not Kinescope's own: the sandbox's node is one, once the uploader goes by another name.</summary>
public sealed class HostFaults : UploadTest
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_host_of_the_setting_gets_the_bytes_and_never_the_key(bool withWorkspace)
    {
        UseUploaderElsewhere(withWorkspace);
        WriteCourse(2);

        var refused = Send();
        Assert.Equal(["UploadEndpointRefused"], refused.ErrorIds.Distinct());
        Assert.Contains($"http://127.0.0.1:{Sandbox.UploadPort}", $"{refused.LastError}");
        Assert.Contains("KINESCOPE_UPLOAD_HOSTS", $"{refused.LastError}");
        Assert.DoesNotContain(UploadPath, $"{refused.LastError}");
        Assert.Empty(await PatchesAsync());

        Send(connection: $"-UploadHost *.cdn.example, 127.0.0.1:{Sandbox.UploadPort}").RequireNoErrors();

        var sent = (await PatchesAsync()).Concat(await Sandbox.RequestsAsync("HEAD", UploadPath)).ToList();
        Assert.NotEmpty(sent);
        Assert.All(sent, request => Assert.False(request.GetProperty("headers").TryGetProperty("Authorization", out _)));
        Assert.All(sent, request => Assert.False(request.GetProperty("headers").TryGetProperty("X-Workspace-ID", out _)));
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(Send()));
    }

    [Fact]
    public void The_setting_counts_without_a_session_and_a_wrong_one_is_told_before_anything_is_sent()
    {
        UseUploaderElsewhere(withWorkspace: false);
        WriteCourse(1);
        var environment = string.Join('\n', Sandbox.Environment.Where(pair => pair.Key is "KINESCOPE_API_KEY" or "KINESCOPE_PROJECT_ID" or "KINESCOPE_API_URL").Select(pair => $"{pair.Key}={pair.Value}"));
        Folder.Write("good.env", $"{environment}\nKINESCOPE_UPLOADER_URL=http://localhost:{Sandbox.ApiPort}\nKINESCOPE_UPLOAD_HOSTS=127.0.0.1");
        Folder.Write("bad.env", $"{environment}\nKINESCOPE_UPLOAD_HOSTS=https://cdn.example/x");

        var refused = Send("-EnvironmentFile bad.env");
        Assert.Equal(["UriInvalid"], refused.ErrorIds);
        Assert.StartsWith("KINESCOPE_UPLOAD_HOSTS has 'https://cdn.example/x'", $"{refused.LastError}");
        Assert.Equal(["l0 Uploaded"], Statuses(Send("-EnvironmentFile good.env").RequireNoErrors()));
    }

    private void UseUploaderElsewhere(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        Session.Run("param($uploader) $kinescope.UploaderUri = $uploader", $"http://localhost:{Sandbox.ApiPort}").RequireNoErrors();
        Session.Connect();
    }
}
