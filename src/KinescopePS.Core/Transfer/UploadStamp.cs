using System.IO.Hashing;
using System.Text;

namespace KinescopePS.Transfer;

/// <summary>
/// What tells a video as this lesson's upload of this content, whoever looks and whatever became of the progress file: a short
/// mark in the video's description, or an id of our own that is derived from the same.
/// </summary>
internal static class UploadStamp
{
    private const string Lead = "KPS-";

    /// <summary>The mark in a description, for example <c>KPS-0123456789abcdef</c>.</summary>
    /// <param name="lesson">The lesson's key.</param>
    /// <param name="fingerprint">The content's fingerprint.</param>
    public static string Of(string lesson, string fingerprint) => $"{Lead}{XxHash3.HashToUInt64(Bytes(lesson, fingerprint)):x16}";

    /// <summary>An <c>init_id</c>: a UUID of version 8 that is the same for the same lesson, content and generation.</summary>
    /// <param name="generation">How many entries of this lesson were given up before: an id is never used twice.</param>
    public static string InitId(string lesson, string fingerprint, int generation)
    {
        var bytes = XxHash128.Hash(Bytes(lesson, $"{fingerprint}#{generation}"));
        bytes[6] = (byte)(bytes[6] & 0x0F | 0x80);
        bytes[8] = (byte)(bytes[8] & 0x3F | 0x80);
        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>The marks in a description.</summary>
    public static IEnumerable<string> In(string description) =>
        description.Split(' ', '\n', '\r', '\t').Where(word => word.StartsWith(Lead, StringComparison.Ordinal));

    /// <summary>A new description with the marks of the old one, without which a lost progress file could not be made good.</summary>
    public static string Keep(string description, string old) =>
        string.Join('\n', new[] { description }.Where(text => text.Length > 0).Concat(In(old).Except(In(description))));

    private static byte[] Bytes(string lesson, string content) => Encoding.UTF8.GetBytes($"{lesson}\n{content}");
}
