using System.Text.RegularExpressions;
using KinescopePS.Files;

namespace KinescopePS.Settings;

/// <summary>A setting of a site's <c>.env</c>.</summary>
/// <param name="Value">Its value.</param>
/// <param name="Folder">The file's folder, which a relative path in the value starts from.</param>
internal readonly record struct FileSetting(string Value, string Folder);

/// <summary>
/// A site's <c>.env</c>, read as the site reads it. Nothing of it reaches the environment of this or another process.
/// </summary>
/// <remarks>
/// Source: the rules of npm's dotenv (<c>NAME=value</c>, an optional <c>export</c>, three kinds of quotes, values over several
/// lines, comments), and of dotenv-expand for <c>${NAME}</c> and <c>${NAME:-default}</c>. A <c>$</c> without braces stays as it
/// is: it is more often part of a password.
/// </remarks>
internal static partial class EnvironmentFile
{
    /// <summary>Unit: bytes.</summary>
    private const long LongestFile = 16 << 20;

    /// <summary>Adds a file's settings to those of earlier files, whose values it replaces.</summary>
    /// <param name="path">A full path.</param>
    /// <param name="settings">The settings so far, by name.</param>
    /// <param name="malformed">Called with the number of each line that is no setting, counted from 1.</param>
    /// <exception cref="KinescopeException"><c>EnvironmentFileNotFound</c> or <c>EnvironmentFileUnreadable</c>.</exception>
    public static void Read(string path, IDictionary<string, FileSetting> settings, Action<int> malformed)
    {
        var text = ReadText(path);
        var folder = Path.GetDirectoryName(path)!;
        var lineNumber = 1;
        for (var at = 0; at < text.Length;)
        {
            var assignment = Assignment().Match(text, at);
            var end = assignment.Success ? at + assignment.Length : EndOfLine(text, at);
            if (assignment.Success)
                settings[assignment.Groups["name"].Value] = new FileSetting(ValueOf(assignment, settings), folder);
            else if (!IsBlank(text.AsSpan(at, end - at)))
                malformed(lineNumber);

            end = Math.Min(end + 1, text.Length);
            lineNumber += text.AsSpan(at, end - at).Count('\n');
            at = end;
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return SharedFile.ReadAllText(path, LongestFile).ReplaceLineEndings("\n");
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KinescopeException(
                ErrorIds.EnvironmentFileNotFound,
                $"There is no environment file {path}. A relative path starts from the current location.", failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KinescopeException(
                ErrorIds.EnvironmentFileUnreadable, $"The environment file {path} cannot be read: {failure.Message}", failure);
        }
    }

    private static string ValueOf(Match assignment, IDictionary<string, FileSetting> settings)
    {
        if (assignment.Groups["single"] is { Success: true } single)
            return single.Value;
        if (assignment.Groups["back"] is { Success: true } back)
            return Expand(back.Value, settings);
        if (assignment.Groups["double"] is { Success: true } quoted)
            return Expand(quoted.Value.Replace("\\n", "\n").Replace("\\r", "\r").Replace("\\\"", "\""), settings);
        return Expand(assignment.Groups["plain"].Value.Trim(), settings);
    }

    private static string Expand(string value, IDictionary<string, FileSetting> settings) => Reference().Replace(value, reference =>
    {
        if (reference.Groups["name"] is not { Success: true, Value: var name })
            return "$";
        var found = settings.TryGetValue(name, out var earlier) ? earlier.Value : Environment.GetEnvironmentVariable(name);
        return string.IsNullOrEmpty(found) ? reference.Groups["default"].Value : found;
    });

    private static int EndOfLine(string text, int at) => text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length;

    private static bool IsBlank(ReadOnlySpan<char> line) => line.TrimStart() is [] or ['#', ..];

    [GeneratedRegex(
        """
        \G [ \t]* (?:export[ \t]+)? (?<name>[\w.-]+) [ \t]* = [ \t]*
        (?: '(?<single>[^']*)' | "(?<double>(?:\\"|[^"])*)" | `(?<back>[^`]*)` | (?<plain>(?!['"`])[^#\n]*) )
        [ \t]* (?:\#[^\n]*)? (?=\n|\z)
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Assignment();

    [GeneratedRegex(
        @"\\\$ | \$\{ (?<name>[\w.-]+) (?: :?- (?<default>[^}]*) )? \}",
        RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant)]
    private static partial Regex Reference();
}
