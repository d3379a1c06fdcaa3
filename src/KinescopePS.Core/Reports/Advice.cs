using System.Reflection;
using System.Text;

namespace KinescopePS.Reports;

/// <summary>The meaning of an error id and the way to mend it, in the marks of Markdown.</summary>
internal sealed record Advice(string Meaning, string Cure)
{
    private static readonly Lazy<Dictionary<string, Advice>> English = new(() => Read("troubleshooting.md"));
    private static readonly Lazy<Dictionary<string, Advice>> Russian = new(() => Read("troubleshooting.ru.md"));

    /// <summary>The advice for an error id, as docs/troubleshooting.md and its twin have it; null for another id.</summary>
    public static Advice? Of(string errorId, bool isRussian) =>
        (isRussian ? Russian : English).Value.GetValueOrDefault(errorId);

    /// <summary>The rows of the tables of errors: id, end, meaning, cure. Several ids may share one.</summary>
    private static Dictionary<string, Advice> Read(string page)
    {
        var known = new Dictionary<string, Advice>(StringComparer.Ordinal);
        using var text = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(page)!);
        while (text.ReadLine() is { } line)
        {
            if (!line.StartsWith("| `", StringComparison.Ordinal) || Cells(line) is not [var ids, _, var meaning, var cure])
                continue;
            foreach (var id in ids.Split(',', StringSplitOptions.TrimEntries))
                known[id.Trim('`')] = new Advice(meaning, cure);
        }

        return known;
    }

    /// <summary>The cells of a row; a bar that is no border is written with a backslash before it.</summary>
    private static List<string> Cells(string row)
    {
        var (cells, cell) = (new List<string>(), new StringBuilder());
        for (var i = 1; i < row.Length; i++)
        {
            if (row[i] == '\\' && i + 1 < row.Length && row[i + 1] == '|')
            {
                cell.Append('|');
                i++;
            }
            else if (row[i] == '|')
            {
                cells.Add(cell.ToString().Trim());
                cell.Clear();
            }
            else
            {
                cell.Append(row[i]);
            }
        }

        return cells;
    }
}
