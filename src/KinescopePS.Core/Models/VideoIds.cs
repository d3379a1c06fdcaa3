using System.Buffers;
using System.Buffers.Binary;

namespace KinescopePS;

/// <summary>
/// Ids of videos. A UUID and its 22 letters in Base58 name the same video, and inside the module the UUID in small letters stands for both:
/// whatever comes in from a person, a file, a row or the platform goes through here.
/// </summary>
/// <remarks>Source: kinescope-api section 11.</remarks>
internal static class VideoIds
{
    private const string Alphabet = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ";
    private const int ShortLength = 22;
    private const int UuidLength = 36;

    private static readonly SearchValues<char> IdLetters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_");

    private static readonly SearchValues<char> SmallHexadecimals = SearchValues.Create("0123456789abcdef");

    /// <summary>Words that a list has where it has no id.</summary>
    private static readonly HashSet<string> NoIds =
        new(StringComparer.OrdinalIgnoreCase) { "null", "undefined", "none", "nan", "true", "false" };

    /// <summary>True for a text that can be an id of the platform's, of a video or of anything else.</summary>
    /// <remarks>Ids are UUIDs today; other short names without signs are let pass.</remarks>
    public static bool IsId(string? text) =>
        text is { Length: > 0 and <= 128 } && !text.AsSpan().ContainsAnyExcept(IdLetters);

    /// <summary>The id that stands for all ways of writing it: the UUID in small letters; another kind of id itself.</summary>
    public static string Canonical(string id) =>
        !IsUuidInSmallLetters(id) && TryRead(id, out var uuid) && uuid.ToString() is var text && text != id ? text : id;

    /// <summary>The id of Base58; another kind of id itself.</summary>
    public static string Short(string id) => TryRead(id, out var uuid) ? ShortOf(uuid) : id;

    /// <summary>True for two ids of one video.</summary>
    public static bool AreSame(string? one, string? other) =>
        one == other || one is not null && other is not null && Canonical(one) == Canonical(other);

    /// <summary>The form of an id; null for one that has no other form, as an old number.</summary>
    public static VideoIdForm? FormOf(string id) =>
        !TryRead(id, out _) ? null : id.Length == UuidLength ? VideoIdForm.Uuid : VideoIdForm.Short;

    /// <summary>True for an id in a form that Kinescope gives: a UUID, its 22 letters, or an old number.</summary>
    public static bool IsPlatformForm(string id) => FormOf(id) is not null || id.Length > 0 && id.All(char.IsAsciiDigit);

    /// <summary>
    /// The id in a text that a person or a list gives: an id in any form, or a link to the video's page, player or playlist. Null where it
    /// is neither.
    /// </summary>
    public static string? Read(string? text) => text?.Trim() switch
    {
        null or "" => null,
        var id when IsId(id) => NoIds.Contains(id) ? null : Canonical(id),
        var link => LocatorOf(link) is { } id ? Canonical(id) : null,
    };

    /// <inheritdoc cref="Read" />
    /// <exception cref="KinescopeException"><c>VideoIdInvalid</c>.</exception>
    public static string Require(string text) => Read(text) ?? throw new KinescopeException(
        ErrorIds.VideoIdInvalid,
        "This is no id of a video. Expected is its UUID, the 22 letters of its page, or a link such as https://kinescope.io/embed/...");

    /// <summary>The address to embed a video with.</summary>
    /// <remarks>Source: kinescope-api section 5; embedding by UUID works in production.</remarks>
    public static string EmbedUrl(string id) => $"https://kinescope.io/embed/{Uri.EscapeDataString(id)}";

    private static string? LocatorOf(string link)
    {
        var address = link.StartsWith("//", StringComparison.Ordinal) ? $"https:{link}"
            : link.Contains("://", StringComparison.Ordinal) ? link : $"https://{link}";
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme != Uri.UriSchemeHttps && uri.Scheme != Uri.UriSchemeHttp
            || uri.Host is not ("kinescope.io" or "www.kinescope.io" or "app.kinescope.io"))
            return null;
        var path = uri.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        // In the dashboard a video's own id comes after those of its project and folders.
        if (uri.Host == "app.kinescope.io")
            return Array.FindLast(path, part => part.Length == UuidLength && FormOf(part) is not null);
        var locator = path is ["embed", var embedded, ..] ? embedded : path.FirstOrDefault();
        return locator is not null && IsLocator(locator) ? locator : null;
    }

    // The site has other pages too.
    private static bool IsLocator(string text) =>
        FormOf(text) is not null || text.All(char.IsAsciiDigit)
        || text.Length == ShortLength && text.All(char.IsAsciiLetterOrDigit);

    // Nearly all ids come so, and need not be read.
    private static bool IsUuidInSmallLetters(ReadOnlySpan<char> id) =>
        id is [_, _, _, _, _, _, _, _, '-', _, _, _, _, '-', _, _, _, _, '-', _, _, _, _, '-', _, _, _, _, _, _, _, _, _, _, _, _]
        && !id[..8].ContainsAnyExcept(SmallHexadecimals) && !id[9..13].ContainsAnyExcept(SmallHexadecimals)
        && !id[14..18].ContainsAnyExcept(SmallHexadecimals) && !id[19..23].ContainsAnyExcept(SmallHexadecimals)
        && !id[24..].ContainsAnyExcept(SmallHexadecimals);

    private static bool TryRead(string id, out Guid uuid)
    {
        // The parser lets more pass than hexadecimal digits.
        if (id.Length == UuidLength)
            return Guid.TryParseExact(id, "D", out uuid) && uuid.ToString().Equals(id, StringComparison.OrdinalIgnoreCase);
        return TryReadShort(id, out uuid);
    }

    // One of many zeros at its beginning may come without all of the leading digits.
    private static bool TryReadShort(string id, out Guid uuid)
    {
        uuid = default;
        if (id.Length is not (ShortLength or ShortLength - 1))
            return false;
        var value = UInt128.Zero;
        foreach (var letter in id)
        {
            if (Alphabet.IndexOf(letter) is not (>= 0 and var digit) || value > (UInt128.MaxValue - (UInt128)digit) / 58)
                return false;
            value = value * 58 + (UInt128)digit;
        }

        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        uuid = new Guid(bytes, bigEndian: true);
        return true;
    }

    private static string ShortOf(Guid uuid)
    {
        Span<byte> bytes = stackalloc byte[16];
        uuid.TryWriteBytes(bytes, bigEndian: true, out _);
        var value = BinaryPrimitives.ReadUInt128BigEndian(bytes);
        Span<char> letters = stackalloc char[ShortLength];
        for (var i = ShortLength; i-- > 0; value /= 58)
            letters[i] = Alphabet[(int)(value % 58)];
        return new string(letters);
    }
}
