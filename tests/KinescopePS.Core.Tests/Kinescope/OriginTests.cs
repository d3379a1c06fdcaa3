using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>The key goes to origins, not to hosts.</summary>
public sealed class OriginTests
{
    private static readonly KinescopeSettings Settings = new()
    {
        ApiUri = new("https://api.example"),
        UploaderUri = new("https://uploader.example:8443"),
    };

    [Theory]
    [InlineData("https://api.example/v1/videos", true)]
    [InlineData("https://api.example:443/", true)]
    [InlineData("https://API.example/", true)]
    [InlineData("https://uploader.example:8443/v2/init", true)]
    [InlineData("https://eu-ams-uploader-1.kinescope.io/v2/upload/1", false)]
    [InlineData("https://api.kinescope.io/v1/videos", false)]
    [InlineData("https://api.example:8443/", false)]
    [InlineData("http://api.example/", false)]
    [InlineData("https://uploader.example/", false)]
    [InlineData("https://uploader.kinescope.io:8443/", false)]
    [InlineData("http://uploader.kinescope.io/", false)]
    [InlineData("https://kinescope.io.example/", false)]
    public void FoundC11_Another_scheme_or_port_of_a_host_is_another_origin(string uri, bool isKeys) =>
        Assert.Equal(isKeys, Settings.MayHaveKey(new(uri)));

    [Theory]
    [InlineData("https://uploader.example:8443/up/1", true)]
    [InlineData("https://uploader.kinescope.io:8443/up/1", true)]
    [InlineData("http://uploader.kinescope.io/up/1", false)]
    [InlineData("https://kinescope.io.example/up/1", false)]
    public void FoundC11_Bytes_go_to_the_uploaders_host_and_to_the_platforms_hosts_on_any_port(string endpoint, bool isAccepted)
    {
        if (isAccepted)
            Assert.Equal(endpoint, Settings.AcceptEndpoint(endpoint).AbsoluteUri);
        else
            Assert.Equal(ErrorIds.UploadEndpointRefused, Assert.Throws<KinescopeException>(() => Settings.AcceptEndpoint(endpoint)).ErrorId);
    }

    [Theory]
    [InlineData("https://node.cdn.example/up/1", true)]
    [InlineData("https://cdn.example/up/1", false)]
    [InlineData("https://fast.example:8443/up/1", true)]
    [InlineData("https://fast.example/up/1", false)]
    [InlineData("https://eu-ams-uploader.kinescope.io/up/1", true)]
    [InlineData("http://node.cdn.example/up/1", false)]
    [InlineData("http://127.0.0.1/up/1", false)]
    [InlineData("https://user@node.cdn.example/up/1", false)]
    public void Bytes_go_to_the_hosts_of_the_setting_too_and_the_key_does_not(string endpoint, bool isAccepted)
    {
        var settings = Settings with { UploadHosts = HostList.Parse(["*.cdn.example, fast.example:8443", "127.0.0.1"], "x") };

        Assert.False(settings.MayHaveKey(new(endpoint)));
        if (isAccepted)
        {
            Assert.Equal(endpoint, settings.AcceptEndpoint(endpoint).AbsoluteUri);
            return;
        }

        var failure = Assert.Throws<KinescopeException>(() => settings.AcceptEndpoint(endpoint));
        Assert.Equal(ErrorIds.UploadEndpointRefused, failure.ErrorId);
        Assert.Contains(new Uri(endpoint).Host, failure.Message);
        Assert.Contains("KINESCOPE_UPLOAD_HOSTS", failure.Message);
        Assert.DoesNotContain("/up/1", failure.Message);
        Assert.True(failure.StopsRun);
    }

    [Fact]
    public void Http_is_for_this_machine_and_for_an_uploader_that_is_here_too()
    {
        var settings = Settings with { UploaderUri = new("http://127.0.0.1:5000"), UploadHosts = HostList.Parse(["localhost:5001", "cdn.example"], "x") };

        Assert.Equal("http://localhost:5001/up/1", settings.AcceptEndpoint("http://localhost:5001/up/1").AbsoluteUri);
        Assert.Throws<KinescopeException>(() => settings.AcceptEndpoint("http://localhost:5002/up/1"));
        Assert.Contains("ask Kinescope", Assert.Throws<KinescopeException>(() => settings.AcceptEndpoint("http://cdn.example/up/1")).Message);
    }

    [Theory]
    [InlineData("https://edge-1.kinescope.io/a.mp4?sign=1", true)]
    [InlineData("https://kinescope.io/a.mp4", true)]
    [InlineData("https://api.example/a.mp4", true)]
    [InlineData("https://files.example/a.mp4", true)]
    [InlineData("https://cdn.example/a.mp4", false)]
    [InlineData("http://edge-1.kinescope.io/a.mp4", false)]
    [InlineData("file:///etc/passwd", false)]
    public void Downloads_have_a_list_of_their_own(string address, bool isAccepted)
    {
        var settings = Settings with { UploadHosts = HostList.Parse(["cdn.example"], "x"), DownloadHosts = HostList.Parse(["files.example"], "x") };

        if (isAccepted)
        {
            Assert.Equal(address, settings.AcceptDownload(new(address)).AbsoluteUri);
            return;
        }

        var failure = Assert.Throws<KinescopeException>(() => settings.AcceptDownload(new(address)));
        Assert.Equal(ErrorIds.DownloadRefused, failure.ErrorId);
        Assert.Contains("KINESCOPE_DOWNLOAD_HOSTS", failure.Message);
    }
}
