using KinescopePS.Files;

namespace KinescopePS.Manifest;

/// <summary>Which files count as videos, and how a title loses the extension of one.</summary>
internal sealed class VideoFiles
{
    /// <summary>The extensions that count as a video unless the user says otherwise.</summary>
    public static readonly string[] DefaultExtensions = ["mp4", "mkv", "avi", "mov", "webm", "m4v"];

    private readonly HashSet<string> _extensions;
    private readonly TimeSpan _minimumAge;
    private readonly TimeProvider _time;

    /// <param name="extensions">With or without a leading dot, in any case.</param>
    /// <param name="minimumAge">The time that a file has to be left as it is; zero where none is asked for.</param>
    /// <param name="time">The clock.</param>
    public VideoFiles(IEnumerable<string>? extensions = null, TimeSpan minimumAge = default, TimeProvider? time = null)
    {
        _extensions = (extensions ?? DefaultExtensions)
            .Select(name => "." + name.Trim().TrimStart('.'))
            .ToHashSet(StringComparer.OrdinalIgnoreCase);
        (_minimumAge, _time) = (minimumAge, time ?? TimeProvider.System);
    }

    public bool IsVideo(string path) => _extensions.Contains(Path.GetExtension(path));

    /// <summary>
    /// Cuts a known video extension and nothing else: "Итоги 2.0" and "Биддер. Настройка." keep their ends.
    /// </summary>
    public string TitleOf(string title)
    {
        title = PrintableText.Of(title).Trim();
        var extension = Path.GetExtension(title);
        return _extensions.Contains(extension) && extension.Length < title.Length ? title[..^extension.Length].TrimEnd() : title;
    }

    /// <summary>The state of a file on the disk.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="file">What stands there.</param>
    public LessonVideoState StateOf(string path, DiskFile? file) =>
        file is null ? LessonVideoState.Missing
        : !file.IsRegular || !IsVideo(path) ? LessonVideoState.NotVideo
        : IsChanging(file) ? LessonVideoState.Changing
        : file.Length == 0 ? LessonVideoState.Empty
        : LessonVideoState.Ready;

    // A file server's clock may be ahead of ours; a year is a mistake, and would never pass.
    private bool IsChanging(DiskFile file) => (_time.GetUtcNow().UtcDateTime - file.Modified).Duration() < _minimumAge;
}
