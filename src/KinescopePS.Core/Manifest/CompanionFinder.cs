using System.IO.Enumeration;
using System.Text.RegularExpressions;
using KinescopePS.Files;
using KinescopePS.Media;

namespace KinescopePS.Manifest;

/// <summary>
/// Finds the files beside videos: <c>lesson.jpg</c>, <c>lesson.ru.srt</c>, <c>lesson.chapters.txt</c> of <c>lesson.mp4</c>. A folder is
/// listed once. Members may be called from any thread.
/// </summary>
internal sealed partial class CompanionFinder
{
    private const string ChapterMark = "chapters", PosterThing = ".poster", ChapterThing = ".chapters";

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

    private readonly Dictionary<string, Listing> _folders = [];
    private (string Folder, Listing Files)? _last;

    /// <summary>The files that belong to a video.</summary>
    /// <param name="path">The video's full path, in the disk's spelling.</param>
    public CompanionFiles Of(string path)
    {
        // A map of a million lessons comes by here: a folder without any costs it nothing.
        Listing files;
        lock (_folders)
            files = FilesOf(Path.GetDirectoryName(path.AsSpan()));
        if (files.IsEmpty)
            return CompanionFiles.None;
        var stem = Path.GetFileNameWithoutExtension(path);
        return files.Beside.TryGetValue(FilePaths.Comparable(stem), out var beside) ? Chosen(files, stem, beside) : CompanionFiles.None;
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

    private static CompanionFiles Chosen(Listing files, string stem, List<Beside> beside)
    {
        // The video's own spelling comes first: where a disk tells case apart, the other one's file may be another lesson's.
        var chosen = beside.GroupBy(file => file.Thing).Select(OneOf).OfType<Beside>().ToDictionary(file => file.Thing);
        var subtitles = chosen.Values.Where(file => file.Language is not null).OrderBy(file => file.Language, StringComparer.Ordinal);
        return new CompanionFiles(
            chosen.GetValueOrDefault(PosterThing)?.Path,
            [.. subtitles.Select(file => new SubtitlesOf(file.Language!, file.Path))],
            chosen.GetValueOrDefault(ChapterThing)?.Path);

        Beside? OneOf(IEnumerable<Beside> candidates)
        {
            var first = candidates.First();
            return candidates.FirstOrDefault(file => file.Stem == stem)
                ?? (candidates.All(file => file.Stem == first.Stem) && !files.Videos.Value.Contains(first.Stem) ? first : null);
        }
    }

    private Listing FilesOf(ReadOnlySpan<char> place)
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

    private static Listing List(string folder)
    {
        var files = new Listing(folder);
        if (folder.Length == 0)
            return files;
        try
        {
            var names = NamesIn(folder, (ref FileSystemEntry entry) => MayBelong(entry.FileName) && !entry.IsDirectory);
            // The order in which a disk lists its files decides nothing.
            foreach (var name in names.OrderBy(RankOf).ThenBy(name => name, StringComparer.Ordinal))
                Add(files.Beside, folder, name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is gone, or may not be listed: the files in it are not known to belong to anything.
        }

        return files;
    }

    private static FileSystemEnumerable<string> NamesIn(string folder, FileSystemEnumerable<string>.FindPredicate isMeant) =>
        new(folder, (ref FileSystemEntry entry) => entry.FileName.ToString(), Options) { ShouldIncludePredicate = isMeant };

    private static HashSet<string> VideosIn(string folder)
    {
        try
        {
            var names = NamesIn(
                folder,
                (ref FileSystemEntry entry) => !entry.IsDirectory && MediaFile.IsKnown(Path.GetExtension(entry.FileName).ToString()));
            return [.. names.Select(name => Path.GetFileNameWithoutExtension(name))];
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
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

    private static void Add(Dictionary<string, List<Beside>> files, string folder, string name)
    {
        // A name that is no Unicode can be opened by nothing.
        if (name.Contains('\uFFFD'))
            return;
        var (extension, path) = (Path.GetExtension(name).ToLowerInvariant(), Path.Join(folder, name));
        var stem = Path.GetFileNameWithoutExtension(name);
        if (PosterExtensions.Contains(extension))
        {
            Put(new Beside(stem, PosterThing, null, path));
            return;
        }

        var mark = Path.GetExtension(stem).TrimStart('.');
        var video = Path.GetFileNameWithoutExtension(stem);
        if (mark.Length == 0 || video.Length == 0)
            return;
        if (mark.Equals(ChapterMark, StringComparison.OrdinalIgnoreCase) && ChapterExtensions.Contains(extension))
            Put(new Beside(video, ChapterThing, null, path));
        else if (SubtitleExtensions.Contains(extension) && LanguageOf(mark) is { } language)
            Put(new Beside(video, language.ToUpperInvariant(), language, path));

        void Put(Beside file)
        {
            var key = FilePaths.Comparable(file.Stem);
            if (!files.TryGetValue(key, out var beside))
                files[key] = beside = [];
            beside.Add(file);
        }
    }

    /// <summary>A file that may belong to a video.</summary>
    /// <param name="Stem">The video's name without its extension, as this file's name has it.</param>
    /// <param name="Thing">The poster, the chapters, or the language of the subtitles: a video has one of each.</param>
    /// <param name="Language">The language's tag; null for what has none.</param>
    /// <param name="Path">Its full path.</param>
    private sealed record Beside(string Stem, string Thing, string? Language, string Path);

    /// <summary>The files of a folder that may belong to videos, by the comparable names of those; the one to take comes first.</summary>
    private sealed class Listing(string folder)
    {
        public Dictionary<string, List<Beside>> Beside { get; } = [];

        public bool IsEmpty => Beside.Count == 0;

        /// <summary>The names of the folder's videos. Few folders are asked for them, and each once.</summary>
        public Lazy<HashSet<string>> Videos { get; } = new(() => VideosIn(folder));
    }

    [GeneratedRegex("^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$")]
    private static partial Regex Language();
}
