using System.Text.RegularExpressions;

namespace KinescopePS.Settings;

/// <summary>Replaces <c>$NAME</c>, <c>${NAME}</c> and <c>${NAME:-default}</c> in values; <c>\$</c> is a dollar.</summary>
/// <remarks>Source: dotenv-expand 11's lib/main.js, after dotenv has put what it read into an environment that lacked it.</remarks>
/// <param name="parsed">The values as dotenv reads them; each is replaced once it is expanded.</param>
/// <param name="outside">A name's value where dotenv found it set before; null where it is not.</param>
internal sealed partial class DotenvExpansion(OrderedSettings parsed, Func<string, string?> outside)
{
    /// <summary>References in references, and references in all: more has no end, or is an attack.</summary>
    private const int MaxDepth = 50, MaxReferences = 10_000, MaxLength = 1 << 20;

    private readonly Dictionary<string, string> _read = parsed.Keys.ToDictionary(name => name, name => parsed.Find(name)!);
    private int _references;
    private long _length;

    /// <summary>The value of a name. The names are to be expanded in their order.</summary>
    /// <exception cref="FormatException">Its references have no end.</exception>
    public string Expand(string name)
    {
        var value = Interpolate(parsed.Find(name)!, 0).Replace("\\$", "$");
        parsed.Set(name, value);
        return value;
    }

    private string Interpolate(string value, int depth)
    {
        if (depth > MaxDepth)
            throw new FormatException("a reference in it leads back to itself.");
        return Reference().Replace(value, reference =>
        {
            if (++_references > MaxReferences)
                throw new FormatException("its references have no end.");
            var text = reference.Groups["escape"].Success ? reference.Value[1..] : ValueOf(reference, value, depth);
            if ((_length += text.Length) > MaxLength)
                throw new FormatException("its references grow without end.");
            return text;
        });
    }

    private string ValueOf(Match reference, string value, int depth)
    {
        var name = reference.Groups["name"].Value;
        var here = parsed.Find(name);
        var environment = outside(name) ?? _read.GetValueOrDefault(name);
        if (!string.IsNullOrEmpty(environment))
            return environment == here ? environment : Interpolate(environment, depth + 1);
        if (!string.IsNullOrEmpty(here) && here != value)
            return Interpolate(here, depth + 1);
        var otherwise = reference.Groups["default"].Value;
        return otherwise is ['$', ..] ? Interpolate(otherwise, depth + 1) : otherwise;
    }

    [GeneratedRegex(
        """
        (?<escape>\\)? \$(?!\() \{? (?<name>[A-Za-z0-9_.]+)
        (?: :?- (?<default> (?: \$\{ (?: \$\{ (?: \$\{[^}]*\} | [^}] )* \} | [^}] )* \} | [^}] )+ ) )? \}?
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Reference();
}
