using System.Text;
using CsCheck;
using KinescopePS.Settings;

namespace KinescopePS.Tests.Fuzz;

/// <summary>A site's .env beside what dotenv and dotenv-expand, of npm, read in it.</summary>
[Collection(nameof(NodeSite))]
public sealed class DotenvTests(NodeSite site) : IDisposable
{
    private static readonly string[] Values =
    [
        "value", " a b ", "'a'", "\"a\"", "`a`", "\"a\\\"b\"", "'it's'", "'it\\'s'", "\"two\nlines\"", "`two\n\nlines` # why", "\"open", "'", "a#b", "a # b", "\"a#b\"c",
        "'a' 'b'", "\"a\\nb\\r\\\\n\"", "$A", "${A}", "${A:-b}", "${A-b}", "${A:-${B}}", "${A:-${B:-${C:-d}}}", "${A:-$B}", "${A", "$A}", "\\$A", "\\\\$A", "$$A", "$(A)", "${A.B}", "$A-B",
        "pa$$word$1", "=", "==a", "", "#", "\u00A0a\u2003", "a\u0085b", "'a\u2028b'", "\uFEFF", "${A}${B}", "'${A}'", "postgresql://u:p%40@h:5432/db?schema=public#x",
    ];

    private static readonly string[] Names = ["A", "B", "C", "export A", "export\tB", " A ", "A.B", "A-B", "1", "10", "2", "Ж", "", "#A", "exportA", "A B", "\u2003C"];

    private static readonly string[] Signs = ["=", " = ", ": ", ":", "=\n", " =", ":\t", "", "\u00A0=\u3000"];

    private static readonly string[] Ends = ["\n", "\r\n", "\r", "\n\n", " # why\n", "\u2028", "\n \t\n"];

    private readonly TemporaryFolder _folder = new();

    private static Gen<string> Texts { get; } = Inputs.Mutated(
        Gen.Select(Gen.OneOf(Names), Gen.OneOf(Signs), Gen.OneOf(Values), Gen.OneOf(Ends), (name, sign, value, end) => name + sign + value + end)
            .Array[0, 6].Select(string.Concat));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void FoundC14_Each_value_is_what_npm_reads()
    {
        site.Require();
        var forms = Signs.SelectMany(sign => Values.Select(value => $"A{sign}{value}"))
            .Concat(Names.SelectMany(name => Signs.Select(sign => $"{name}{sign}\"a\"")));
        foreach (var form in forms)
            Compare($"{form}\nC=x\nB=${{C}}y\n");
    }

    [Fact]
    public void FoundC14_Any_text_is_read_as_npm_reads_it()
    {
        site.Require();
        Texts.Check(Compare, Fuzz.Quoted, count: 1500);
    }

    private void Compare(string text)
    {
        text = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
        var settings = new Dictionary<string, FileSetting>();
        KinescopeException? failure = null;
        try
        {
            EnvironmentFile.Read(_folder.Write(".env", text), settings, _ => { });
        }
        catch (KinescopeException endless)
        {
            failure = endless;
        }

        // What the environment of the tests has is not asked for: a file wins over it here.
        var expected = site.ReadEnvironment(text)?.Where(pair => Environment.GetEnvironmentVariable(pair.Key) is null).ToDictionary();
        if (expected is null || failure is not null)
            Assert.Equal(expected is null, failure is not null);
        else
            Assert.Equal(
                expected.OrderBy(pair => pair.Key, StringComparer.Ordinal),
                settings.Where(pair => Environment.GetEnvironmentVariable(pair.Key) is null).Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Value)).OrderBy(pair => pair.Key, StringComparer.Ordinal));
    }
}
