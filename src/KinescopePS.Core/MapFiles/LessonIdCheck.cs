using System.Globalization;
using System.Text.RegularExpressions;
using KinescopePS.Manifest;

namespace KinescopePS.MapFiles;

/// <summary>
/// Compares the lesson ids of a map with the manifest that the map names, and without one points out what a spreadsheet makes of ids:
/// <c>001</c> becomes <c>1</c>, <c>1-2</c> a date, fifteen digits <c>1,23E+14</c>.
/// </summary>
/// <param name="map">The map's full path.</param>
/// <param name="note">Receives the reason why a manifest cannot be compared with.</param>
internal sealed partial class LessonIdCheck(string map, Action<string> note)
{
    private const int MostNamed = 5;

    private static readonly HashSet<string> Months =
    [
        .. "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC ЯНВ ФЕВ МАР АПР МАЙ МАЯ ИЮН ИЮЛ АВГ СЕН ОКТ НОЯ ДЕК".Split(' '),
    ];

    private readonly Dictionary<string, HashSet<string>?> _manifests = [];
    private readonly List<string> _suspects = [];

    /// <summary>The warning of ids that no manifest could be asked about and that look changed; null where there are none.</summary>
    public string? Warning => _suspects.Count == 0 ? null
        : $"{map}: {_suspects.Count} lesson ids look as if a spreadsheet had changed them: {string.Join(", ", _suspects.Take(MostNamed))}"
            + (_suspects.Count > MostNamed ? ", ..." : "") + ". Compare them with the site, and format their column as text.";

    /// <exception cref="KinescopeException"><c>LessonNotInManifest</c>.</exception>
    public void Check(MapEntry entry)
    {
        if (entry.LessonId is not { } id)
            return;
        var manifest = entry.ManifestPath is { } named ? Path.GetFullPath(named, Path.GetDirectoryName(map)!) : null;
        if (manifest is null || IdsOf(manifest) is not { } known)
        {
            if (LooksChanged(id))
                _suspects.Add($"'{id}' ({entry.Position})");
        }
        else if (!known.Contains(id))
        {
            var meant = known.Where(other => MayHaveBecome(other, id)).Take(2).ToList();
            throw new KinescopeException(
                ErrorIds.LessonNotInManifest,
                $"{manifest} has no such lesson"
                + (meant.Count == 1 ? $", but '{meant[0]}', which a spreadsheet changes to this. " : ". ")
                + "It was left out. Correct the id, and format its column as text.");
        }
    }

    private HashSet<string>? IdsOf(string manifest)
    {
        if (_manifests.TryGetValue(manifest, out var known))
            return known;
        if (!File.Exists(manifest))
            return _manifests[manifest] = null;

        var ids = new HashSet<string>();
        try
        {
            new ManifestReader(manifest, entry =>
            {
                if (((entry as ManifestLesson)?.Id ?? (entry as ManifestProblem)?.LessonId) is { } id)
                    ids.Add(id);
            }).Read();
            return _manifests[manifest] = ids;
        }
        catch (KinescopeException failure)
        {
            note($"{map}: its lessons could not be compared with those of the manifest. {failure.Message}");
            return _manifests[manifest] = null;
        }
    }

    /// <summary>True where both are the same number to a spreadsheet, which keeps fifteen digits, and shows three of a long one.</summary>
    private static bool MayHaveBecome(string original, string id)
    {
        if (!double.TryParse(original, NumberStyles.None, CultureInfo.InvariantCulture, out var was)
            || !double.TryParse(id.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var became))
            return false;
        return Math.Abs(was - became) <= was * (id.Contains('E', StringComparison.OrdinalIgnoreCase) ? 0.005 : 1e-14);
    }

    private static bool LooksChanged(string id) => Number().IsMatch(id) || Date().IsMatch(id)
        || MonthAndNumber().Match(id) is { Success: true } date && Months.Contains(date.Groups["month"].Value[..3].ToUpperInvariant());

    // 1,23E+14; a number whose digits from the sixteenth on are zeros; an error of the spreadsheet, or a column that was too narrow.
    [GeneratedRegex(@"^(\d([.,]\d+)?E\+?\d+|\d{15}0+|\#.*)$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex(@"^(\d{1,2}([./-])\d{1,2}\2(\d{2}|\d{4})|\d{4}-\d{2}-\d{2})( .*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Date();

    [GeneratedRegex(@"^(\d{1,2}[ .-]?(?<month>\p{L}{3,5})|(?<month>\p{L}{3,5})[ .-]\d{2,4})\.?$", RegexOptions.CultureInvariant)]
    private static partial Regex MonthAndNumber();
}
