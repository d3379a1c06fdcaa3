using System.Net;
using System.Net.Http.Headers;
using System.Security;

namespace KinescopePS.Kinescope;

/// <summary>Where Kinescope is and whose account it is.</summary>
internal sealed record KinescopeSettings
{
    public const string DefaultApiUri = "https://api.kinescope.io";
    public const string DefaultUploaderUri = "https://uploader.kinescope.io";

    private readonly string? _workspaceId;

    /// <summary>The bearer token; kept as it came and made text only for a request's header.</summary>
    public SecureString? ApiKey { get; init; }

    /// <summary>The workspace; with it videos are created by tus creation with an <c>init_id</c> of our own.</summary>
    public string? WorkspaceId
    {
        get => _workspaceId;
        init => _workspaceId = value is null || FitsHeader(value)
            ? value
            : throw new KinescopeException(
                ErrorIds.IdInvalid,
                "The workspace id (-WorkspaceId, KINESCOPE_WORKSPACE_ID) holds a blank, a line break or a letter that no id has.")
            {
                StopsRun = true,
            };
    }

    public required Uri ApiUri { get; init; }

    public Uri UploaderUri { get; init; } = new(DefaultUploaderUri);

    /// <summary>Hosts that take videos' bytes beside the platform's and the uploader's.</summary>
    public HostList UploadHosts { get; init; } = HostList.None;

    /// <summary>Hosts that what Kinescope stores is downloaded from beside the platform's, the API's and the uploader's.</summary>
    public HostList DownloadHosts { get; init; } = HostList.None;

    public RequestLimits Limits { get; init; } = RequestLimits.Standard;

    /// <summary>The Authorization header of one request. No property: a record prints these.</summary>
    /// <exception cref="KinescopeException"><c>ApiKeyInvalid</c> or <c>SessionClosed</c>.</exception>
    public AuthenticationHeaderValue AuthorizationHeader()
    {
        try
        {
            return new NetworkCredential("", ApiKey).Password is var key && FitsHeader(key)
                ? new("Bearer", key)
                : throw new KinescopeException(
                    ErrorIds.ApiKeyInvalid,
                    "The API key holds a blank, a line break or a letter that no key has: copy it again, without anything around it.");
        }
        catch (ObjectDisposedException closed)
        {
            throw KinescopeErrors.SessionClosed(closed);
        }
    }

    /// <summary>Reads the account from settings; what is given wins over them.</summary>
    /// <param name="setting">A setting by its name; null where it is not set.</param>
    /// <param name="apiKey">The key.</param>
    /// <param name="apiUri">The API's address, as -ApiUri says it.</param>
    /// <param name="uploaderUri">The uploader's address, as -UploaderUri says it.</param>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="uploadHosts">Further hosts for bytes, as -UploadHost says them.</param>
    /// <param name="downloadHosts">Further hosts to download from, as -DownloadHost says them.</param>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>, <c>IdInvalid</c> or <c>RequestLimitInvalid</c>.</exception>
    public static KinescopeSettings Read(
        Func<string, string?> setting,
        SecureString? apiKey = null, string? apiUri = null, string? uploaderUri = null, string? workspaceId = null,
        string[]? uploadHosts = null, string[]? downloadHosts = null)
    {
        return new KinescopeSettings
        {
            ApiKey = apiKey ?? (setting("KINESCOPE_API_KEY") is { } key ? new NetworkCredential("", key).SecurePassword : null),
            ApiUri = Host(apiUri, "-ApiUri", "KINESCOPE_API_URL", DefaultApiUri),
            UploaderUri = Host(uploaderUri, "-UploaderUri", "KINESCOPE_UPLOADER_URL", DefaultUploaderUri),
            WorkspaceId = workspaceId ?? setting("KINESCOPE_WORKSPACE_ID"),
            UploadHosts = Hosts(uploadHosts, "-UploadHost", HostList.UploadSetting),
            DownloadHosts = Hosts(downloadHosts, "-DownloadHost", HostList.DownloadSetting),
            Limits = RequestLimits.Read(setting),
        };

        Uri Host(string? given, string parameter, string name, string standard) =>
            ParseHost(given ?? setting(name) ?? standard, given is null ? name : parameter);

        HostList Hosts(string[]? given, string parameter, string name) =>
            HostList.Parse(given ?? [setting(name) ?? ""], given is null ? name : parameter);
    }

    /// <summary>Reads the address of a host, without a path: <c>https</c>, or <c>http</c> on this machine only.</summary>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>.</exception>
    public static Uri ParseHost(string text, string settingName)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || HostList.NameOf(uri).Length == 0)
            throw new KinescopeException(
                ErrorIds.UriInvalid, $"{settingName} is not a web address. Expected is something like {DefaultApiUri}.");
        if (uri.Scheme != Uri.UriSchemeHttps && !(uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback))
            throw new KinescopeException(
                ErrorIds.UriInvalid,
                $"{settingName} must begin with https://: the API key would travel in the open. "
                + "(http:// is accepted for this machine only.)");
        return new Uri(uri.GetLeftPart(UriPartial.Authority));
    }

    /// <summary>Checks the id of a new video in a response.</summary>
    /// <exception cref="KinescopeException"><c>AnswerInvalid</c>.</exception>
    public static string AcceptVideoId(string? text) => VideoIds.IsId(text)
        ? VideoIds.Canonical(text!)
        : throw new KinescopeException(ErrorIds.AnswerInvalid, "Kinescope created a video but did not say a usable id.")
        {
            StopsRun = true,
        };

    // What is more would end a header's line, or be changed on the way.
    private static bool FitsHeader(string text) => text.All(letter => letter is > ' ' and <= '~');

    /// <summary>Checks the upload URL in a response.</summary>
    /// <remarks>
    /// The host is the server's choice (kinescope-api, regional nodes), so any <c>https</c> host of the platform and of the setting is
    /// accepted, and the configured uploader's own host by its own scheme; a video's bytes go nowhere else.
    /// </remarks>
    /// <exception cref="KinescopeException"><c>UploadEndpointRefused</c>; the message names the host only.</exception>
    public Uri AcceptEndpoint(string? text)
    {
        if (string.IsNullOrEmpty(text)
            || !Uri.TryCreate(UploaderUri, text, out var endpoint)
            || HostList.NameOf(endpoint) is not { Length: > 0 } host)
            throw new KinescopeException(ErrorIds.AnswerInvalid, "Kinescope answered without a usable upload address.") { StopsRun = true };

        var isUploader = endpoint.Scheme == UploaderUri.Scheme
            && string.Equals(host, UploaderUri.IdnHost, StringComparison.OrdinalIgnoreCase);
        if (endpoint.UserInfo.Length == 0 && (isUploader || IsAmong(UploadHosts, endpoint)))
            return endpoint;
        throw new KinescopeException(
            ErrorIds.UploadEndpointRefused,
            $"Kinescope named {endpoint.Scheme}://{endpoint.Authority} as upload address; nothing was sent to it. Videos go to https hosts "
            + $"of kinescope.io, to {UploaderUri.Host}, and to those that {HostList.UploadSetting} or Connect-Kinescope -UploadHost names"
            + Advice(endpoint))
        {
            StopsRun = true,
        };
    }

    /// <summary>Checks the address of something that Kinescope stores, before it is downloaded. No key goes with it.</summary>
    /// <exception cref="KinescopeException"><c>DownloadRefused</c>; the message names the host only.</exception>
    public Uri AcceptDownload(Uri address)
    {
        if (address.UserInfo.Length == 0
            && (address.IsOriginOf(ApiUri) || address.IsOriginOf(UploaderUri) || IsAmong(DownloadHosts, address)))
            return address;
        throw new KinescopeException(
            ErrorIds.DownloadRefused,
            $"Kinescope named {address.Scheme}://{address.Authority} to download from; it was not asked. Downloads come from https hosts "
            + $"of kinescope.io, from the API and the uploader, and from those that {HostList.DownloadSetting} or Connect-Kinescope "
            + $"-DownloadHost names{Advice(address)}");
    }

    /// <summary>
    /// True where the key may go: to the API's and the uploader's own origins. Another port of the same host may be another program, and
    /// upload addresses need no key.
    /// </summary>
    public bool MayHaveKey(Uri uri) => uri.IsOriginOf(ApiUri) || uri.IsOriginOf(UploaderUri);

    /// <summary>True where the workspace may be named, which is no secret: to Kinescope.</summary>
    public bool MayHaveWorkspace(Uri uri) => MayHaveKey(uri) || IsAmong(HostList.None, uri);

    private bool IsAmong(HostList hosts, Uri uri) => IsSafe(uri) && (HostList.Platform.Contains(uri) || hosts.Contains(uri));

    // On this machine http will do, where the uploader is here too.
    private bool IsSafe(Uri uri) => uri.Scheme == Uri.UriSchemeHttps
        || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback && UploaderUri.Scheme == Uri.UriSchemeHttp;

    private string Advice(Uri refused) => IsSafe(refused) && refused.UserInfo.Length == 0
        ? $": add '{refused.Host}' there if Kinescope confirms that it is theirs."
        : ". A setting does not make this address a safe one: ask Kinescope for it.";
}
