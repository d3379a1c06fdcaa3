using System.IO.Hashing;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace KinescopePS.Transfer;

/// <summary>Where a video carries its stamp.</summary>
internal enum StampLocation
{
    /// <summary>In the description, which viewers may read.</summary>
    Description,

    /// <summary>In a tag; in the description only until the upload is complete.</summary>
    Tag,
}

/// <summary>
/// A short text that a video carries, such as <c>KPS1-0123456789ab-0123456789ab-01234567</c>, by which it is recognised whatever became of
/// the progress file: its first part tells the lesson, its second the content, its third the attempt that created the video.
/// </summary>
/// <param name="Lesson">48 bits of the hash of the lesson's name in the record, in hex.</param>
/// <param name="Content">48 bits of the hash of the file's fingerprint, in hex.</param>
/// <param name="Attempt">Random, recorded before the video is created: whoever has it in his record made the video. In hex.</param>
internal readonly partial record struct UploadStamp(string Lesson, string Content, string Attempt)
{
    /// <summary>The setting that says where stamps are kept.</summary>
    public const string LocationSetting = "KINESCOPE_STAMP";

    private const int PartLength = 12;

    /// <summary>The stamp of a new video.</summary>
    /// <param name="lesson">The lesson's name in the record.</param>
    /// <param name="fingerprint">The content's fingerprint.</param>
    /// <param name="attempt">The attempt, from <see cref="NewAttempt"/>.</param>
    public static UploadStamp Of(string lesson, string fingerprint, string attempt) =>
        new(PartOf("lesson", lesson), PartOf("content", fingerprint), attempt);

    /// <summary>An attempt that no other has.</summary>
    public static string NewAttempt() => Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant();

    /// <summary>The lesson's part of all its stamps.</summary>
    public static string LessonPart(string lesson) => PartOf("lesson", lesson);

    /// <summary>True for the same lesson and content, whichever attempt.</summary>
    public bool IsOf(string lesson, string fingerprint) => Lesson == PartOf("lesson", lesson) && Content == PartOf("content", fingerprint);

    /// <summary>The stamps that a video carries, in its description or among its tags.</summary>
    public static IEnumerable<UploadStamp> On(KinescopeVideo video) => video.Tags.Prepend(video.Description).SelectMany(In);

    /// <summary>A new description with the stamps of the old one, without which a lost progress file could not be made good.</summary>
    public static string Keep(string description, string old) =>
        string.Join('\n', new[] { description }.Where(text => text.Length > 0)
            .Concat(In(old).Except(In(description)).Select(stamp => stamp.ToString())));

    /// <summary>New tags with the stamps among the old ones.</summary>
    public static string[] Keep(IReadOnlyCollection<string> tags, IEnumerable<string> old) =>
        [.. tags, .. old.SelectMany(In).Select(stamp => stamp.ToString()).Except(tags)];

    /// <summary>
    /// A description for a video, with the stamps that it carries there. Others in the text, such as one of a content that was replaced
    /// since, are left out, unless the video has lost its own.
    /// </summary>
    public static string Keep(string description, KinescopeVideo video) =>
        Keep(OwnOnly(description, video, In(video.Description)), video.Description);

    /// <summary>Tags for a video, as <see cref="Keep(string, KinescopeVideo)"/> does for its description.</summary>
    public static string[] Keep(IReadOnlyCollection<string> tags, KinescopeVideo video) =>
        Keep([.. tags.Select(tag => OwnOnly(tag, video, video.Tags.SelectMany(In))).Where(tag => tag.Length > 0)], video.Tags);

    /// <summary>A description whose stamps tell another content, which this stamp is of: those of other lessons too.</summary>
    public string Renew(string description)
    {
        var own = this;
        var renewed = Pattern().Replace(description, match => match.Groups[1].Value == own.Lesson
            ? own.ToString()
            : (new UploadStamp(match.Groups[1].Value, own.Content, match.Groups[3].Value)).ToString());
        return In(renewed).Contains(own) ? renewed : Keep(renewed, own.ToString());
    }

    /// <summary>A description without its stamps.</summary>
    public static string Remove(string description) => Pattern().Replace(description, "").Trim();

    /// <summary>Tags without stamps.</summary>
    public static string[] Remove(IEnumerable<string> tags) =>
        [.. tags.Select(tag => Pattern().IsMatch(tag) ? Remove(tag) : tag).Where(tag => tag.Length > 0)];

    /// <summary>Reads the setting.</summary>
    /// <exception cref="KinescopeException"><c>StampLocationInvalid</c>.</exception>
    public static StampLocation ReadLocation(string? text) => text?.ToLowerInvariant() switch
    {
        null or "description" => StampLocation.Description,
        "tag" => StampLocation.Tag,
        _ => throw new KinescopeException(
            ErrorIds.StampLocationInvalid, $"{LocationSetting} is '{text}', which cannot be used. Expected is 'description' or 'tag'."),
    };

    /// <inheritdoc />
    public override string ToString() => $"KPS1-{Lesson}-{Content}-{Attempt}";

    private static IEnumerable<UploadStamp> In(string text) => Pattern().Matches(text).Select(Read);

    private static UploadStamp Read(Match match) => new(match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value);

    /// <summary>A text for a place of a video, without the stamps that are not in that place.</summary>
    private static string OwnOnly(string text, KinescopeVideo video, IEnumerable<UploadStamp> own)
    {
        List<UploadStamp> kept = [.. own];
        return In(text).All(kept.Contains) || !On(video).Any()
            ? text
            : Pattern().Replace(text, match => kept.Contains(Read(match)) ? match.Value : "").Trim();
    }

    // The two parts are hashed apart, so that equal texts in them do not look alike.
    private static string PartOf(string kind, string text) =>
        Convert.ToHexString(XxHash128.Hash(Encoding.UTF8.GetBytes($"{kind}\n{text}"))).ToLowerInvariant()[..PartLength];

    [GeneratedRegex(@"\bKPS1-([0-9a-f]{12})-([0-9a-f]{12})-([0-9a-f]{8})\b", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
