using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The right to work on a lesson while its file is sent: renewed within each lease, given back at the end.</summary>
internal sealed class LessonClaim : IAsyncDisposable
{
    private readonly IUploadRecord _record;
    private readonly UploadClaim _claim;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenSource _lost;
    private readonly Task _renewing;

    private LessonClaim(IUploadRecord record, UploadClaim claim, TimeProvider time, CancellationToken cancellation)
    {
        (_record, _claim, _time) = (record, claim, time);
        _lost = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _renewing = claim.Lease == Timeout.InfiniteTimeSpan ? Task.CompletedTask : RenewAsync();
    }

    /// <summary>Cancelled when the claim has run out, or by the caller.</summary>
    public CancellationToken Token => _lost.Token;

    /// <summary>The failure of a claim that has run out; null while it holds.</summary>
    public KinescopeException? Failure { get; private set; }

    /// <summary>Claims a lesson.</summary>
    /// <exception cref="KinescopeException"><c>LessonClaimed</c>: another run works on it.</exception>
    public static async Task<LessonClaim> TakeAsync(IUploadRecord record, string lesson, TimeProvider time, CancellationToken cancellation)
    {
        var claim = await record.ClaimAsync(lesson, cancellation).ConfigureAwait(false);
        return claim.IsGranted
            ? new LessonClaim(record, claim, time, cancellation)
            : throw new KinescopeException(
                ErrorIds.LessonClaimed, $"it is being uploaded by another run (process {claim.Owner}), and is left to that.");
    }

    public async ValueTask DisposeAsync()
    {
        await _ended.CancelAsync().ConfigureAwait(false);
        await _renewing.ConfigureAwait(false);
        if (Failure is null)
            await _record.ReleaseAsync(_claim).ConfigureAwait(false);
        _ended.Dispose();
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            do
                await Task.Delay(_claim.Lease / 3, _time, _ended.Token).ConfigureAwait(false);
            while (await _record.RenewAsync(_claim, _ended.Token).ConfigureAwait(false));
            Failure = new KinescopeException(
                ErrorIds.LessonClaimed, "this run was away for so long that another one may have taken the lesson over.");
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            return;
        }
        catch (KinescopeException failure)
        {
            Failure = failure;
        }

        await _lost.CancelAsync().ConfigureAwait(false);
    }
}
