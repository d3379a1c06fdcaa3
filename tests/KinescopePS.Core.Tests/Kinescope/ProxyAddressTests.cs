using System.Net;
using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Proxies as settings name them.</summary>
public sealed class ProxyAddressTests
{
    private static readonly Uri Api = new("https://api.kinescope.io/v1/videos");

    [Theory]
    [InlineData("ALL_PROXY", "socks5h://127.0.0.1:1080", "socks5://127.0.0.1:1080/")]
    [InlineData("ALL_PROXY", " http://127.0.0.1:3128 ", "http://127.0.0.1:3128/")]
    [InlineData("all_proxy", "proxy.example:3128", "http://proxy.example:3128/")]
    [InlineData("HTTPS_PROXY", "http://proxy.example", "http://proxy.example/")]
    [InlineData("https_proxy", "socks4a://proxy.example", "socks4a://proxy.example:1080/")]
    [InlineData("HTTP_PROXY", "http://proxy.example", null)]
    [InlineData("HTTPS_PROXY", " ", null)]
    public void FoundC03_The_environments_proxy_is_used(string name, string value, string? expected) =>
        Assert.Equal(expected, EnvironmentProxy.Read(asked => asked == name ? value : null)?.GetProxy(Api)?.AbsoluteUri);

    [Theory]
    [InlineData("ftp://u:secret@127.0.0.1:1")]
    [InlineData("http://u:secret@a b:3128")]
    [InlineData("http://")]
    public void FoundC03_One_that_cannot_be_used_is_refused_by_the_name_of_its_setting(string value)
    {
        var failure = Assert.Throws<KinescopeException>(() => EnvironmentProxy.Read(asked => asked == "ALL_PROXY" ? value : null));

        Assert.Equal(ErrorIds.UriInvalid, failure.ErrorId);
        Assert.Contains("ALL_PROXY", failure.Message);
        Assert.DoesNotContain("secret", failure.Message);
    }

    [Theory]
    [InlineData("api.kinescope.io", true)]
    [InlineData("example.com, .kinescope.io", true)]
    [InlineData("kinescope.io", true)]
    [InlineData("*", true)]
    [InlineData("kinescope.i", false)]
    [InlineData("scope.io", false)]
    [InlineData("", false)]
    public void FoundC03_Hosts_that_need_none_are_reached_directly(string direct, bool isDirect)
    {
        var proxy = EnvironmentProxy.Read(name => name switch { "HTTPS_PROXY" => "http://p.example:1", "NO_PROXY" => direct, _ => null })!;

        Assert.Equal(isDirect, proxy.IsBypassed(Api));
    }

    [Fact]
    public void FoundC03_A_password_in_the_address_is_used_and_not_shown()
    {
        var proxy = EnvironmentProxy.Read(name => name == "HTTPS_PROXY" ? "http://ann:p%40ss@proxy.example:3128" : null)!;
        var uri = proxy.GetProxy(Api)!;

        Assert.Equal("http://proxy.example:3128/", uri.AbsoluteUri);
        Assert.Equal(("ann", "p@ss"), proxy.Credentials!.GetCredential(uri, "Basic") is { } found ? (found.UserName, found.Password) : default);
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5h")]
    public async Task FoundC03_A_dead_proxy_is_named_without_its_password(string scheme)
    {
        var port = Ports.Closed();
        var proxy = ProxyAddress.Parse($"{scheme}://ann:secret@127.0.0.1:{port}", "-Proxy");
        using var client = KinescopeHttp.CreateClient(new NetworkSettings(proxy, null, null));
        using var request = new HttpRequestMessage(HttpMethod.Get, Api);

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => new KinescopeHttp(client, TimeSpan.Zero).SendAsync(
            request, () => { }, RequestLimits.None, TestContext.Current.CancellationToken));

        Assert.Equal(ErrorIds.HostUnreachable, failure.ErrorId);
        Assert.Contains($"the proxy 127.0.0.1:{port} cannot", failure.Message);
        Assert.DoesNotContain("secret", failure.ToString());
    }
}
