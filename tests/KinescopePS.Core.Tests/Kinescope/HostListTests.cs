using KinescopePS.Kinescope;

namespace KinescopePS.Tests.Kinescope;

/// <summary>Lists of hosts: names, addresses, and all names below a domain.</summary>
public sealed class HostListTests
{
    [Theory]
    [InlineData("cdn.example", "https://cdn.example/", true)]
    [InlineData("CDN.Example", "https://cdn.example:8443/", true)]
    [InlineData("cdn.example", "https://a.cdn.example/", false)]
    [InlineData("*.cdn.example", "https://a.b.cdn.example/", true)]
    [InlineData(".cdn.example", "https://a.cdn.example/", true)]
    [InlineData("*.cdn.example", "https://cdn.example/", false)]
    [InlineData("*.cdn.example", "https://evilcdn.example/", false)]
    [InlineData("*.cdn.example:8443", "https://a.cdn.example:8443/", true)]
    [InlineData("*.cdn.example:8443", "https://a.cdn.example/", false)]
    [InlineData("cdn.example:443", "https://cdn.example/", true)]
    [InlineData("10.1.2.3", "https://10.1.2.3/", true)]
    [InlineData("10.1.2.3:9000", "https://10.1.2.3/", false)]
    [InlineData("::1", "https://[::1]:8443/", true)]
    [InlineData("[2001:db8::1]:8443", "https://[2001:db8::1]:8443/", true)]
    [InlineData("файлы.рф", "https://xn--80asg7a0b.xn--p1ai/", true)]
    [InlineData("a.example; b.example, c.example", "https://c.example/", true)]
    [InlineData("", "https://cdn.example/", false)]
    [InlineData(" , ", "https://cdn.example/", false)]
    public void A_host_is_found(string list, string address, bool isIn) => Assert.Equal(isIn, HostList.Parse([list], "x").Contains(new Uri(address)));

    [Theory]
    [InlineData("https://cdn.example")]
    [InlineData("cdn.example/path")]
    [InlineData("user@cdn.example")]
    [InlineData("*")]
    [InlineData("*.")]
    [InlineData(".")]
    [InlineData("*cdn.example")]
    [InlineData("a.*.example")]
    [InlineData("*.10.1.2.3")]
    [InlineData("cdn.example:")]
    [InlineData("cdn.example:0")]
    [InlineData("cdn.example:65536")]
    [InlineData("cdn.example:x")]
    [InlineData("[::1")]
    [InlineData("a..b")]
    [InlineData("good.example,b@d")]
    public void What_is_no_host_is_one_clear_error(string list)
    {
        var failure = Assert.Throws<KinescopeException>(() => HostList.Parse([list], "KINESCOPE_UPLOAD_HOSTS"));

        Assert.Equal(ErrorIds.UriInvalid, failure.ErrorId);
        Assert.StartsWith("KINESCOPE_UPLOAD_HOSTS has '", failure.Message);
    }
}
