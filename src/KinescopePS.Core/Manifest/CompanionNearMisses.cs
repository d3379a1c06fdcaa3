using System.IO.Enumeration;
using KinescopePS.Files;
using KinescopePS.Media;

namespace KinescopePS.Manifest;

/// <summary>The sort of a file that nearly belongs to a video.</summary>
internal enum CompanionSort
{
    Poster,
    Subtitles,
    Chapters,
}

/// <summary>A file that was surely meant for a video, and is passed over for its name.</summary>
/// <param name="Sort">The thing that it was meant for.</param>
/// <param name="Path">The file.</param>
/// <param name="Advice">What to do, as a sentence.</param>
internal sealed record CompanionNearMiss(CompanionSort Sort, string Path, string Advice);

/// <summary>
/// Finds the files that are passed over because their names are not quite those that <see cref="CompanionFinder"/> takes. A folder is
/// listed once, and only where somebody asks. For one thread.
/// </summary>
internal sealed class CompanionNearMisses
{
    private static readonly string[]
        Pictures = [".jpg", ".jpeg", ".png", ".webp"],
        JpegsByAnotherName = [".jfif", ".jpe"],
        OtherPictures = [".gif", ".bmp", ".avif", ".heic", ".tif", ".tiff"],
        Texts = [".srt", ".vtt"],
        OtherTexts = [".ass", ".ssa", ".sub", ".sbv", ".smi", ".ttml", ".dfxp"],
        ChapterTexts = [".txt", ".vtt", ".json"],
        NearChapterTexts = [.. ChapterTexts, ".md", ".srt", ".csv"];

    private static readonly HashSet<string>
        PosterWords = new(StringComparer.OrdinalIgnoreCase)
        {
            "poster", "cover", "thumb", "thumbnail", "preview", "обложка", "постер", "превью",
        },
        ChapterWords = new(StringComparer.OrdinalIgnoreCase) { "chapters", "chapter", "timecodes", "главы", "оглавление", "таймкоды" };

    private static readonly Dictionary<string, string> Languages = new(StringComparer.OrdinalIgnoreCase)
    {
        ["russian"] = "ru",
        ["русский"] = "ru",
        ["русские"] = "ru",
        ["рус"] = "ru",
        ["english"] = "en",
        ["английский"] = "en",
        ["английские"] = "en",
        ["англ"] = "en",
        ["ukrainian"] = "uk",
        ["kazakh"] = "kk",
        ["german"] = "de",
        ["french"] = "fr",
        ["spanish"] = "es",
        // These are countries.
        ["ua"] = "uk",
        ["kz"] = "kk",
        ["jp"] = "ja",
        ["cn"] = "zh",
    };

    private readonly Dictionary<string, Dictionary<string, List<CompanionNearMiss>>> _folders = [];

    /// <summary>The files that nearly belong to a video. Of a poster and of chapters none where the video has one.</summary>
    /// <param name="path">The video's full path.</param>
    /// <param name="has">The files that belong to it.</param>
    public IEnumerable<CompanionNearMiss> Of(string path, CompanionFiles has)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        if (!_folders.TryGetValue(folder, out var misses))
            _folders[folder] = misses = List(folder);
        var near = misses.GetValueOrDefault(FilePaths.Comparable(Path.GetFileNameWithoutExtension(path)), []);
        return near
            .Where(miss => !(miss.Sort == CompanionSort.Poster && has.Poster is not null)
                && !(miss.Sort == CompanionSort.Chapters && has.Chapters is not null))
            .Concat(has.Doubles.Select(DoubleOf))
            .OrderBy(miss => miss.Path, StringComparer.Ordinal);
    }

    private static CompanionNearMiss DoubleOf(CompanionDouble file)
    {
        var same = file.Sort == CompanionSort.Subtitles ? " for that language" : "";
        return new(file.Sort, file.Path, $"{Path.GetFileName(file.Taken)} is taken{same}: remove one of the two.");
    }

    private static Dictionary<string, List<CompanionNearMiss>> List(string folder)
    {
        var (videos, others) = (new HashSet<string>(), new List<string>());
        var misses = new Dictionary<string, List<CompanionNearMiss>>();
        if (folder.Length == 0)
            return misses;
        try
        {
            var names = new FileSystemEnumerable<string>(
                folder, (ref FileSystemEntry entry) => entry.FileName.ToString(), new EnumerationOptions { IgnoreInaccessible = true })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            };
            foreach (var name in names)
            {
                if (MediaFile.IsKnown(Path.GetExtension(name)))
                    videos.Add(FilePaths.Comparable(Path.GetFileNameWithoutExtension(name)));
                else
                    others.Add(name);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return misses;
        }

        foreach (var name in others)
        {
            if (IsTaken(name, videos) || Split(name, videos) is not { } parts
                || MissOf(folder, name, parts.Video, parts.Tail) is not { } miss)
                continue;
            var video = FilePaths.Comparable(parts.Video);
            if (!misses.TryGetValue(video, out var known))
                misses[video] = known = [];
            known.Add(miss);
        }

        return misses;
    }

    /// <summary>True for subtitles that a video with a shorter name has: l.ru.srt is that of l.mp4, also beside an l.ru.mp4.</summary>
    private static bool IsTaken(string name, HashSet<string> videos)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        return Texts.Contains(Path.GetExtension(name).ToLowerInvariant())
            && LanguageTags.Of(Path.GetExtension(stem).TrimStart('.')) is not null
            && videos.Contains(FilePaths.Comparable(Path.GetFileNameWithoutExtension(stem)));
    }

    /// <summary>Parts a name without its extension into that of a video and what follows it: the longest video's that is there.</summary>
    /// <returns>Null where no video has such a name.</returns>
    private static (string Video, string Tail)? Split(string name, HashSet<string> videos)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        for (var end = stem.Length; end > 0; end = stem.AsSpan(0, end).LastIndexOfAny(" ._-"))
        {
            if (videos.Contains(FilePaths.Comparable(stem[..end])))
                return (stem[..end], stem[end..]);
        }

        return null;
    }

    /// <summary>A language's tag; after a blank or a dash only one of two letters, since "new" and "old" are words.</summary>
    private static string? TagIn(string word, bool isAlone) =>
        LanguageTags.Of(word) is { } tag && (isAlone || tag.Split('-')[0].Length == 2) ? tag : null;

    private static CompanionNearMiss? MissOf(string folder, string name, string video, string rest)
    {
        var extension = Path.GetExtension(name).ToLowerInvariant();
        var word = rest.Trim(' ', '.', '_', '-');
        var isMarked = rest.StartsWith('.') && rest.LastIndexOf('.') == 0;
        if (ChapterWords.Contains(word) && NearChapterTexts.Contains(extension))
            return isMarked && word.Equals("chapters", StringComparison.OrdinalIgnoreCase) && ChapterTexts.Contains(extension)
                ? null
                : Miss(CompanionSort.Chapters, $"Chapters are taken from {video}.chapters.txt, .vtt or .json: name it so.");
        if (Pictures.Contains(extension))
            return PosterWords.Contains(word) ? Miss(CompanionSort.Poster, $"A poster is taken from {video}.jpg: name it so.") : null;
        if (word.Length == 0 && JpegsByAnotherName.Contains(extension))
            return Miss(CompanionSort.Poster, $"A poster is taken from {video}.jpg: name it so.");
        if (word.Length == 0 && OtherPictures.Contains(extension))
            return Miss(CompanionSort.Poster, $"A poster is taken from {video}.jpg: save it as JPEG under that name.");
        var language = Languages.GetValueOrDefault(word) ?? TagIn(word, isAlone: rest.StartsWith('.'));
        if (OtherTexts.Contains(extension))
            return word.Length == 0 || language is not null
                ? Miss(CompanionSort.Subtitles, $"Subtitles are SRT or WebVTT: save them as {video}.{language ?? "ru"}.srt.")
                : null;
        if (!Texts.Contains(extension) || isMarked && LanguageTags.Of(word) is not null)
            return null;
        // Where another word than a language follows a blank or a dash, or a number, it is the name of something else.
        if (language is null && word.Length > 0 && (!rest.StartsWith('.') || !word.Any(char.IsLetter)))
            return null;
        return Miss(CompanionSort.Subtitles, language is null
            ? $"Its name tells no language: name it {video}.ru{extension}, if it is Russian."
            : $"Its language is read between two dots: name it {video}.{language}{extension}.");

        CompanionNearMiss Miss(CompanionSort sort, string advice) => new(sort, Path.Join(folder, name), advice);
    }
}
