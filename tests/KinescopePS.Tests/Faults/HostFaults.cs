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

    [Fact]
    public async Task A_pause_of_one_upload_host_holds_no_other()
    {
        WriteCourse(6);
        await Sandbox.ChangeWayAsync("upload-hosts", "several");
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "answer", status = 503, headers = new Dictionary<string, string> { ["Retry-After"] = "3" } }));

        Send("-ThrottleLimit 6", connection: "-MaxRetry 0").RequireNoErrors();

        var patches = await PatchesAsync();
        Assert.Equal(7, patches.Count);
        var refused = patches.Single(patch => patch.GetProperty("status").GetInt32() == 503);
        var repeated = patches.Where(patch => PathOf(patch) == PathOf(refused)).Max(Started);
        var elsewhere = patches.Where(patch => HostOf(patch) != HostOf(refused)).ToList();
        Assert.True(repeated - Started(refused) >= TimeSpan.FromSeconds(2.9));
        Assert.Equal(3, elsewhere.Count);
        Assert.All(elsewhere, patch => Assert.True(Started(patch) < repeated - TimeSpan.FromSeconds(1), $"{Started(patch) - Started(refused)}"));
        await RequireOneVideoEachAsync(6);

        static string HostOf(System.Text.Json.JsonElement request) => request.GetProperty("headers").GetProperty("Host").GetString()!;
        static string PathOf(System.Text.Json.JsonElement request) => request.GetProperty("path").GetString()!;
        static DateTimeOffset Started(System.Text.Json.JsonElement request) => request.GetProperty("started_at").GetDateTimeOffset();
    }

    private void UseUploaderElsewhere(bool withWorkspace)
    {
        Session.Use(Sandbox, withWorkspace);
        Session.Run("param($uploader) $kinescope.UploaderUri = $uploader", $"http://localhost:{Sandbox.ApiPort}").RequireNoErrors();
        Session.Connect();
    }
}
