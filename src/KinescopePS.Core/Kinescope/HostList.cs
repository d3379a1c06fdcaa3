using System.Globalization;

namespace KinescopePS.Kinescope;

/// <summary>The hosts that a setting lets in beside the platform's own: names and addresses, or all names below a domain.</summary>
internal sealed class HostList
{
    public const string UploadSetting = "KINESCOPE_UPLOAD_HOSTS";
    public const string DownloadSetting = "KINESCOPE_DOWNLOAD_HOSTS";

    private static readonly char[] Separators = [',', ';', ' ', '\t', '\r', '\n'];

    /// <summary>The hosts of Kinescope itself.</summary>
    public static readonly HostList Platform = Parse(["kinescope.io", "*.kinescope.io"], "");

    public static readonly HostList None = new([]);

    private readonly Entry[] _entries;

    private HostList(Entry[] entries) => _entries = entries;

    /// <summary>The entries, as they were written.</summary>
    public IReadOnlyList<string> Texts => [.. _entries.Select(entry => entry.Text)];

    /// <summary>Reads a list of <c>host</c>, <c>host:8443</c>, <c>*.example.org</c> and <c>.example.org</c>.</summary>
    /// <param name="texts">The entries; each may be several, with commas or blanks between them.</param>
    /// <param name="settingName">Names the setting in the error.</param>
    /// <exception cref="KinescopeException"><c>UriInvalid</c>.</exception>
    public static HostList Parse(IEnumerable<string> texts, string settingName) =>
        new([.. texts.SelectMany(text => text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            .Select(text => ParseEntry(text, settingName))]);

    /// <summary>True for an address on one of the hosts, on the port that is named with it, or on any where none is.</summary>
    public bool Contains(Uri uri) => Array.Exists(_entries, entry => entry.Matches(uri));

    private static Entry ParseEntry(string text, string settingName)
    {
        var isSuffix = text.StartsWith("*.", StringComparison.Ordinal) || text[0] == '.';
        var rest = isSuffix ? text[(text.IndexOf('.') + 1)..] : text;
        // An IPv6 address may come without its brackets.
        if (Uri.CheckHostName(rest) == UriHostNameType.IPv6 && rest[0] != '[')
            rest = $"[{rest}]";
        var end = rest.LastIndexOf(':') is var colon && colon > rest.LastIndexOf(']') ? colon : rest.Length;
        ushort? port = end == rest.Length ? null
            : ushort.TryParse(rest.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var given) && given > 0 ? given
            : throw Invalid(text, settingName);
        var kind = Uri.CheckHostName(rest[..end]);
        if (kind is UriHostNameType.Unknown or UriHostNameType.Basic || isSuffix && kind != UriHostNameType.Dns
            || !Uri.TryCreate($"https://{rest[..end]}/", UriKind.Absolute, out var uri) || NameOf(uri) is not { Length: > 0 } name)
            throw Invalid(text, settingName);
        // A whole top-level domain is anybody's.
        if (isSuffix && !name.Contains('.', StringComparison.Ordinal))
            throw Invalid(text, settingName);
        return new Entry(text, isSuffix ? $".{name}" : name, isSuffix, port);
    }

    private static KinescopeException Invalid(string text, string settingName) => new(
        ErrorIds.UriInvalid,
        $"{settingName} has '{KinescopeErrors.Printable(text)}', which is no host. Expected are names such as cdn.example.org, all names "
        + "below a domain as *.example.org, or addresses, without https://; with a port where only that is meant: cdn.example.org:8443.");

    /// <summary>The name that is looked up for an address; empty where it can be none.</summary>
    public static string NameOf(Uri uri)
    {
        try
        {
            return uri.IdnHost;
        }
        catch (UriFormatException)
        {
            return "";
        }
    }

    private sealed record Entry(string Text, string Name, bool IsSuffix, ushort? Port)
    {
        public bool Matches(Uri uri) => (Port is null || Port == uri.Port) && (IsSuffix
            ? NameOf(uri).EndsWith(Name, StringComparison.OrdinalIgnoreCase)
            : NameOf(uri).Equals(Name, StringComparison.OrdinalIgnoreCase));
    }
}
