using System.Buffers;

namespace KinescopePS.Changes;

/// <summary>The domains that a person gives for videos that only these may embed.</summary>
internal static class PrivacyDomains
{
    private static readonly SearchValues<char> NotInDomains = SearchValues.Create("/\\@?#,;\"'<>() \t\r\n");

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
