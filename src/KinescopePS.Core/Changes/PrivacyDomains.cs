using System.Buffers;

namespace KinescopePS.Changes;

/// <summary>The domains that a person gives for videos that only these may embed.</summary>
internal static class PrivacyDomains
{
    private static readonly SearchValues<char> NotInDomains = SearchValues.Create("/\\@?#,;\"'<>() \t\r\n");

    /// <summary>Refuses domains that are none, and the privacy <c>custom</c> where an empty list is given.</summary>
    /// <returns>A warning; null where there is none.</returns>
    /// <exception cref="KinescopeException"><c>PrivacyDomainInvalid</c> or <c>PrivacyDomainMissing</c>.</exception>
    public static string? RequireFor(string? privacyType, string[]? domains)
    {
        Require(domains ?? []);
        if (privacyType == "custom" && domains is [])
            throw new KinescopeException(
                ErrorIds.PrivacyDomainMissing,
                "With -Privacy custom a video is shown on its domains only, and the list of them is empty. Name at least one: "
                + "-Domain school.example.");
        return privacyType is "anywhere" or "nowhere" && domains is { Length: > 0 }
            ? $"With -Privacy {privacyType} the domains have no effect: they count with -Privacy custom only."
            : null;
    }

    /// <summary>Refuses what is no domain. Wildcards are the platform's business.</summary>
    /// <exception cref="KinescopeException"><c>PrivacyDomainInvalid</c>.</exception>
    public static void Require(IEnumerable<string> domains)
    {
        foreach (var domain in domains)
        {
            if (string.IsNullOrWhiteSpace(domain))
                throw Invalid(domain, "an empty text is none");
            if (domain.AsSpan().ContainsAny(NotInDomains))
                throw Invalid(domain, $"write only the domain{(HostIn(domain) is { } host ? $": {host}" : ", such as school.example")}");
        }
    }

    private static string? HostIn(string text) =>
        Uri.TryCreate(text.Contains("://", StringComparison.Ordinal) ? text : $"https://{text.Trim()}", UriKind.Absolute, out var uri)
        && uri.Host.Contains('.') ? uri.Host : null;

    private static KinescopeException Invalid(string domain, string advice) => new(
        ErrorIds.PrivacyDomainInvalid,
        $"'{domain}' is no domain: {advice}. Several are given as a list: -Domain school.example, www.school.example. "
        + "Nothing was changed.");
}
