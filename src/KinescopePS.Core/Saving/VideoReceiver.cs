using System.Net;
using KinescopePS.Kinescope;
using KinescopePS.Tus;

namespace KinescopePS.Saving;

/// <summary>Patience and speed of downloads.</summary>
/// <param name="StallTimeout">The time over which a download must make progress.</param>
/// <param name="MinimumRate">The progress that it must make. Unit: bytes per second.</param>
/// <param name="Limiter">The run's bandwidth; null for no limit.</param>
internal sealed record DownloadSettings(TimeSpan StallTimeout, double MinimumRate, BandwidthLimiter? Limiter)
{
    /// <summary>The bytes between two flushes to the disk, each with a note of the hash there. Unit: bytes.</summary>
    public long BetweenNotes { get; init; } = 64L << 20;
}

/// <summary>
/// Receives the bytes of one video. The part file is the only truth; each byte beyond what was ever there gives the retries back. Where the
/// server ignores ranges, tells no validator, or has other content meanwhile, what comes is compared with what is there, which gives way
/// only to bytes that are sure to be the video's.
/// </summary>
internal sealed partial class VideoReceiver(SaveServices services, SaveTransfer transfer, DownloadSource source, PartFile part)
{
    private const int BufferSize = 256 * 1024;

    /// <summary>The bytes that are received once more and compared where no validator tells the content.</summary>
    private const int Overlap = 64 * 1024;

    private const int MaxRenewals = 3, MaxRestarts = 5;

    private readonly PlannedSave _planned = transfer.Planned;
    private DownloadValidator _validator = DownloadValidator.None;
    private long _furthest;
    private long? _total;
    private bool _hasEnded;

    /// <summary>True after a piece with nothing to compare in what follows: its end is asked for at the offset itself.</summary>
    private bool _asksOn;

    /// <summary>True where the whole is asked for, to be compared with what is there.</summary>
    private bool _wantsWhole;

    /// <summary>The whole that is being compared with what is there; null for none, or one that comes from its beginning only.</summary>
    private Comparison? _comparison;

    /// <summary>The most that was ever compared of a whole. Unit: bytes.</summary>
    private long _comparedTo;

    /// <summary>A whole that came completely and is shorter than what is there, while nobody tells the size of the video.</summary>
    private (string ETag, long Length, string Md5)? _shorter;

    private int _renewals;
    private int _misplaced;
    private int _restarts;

    /// <summary>The MD5 of the bytes, once all are there.</summary>
    public string Md5 { get; private set; } = "";

    /// <summary>Receives what is not there yet, and compares size and MD5 with what Kinescope tells.</summary>
    /// <exception cref="KinescopeException">
    /// <c>DownloadDiffers</c>, <c>DownloadExpired</c>, <c>DownloadRefused</c>, <c>SavedFileNotWritable</c>, <c>DiskRoomShort</c>, and what
    /// calls of the API and of its list may fail with.
    /// </exception>
    public async Task ReceiveAsync(CancellationToken cancellation)
    {
        await source.RefreshAsync(cancellation).ConfigureAwait(false);
        await ContinueAsync(cancellation).ConfigureAwait(false);
        while (true)
        {
            while (_wantsWhole || (!_hasEnded && part.Offset != source.Asset.Length))
                await StepAsync(cancellation).ConfigureAwait(false);
            Md5 = part.Hash;
            if (Agrees())
                return;
            // Kinescope may have another video under the id by now.
            var isOther = await source.RenewAsync(cancellation).ConfigureAwait(false);
            if (Agrees())
                return;
            if (!isOther && part.IsWhole)
                throw Differs();
            AskForWhole("what came is not what Kinescope tells of the video");
        }
    }

    private bool Agrees() => (source.Asset.Length is null || source.Asset.Length == part.Offset)
        && (source.Asset.Md5 is null || source.Asset.Md5 == Md5);

    private KinescopeException Differs()
    {
        var asset = source.Asset;
        var why = asset.Length is { } length && length != part.Offset
            ? $"{part.Offset} bytes came, and Kinescope tells {length}"
            : $"its MD5 is {Md5}, and Kinescope tells {asset.Md5}";
        part.Delete();
        return new KinescopeException(
            ErrorIds.DownloadDiffers,
            $"what {source.Address.Host} sent is not what Kinescope tells of the video: {why}. Nothing was saved; run again later, and "
            + "report it to Kinescope where it stays so.");
    }

    /// <summary>Goes on with what an earlier run received of the same content. Other bytes stay until those of the video come.</summary>
    private async Task ContinueAsync(CancellationToken cancellation)
    {
        var (asset, received) = (source.Asset, _planned.Known.Received);
        if (_planned.GoesOn(asset))
        {
            // Zeros that a loss of power left inside a page are found by the MD5 alone: without one, only what was noted is taken.
            var (noted, whole) = (received?.Offset ?? 0, asset.Length ?? long.MaxValue);
            var most = asset.Md5 is null ? Math.Min(whole, noted) : whole;
            await part.ContinueAsync(noted, received?.Md5, most, cancellation).ConfigureAwait(false);
            (_validator, _furthest) = (_planned.Known.Begun!.Validator, part.Offset);
        }

        Show();
    }

    /// <summary>Asks for the whole once more: what is there stays, and is compared with it.</summary>
    private void AskForWhole(string why)
    {
        CountRestart(why);
        services.Verbose($"{_planned.Given.Name}: all of it is asked for, because {why}.");
        (_wantsWhole, _hasEnded, _asksOn, _total, _comparison) = (true, false, false, null, null);
        Show();
    }

    private void CountRestart(string why)
    {
        if (_restarts++ == MaxRestarts)
            throw new KinescopeException(
                ErrorIds.DownloadDiffers,
                $"{source.Address.Host} sends something else each time: {why}. What was received is kept; run again later.");
    }

    /// <summary>The content that a part is wanted of.</summary>
    private DownloadValidator Wanted => _comparison?.Validator ?? _validator;

    private void Show() => (transfer.Offset, transfer.Length) = (part.Offset, source.Asset.Length ?? _total);

    /// <summary>One request, again where that may help.</summary>
    private async Task StepAsync(CancellationToken cancellation)
    {
        var tries = 0;
        await services.Retry.CallAsync(async token =>
        {
            transfer.Try = ++tries;
            try
            {
                await RequestAsync(token).ConfigureAwait(false);
            }
            catch (KinescopeException failure) when (failure.IsTransient && (part.Offset > _furthest || _comparison?.At > _comparedTo))
            {
                services.Verbose($"{_planned.Given.Name}: {failure.Message} It goes on at byte {_comparison?.At ?? part.Offset}.");
            }
            finally
            {
                if (part.Offset > _furthest)
                    (_furthest, _renewals) = (part.Offset, 0);
                if (_comparison?.At > _comparedTo)
                    (_comparedTo, _renewals) = (_comparison.At, 0);
            }
        }, cancellation).ConfigureAwait(false);
    }

    private async Task RequestAsync(CancellationToken cancellation)
    {
        // Without a validator nothing but the bytes tells that it is the same file; and nothing follows one that is complete.
        var overlaps = part.Offset > 0 && !_asksOn && (_validator.IsEmpty || source.Asset.Length is null);
        var from = _comparison?.At ?? (_wantsWhole ? 0 : overlaps ? Math.Max(0, part.Offset - Overlap) : part.Offset);
        if (from > 0)
            part.IsWhole = false;
        var address = source.Address;
        using var watchdog = new ProgressWatchdog(
            services.Downloads.StallTimeout, services.Downloads.MinimumRate, services.Kinescope.Time, cancellation);
        try
        {
            using var response = await services.Kinescope
                .OpenDownloadAsync(address, from, Wanted, watchdog.Start, watchdog.Stop, watchdog.Token).ConfigureAwait(false);
            if (!await TakeHeadAsync(response, from, cancellation).ConfigureAwait(false))
                return;
            // The whole may come though a part was asked for.
            await TakeBodyAsync(response, response.StatusCode == HttpStatusCode.PartialContent ? from : 0, watchdog).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal)
        {
            await TakeRefusalAsync(refusal, address, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (watchdog.HasFired && !cancellation.IsCancellationRequested)
        {
            throw new KinescopeException(
                ErrorIds.KinescopeUnavailable,
                $"The download from {address.Host} got nowhere for {services.Downloads.StallTimeout.TotalSeconds:0} s.")
            {
                Service = KinescopeHttp.ServiceOf(address),
            };
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException)
        {
            var failure = KinescopeErrors.FromBody(cut, address);
            failure.Service = KinescopeHttp.ServiceOf(address);
            throw failure;
        }
    }

    /// <summary>Looks at what is about to come.</summary>
    /// <returns>False where it is not what is wanted: the next request begins anew.</returns>
    private async Task<bool> TakeHeadAsync(HttpResponseMessage response, long from, CancellationToken cancellation)
    {
        var head = response.Content.Headers;
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            throw new KinescopeException(
                ErrorIds.AnswerInvalid,
                $"{response.RequestMessage!.RequestUri!.Host} answered with HTTP {(int)response.StatusCode}, which is neither a video "
                + "nor a refusal. What was received is kept; run again later.");
        if (head.ContentEncoding.Count > 0 || head.ContentType?.MediaType is "text/html" or "application/json")
            throw new KinescopeException(
                ErrorIds.AnswerInvalid,
                $"{response.RequestMessage!.RequestUri!.Host} answered with something that is no video (Content-Type "
                + $"{KinescopeErrors.Printable($"{head.ContentType?.MediaType}")}, Content-Encoding "
                + $"{KinescopeErrors.Printable(string.Join(',', head.ContentEncoding))}). Is a proxy or a sign-in page in between?");

        var isPart = response.StatusCode == HttpStatusCode.PartialContent;
        var range = head.ContentRange;
        var validator = DownloadValidator.Of(response);
        var hasOtherLength = _total is { } known && range?.Length is { } whole && whole != known;
        if (isPart && range?.From != from)
        {
            // Whoever counts wrongly twice may still send all of it.
            (_wantsWhole, _comparison) = (++_misplaced > 1, null);
            throw new KinescopeException(
                ErrorIds.AnswerInvalid,
                $"{response.RequestMessage!.RequestUri!.Host} was asked for the bytes from {from} on, and sent others (Content-Range "
                + $"'{KinescopeErrors.Printable($"{range}")}'). What was received is kept; run again later.")
            {
                IsTransient = true,
            };
        }

        if (isPart && from > 0 && (!Wanted.MayBe(validator) || hasOtherLength))
        {
            AskForWhole("the server has other content now");
            return false;
        }

        var total = isPart ? range!.Length ?? _total : head.ContentLength;
        if (!isPart && total is null && source.Asset is { Length: null, Md5: null }
            && response.Headers.TransferEncodingChunked != true && response.Version.Major < 2)
            throw new KinescopeException(
                ErrorIds.AnswerInvalid,
                $"{response.RequestMessage!.RequestUri!.Host} tells no size of it, and Kinescope neither size nor MD5: its end could not "
                + "be told from a line that was cut. Nothing was saved.");
        if (total is { } length && source.Asset.Length is { } told && length != told
            && !await source.RenewAsync(cancellation).ConfigureAwait(false))
        {
            throw new KinescopeException(
                ErrorIds.DownloadDiffers,
                $"{response.RequestMessage!.RequestUri!.Host} has {length} bytes of it, and Kinescope tells {told}. Nothing was saved; run "
                + "again later, and report it to Kinescope where it stays so.");
        }

        if (total is { } now && source.Asset.Length is { } size && now != size)
        {
            AskForWhole("Kinescope has another video now");
            return false;
        }

        (_total, _misplaced) = (total, 0);
        if (part.Offset == 0)
        {
            part.Restart();
            _wantsWhole = false;
            Begin(validator);
        }

        return true;
    }

    private void Begin(DownloadValidator validator)
    {
        _validator = validator;
        services.List.Append(Beginning(_planned, source.Asset, validator));
        Waypoint.Pass("save-begun");
    }

    /// <summary>The line of a file whose first byte is about to come.</summary>
    public static SavedLine Beginning(PlannedSave planned, KinescopeAsset asset, DownloadValidator validator) =>
        new(SavedEvent.Begun, DateTimeOffset.UtcNow, planned.Place)
        {
            Lesson = planned.Given.LessonId,
            Video = planned.Given.VideoId,
            Title = planned.Title,
            Quality = planned.Quality,
            Length = asset.Length,
            Md5 = asset.Md5,
            ETag = validator.ETag,
            LastModified = validator.LastModified,
        };

    private async Task TakeRefusalAsync(KinescopeRequestException refusal, Uri address, CancellationToken cancellation)
    {
        switch ((int)refusal.StatusCode)
        {
            // The address has expired, or never was one: only Kinescope tells which holds now.
            case 401 or 403 or 404 or 410 when _renewals++ < MaxRenewals:
                services.Verbose(
                    $"{_planned.Given.Name}: its address has expired (HTTP {(int)refusal.StatusCode}); Kinescope is asked for another.");
                await source.RenewAsync(cancellation).ConfigureAwait(false);
                break;

            case 401 or 403 or 404 or 410:
                throw refusal.As(
                    ErrorIds.DownloadExpired,
                    $"{address.Host} refuses its address (HTTP {(int)refusal.StatusCode}), and {MaxRenewals} others that Kinescope gave. "
                    + "What was received is kept; run again later. No key goes to this host, which should need none.");

            // The last piece came before.
            case 416 when _asksOn:
                _hasEnded = true;
                break;

            // Nothing follows what is there: it is shorter than it was, or all of it came without its size.
            case 416 when part.Offset > 0 && _restarts < MaxRestarts:
                AskForWhole("the server has fewer bytes of it");
                break;

            // What a host of downloads forbids says nothing of the account.
            case >= 300 and < 400 or 402:
                throw refusal.Saying($"{address.Host} does not give it: {refusal.Message}", stopsRun: false);

            default:
                throw refusal;
        }
    }
}
