using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>The kinds of findings, as a person types them.</summary>
internal static class FindingStatuses
{
    /// <summary>The kinds that names, or names with wildcards, stand for. A wildcard stands for differences only.</summary>
    /// <exception cref="KinescopeException"><c>FindingStatusUnknown</c>.</exception>
    public static IReadOnlyList<LessonFindingStatus> Matching(IEnumerable<string> names) => [.. names.SelectMany(Of).Distinct()];

    private static IReadOnlyList<LessonFindingStatus> Of(string name)
    {
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        var isPattern = WildcardPattern.ContainsWildcardCharacters(name);
        List<LessonFindingStatus> found =
        [
            .. Enum.GetValues<LessonFindingStatus>()
                .Where(status => pattern.IsMatch(status.ToString()) && !(isPattern && status == LessonFindingStatus.Agrees)),
        ];
        return found.Count > 0
            ? found
            : throw new KinescopeException(
                ErrorIds.FindingStatusUnknown,
                $"There is no finding '{name}'. There are {string.Join(", ", Enum.GetNames<LessonFindingStatus>())}.");
    }
}
