using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using KinescopePS.Content;

namespace KinescopePS.Tus;

/// <summary>A part of a file as the body of one request, streamed through one buffer.</summary>
internal sealed class FileSliceContent : HttpContent
{
    private const int BufferSize = 256 * 1024;

    private readonly SourceFile _file;
    private readonly long _offset;
    private readonly long _length;
    private readonly BandwidthLimiter? _limiter;
    private readonly Action _beginning;
    private readonly Action<ReadOnlyMemory<byte>> _sent;
    private readonly Func<ValueTask> _ending;

    /// <param name="file">The file.</param>
    /// <param name="offset">Where the part begins. Unit: bytes.</param>
    /// <param name="length">Its length. Unit: bytes.</param>
    /// <param name="limiter">The run's bandwidth; null for no limit.</param>
    /// <param name="beginning">Callback before the first byte.</param>
    /// <param name="sent">Callback for each run of bytes that was handed to the connection.</param>
    /// <param name="ending">Callback before the last byte is handed to it.</param>
    public FileSliceContent(
        SourceFile file, long offset, long length, BandwidthLimiter? limiter,
        Action beginning, Action<ReadOnlyMemory<byte>> sent, Func<ValueTask> ending)
    {
        (_file, _offset, _length, _limiter, _beginning, _sent, _ending) = (file, offset, length, limiter, beginning, sent, ending);
        Headers.ContentType = MediaType;
    }

    /// <summary>The type of a part of an upload, of no bytes as well.</summary>
    public static MediaTypeHeaderValue MediaType => new("application/offset+octet-stream");

    /// <summary>The failure to go on on this side, where that ended the request.</summary>
    public KinescopeException? Failure { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        _beginning();
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (var done = 0L; done < _length;)
            {
                var size = Math.Min(BufferSize, _limiter?.PieceSize ?? BufferSize);
                var piece = buffer.AsMemory(0, (int)Math.Min(size, _length - done));
                var read = await ReadAsync(piece, _offset + done, cancellationToken).ConfigureAwait(false);
                if (_limiter is not null)
                    await _limiter.WaitAsync(read, cancellationToken).ConfigureAwait(false);
                if (done + read == _length)
                    await EndAsync().ConfigureAwait(false);
                await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
                done += read;
                _sent(buffer.AsMemory(0, read));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    private async ValueTask EndAsync()
    {
        try
        {
            await _ending().ConfigureAwait(false);
        }
        catch (KinescopeException failure)
        {
            Failure = failure;
            throw;
        }
    }

    private async ValueTask<int> ReadAsync(Memory<byte> buffer, long offset, CancellationToken cancellation)
    {
        try
        {
            var read = await _file.ReadAsync(buffer, offset, cancellation).ConfigureAwait(false);
            return read > 0
                ? read
                : throw new KinescopeException(
                    ErrorIds.FileChangedDuringUpload, $"{_file.Path} became shorter while it was being uploaded.");
        }
        catch (KinescopeException failure)
        {
            Failure = failure;
            throw;
        }
    }
}
