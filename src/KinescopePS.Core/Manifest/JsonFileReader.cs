using System.Text;
using System.Text.Json;

namespace KinescopePS.Manifest;

/// <summary>
/// A forward JSON reader over a file of any length with one buffer, which can note a position and return to it: a header whose
/// properties come after the long list they belong to is read first, without holding the list.
/// </summary>
internal ref struct JsonFileReader
{
    private static readonly JsonReaderOptions Options = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        MaxDepth = 1000,
    };

    /// <summary>No text of a manifest or a map is as long. Unit: bytes.</summary>
    private const int LongestToken = 16 << 20;

    private readonly Stream _stream;
    private readonly double _length;
    private byte[] _buffer = new byte[64 * 1024];
    private int _filled;
    private bool _atEnd;
    private long _bufferStart;
    private long _linesBefore; // up to _countedUpTo
    private int _countedUpTo;
    private Utf8JsonReader _json;

    /// <summary>Reads from the stream's current position, which must be the start of the text or just after its BOM.</summary>
    /// <param name="stream">A seekable stream of UTF-8.</param>
    public JsonFileReader(Stream stream)
    {
        _stream = stream;
        _length = stream.Length;
        Open(stream.Position, 0, new JsonReaderState(Options));
    }

    /// <summary>A position between two tokens.</summary>
    public readonly record struct Mark(long Position, long LinesBefore, JsonReaderState State);

    public readonly JsonTokenType TokenType => _json.TokenType;

    /// <summary>The line of the current token. Counts from 1.</summary>
    public long Line => LinesBefore((int)_json.TokenStartIndex) + 1;

    /// <summary>The byte of the file at which the current token begins.</summary>
    public readonly long Position => _bufferStart + _json.TokenStartIndex;

    /// <summary>The part of the file that is read with the current token: above 0, up to 1.</summary>
    public readonly double Share => (_bufferStart + _json.BytesConsumed) / _length;

    /// <summary>The position after the current token.</summary>
    public Mark Here =>
        new(_bufferStart + _json.BytesConsumed, LinesBefore((int)_json.BytesConsumed), _json.CurrentState);

    /// <summary>Goes to the next token.</summary>
    /// <returns>False at the end of the document.</returns>
    /// <exception cref="JsonException">The text is not JSON; it carries the line and the byte in it, both from 0.</exception>
    public bool Read()
    {
        while (!_json.Read())
        {
            if (_json.IsFinalBlock)
                return false;
            ReadMore();
        }

        return true;
    }

    /// <summary>Goes to the last token of the current value: past all that an object or array holds.</summary>
    public void Skip()
    {
        if (TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
            return;

        var depth = _json.CurrentDepth;
        while (Read() && _json.CurrentDepth > depth)
        {
        }
    }

    /// <summary>Continues from an earlier <see cref="Here"/>.</summary>
    public void Return(Mark mark)
    {
        _stream.Position = mark.Position;
        Open(mark.Position, mark.LinesBefore, mark.State);
    }

    /// <summary>The current string, property name, or number as text; null for anything else.</summary>
    /// <exception cref="JsonException">The string is not valid UTF-8, or has half of a surrogate pair.</exception>
    public string? Text()
    {
        try
        {
            return TokenType switch
            {
                JsonTokenType.String or JsonTokenType.PropertyName => _json.GetString(),
                JsonTokenType.Number => Encoding.ASCII.GetString(_json.ValueSpan),
                _ => null,
            };
        }
        catch (InvalidOperationException failure)
        {
            throw NotUtf8(failure);
        }
    }

    /// <summary>True where the current property name or string is this one. Makes no string of it.</summary>
    /// <exception cref="JsonException">As <see cref="Text"/>.</exception>
    public bool Is(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return _json.ValueTextEquals(utf8);
        }
        catch (InvalidOperationException failure)
        {
            throw NotUtf8(failure);
        }
    }

    /// <summary>The current number where it is a whole one; null for anything else.</summary>
    public readonly long? WholeNumber() =>
        TokenType == JsonTokenType.Number && _json.TryGetInt64(out var value) ? value : null;

    private JsonException NotUtf8(InvalidOperationException failure) =>
        new("The string is not valid UTF-8. Was the file saved in another encoding?", null, Line - 1, 0, failure);

    private void Open(long position, long linesBefore, JsonReaderState state)
    {
        _bufferStart = position;
        _linesBefore = linesBefore;
        _countedUpTo = 0;
        _filled = 0;
        _atEnd = false;
        Fill();
        _json = new Utf8JsonReader(_buffer.AsSpan(0, _filled), _atEnd, state);
    }

    private void ReadMore()
    {
        var consumed = (int)_json.BytesConsumed;
        _ = LinesBefore(consumed);
        _countedUpTo = 0;
        _bufferStart += consumed;
        _filled -= consumed;
        _buffer.AsSpan(consumed, _filled).CopyTo(_buffer);
        if (_filled == _buffer.Length && _buffer.Length >= LongestToken)
            throw new JsonException("A text is longer than 16 MiB, or does not end.", null, _linesBefore, 0);
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, _buffer.Length * 2);

        Fill();
        _json = new Utf8JsonReader(_buffer.AsSpan(0, _filled), _atEnd, _json.CurrentState);
    }

    private void Fill()
    {
        var read = _stream.ReadAtLeast(_buffer.AsSpan(_filled), _buffer.Length - _filled, throwOnEndOfStream: false);
        _atEnd = read < _buffer.Length - _filled;
        _filled += read;
    }

    // The buffer's lines are counted once: what is asked for comes later and later in it, but for the start of a token after its end.
    private long LinesBefore(int index)
    {
        var (first, last) = index < _countedUpTo ? (index, _countedUpTo) : (_countedUpTo, index);
        var lines = _buffer.AsSpan(first, last - first).Count((byte)'\n');
        _linesBefore += index < _countedUpTo ? -lines : lines;
        _countedUpTo = index;
        return _linesBefore;
    }
}
