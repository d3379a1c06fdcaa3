using System.IO.Enumeration;
using System.Text.RegularExpressions;
using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>
/// Finds the files beside videos: <c>lesson.jpg</c>, <c>lesson.ru.srt</c>, <c>lesson.chapters.txt</c> of <c>lesson.mp4</c>. A folder is
/// listed once. Members may be called from any thread.
/// </summary>
internal sealed partial class CompanionFinder
{
    private const string ChapterMark = "chapters";

    /// <summary>So many folders are kept at most: a map of a million lessons may have as many.</summary>
    private const int MostFolders = 1000;

    /// <summary>The extensions of each kind; of several files the one whose extension comes first is taken.</summary>
    private static readonly string[]
        PosterExtensions = [".jpg", ".jpeg", ".png", ".webp"],
        SubtitleExtensions = [".vtt", ".srt"],
        ChapterExtensions = [".vtt", ".txt", ".json"],
        Extensions = [.. PosterExtensions, .. SubtitleExtensions.Union(ChapterExtensions)];

    // Hidden files are left out: macOS leaves a ._lesson.jpg beside a lesson.jpg.
    private static readonly EnumerationOptions Options = new() { IgnoreInaccessible = true };

    private readonly Dictionary<string, Dictionary<string, CompanionFiles>> _folders = [];
    private (string Folder, Dictionary<string, CompanionFiles> Files)? _last;

    /// <summary>The files that belong to a video.</summary>
    /// <param name="path">The video's full path, in the disk's spelling.</param>
    public CompanionFiles Of(string path)
    {
        // A map of a million lessons comes by here: a folder without any costs it nothing.
        Dictionary<string, CompanionFiles> files;
        lock (_folders)
            files = FilesOf(Path.GetDirectoryName(path.AsSpan()));
        var beside = files.Count > 0 ? files.GetValueOrDefault(FilePaths.Comparable(Path.GetFileNameWithoutExtension(path))) : null;
        return beside ?? CompanionFiles.None;
    }

    /// <summary>A language's tag in the form in which one is always written.</summary>
    /// <returns>Null for a text that is none.</returns>
    public static string? LanguageOf(string text)
    {
        if (!Language().IsMatch(text))
            return null;
        var parts = text.Split('-');
        return string.Join('-', parts.Select((part, i) =>
            i == 0 ? part.ToLowerInvariant() : part.Length == 2 ? part.ToUpperInvariant() : part));
    }

    private Dictionary<string, CompanionFiles> FilesOf(ReadOnlySpan<char> place)
    {
        if (_last is { } last && place.SequenceEqual(last.Folder))
            return last.Files;
        var folder = place.ToString();
        if (!_folders.TryGetValue(folder, out var files))
        {
            if (_folders.Count == MostFolders)
                _folders.Clear();
            _folders[folder] = files = List(folder);
        }

        _last = (folder, files);
        return files;
    }

    private static Dictionary<string, CompanionFiles> List(string folder)
    {
        var files = new Dictionary<string, CompanionFiles>();
        if (folder.Length == 0)
            return files;
        try
        {
            var names = new FileSystemEnumerable<string>(folder, (ref FileSystemEntry entry) => entry.FileName.ToString(), Options)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => MayBelong(entry.FileName) && !entry.IsDirectory,
            };
            // The order in which a disk lists its files decides nothing.
            foreach (var name in names.OrderBy(RankOf).ThenBy(name => name, StringComparer.Ordinal))
                Add(files, folder, name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is gone, or may not be listed: the files in it are not known to belong to anything.
        }

        return files;
    }

    private static bool MayBelong(ReadOnlySpan<char> name)
    {
        var extension = Path.GetExtension(name);
        if (extension.Length < 4 || char.ToLowerInvariant(extension[1]) is not ('j' or 'p' or 'w' or 'v' or 's' or 't'))
            return false;
        foreach (var known in Extensions)
        {
            if (extension.Equals(known, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        return false;
    }

    private static int RankOf(string name) => Array.IndexOf(Extensions, Path.GetExtension(name).ToLowerInvariant());

    private static void Add(Dictionary<string, CompanionFiles> files, string folder, string name)
    {
        // A name that is no Unicode can be opened by nothing.
        if (name.Contains('\uFFFD'))
            return;
        var (extension, path) = (Path.GetExtension(name).ToLowerInvariant(), Path.Join(folder, name));
        var stem = Path.GetFileNameWithoutExtension(name);
        if (PosterExtensions.Contains(extension))
        {
            Change(stem, known => known with { Poster = known.Poster ?? path });
            return;
        }

        var mark = Path.GetExtension(stem).TrimStart('.');
        var video = Path.GetFileNameWithoutExtension(stem);
        if (mark.Length == 0 || video.Length == 0)
            return;
        if (mark.Equals(ChapterMark, StringComparison.OrdinalIgnoreCase) && ChapterExtensions.Contains(extension))
            Change(video, known => known with { Chapters = known.Chapters ?? path });
        else if (SubtitleExtensions.Contains(extension) && LanguageOf(mark) is { } language)
            Change(video, known => known.Subtitles.Any(other => other.Language.Equals(language, StringComparison.OrdinalIgnoreCase))
                ? known
                : new CompanionFiles(
                    known.Poster,
                    [.. known.Subtitles.Append(new SubtitlesOf(language, path)).OrderBy(file => file.Language, StringComparer.Ordinal)],
                    known.Chapters));

        void Change(string video, Func<CompanionFiles, CompanionFiles> change)
        {
            var key = FilePaths.Comparable(video);
            files[key] = change(files.GetValueOrDefault(key) ?? CompanionFiles.None);
        }
    }

    [GeneratedRegex("^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex Language();
}
