using System.Buffers;
using System.Text;
using System.Text.Json;

namespace KinescopePS.Files;

/// <summary>A kind of checked log. Its name and version stand in the first line of each file of it.</summary>
/// <param name="Name">The first line's <c>event</c>.</param>
/// <param name="Version">The version that is written, and the newest that is read.</param>
/// <param name="Title">The users' words for such a file, for example <c>an undo file</c>.</param>
/// <param name="Parameter">The parameter that names one.</param>
/// <param name="ForeignId">The error id of a file that is none.</param>
/// <param name="NewerId">The error id of a file whose version is newer.</param>
internal sealed record CheckedLogFormat(string Name, int Version, string Title, string Parameter, string ForeignId, string NewerId)
{
    /// <summary>The bytes that every such file begins with.</summary>
    public byte[] FirstBytes { get; } = Encoding.ASCII.GetBytes($"{{\"event\":\"{Name}\",\"at\":\"");

    /// <summary>The first line, with its line feed.</summary>
    public byte[] Header(DateTimeOffset at)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("event", Name);
            writer.WriteString("at", at);
            writer.WriteNumber("version", Version);
            writer.WriteEndObject();
        }

        return CheckedLine.Seal(json.WrittenSpan);
    }

    /// <summary>Refuses a file by its first line, where that is intact.</summary>
    /// <exception cref="KinescopeException"><see cref="NewerId"/>.</exception>
    public void RequireReadable(ReadOnlySpan<byte> header, string path)
    {
        var reader = new Utf8JsonReader(header);
        var isNumbered = JsonElement.ParseValue(ref reader).TryGetProperty("version", out var value);
        if (isNumbered && value.TryGetInt32(out var version) && version > Version)
            throw new KinescopeException(
                NewerId,
                $"{path} was written by a newer KinescopePS (format {version}; this one reads {Version}). "
                + "Update the module; the file was left as it is.");
    }

    /// <summary>True for a file that begins as every checked log does, whatever its kind.</summary>
    public static bool IsOfAny(string path)
    {
        var first = BeginningOf(path);
        var name = first.StartsWith("{\"event\":\""u8) ? first[10..] : [];
        return name.IndexOf((byte)'"') is > 0 and var end && name[end..].StartsWith("\",\"at\":\""u8);
    }

    /// <summary>True for a file that begins as one of this kind does.</summary>
    public bool IsOf(string path) => BeginningOf(path).StartsWith(FirstBytes);

    private static ReadOnlySpan<byte> BeginningOf(string path)
    {
        const int Longest = 64;
        try
        {
            using var file = SharedFile.OpenRead(path);
            var bytes = new byte[Longest];
            ReadOnlySpan<byte> first = bytes.AsSpan(0, file.ReadAtLeast(bytes, Longest, throwOnEndOfStream: false));
            return first.StartsWith(Encoding.UTF8.Preamble) ? first[Encoding.UTF8.Preamble.Length..] : first;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public KinescopeException Foreign(string path) =>
        new(ForeignId, $"{path} is not {Title}. It was left as it is; give {Parameter} another name.");
}
