using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace KinescopePS.Tests.Errors;

/// <summary>docs/troubleshooting.md against the table of error ids.</summary>
public partial class ErrorTableTests
{
    private static readonly List<string> Ids = [.. typeof(ErrorIds).GetFields().Select(field => (string)field.GetValue(null)!)];

    [Fact]
    public void Each_id_has_a_row_in_troubleshooting_and_each_row_an_id()
    {
        var documented = Rows().SelectMany(row => row.Ids).ToList();

        Assert.Empty(Ids.Except(documented));
        Assert.Empty(documented.Except(Ids));
        Assert.Equal(documented.Distinct(), documented);
    }

    [Fact]
    public void Each_row_says_what_it_means_and_what_to_do() =>
        Assert.DoesNotContain(Rows(), row => row.Ends.Length == 0 || row.Meaning.Length == 0 || row.Cure.Length == 0);

    [Fact]
    public void What_ends_a_run_says_so()
    {
        var rows = Rows().SelectMany(row => row.Ids.Select(id => (Id: id, row.Ends))).ToList();

        Assert.DoesNotContain(rows, row => ErrorAttribute.Of(row.Id).StopsRun && !row.Ends.StartsWith("run"));
        Assert.DoesNotContain(rows, row => !ErrorAttribute.Of(row.Id).StopsRun && row.Ends == "run");
    }

    [Fact]
    public void Each_id_has_facts() =>
        Assert.DoesNotContain(typeof(ErrorIds).GetFields(), field => field.GetCustomAttribute<ErrorAttribute>() is null);

    private static IEnumerable<(string[] Ids, string Ends, string Meaning, string Cure)> Rows([CallerFilePath] string here = "") =>
        from line in File.ReadLines(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/troubleshooting.md"))
        where line.StartsWith("| `", StringComparison.Ordinal)
        let cells = Columns().Split(line).Select(cell => cell.Trim()).ToArray()
        where cells.Length == 6
        select (Id().Matches(cells[1]).Select(match => match.Groups[1].Value).ToArray(), cells[2], cells[3], cells[4]);

    [GeneratedRegex(@"(?<!\\)\|")]
    private static partial Regex Columns();

    [GeneratedRegex(@"`(\w+)`")]
    private static partial Regex Id();
}
