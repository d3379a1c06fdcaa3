using System.Collections.Concurrent;
using System.IO.Pipelines;
using KinescopeSandbox.Faults;
using KinescopeSandbox.Server;
using KinescopeSandbox.State;
using Microsoft.Win32.SafeHandles;

namespace KinescopeSandbox.Uploader;

/// <summary>Receives bodies into uploads: constant memory, and every byte that arrived is kept.</summary>
public sealed class UploadSessions(SandboxState state, StalledRequests stalls, TimeProvider clock, bool md5)
{
    private readonly ConcurrentDictionary<Guid, UploadSession> _sessions = new();

    /// <summary>Stores the request's body at an offset and completes the upload when it has all its bytes.</summary>
    /// <param name="offset">Where the body begins. Checked against the bytes held; null: the body is the whole file and replaces what is held.</param>
    /// <param name="length">Bytes the upload may have in all; null: as many as come.</param>
    /// <returns>The new offset.</returns>
    /// <exception cref="ApiError">409 wrong offset, 413 more bytes than announced, 423 another request writes.</exception>
    public async Task<long> ReceiveAsync(HttpContext context, Guid uploadId, long? offset, long? length)
    {
        var session = _sessions.GetOrAdd(uploadId, _ => new UploadSession());
        if (!await session.TryEnterAsync(context, stalls))
            throw ApiError.Tus(StatusCodes.Status423Locked, "the upload is locked by another request");
        try
        {
            using var file = state.Bytes.Open(uploadId);
            var held = RandomAccess.GetLength(file);
            if (offset is null)
            {
                RandomAccess.SetLength(file, 0);
                held = 0;
            }
            else if (offset != held)
                throw ApiError.Tus(StatusCodes.Status409Conflict, $"Upload-Offset is {held}");
            if (context.Request.ContentLength > length - held)
                throw ApiError.Tus(StatusCodes.Status413PayloadTooLarge, "the body goes beyond Upload-Length");

            if (md5)
                session.PrepareHash(state.Bytes, file, held);
            var end = await StoreAsync(context.Request.BodyReader, session, file, held, length, context.RequestAborted);
            if (end == length || length is null)
                Complete(uploadId, session, end);
            return end;
        }
        finally
        {
            session.Leave();
        }
    }

    private async Task<long> StoreAsync(PipeReader body, UploadSession session, SafeFileHandle file, long start, long? length, CancellationToken cancellation)
    {
        var buffers = new List<ReadOnlyMemory<byte>>();
        var offset = start;
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            var bytes = read.Buffer;
            if (offset + bytes.Length > length)
            {
                // The server reads the rest, which it cannot where this is not taken, so that the client comes to see the answer.
                body.AdvanceTo(bytes.End);
                RandomAccess.SetLength(file, start);
                session.ForgetHash();
                throw ApiError.Tus(StatusCodes.Status413PayloadTooLarge, "the body goes beyond Upload-Length");
            }
            buffers.Clear();
            foreach (var segment in bytes)
            {
                buffers.Add(segment);
                session.Append(segment.Span);
            }
            if (bytes.Length > 0)
                state.Bytes.Write(file, buffers, offset, bytes.Length);
            offset += bytes.Length;
            body.AdvanceTo(bytes.End);
            if (read.IsCompleted)
                return offset;
        }
    }

    private void Complete(Guid uploadId, UploadSession session, long length)
    {
        if (state.FindByUpload(uploadId) is not { Upload.CompletedAt: null } video)
            return;
        var hash = session.Md5Of(length);
        state.Update(video.Id, current => current with
        {
            Upload = current.Upload with { Length = length, CompletedAt = clock.GetUtcNow(), Md5 = hash, Interrupted = false },
        });
        session.ForgetHash();
    }
}
