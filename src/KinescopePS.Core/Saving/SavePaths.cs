using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.RegularExpressions;
using KinescopePS.Files;
using KinescopePS.Kinescope;

namespace KinescopePS.Saving;

/// <summary>The places of saved videos below their folder. A path relative to it has <c>/</c> between its names.</summary>
internal static partial class SavePaths
{
    /// <summary>The end of the name of a file that is not complete.</summary>
    public const string PartExtension = ".part";

    /// <summary>Every disk takes such a name, with what is put behind it. Unit: bytes of UTF-8.</summary>
    private const int LongestTitle = 180;

    private const int LongestPartStem = 60;

    // What Windows has in no name, so that a folder can be moved to any machine.
    private static readonly SearchValues<char> Unusable = SearchValues.Create(
        [.. "<>:\"/\\|?*", .. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code)]);

    /// <summary>The place of a lesson's video: where its file stands below the base path.</summary>
    /// <param name="file">The lesson's file, a full path.</param>
    /// <param name="basePath">The folder that the manifest's file paths start from, a full path.</param>
    /// <param name="extension">The extension in place of the file's, with its dot; null for the file's own.</param>
    /// <exception cref="KinescopeException"><c>LessonFilePathRefused</c>.</exception>
    public static string OfLesson(string file, string basePath, string? extension)
    {
        var relative = Path.GetRelativePath(basePath, file);
        if (Path.IsPathRooted(relative) || relative is "." or ".." || relative.StartsWith(".." + Path.DirectorySeparatorChar))
            throw new KinescopeException(
                ErrorIds.LessonFilePathRefused,
                $"its file {file} is not below the base path {basePath}, so that it has no place in the folder. Give -BasePath the "
                + "folder that the manifest's paths start from.");
        var names = relative.Split(Path.DirectorySeparatorChar);
        if (FilePaths.WhyUnusable(names) is { } reason)
            throw new KinescopeException(ErrorIds.LessonFilePathRefused, $"its path '{relative}' {reason}.");
        return string.Join('/', extension is null ? names : [.. names[..^1], Path.ChangeExtension(names[^1], extension)]);
    }

    /// <summary>The place of a video of no lesson: its title, as far as a name may have it, and its id.</summary>
    public static string OfVideo(string title, string videoId, string extension)
    {
        var name = new StringBuilder();
        var bytes = 0;
        foreach (var rune in (FilePaths.IsWellFormed(title) ? title.Normalize() : title).EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > LongestTitle)
                break;
            name.Append(rune is { IsBmp: true } && Unusable.Contains((char)rune.Value)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
                    or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate
                ? "_"
                : rune.ToString());
        }

        // Brackets would be a wildcard to PowerShell.
        var file = $"{name.ToString().Trim()} ({videoId}){extension}".TrimStart();
        return WindowsNames.WhyUnusable(file) is null ? file : $"_{file}";
    }

    /// <summary>The extension of an asset's file, with its dot.</summary>
    public static string ExtensionOf(KinescopeAsset asset)
    {
        var told = asset.FileType is { Length: > 0 } type ? type : Path.GetExtension(asset.OriginalName) ?? "";
        told = told.TrimStart('.').ToLowerInvariant();
        return told.Length is > 0 and <= 8 && told.All(char.IsAsciiLetterOrDigit) ? $".{told}" : ".mp4";
    }

    /// <summary>Refuses a place that a file of ours has, or may come to have: the list and what stands beside it, and part files.</summary>
    /// <param name="place">The place.</param>
    /// <param name="path">Its full path, as the disk has it: a short name of Windows is another text.</param>
    /// <exception cref="KinescopeException"><c>LessonFilePathRefused</c>.</exception>
    public static void RequireFree(string place, string path)
    {
        // Of each folder: another backup may lie there.
        if (place.Split('/').Append(Path.GetFileName(path)).FirstOrDefault(IsOurs) is { } name)
            throw new KinescopeException(
                ErrorIds.LessonFilePathRefused,
                $"its place '{KinescopeErrors.Printable(place)}' has the name '{KinescopeErrors.Printable(name)}', which is kept for the "
                + "list of saved videos, or for files that are being received: nothing else is put there. Give the lesson's file another "
                + "name.");
    }

    private static bool IsOurs(string name)
    {
        var (key, list) = (KeyOf(name), KeyOf(SavedList.FileName));
        return key == list || key.StartsWith(list + ".", StringComparison.Ordinal) || PartName().IsMatch(key);
    }

    [GeneratedRegex(@"~[0-9A-F]{16}\.PART$", RegexOptions.CultureInvariant)]
    private static partial Regex PartName();

    /// <summary>True for a path that stays in the folder, whatever system reads it here.</summary>
    public static bool IsPlace(string place) => IsPlace(place, OperatingSystem.IsWindows());

    /// <inheritdoc cref="IsPlace(string)" />
    /// <param name="place">The path.</param>
    /// <param name="isWindows">True for what Windows reads: drives, other separators, devices and streams lead elsewhere there.</param>
    public static bool IsPlace(string place, bool isWindows)
    {
        var names = place.Split('/');
        return !names.Any(name => name is "" or "." or ".." || name.Contains('\0'))
            && !(isWindows && names.Any(name => WindowsNames.WhyUnusable(name) is not null));
    }

    /// <summary>The full path of a place.</summary>
    public static string Full(string folder, string place) =>
        FilePaths.OnDisk(Path.Join(folder, place.Replace('/', Path.DirectorySeparatorChar)));

    /// <summary>The file beside a place that takes its bytes until they are all there.</summary>
    /// <param name="path">The full path of the place.</param>
    /// <param name="place">The place, which tells it from that of a longer name with the same beginning.</param>
    public static string PartOf(string path, string place)
    {
        var stem = new StringBuilder();
        foreach (var rune in Path.GetFileName(path).EnumerateRunes())
        {
            if (Encoding.UTF8.GetByteCount(stem.ToString()) + rune.Utf8SequenceLength > LongestPartStem)
                break;
            stem.Append(rune.ToString());
        }

        var hash = XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(KeyOf(place)));
        return Path.Join(Path.GetDirectoryName(path), $"{stem.ToString().TrimEnd('.', ' ')}~{hash:x16}{PartExtension}");
    }

    /// <summary>The same text for all places that some disk takes for one another.</summary>
    public static string KeyOf(string place) => FilePaths.Comparable(place);
}
