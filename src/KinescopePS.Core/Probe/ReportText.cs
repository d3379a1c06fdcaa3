using System.Text.RegularExpressions;

namespace KinescopePS.Probe;

/// <summary>
/// Text that goes into a report which its owner may post: of addresses it has the host alone, no mail addresses, and no ids but those
/// of what the probe made itself.
/// </summary>
internal static partial class ReportText
{
    private const int Longest = 600;

    /// <param name="text">A text, of which parts may come from the platform.</param>
    /// <param name="secret">The key, as it is sent.</param>
    /// <param name="isOurs">Tells an id of something that the probe made.</param>
    public static string Of(string text, string? secret, Func<string, bool> isOurs)
    {
        if (!string.IsNullOrEmpty(secret))
            text = text.Replace(secret, "[key]", StringComparison.OrdinalIgnoreCase);
        text = Address().Replace(text, address => $"[address at {address.Groups["host"].Value}]");
        text = Mail().Replace(text, "[mail address]");
        text = Id().Replace(text, id => isOurs(id.Value) ? id.Value : "[id]");
        text = PrintableText.Of(text);
        return text.Length > Longest ? text[..Longest] + "..." : text;
    }

    [GeneratedRegex(@"\b[a-z][a-z0-9+.-]*://(?:[^/\s@]*@)?(?<host>[^/:?#\s]*)\S*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();

    [GeneratedRegex(@"[\w.+-]+@[\w-]+(\.[\w-]+)+", RegexOptions.CultureInvariant)]
    private static partial Regex Mail();

    [GeneratedRegex("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Id();
}
