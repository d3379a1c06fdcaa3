using System.Globalization;
using System.Text;
using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>The names in a folder, by what they have in common with a name that is not among them.</summary>
internal sealed class FolderListing
{
    /// <summary>Russian letters and the Latin ones that look the same, in upper case.</summary>
    private const string Russian = "АВЕЁКМНОРСТУХ", Latin = "ABEEKMHOPCTYX";

    private readonly Lazy<ILookup<string, string>> _byLook;

    private FolderListing(string folder, IReadOnlyList<string> names)
    {
        Folder = folder;
        ByComparableName = names.Where(name => !IsUnreadable(Path.Join(folder, name))).ToLookup(FilePaths.Comparable);
        _byLook = new(() => names.ToLookup(LookOf));
    }

    public string Folder { get; }

    /// <summary>The names that some disk takes for one another.</summary>
    public ILookup<string, string> ByComparableName { get; }

    /// <exception cref="KinescopeException"><c>LessonFolderUnreadable</c>.</exception>
    public static FolderListing Read(string folder)
    {
        try
        {
            var entries = Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder) : [];
            return new FolderListing(folder, [.. entries.Select(entry => Path.GetFileName(entry))]);
        }
        catch (Exception failure) when (failure is UnauthorizedAccessException or IOException)
        {
            throw new KinescopeException(
                ErrorIds.LessonFolderUnreadable,
                $"The folder {folder} cannot be listed: {failure.Message}",
                failure);
        }
    }

    /// <summary>Tells of a name that looks like one that is not here, and of the first difference; null where there is none.</summary>
    public string? NameLike(string name)
    {
        var alike = _byLook.Value[LookOf(name)].FirstOrDefault(other => other != name);
        if (alike is not null)
        {
            var at = 0;
            while (at < Math.Min(name.Length, alike.Length) && name[at] == alike[at])
                at++;
            return $"{Folder} holds '{alike}', which looks alike: its character {at + 1} is {Describe(alike, at)}, "
                + $"and that of '{name}' is {Describe(name, at)}.";
        }

        return _byLook.Value.SelectMany(look => look).FirstOrDefault(other => MayHaveBeen(other, name)) is { } unreadable
            ? $"{Folder} holds '{unreadable}', whose name is not UTF-8: nothing can open it until it is renamed."
            : null;
    }

    /// <summary>True for a name that is no Unicode: it comes with U+FFFD for what cannot be read, and names nothing.</summary>
    public static bool IsUnreadable(string path) => Path.GetFileName(path).Contains('\uFFFD') && !Path.Exists(path);

    /// <summary>The same for names that a person would take for one another: without blanks, and what has no look, in one script.</summary>
    private static string LookOf(string name)
    {
        var look = new StringBuilder(name.Length);
        foreach (var character in FilePaths.Comparable(FilePaths.IsWellFormed(name) ? name.Normalize(NormalizationForm.FormKC) : name))
        {
            if (char.IsWhiteSpace(character) || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.Format)
                continue;
            var letter = Russian.IndexOf(character);
            look.Append(letter >= 0 ? Latin[letter] : IsDash(character) ? '-' : character);
        }

        return look.ToString();
    }

    private static bool IsDash(char character) =>
        character == '\u2212' || CharUnicodeInfo.GetUnicodeCategory(character) == UnicodeCategory.DashPunctuation;

    private static bool MayHaveBeen(string unreadable, string name)
    {
        var parts = unreadable.Split('\uFFFD');
        return parts.Length > 1 && parts.Any(part => part.Length > 0) && name.Length <= unreadable.Length
            && name.StartsWith(parts[0], StringComparison.OrdinalIgnoreCase)
            && name.EndsWith(parts[^1], StringComparison.OrdinalIgnoreCase);
    }

    private static string Describe(string name, int at) => at == name.Length ? "its end" : name[at] switch
    {
        ' ' => "a blank",
        '\u00A0' => "a no-break blank (U+00A0)",
        var character when char.IsLetterOrDigit(character) || character is > ' ' and < '\u007F' => $"'{character}' (U+{(int)character:X4})",
        var character => $"U+{(int)character:X4}",
    };
}
