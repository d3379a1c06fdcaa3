using System.Buffers;
using System.Globalization;
using System.Text;

namespace KinescopePS.Changes;

/// <summary>The domains that a person gives for videos that only these may embed.</summary>
/// <remarks>
/// Which forms Kinescope takes is not documented. What no domain can look like is refused; a wildcard for the first part and a port are
/// left to the platform.
/// </remarks>
internal static class PrivacyDomains
{
    private const int LongestDomain = 253, LongestLabel = 63;

    private static readonly SearchValues<char> NotInDomains = SearchValues.Create("/\\@?#,;\"'<>() \t\r\n");

    /// <summary>Reads the domains, and refuses the privacy <c>custom</c> where an empty list is given.</summary>
    /// <returns>The domains, each once; null where none are given. And a warning; null where there is none.</returns>
    /// <exception cref="KinescopeException"><c>PrivacyDomainInvalid</c> or <c>PrivacyDomainMissing</c>.</exception>
    public static (string[]? Domains, string? Warning) ReadFor(string? privacyType, string[]? domains)
    {
        domains = domains is null ? null : Read(domains);
        if (privacyType == "custom" && domains is [])
            throw new KinescopeException(
                ErrorIds.PrivacyDomainMissing,
                "With -Privacy custom a video is shown on its domains only, and the list of them is empty. Name at least one: "
                + "-Domain school.example.");
        return (domains, privacyType is "anywhere" or "nowhere" && domains is { Length: > 0 }
            ? $"With -Privacy {privacyType} the domains have no effect: they count with -Privacy custom only."
            : null);
    }

    /// <summary>
    /// Reads domains: in small letters, without the dot of the root, and each once, whether it is written in letters of its language or in
    /// those of DNS.
    /// </summary>
    /// <exception cref="KinescopeException"><c>PrivacyDomainInvalid</c>.</exception>
    public static string[] Read(IEnumerable<string> domains) => [.. domains.Select(Read).DistinctBy(Plain)];

    /// <summary>A domain as it is compared with others.</summary>
    public static string Plain(string domain)
    {
        var name = domain.Trim().ToLowerInvariant();
        name = name.EndsWith('.') ? name[..^1] : name;
        var (wildcard, rest) = name.StartsWith("*.", StringComparison.Ordinal) ? ("*.", name[2..]) : ("", name);
        var (host, port) = rest.IndexOf(':') is >= 0 and var colon ? (rest[..colon], rest[colon..]) : (rest, "");
        return wildcard + (InDns(host) ?? host) + port;
    }

    private static string Read(string domain)
    {
        if (string.IsNullOrWhiteSpace(domain))
            throw Invalid(domain, "an empty text is none");
        if (domain.AsSpan().ContainsAny(NotInDomains))
            throw Invalid(domain, $"write only the domain{(HostIn(domain) is { } inner ? $": {inner}" : ", such as school.example")}");
        var name = domain.ToLowerInvariant();
        name = name.EndsWith('.') ? name[..^1] : name;
        if (name is "*" or "*.*")
            throw Invalid(domain, "to show the player everywhere, give -Privacy anywhere; for all parts of a domain, *.school.example");
        var rest = name.StartsWith("*.", StringComparison.Ordinal) ? name[2..] : name;
        var host = rest;
        if (rest.IndexOf(':') is >= 0 and var colon)
        {
            if (!ushort.TryParse(rest[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port == 0)
                throw Invalid(domain, $"behind the colon stands no port. Write {rest[..colon]}");
            host = rest[..colon];
        }

        if (host.Contains('*'))
            throw Invalid(domain, "a * can only stand for the first part, as in *.school.example");
        if (host.Split('.').Contains(""))
            throw Invalid(domain, $"a part of it is empty. Write {Suggestion(host)}");
        if (host.Split('.').FirstOrDefault(label => label.StartsWith('-') || label.EndsWith('-')) is { } dashed)
            throw Invalid(domain, $"no part of a domain begins or ends with a hyphen, as '{dashed}' does");
        var ascii = InDns(host);
        if (ascii is null || !ascii.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_'))
            throw Invalid(domain, "it has letters that no domain has. Write such as school.example");
        if (ascii.Length > LongestDomain || ascii.Split('.').Any(label => label.Length > LongestLabel))
            throw Invalid(domain, $"it is too long: a domain has {LongestDomain} letters at most, and each of its parts {LongestLabel}");
        return name;
    }

    /// <summary>A name in the letters of DNS; null where it has none.</summary>
    private static string? InDns(string host)
    {
        try
        {
            return Ascii.IsValid(host) ? host : new IdnMapping().GetAscii(host);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static string Suggestion(string host) =>
        string.Join('.', host.Split('.', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } name ? name : "school.example";

    private static string? HostIn(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text.Trim()}", UriKind.Absolute, out var uri)
        && uri.Host.Contains('.') ? uri.Host : null;

    private static KinescopeException Invalid(string domain, string advice) => new(
        ErrorIds.PrivacyDomainInvalid,
        $"'{domain}' is no domain: {advice}. Several are given as a list: -Domain school.example, www.school.example. "
        + "Nothing was changed.");
}
