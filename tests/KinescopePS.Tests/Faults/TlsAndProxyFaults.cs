using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Faults;

/// <summary>Real TLS with certificates of our own, and a real proxy, in front of the sandbox.</summary>
public sealed class TlsAndProxyFaults : UploadTest
{
    private readonly TestAuthority _authority = new();

    public enum Flaw
    {
        Expired,
        NotYetValid,
        WrongHost,
        UntrustedAuthority,
        OtherAuthority,
        NotForServers,
    }

    [Theory]
    [InlineData(Flaw.Expired)]
    [InlineData(Flaw.NotYetValid)]
    [InlineData(Flaw.WrongHost)]
    [InlineData(Flaw.UntrustedAuthority)]
    [InlineData(Flaw.OtherAuthority)]
    [InlineData(Flaw.NotForServers)]
    public async Task Fault24_Certificate_that_is_not_right_stops_all_at_once(Flaw flaw)
    {
        WriteCourse(4);
        using var certificate = flaw switch
        {
            Flaw.Expired => _authority.Issue("localhost", DateTimeOffset.UtcNow.AddMonths(-13)),
            Flaw.NotYetValid => _authority.Issue("localhost", DateTimeOffset.UtcNow.AddMonths(1)),
            Flaw.WrongHost => _authority.Issue("elsewhere.example"),
            Flaw.NotForServers => _authority.Issue("localhost", usage: "1.3.6.1.5.5.7.3.2"),
            _ => _authority.Issue("localhost"),
        };
        await using var front = new TlsFront(certificate, Sandbox.ApiPort);
        using var other = new TestAuthority();
        var trust = flaw == Flaw.UntrustedAuthority ? "" : $"-CertificateAuthority '{Folder.Write("ca.pem", flaw == Flaw.OtherAuthority ? other.Pem : _authority.Pem)}'";
        Session.Run($"$kinescope.UploaderUri = 'https://localhost:{front.Port}'");

        var result = Send("-ThrottleLimit 1", connection: $"-MaxRetry 50 {trust}");

        Assert.Equal(["CertificateRejected"], result.ErrorIds);
        Assert.Contains($"localhost:{front.Port}", result.LastError.Exception.Message);
        Assert.Equal(1, front.Connections);
        Assert.Empty(await Sandbox.RequestsAsync("POST", "/v2/init"));
    }

    [Fact]
    public async Task Fault24_Certificate_of_an_authority_that_is_given_is_trusted()
    {
        WriteCourse(2, 200_000);
        await using var fronts = await UseTlsAsync();

        Send(connection: "-MaxRetry 0").RequireNoErrors();

        Assert.True(fronts.Api.Connections > 0 && fronts.Node.Connections > 0);
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public void Fault24_No_parameter_switches_the_checks_off()
    {
        var names = Session.Run("(Get-Command -Module KinescopePS).Parameters.Keys").RequireNoErrors().Output.Select(name => name.ToString());

        Assert.DoesNotContain(names, name => name.Contains("skip", StringComparison.OrdinalIgnoreCase) || name.Contains("insecure", StringComparison.OrdinalIgnoreCase) || name.Contains("check", StringComparison.OrdinalIgnoreCase) && name is not ("CheckDatabase" or "Checksum"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("wrong")]
    public async Task Fault25_Proxy_that_wants_a_password_is_told_at_once(string? password)
    {
        WriteCourse(3);
        await using var fronts = await UseTlsAsync();
        await using var proxy = new ConnectProxy { Credentials = "user:right" };

        var credential = password is null ? "" : ProxyCredential(password);
        var result = Session.Run($"Connect-Kinescope @kinescope -MaxRetry 50 -Proxy http://127.0.0.1:{proxy.Port} {credential}");

        Assert.Equal(["ProxyAuthenticationRequired"], result.ErrorIds);
        Assert.DoesNotContain("wrong", result.LastError.ToString());
        Assert.InRange(proxy.Connections, 1, 2);
        Assert.Equal(0, proxy.Tunnels);
        Send(connection: $"-Proxy http://127.0.0.1:{proxy.Port} {ProxyCredential("right")}").RequireNoErrors();
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task Fault25_Proxy_that_refuses_for_a_while_is_tried_again()
    {
        WriteCourse(1);
        await using var fronts = await UseTlsAsync();
        await using var proxy = new ConnectProxy();
        Session.Connect($"-MaxRetry 2 -Proxy http://127.0.0.1:{proxy.Port}");
        proxy.Refusals = 2;

        Send().RequireNoErrors();

        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task FoundC03_Fault25_Proxy_that_is_not_there_is_told()
    {
        WriteCourse(1);
        await using var fronts = await UseTlsAsync();

        var port = Ports.Closed();
        var result = Session.Run($"Connect-Kinescope @kinescope -MaxRetry 1 -Proxy http://ann:secret@127.0.0.1:{port}");

        Assert.Equal(["HostUnreachable"], result.ErrorIds);
        Assert.Contains($"the proxy 127.0.0.1:{port} cannot", result.LastError.Exception.Message);
        Assert.DoesNotContain("secret", result.LastError.Exception.ToString());
    }

    [Fact]
    public async Task FoundC03_User_and_password_in_the_proxys_address_are_used()
    {
        WriteCourse(1);
        await using var fronts = await UseTlsAsync();
        await using var proxy = new ConnectProxy { Credentials = "user:ri@ght" };

        Send(connection: $"-Proxy http://user:ri%40ght@127.0.0.1:{proxy.Port}").RequireNoErrors();

        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Fault25_Proxy_that_drops_long_bodies_is_passed_in_several_requests()
    {
        WriteCourse(1, 8_000_000);
        await using var fronts = await UseTlsAsync();
        await using var proxy = new ConnectProxy { TunnelLimit = 3_000_000 };

        Send(connection: $"-MaxRetry 1 -Proxy http://127.0.0.1:{proxy.Port}").RequireNoErrors();

        var patches = await PatchesAsync();
        Assert.InRange(patches.Count, 3, 12);
        Assert.Equal(8_000_000, BytesOf(patches));
        await RequireOneVideoEachAsync(1);
    }

    private static string ProxyCredential(string password) =>
        $"-ProxyCredential ([pscredential]::new('user', [System.Net.NetworkCredential]::new('', '{password}').SecurePassword))";

    /// <summary>Puts TLS in front of the sandbox, API and upload node, and has the session trust its authority.</summary>
    private async Task<Fronts> UseTlsAsync()
    {
        var certificate = _authority.Issue("localhost");
        var fronts = new Fronts(new TlsFront(certificate, Sandbox.ApiPort), new TlsFront(certificate, Sandbox.UploadPort));
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new
        {
            kind = "alter",
            replace = new Dictionary<string, string> { ["http://127[^/\"]+"] = $"https://localhost:{fronts.Node.Port}" },
        }, times: null));
        Session.Run(
            "param($uri, $authority) $kinescope.ApiUri = $uri; $kinescope.UploaderUri = $uri; $kinescope.CertificateAuthority = $authority",
            $"https://localhost:{fronts.Api.Port}",
            Folder.Write("ca.pem", _authority.Pem)).RequireNoErrors();
        return fronts;
    }

    private sealed record Fronts(TlsFront Api, TlsFront Node) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Api.DisposeAsync();
            await Node.DisposeAsync();
        }
    }
}
