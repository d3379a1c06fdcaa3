using System.Net;

namespace KinescopePS.Kinescope;

/// <summary>A proxy as it is given: its address without what is secret, and its user.</summary>
/// <param name="Uri">Scheme, host and port; the scheme is one that .NET knows.</param>
/// <param name="Credential">The user and password of the address; null where it has none.</param>
internal sealed record ProxyAddress(Uri Uri, NetworkCredential? Credential)
{
    private const int SocksPort = 1080;

    /// <summary>
    /// Reads the address of a proxy: <c>http</c>, <c>https</c>, <c>socks4</c>, <c>socks4a</c>, <c>socks5</c> or <c>socks5h</c>.
    /// </summary>
    /// <param name="text">The address.</param>
    /// <param name="source">The setting that has it, for the message.</param>
    /// <param name="scheme">The scheme where it has none; null where it must have one.</param>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>; the message has no password.</exception>
    public static ProxyAddress Parse(string text, string source, string? scheme = null)
    {
        var trimmed = text.Trim();
        var full = scheme is null || trimmed.Contains("://", StringComparison.Ordinal) ? trimmed : $"{scheme}://{trimmed}";
        if (trimmed.Any(char.IsWhiteSpace) || !Uri.TryCreate(full, UriKind.Absolute, out var given) || given.Host.Length == 0)
            throw Invalid(source);
        // .NET leaves names to a SOCKS5 proxy anyway, which is what the h asks for.
        scheme = given.Scheme == "socks5h" ? "socks5" : given.Scheme;
        var port = scheme switch
        {
            "http" or "https" => given.Port,
            "socks4" or "socks4a" or "socks5" => given.Port > 0 ? given.Port : SocksPort,
            _ => throw Invalid(source),
        };
        return new(new UriBuilder(scheme, given.Host, port).Uri, CredentialOf(given.UserInfo));
    }

    private static NetworkCredential? CredentialOf(string userInfo)
    {
        if (userInfo.Length == 0)
            return null;
        var parts = userInfo.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }

    private static KinescopeException Invalid(string source) => new(
        ErrorIds.UriInvalid,
        $"{source} is not the address of a proxy that can be used. Expected is something like http://proxy.example:3128; https, socks4, "
        + "socks4a, socks5 and socks5h are taken too.");
}

/// <summary>
/// The proxies that the environment names, as curl reads it: one for each scheme or for all, and the hosts that need none.
/// </summary>
internal sealed class EnvironmentProxy : IWebProxy, ICredentials
{
    private readonly ProxyAddress? _http, _https;
    private readonly string[] _direct;

    private EnvironmentProxy(ProxyAddress? http, ProxyAddress? https, string[] direct) =>
        (_http, _https, _direct, Credentials) = (http, https, direct, this);

    /// <inheritdoc />
    public ICredentials? Credentials { get; set; }

    /// <summary>Reads the environment.</summary>
    /// <param name="variable">A variable by its name; null or blank where it is not set.</param>
    /// <returns>Null where it names no proxy: the system's settings count then.</returns>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>.</exception>
    public static EnvironmentProxy? Read(Func<string, string?> variable)
    {
        var all = Proxy("all_proxy", "ALL_PROXY");
        var https = Proxy("https_proxy", "HTTPS_PROXY") ?? all;
        // A web server puts a header of its visitor's into HTTP_PROXY.
        var http = (variable("GATEWAY_INTERFACE") is null ? Proxy("http_proxy", "HTTP_PROXY") : Proxy("http_proxy")) ?? all;
        if (http is null && https is null)
            return null;
        var direct = Value("no_proxy", "NO_PROXY")?.Text.Split([',', ' ', ';'], StringSplitOptions.RemoveEmptyEntries);
        return new EnvironmentProxy(http, https, direct ?? []);

        ProxyAddress? Proxy(params string[] names) =>
            Value(names) is var (name, text) ? ProxyAddress.Parse(text, $"The environment variable {name}", "http") : null;

        (string Name, string Text)? Value(params string[] names) => names
            .Select(name => (Name: name, Text: variable(name)))
            .Where(found => !string.IsNullOrWhiteSpace(found.Text))
            .Select(found => ((string, string)?)(found.Name, found.Text!))
            .FirstOrDefault();
    }

    /// <inheritdoc />
    public Uri? GetProxy(Uri destination) =>
        _direct.Any(host => Covers(host, destination)) ? null : (destination.Scheme == Uri.UriSchemeHttp ? _http : _https)?.Uri;

    /// <inheritdoc />
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    /// <inheritdoc />
    public NetworkCredential? GetCredential(Uri uri, string authType) =>
        new[] { _https, _http }.FirstOrDefault(proxy => proxy?.Uri.Authority == uri.Authority)?.Credential;

    private static bool Covers(string entry, Uri uri)
    {
        var name = entry.TrimStart('*').TrimStart('.');
        return entry == "*"
            || name.Equals(uri.IdnHost, StringComparison.OrdinalIgnoreCase)
            || name.Equals(uri.Authority, StringComparison.OrdinalIgnoreCase)
            || name.Length > 0 && uri.HostNameType == UriHostNameType.Dns
                && uri.IdnHost.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase);
    }
}
