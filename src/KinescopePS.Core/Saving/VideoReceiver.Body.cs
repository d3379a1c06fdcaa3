using System.Buffers;
using System.Net;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Tus;

namespace KinescopePS.Saving;

/// <content>The bytes of an answer: compared with what is there as far as they come once more, and taken.</content>
internal sealed partial class VideoReceiver
{
    private async Task TakeBodyAsync(HttpResponseMessage response, long from, ProgressWatchdog watchdog)
    {
        var body = await response.Content.ReadAsStreamAsync(watchdog.Token).ConfigureAwait(false);
        await using var closing = body.ConfigureAwait(false);
        var betweenNotes = services.Downloads.BetweenNotes;
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        long began;
        try
        {
            if (part.Offset > from && !await JoinsAsync(response, body, from, watchdog).ConfigureAwait(false))
                return;
            began = part.Offset;
            while (true)
            {
                // The hash can be noted at the ends of blocks.
                var room = Math.Min(BufferSize, betweenNotes - part.Offset % betweenNotes);
                var read = await ReadAsync(body, buffer.AsMemory(0, (int)room), watchdog).ConfigureAwait(false);
                if (read == 0)
                    break;
                await part.AppendAsync(buffer.AsMemory(0, read), watchdog.Token).ConfigureAwait(false);
                transfer.Offset = part.Offset;
                Waypoint.Pass("save-received");
                if (part.Offset % betweenNotes == 0)
                    Note();
                if (part.Offset > (source.Asset.Length ?? _total))
                    break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        // A body that ends early without a word is one that was cut, where its end is known. Of a piece the end always is.
        var piece = response.StatusCode == HttpStatusCode.PartialContent ? response.Content.Headers.ContentRange?.To + 1 : null;
        if ((_total ?? source.Asset.Length ?? piece) is { } whole && part.Offset < whole)
            throw Cut(response, part.Offset, whole);
        if (part.Offset == 0)
            throw new KinescopeException(
                ErrorIds.DownloadDiffers,
                $"{response.RequestMessage!.RequestUri!.Host} sent no byte of it. Nothing was saved; run again later, and report it to "
                + "Kinescope where it stays so.");
        // More may follow a piece of what has no known end: the server refuses what is beyond it.
        _hasEnded = piece is null || _total is not null || source.Asset.Length is not null;
        _asksOn = !_hasEnded && (part.Offset == began || !_validator.IsEmpty);
    }

    private async Task<int> ReadAsync(Stream body, Memory<byte> buffer, ProgressWatchdog watchdog)
    {
        if (services.Downloads.Limiter is { } limiter)
            buffer = buffer[..Math.Min(buffer.Length, limiter.PieceSize)];
        var read = await body.ReadAsync(buffer, watchdog.Token).ConfigureAwait(false);
        if (read > 0 && services.Downloads.Limiter is { } limited)
            await limited.WaitAsync(read, watchdog.Token).ConfigureAwait(false);
        transfer.Took(read);
        watchdog.Progressed(read);
        return read;
    }

    private void Note()
    {
        part.Flush();
        services.List.Append(new SavedLine(SavedEvent.Received, DateTimeOffset.UtcNow, _planned.Place)
        {
            Offset = part.Offset,
            Md5 = part.HashState,
        });
        Waypoint.Pass("save-noted");
    }

    /// <summary>
    /// Compares what comes once more with what is there. Of another whole only the beginning that both share stays, once it is sure that it
    /// is the video: what is received before that is kept, and an answer that is neither is an error.
    /// </summary>
    /// <returns>False where what follows is to be asked for anew.</returns>
    private async Task<bool> JoinsAsync(HttpResponseMessage response, Stream body, long from, ProgressWatchdog watchdog)
    {
        var (held, at, rest) = (part.Offset, from, ReadOnlyMemory<byte>.Empty);
        // Of a whole that was cut only what is not compared yet comes once more.
        var whole = from > 0 ? _comparison : new Comparison(DownloadValidator.Of(response));
        byte[] again = new byte[BufferSize], there = new byte[BufferSize];
        while (at < held && rest.Length == 0)
        {
            var room = again.AsMemory(0, (int)Math.Min(BufferSize, held - at));
            if (await ReadAsync(body, room, watchdog).ConfigureAwait(false) is not (> 0 and var read))
                break;
            await part.ReadAsync(there.AsMemory(0, read), at, watchdog.Token).ConfigureAwait(false);
            var same = again.AsSpan(0, read).CommonPrefixLength(there.AsSpan(0, read));
            (at, rest) = (at + same, again.AsMemory(same, read - same));
            whole?.Take(again.AsSpan(0, same));
            _comparison = whole is { At: > 0, Validator.IsEmpty: false } ? whole : null;
        }

        if (at == held && whole is null)
            return true;
        if (at == held)
        {
            (_wantsWhole, _comparison, part.IsWhole) = (false, null, from == 0);
            if (whole!.Validator != _validator)
                BeginAt(whole.Validator);
            return true;
        }

        if (rest.Length == 0 && (whole is null || at < _total || (_total is null && from > 0)))
            throw Cut(response, at, _total ?? held);
        if (whole is null)
        {
            AskForWhole("what the server has is not what was received before");
            return false;
        }

        var isTold = _total is not null && _total == source.Asset.Length;
        if (!isTold && !await IsProvenAsync(response, body, whole, rest, watchdog).ConfigureAwait(false))
        {
            AskForWhole("what the server has now is shorter, which one answer does not prove");
            return false;
        }

        const string Why = "the server has other content now";
        CountRestart(Why);
        services.Verbose($"{_planned.Given.Name}: goes on at byte {at} of {held}, because {Why}.");
        part.GoBack(at, whole.Hash);
        (_wantsWhole, _hasEnded, _asksOn, _furthest) = (false, false, false, at);
        (_comparison, _comparedTo) = (null, 0);
        BeginAt(whole.Validator);
        Show();
        if (!isTold)
            return false;
        await part.AppendAsync(rest, watchdog.Token).ConfigureAwait(false);
        return true;
    }

    /// <summary>Reads a whole of unknown size to its end, only to see whether it is the video.</summary>
    /// <returns>False where it may be, and has to come once more to be believed.</returns>
    private async Task<bool> IsProvenAsync(
        HttpResponseMessage response, Stream body, Comparison whole, ReadOnlyMemory<byte> rest, ProgressWatchdog watchdog)
    {
        var (hash, at) = (whole.Hash.Copy(), whole.At + rest.Length);
        hash.Append(rest.Span);
        var asset = source.Asset;
        var buffer = new byte[BufferSize];
        while (!(at > asset.Length) && await ReadAsync(body, buffer, watchdog).ConfigureAwait(false) is > 0 and var read)
        {
            hash.Append(buffer.AsSpan(0, read));
            at += read;
        }

        if (at < _total)
            throw Cut(response, at, _total.Value);
        var (md5, isUntold) = (hash.Finish(), asset is { Md5: null, Length: null });
        if (isUntold ? at >= part.Offset : (asset.Md5 ?? md5) == md5 && (asset.Length ?? at) == at)
            return true;
        // Another tag and the same complete bytes twice are no page of a proxy that was in between for once.
        if (isUntold && at > 0 && at == _total && whole.Validator.ETag is { } tag && _validator.ETag is { } before && tag != before)
        {
            var known = _shorter;
            _shorter = (tag, at, md5);
            return known == _shorter;
        }

        _total = null;
        throw new KinescopeException(
            ErrorIds.AnswerInvalid,
            $"{response.RequestMessage!.RequestUri!.Host} sent {at} bytes which are neither those that came before nor what Kinescope "
            + "tells of the video. What was received is kept; run again later."
            + (isUntold ? $" If the video was replaced by a shorter one, delete {part.Path}." : ""))
        {
            IsTransient = true,
        };
    }

    /// <summary>A whole that is the same as what is there, as far as it came.</summary>
    /// <param name="validator">The content that it is of.</param>
    private sealed class Comparison(DownloadValidator validator)
    {
        public DownloadValidator Validator => validator;

        /// <summary>The bytes that were compared. Unit: bytes.</summary>
        public long At { get; private set; }

        /// <summary>The hash of these bytes.</summary>
        public Md5 Hash { get; } = new();

        public void Take(ReadOnlySpan<byte> same)
        {
            Hash.Append(same);
            At += same.Length;
        }
    }

    /// <summary>Begins with bytes that are there already.</summary>
    private void BeginAt(DownloadValidator validator)
    {
        Begin(validator);
        if (part.Offset > 0)
            Note();
    }

    private static KinescopeException Cut(HttpResponseMessage response, long at, long whole) => new(
        ErrorIds.KinescopeUnavailable, $"The download from {response.RequestMessage!.RequestUri!.Host} ended at byte {at} of {whole}.");
}
