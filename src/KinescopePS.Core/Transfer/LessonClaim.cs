using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>The right to work on a lesson while its file is sent; given back at the end.</summary>
internal sealed class LessonClaim : IAsyncDisposable
{
    private readonly IUploadRecord _record;
    private readonly UploadClaim _claim;
    private readonly CancellationTokenSource _ended;

    private LessonClaim(IUploadRecord record, UploadClaim claim, CancellationToken cancellation)
    {
        (_record, _claim) = (record, claim);
        _ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation, claim.Lost);
    }

    /// <summary>Cancelled when the claim is gone, or by the caller.</summary>
    public CancellationToken Token => _ended.Token;

    /// <summary>The failure of a claim that is gone; null while it holds.</summary>
    public KinescopeException? Failure => _claim.Lost.IsCancellationRequested
        ? new(ErrorIds.LessonClaimed, "this run was away for so long that another one took the lesson over.")
        : null;

    /// <summary>Claims a lesson.</summary>
    /// <exception cref="KinescopeException"><c>LessonClaimed</c>: another run works on it.</exception>
    public static async Task<LessonClaim> TakeAsync(IUploadRecord record, string lesson, CancellationToken cancellation)
    {
        var claim = await record.ClaimAsync(lesson, cancellation).ConfigureAwait(false);
        return claim.IsGranted
            ? new LessonClaim(record, claim, cancellation)
            : throw new KinescopeException(
                ErrorIds.LessonClaimed, $"it is being uploaded by another run (process {claim.Owner}), and is left to that.");
    }

    public async ValueTask DisposeAsync()
    {
        await _record.ReleaseAsync(_claim).ConfigureAwait(false);
        _ended.Dispose();
    }
}
