using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Names as a user gives them, with wildcards and in any case.</summary>
internal static class Wildcards
{
    public static WildcardPattern[] PatternsOf(string[]? texts) =>
        texts is null ? [] : Array.ConvertAll(texts, text => WildcardPattern.Get(text, WildcardOptions.IgnoreCase));

    /// <summary>True where one of the patterns matches; no pattern at all matches everything.</summary>
    public static bool Matches(WildcardPattern[] patterns, string? text) =>
        patterns.Length == 0 || Array.Exists(patterns, pattern => pattern.IsMatch(text ?? ""));
}
