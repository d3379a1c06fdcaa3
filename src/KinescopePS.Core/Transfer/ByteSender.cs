using System.Net;
using KinescopePS.Content;
using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Tus;

namespace KinescopePS.Transfer;

/// <summary>
/// Sends one file's bytes to its upload URL until the server has them all. The server's offset is the only truth; each advance
/// of it gives the retries back.
/// </summary>
internal sealed class ByteSender(
    UploadServices services,
    VideoCreation creation,
    UploadItem item,
    TargetVideo video,
    SourceFile file,
    FileTransfer transfer)
{
    /// <summary>
    /// The end of a file that waits until its step can be recorded. While it goes, the step is written: only the last piece waits for the
    /// disk. Unit: bytes.
    /// </summary>
    private const long Reserve = 1 << 20;

    private const int MaxMoves = 5;
    private const int MaxChecksumFailures = 3;

    // Up to this size a refused body costs less than a round trip for each file, and up to the larger one where the host has taken others'.
    // A refusal that closes the connection may go unheard; the repetition asks first. Unit: bytes.
    private const long SmallBody = 1 << 20, SmallBodyOfMany = 64 << 20;

    /// <summary>The time between two notes of the place that the bytes have come to.</summary>
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(10);

    // A request that was given up may hand bytes over for a moment yet: those are none of the one that follows.
    private readonly object _hashing = new();
    private int _request;
    private long _notedAt = services.Time.GetTimestamp();
    private Uri _endpoint = video.Endpoint;
    private HostLine _line = services.LineTo(video.Endpoint);
    // What a mark covers was sent, if not received; a whole block less is more than a cut connection loses.
    private long _held = Math.Max(0, video.Marks.LastOrDefault().Offset - ContentHash.BlockSize);
    private long? _confirmed = video.IsResumed ? null : 0;
    private bool? _asksFirst;
    private bool _doubtsAsking;
    private int _checksumFailures;
    private int _moves;

    private bool _hasEnded;
    // As the record has it, or will have it.
    private bool _isEnding = video.MayBeComplete;
    private Task _recordingEnd = Task.CompletedTask;

    /// <summary>
    /// True where the server may hold all bytes without having said so. An offset that is asked for may be an older one: it takes back
    /// what an earlier run left in doubt, and nothing of this one.
    /// </summary>
    public bool MayBeComplete { get; private set; } = video.MayBeComplete;

    /// <summary>Sends what the server does not have yet.</summary>
    /// <exception cref="KinescopeException">
    /// <c>UploadExpired</c>: the upload cannot be continued. <c>FileChangedDuringUpload</c>: it must not be. Others: given up.
    /// </exception>
    public async Task SendAsync(CancellationToken cancellation)
    {
        // The part that was sent by an earlier run is read again while new bytes are already on their way: a file that
        // matches, as nearly all do, loses no time.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var prefix = ContentHash.MatchesAsync(file, video.Marks, stop.Token);
        var sending = SendToEndAsync(stop.Token);
        try
        {
            if (await Task.WhenAny(prefix, sending).ConfigureAwait(false) == prefix && !await prefix.ConfigureAwait(false))
                throw NotItsBeginning();
            await sending.ConfigureAwait(false);
            if (!await prefix.ConfigureAwait(false))
                throw NotItsBeginning();
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await Task.WhenAny(Task.WhenAll(prefix, sending)).ConfigureAwait(false);
        }
    }

    private KinescopeException NotItsBeginning() => new(
        ErrorIds.FileChangedDuringUpload,
        $"{file.Path} is no longer the file whose beginning was uploaded, though its size and date are the same.");

    private async Task SendToEndAsync(CancellationToken cancellation)
    {
        var hash = new ContentHash
        {
            Length = file.Length,
            Marked = Record,
            Md5From = services.Settings.Verifies ? video.Marks : null,
        };
        try
        {
            await SendToEndAsync(hash, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not KinescopeException { ErrorId: ErrorIds.FileChangedDuringUpload })
        {
            // Who looks how far it came, and the next run, find it so.
            lock (_hashing)
                Note(hash);
            throw;
        }
    }

    private async Task SendToEndAsync(ContentHash hash, CancellationToken cancellation)
    {
        var known = _confirmed;
        while (known is null || known < file.Length)
        {
            var tries = 0;
            known = await services.Retry.ExecuteAsync<long?>(async token =>
            {
                transfer.Try = ++tries;
                try
                {
                    file.RequireUnchanged();
                    var before = _confirmed;
                    var offset = known ?? await AskAsync(token).ConfigureAwait(false);
                    known = null;
                    if (offset == file.Length || offset > before)
                        return offset;
                    return await AdvanceAsync(hash, offset, token).ConfigureAwait(false);
                }
                catch (KinescopeRequestException moved) when (moved.ErrorId == ErrorIds.UploadMoved && _moves++ < MaxMoves)
                {
                    Say(moved.Message);
                    _endpoint = new Uri(_endpoint, moved.Location!);
                    _line = services.LineTo(_endpoint);
                    await creation.RecordAsync(item, video.VideoId, _endpoint).ConfigureAwait(false);
                    return null;
                }
            }, cancellation).ConfigureAwait(false);
        }
    }

    private async Task<long> AdvanceAsync(ContentHash hash, long offset, CancellationToken cancellation)
    {
        lock (_hashing)
            _request++;
        await hash.BeginAtAsync(file, offset, cancellation).ConfigureAwait(false);
        var count = await SizeOfNextAsync(offset, cancellation).ConfigureAwait(false);
        transfer.Attempts++;
        transfer.IsWelcome = _line.HasTaken;
        transfer.Sending();
        var patch = new TusPatch(_endpoint, file, offset, count)
        {
            AsksFirst = _line.CanBeAsked
                && (_line.IsUntried(count) || (_asksFirst ?? count > (_line.HasTaken ? SmallBodyOfMany : SmallBody))),
            EndsConnection = _line.EndsConnections,
            Ending = () => offset + count == file.Length ? EndAsync() : default,
        };
        RecordEndWhenNear(patch, offset);
        try
        {
            var reached = await SendAsync(patch, hash, cancellation).ConfigureAwait(false);
            Waypoint.Pass(reached == file.Length ? "last-patch-answered" : "patch-answered");
            _asksFirst = false;
            if (reached == offset + count)
                _line.Succeeded(count);
            else
                Shortened(patch, reached);
            return Progressed(patch, reached);
        }
        catch (KinescopeException damaged)
            when (damaged.ErrorId == ErrorIds.UploadChecksumMismatch && ++_checksumFailures >= MaxChecksumFailures)
        {
            throw damaged.Saying($"{damaged.Message} That happened {_checksumFailures} times.", isTransient: false);
        }
        catch (KinescopeRequestException unwilling) when (unwilling.StatusCode == HttpStatusCode.ExpectationFailed && patch.AsksFirst)
        {
            Say("the server does not let itself be asked before the bytes: going on without.");
            _line.LeaveUnasked();
            return offset;
        }
        catch (KinescopeRequestException tooLarge)
            when (tooLarge.ErrorId == ErrorIds.UploadTooLarge && !(tooLarge.MaxSize < file.Length) && _line.Refused(count, patch.Sent))
        {
            Say($"the server refuses {count} bytes at once: going on in smaller requests.");
            transfer.Meter.Retried(tooLarge.ErrorId, TimeSpan.Zero);
            transfer.Offset = offset;
            return offset;
        }
        catch (KinescopeException failure) when (failure.IsTransient)
        {
            return await ContinueAsync(hash, patch, failure, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The length of the next request. Where the record cannot be told of the last bytes, they wait; all others flow.</summary>
    private async ValueTask<long> SizeOfNextAsync(long offset, CancellationToken cancellation)
    {
        var left = file.Length - offset;
        var count = _line.SizeOf(left);
        if (await services.Record.ConfirmAsync(item.Key, waits: false, cancellation).ConfigureAwait(false) || count < left)
            return count;
        if (left > Reserve)
            return left - Reserve;
        await services.Record.ConfirmAsync(item.Key, waits: true, cancellation).ConfigureAwait(false);
        return count;
    }

    private async Task<long> SendAsync(TusPatch patch, ContentHash hash, CancellationToken cancellation)
    {
        var (wasEnding, request) = (MayBeComplete, _request);
        try
        {
            return await services.Tus.SendAsync(patch, bytes =>
            {
                lock (_hashing)
                {
                    if (request == _request)
                        Take(hash, bytes.Span);
                }

                transfer.Sent(bytes.Length);
                RecordEndWhenNear(patch, patch.Offset + patch.Sent + bytes.Length);
            }, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when ((int)refusal.StatusCode is >= 300 and < 500 and not 408 && !wasEnding)
        {
            // This request did not complete the upload, and none before it; a gateway that waited in vain cannot know.
            MayBeComplete = _hasEnded = false;
            await ReopenAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async ValueTask ReopenAsync()
    {
        if (!_isEnding)
            return;
        await _recordingEnd.ConfigureAwait(false);
        _isEnding = false;
        await creation.RecordAsync(item, video.VideoId, _endpoint).ConfigureAwait(false);
    }

    private async ValueTask EndAsync()
    {
        MayBeComplete = _hasEnded = true;
        RecordEnd();
        await _recordingEnd.ConfigureAwait(false);
        Waypoint.Pass("last-byte-due");
    }

    private void RecordEndWhenNear(TusPatch patch, long place)
    {
        if (patch.Offset + patch.Count == file.Length && file.Length - place <= Reserve)
            RecordEnd();
    }

    private void RecordEnd()
    {
        if (_isEnding)
            return;
        _isEnding = true;
        _recordingEnd = Task.Run(() => services.Record.AppendAsync(item.Event(UploadEventKind.Ending)).AsTask());
    }

    /// <summary>Finds out where a request that failed has brought the upload. Without progress the failure counts as one.</summary>
    private async Task<long> ContinueAsync(
        ContentHash hash, TusPatch patch, KinescopeException failure, CancellationToken cancellation)
    {
        _asksFirst = true;
        var wasAnswered = failure is KinescopeRequestException;
        var reached = await AskAsync(cancellation).ConfigureAwait(false);
        if (reached > patch.Offset)
        {
            if (wasAnswered || failure.ErrorId == ErrorIds.UploadOffsetMismatch)
                Shortened(patch, reached, failure);
            else if (_line.Cut(patch.Count, reached - patch.Offset))
                Say("the connection was cut: going on in smaller requests.");
            Say($"{failure.Message} The server holds {reached} of {file.Length} bytes; going on from there.");
            // Behind a lock the server is still storing what an earlier request brought: let it finish.
            var isLocked = failure.ErrorId == ErrorIds.UploadLocked
                && failure is not KinescopeRequestException { StatusCode: HttpStatusCode.Conflict };
            var wait = isLocked ? services.Settings.RetryDelay : TimeSpan.Zero;
            transfer.Meter.Retried(failure.ErrorId, wait);
            await Task.Delay(wait, cancellation).ConfigureAwait(false);
            return Progressed(patch, reached);
        }

        if (patch.IsUninvited && !wasAnswered && failure.ErrorId != ErrorIds.HostUnreachable)
        {
            // Something on the way may not know what it is asked.
            _asksFirst = false;
            if (!_doubtsAsking && patch.Sent == 0)
            {
                _doubtsAsking = true;
                Say($"{failure.Message} Trying without asking before the bytes.");
                transfer.Meter.Retried(failure.ErrorId, TimeSpan.Zero);
                return await AdvanceAsync(hash, reached, cancellation).ConfigureAwait(false);
            }

            _doubtsAsking = true;
        }
        // An error by chance has nothing to do with the size. A gateway that takes whole bodies in before it gives up errs again.
        else if ((!wasAnswered || transfer.Try > 1 && patch.Sent == patch.Count) && _line.Lost(patch.Count, patch.Sent))
        {
            Say($"{patch.Sent} bytes were sent and none arrived: going on in smaller requests.");
        }

        throw failure;
    }

    private void Shortened(TusPatch patch, long reached, KinescopeException? failure = null)
    {
        // Behind a lock, the progress is that of an earlier request.
        if (failure?.ErrorId != ErrorIds.UploadLocked && _line.Shortened(patch.Count, reached - patch.Offset))
            Say($"the server keeps {reached - patch.Offset} of {patch.Count} bytes: going on in smaller requests.");
    }

    private async Task<long> AskAsync(CancellationToken cancellation)
    {
        var offset = await services.Tus.GetOffsetAsync(_endpoint, file.Length, cancellation).ConfigureAwait(false);
        if (offset < _held)
        {
            services.Log.Warning(
                $"{item.Name}: the server has lost bytes. It held {_held} and holds {offset} of {file.Length}; they are sent again.");
            transfer.Meter.Retried("UploadOffsetWentBack", TimeSpan.Zero);
            _held = offset;
        }

        if (offset < file.Length)
        {
            MayBeComplete &= _hasEnded;
            await ReopenAsync().ConfigureAwait(false);
        }

        return Confirmed(offset);
    }

    private long Progressed(TusPatch patch, long reached)
    {
        if (patch.IsUninvited || _doubtsAsking && !patch.AsksFirst)
            _line.LeaveUnasked();
        _doubtsAsking = false;
        return Confirmed(reached);
    }

    private long Confirmed(long offset)
    {
        if (offset > _confirmed)
            transfer.Meter.Needed(offset - _confirmed.Value);
        _confirmed = offset;
        _held = Math.Max(_held, offset);
        transfer.Offset = offset;
        return offset;
    }

    private void Take(ContentHash hash, ReadOnlySpan<byte> bytes)
    {
        hash.Append(bytes);
        // Machines that share a record tell each other where they are with their heartbeats.
        if (services.Record.IsShared || services.Time.GetElapsedTime(_notedAt) < BetweenNotes)
            return;
        _notedAt = services.Time.GetTimestamp();
        Note(hash);
    }

    private void Note(ContentHash hash)
    {
        if (hash.Here() is { } place)
            services.Record.Mark(item.Key, place);
    }

    // A file whose fingerprint covers all of it needs no marks but for its MD5.
    private void Record(HashMark mark)
    {
        if (file.Length > ContentHash.FingerprintSize || mark.Md5 is not null)
            services.Record.Mark(item.Key, mark);
    }

    private void Say(string message) => services.Log.Verbose($"{item.Name}: {message}");
}
