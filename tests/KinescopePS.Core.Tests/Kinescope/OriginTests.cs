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
    [InlineData("https://eu-ams-uploader-1.kinescope.io/v2/upload/1", true)]
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
}
