using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using KinescopePS.Record;

namespace KinescopePS.Companions;

/// <summary>A poster, subtitles or chapters that were read and found right, to be sent to a video.</summary>
/// <param name="Kind"><c>poster</c>, <c>chapters</c>, or <c>subtitles</c> with the language: the record's name for it.</param>
/// <param name="Source">The file, or what else it comes from, for messages.</param>
/// <param name="Hash">The SHA-256 of what is sent: by it a change is known.</param>
internal abstract record Companion(string Kind, string Source, string Hash)
{
    /// <summary>Remarks on a file that is sent all the same.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The companion on a line of a terminal: <c>poster l1.jpg</c>.</summary>
    public string Name => $"{Kind} {Path.GetFileName(Source)}";

    /// <summary>A failure that names the companion, once.</summary>
    public KinescopeException Named(KinescopeException failure)
    {
        var message = failure.Message.Replace(Source, Path.GetFileName(Source), StringComparison.Ordinal);
        return failure.Saying(message.Contains(Path.GetFileName(Source), StringComparison.Ordinal) ? message : $"{Name}: {message}");
    }

    /// <summary>True where a record's entry is of the same.</summary>
    public virtual bool IsSame(RecordedCompanion known) => known.Hash == Hash;

    private protected static string HashOf(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes)).ToLowerInvariant();
}

/// <summary>A poster: a picture, or a moment of the video.</summary>
internal sealed record PosterCompanion(string Source, string Hash, byte[]? Jpeg, TimeSpan Moment) : Companion(TheKind, Source, Hash)
{
    public const string TheKind = "poster";

    /// <exception cref="KinescopeException"><see cref="JpegPicture.Read"/>'s.</exception>
    public static PosterCompanion Read(string path)
    {
        var jpeg = JpegPicture.Read(path);
        return new PosterCompanion(path, HashOf(jpeg), jpeg, default);
    }

    /// <summary>The picture that the video shows at a moment.</summary>
    public static PosterCompanion At(TimeSpan moment)
    {
        var name = FormattableString.Invariant($"at {moment.TotalSeconds:0.###} s");
        return new PosterCompanion(name, HashOf(Encoding.UTF8.GetBytes(name)), null, moment);
    }
}

/// <summary>Subtitles in a language.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="Hash">The SHA-256 of what is sent, the description after the text.</param>
/// <param name="Language">The language's tag.</param>
/// <param name="Description">The text by which a viewer chooses them; null to keep the one that is there.</param>
/// <param name="Text">The subtitles.</param>
internal sealed record SubtitleCompanion(string Source, string Hash, string Language, string? Description, SubtitleText Text)
    : Companion(KindOf(Language), Source, Hash)
{
    /// <exception cref="KinescopeException"><see cref="SubtitleFile.Read"/>'s.</exception>
    public static SubtitleCompanion Read(string path, string language, string? description = null)
    {
        var text = SubtitleFile.Read(path);
        return new SubtitleCompanion(path, HashOf(text, description), language, description, text) { Notes = text.Notes };
    }

    /// <summary>The SHA-256 of the text alone; null where that is <see cref="Companion.Hash"/>, for want of a description.</summary>
    public string? PlainHash => string.IsNullOrEmpty(Description) ? null : HashOf(Text, null);

    /// <summary>The hash of what they show: the platform may store another format.</summary>
    public string TextHash => TextHashOf(Text, Description ?? "");

    /// <summary>These with a description, where none was given.</summary>
    public SubtitleCompanion Described(string description) =>
        Description is not null ? this : this with { Description = description, Hash = HashOf(Text, description) };

    /// <summary>True for subtitles that are there under the same description, or under any where none was given.</summary>
    public bool IsDescribedAs(KinescopeSubtitle there) => Description is null || Description == there.Description;

    /// <summary>The same of subtitles that are there.</summary>
    public static string TextHashOf(SubtitleText text, string description) => HashOf(JsonSerializer.SerializeToUtf8Bytes(
        text.Cues.Select(cue => new object[] { cue.Start.Ticks, cue.End.Ticks, cue.Text }).Prepend([description])));

    public static string KindOf(string language) => $"subtitles {language}";

    public override bool IsSame(RecordedCompanion known) =>
        base.IsSame(known) || Description is null && known.PlainHash == Hash;

    private static string HashOf(SubtitleText text, string? description) =>
        HashOf([.. text.Content, .. Encoding.UTF8.GetBytes(description ?? "")]);
}

/// <summary>Chapters.</summary>
internal sealed record ChapterCompanion(string Source, string Hash, IReadOnlyList<Chapter> Chapters) : Companion(TheKind, Source, Hash)
{
    public const string TheKind = "chapters";

    /// <summary>The chapters as the platform has them.</summary>
    public IReadOnlyList<KinescopeChapter> Items { get; } =
        [.. Chapters.Select(chapter => new KinescopeChapter { Time = chapter.Time, Title = chapter.Title })];

    /// <exception cref="KinescopeException"><see cref="ChapterFile.Read"/>'s.</exception>
    public static ChapterCompanion Read(string path)
    {
        var notes = new List<string>();
        return Of(path, ChapterFile.Read(path, notes.Add)) with { Notes = notes };
    }

    /// <param name="source">The file or parameter, for messages.</param>
    /// <param name="chapters">The chapters, which were checked.</param>
    public static ChapterCompanion Of(string source, IReadOnlyList<Chapter> chapters) => new(source, HashOf(chapters), chapters);

    /// <summary>The hash of chapters that a video has.</summary>
    public static string HashOf(IReadOnlyList<KinescopeChapter> chapters) =>
        HashOf(chapters.Select(item => (item.Milliseconds, item.Title)));

    private static string HashOf(IReadOnlyList<Chapter> chapters) =>
        HashOf(chapters.Select(chapter => (ChapterFile.Milliseconds(chapter.Time), chapter.Title)));

    private static string HashOf(IEnumerable<(long Time, string Title)> chapters) => HashOf(JsonSerializer.SerializeToUtf8Bytes(
        chapters.Select(chapter => new object[] { chapter.Time, PrintableText.Of(chapter.Title) })));
}
