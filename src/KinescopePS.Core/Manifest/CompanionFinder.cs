using System.IO.Enumeration;
using KinescopePS.Files;
using KinescopePS.Media;

namespace KinescopePS.Manifest;

/// <summary>
/// Finds the files beside videos: <c>lesson.jpg</c>, <c>lesson.ru.srt</c>, <c>lesson.chapters.txt</c> of <c>lesson.mp4</c>. A folder is
/// listed once. Members may be called from any thread.
/// </summary>
internal sealed class CompanionFinder
{
    private const string ChapterMark = "chapters", PosterThing = ".poster", ChapterThing = ".chapters";

    /// <summary>So many folders are kept at most: a map of a million lessons may have as many.</summary>
    private const int MostFolders = 1000;

    /// <summary>And so many files.</summary>
    private const int MostFiles = 50_000;

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
    private int _files;

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
        return files.Find(stem) is { } beside ? Chosen(files, stem, beside) : CompanionFiles.None;
    }

    private static CompanionFiles Chosen(Listing files, string stem, List<Beside> beside)
    {
        var (poster, chapters, subtitles) = ((string?)null, (string?)null, (List<SubtitlesOf>?)null);
        List<CompanionDouble>? doubles = null;
        for (var i = 0; i < beside.Count; i++)
        {
            if (IsRepeated(beside, i) || OneOf(files, stem, beside, beside[i].Thing) is not { } chosen)
                continue;
            var path = Path.Join(files.Folder, chosen.Name);
            if (chosen.Language is { } language)
                (subtitles ??= []).Add(new SubtitlesOf(language, path));
            else if (chosen.Thing == PosterThing)
                poster = path;
            else
                chapters = path;
            // Of several pictures the JPEG is meant: it stands beside a PNG that cannot be sent.
            if (chosen.Thing == PosterThing)
                continue;
            foreach (var other in beside)
            {
                var sort = chosen.Language is null ? CompanionSort.Chapters : CompanionSort.Subtitles;
                if (other != chosen && other.Thing == chosen.Thing && other.Stem == chosen.Stem)
                    (doubles ??= []).Add(new CompanionDouble(sort, Path.Join(files.Folder, other.Name), path));
            }
        }

        if (subtitles?.Count > 1)
            subtitles.Sort(static (one, other) => string.CompareOrdinal(one.Language, other.Language));
        return new CompanionFiles(poster, subtitles ?? [], chapters) { Doubles = doubles ?? [] };
    }

    private static bool IsRepeated(List<Beside> beside, int at)
    {
        for (var i = 0; i < at; i++)
        {
            if (beside[i].Thing == beside[at].Thing)
                return true;
        }

        return false;
    }

    /// <summary>The file that is taken for a thing; null where it may belong to another video.</summary>
    private static Beside? OneOf(Listing files, string stem, List<Beside> beside, string thing)
    {
        // The video's own spelling comes first: where a disk tells case apart, the other one's file may be another lesson's.
        var (own, other, isOneSpelling) = ((Beside?)null, (Beside?)null, true);
        foreach (var file in beside)
        {
            if (file.Thing != thing)
                continue;
            if (file.Stem == stem)
            {
                own = file.ComesBefore(own) ? file : own;
            }
            else
            {
                isOneSpelling &= other is null || other.Stem == file.Stem;
                other = file.ComesBefore(other) ? file : other;
            }
        }

        return own ?? (other is not null && isOneSpelling && !files.Videos.Value.Contains(other.Stem) ? other : null);
    }

    private Listing FilesOf(ReadOnlySpan<char> place)
    {
        if (_last is { } last && place.SequenceEqual(last.Folder))
            return last.Files;
        var folder = place.ToString();
        if (!_folders.TryGetValue(folder, out var files))
        {
            if (_folders.Count == MostFolders || _files > MostFiles)
            {
                _folders.Clear();
                _files = 0;
            }

            _folders[folder] = files = List(folder);
            _files += files.Count;
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
            foreach (var name in names)
                Add(files, name);
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

    private static void Add(Listing files, string name)
    {
        // A name that is no Unicode can be opened by nothing.
        if (name.Contains('\uFFFD'))
            return;
        var rank = 0;
        while (!name.EndsWith(Extensions[rank], StringComparison.OrdinalIgnoreCase))
            rank++;
        var extension = Extensions[rank];
        var stem = name.AsSpan(0, name.Length - extension.Length);
        if (PosterExtensions.Contains(extension))
        {
            files.Add(new Beside(stem.ToString(), PosterThing, null, name, rank));
            return;
        }

        var video = Path.GetFileNameWithoutExtension(stem);
        if (video.Length == 0 || video.Length + 1 >= stem.Length)
            return;
        var mark = stem[(video.Length + 1)..];
        if (mark.Equals(ChapterMark, StringComparison.OrdinalIgnoreCase) && ChapterExtensions.Contains(extension))
            files.Add(new Beside(video.ToString(), ChapterThing, null, name, rank));
        else if (SubtitleExtensions.Contains(extension) && LanguageTags.Of(mark.ToString()) is { } language)
            files.Add(new Beside(video.ToString(), language.ToUpperInvariant(), language, name, rank));
    }

    /// <summary>A file that may belong to a video.</summary>
    /// <param name="Stem">The video's name without its extension, as this file's name has it.</param>
    /// <param name="Thing">The poster, the chapters, or the language of the subtitles: a video has one of each.</param>
    /// <param name="Language">The language's tag; null for what has none.</param>
    /// <param name="Name">The file's name.</param>
    /// <param name="Rank">The place of its extension: what comes first is taken.</param>
    private sealed record Beside(string Stem, string Thing, string? Language, string Name, int Rank)
    {
        /// <summary>True for a file that is taken before another one. The order in which a disk lists its files decides nothing.</summary>
        public bool ComesBefore(Beside? other) => other is null || Rank < other.Rank
            || Rank == other.Rank && string.CompareOrdinal(Name, other.Name) < 0;
    }

    /// <summary>The files of a folder that may belong to videos, by the names of those.</summary>
    private sealed class Listing(string folder)
    {
        private readonly Dictionary<string, List<Beside>> _byName = [], _byComparableName = [];

        public string Folder => folder;

        public int Count { get; private set; }

        public bool IsEmpty => Count == 0;

        /// <summary>The names of the folder's videos. Few folders are asked for them, and each once.</summary>
        public Lazy<HashSet<string>> Videos { get; } = new(() => VideosIn(folder));

        public void Add(Beside file)
        {
            // Names are compared as they stand where they can be: to make them comparable takes longest of all.
            if (!_byName.TryGetValue(file.Stem, out var beside))
            {
                var comparable = FilePaths.Comparable(file.Stem);
                if (!_byComparableName.TryGetValue(comparable, out beside))
                    _byComparableName[comparable] = beside = [];
                _byName[file.Stem] = beside;
            }

            beside.Add(file);
            Count++;
        }

        /// <summary>The files beside a video, also by other spellings of its name; null where there are none.</summary>
        public List<Beside>? Find(string stem) =>
            _byName.GetValueOrDefault(stem) ?? _byComparableName.GetValueOrDefault(FilePaths.Comparable(stem));
    }
}
