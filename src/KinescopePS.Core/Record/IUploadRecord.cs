using KinescopePS.Content;

namespace KinescopePS.Record;

/// <summary>
/// The record of lessons' uploads. An event has to outlive a power cut before its append returns: the next step of an upload is taken only
/// then. Members may be called from any thread.
/// </summary>
/// <remarks>
/// The seam between uploads and their record: <see cref="UploadRecords"/> opens one by its address, and whoever uses it knows no other
/// type of it. A record is opened by one run; appends, marks and claims are that run's.
/// </remarks>
internal interface IUploadRecord : IDisposable
{
    /// <summary>A condition of the record that its user should know of; null where there is none.</summary>
    string? Warning { get; }

    /// <summary>Is cancelled when the record is gone: nothing can be appended any more.</summary>
    CancellationToken Lost { get; }

    /// <summary>The reason of <see cref="Lost"/>; null until then.</summary>
    KinescopeException? LostBy { get; }

    /// <summary>The upload of a lesson; null where nothing is known of it.</summary>
    ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation);

    /// <summary>An upload of a file of this machine, whichever lesson it is for; null where there is none.</summary>
    /// <param name="path">The file's full path.</param>
    /// <param name="stage">The stage that it came to: finished, or begun and not finished.</param>
    ValueTask<RecordedUpload?> FindFileAsync(string path, UploadStage stage, CancellationToken cancellation);

    /// <summary>A finished upload of a content, whichever lesson it was for; null where there is none.</summary>
    /// <param name="length">Unit: bytes.</param>
    ValueTask<RecordedUpload?> FindContentAsync(long length, string fingerprint, CancellationToken cancellation);

    /// <summary>The uploads that a video is of, finished or begun. Lessons that share a file share its video.</summary>
    ValueTask<IReadOnlyList<RecordedUpload>> FindVideoAsync(string videoId, CancellationToken cancellation);

    /// <summary>All lessons' uploads.</summary>
    ValueTask<IReadOnlyList<RecordedUpload>> ListAsync(CancellationToken cancellation);

    /// <summary>The totals of each course, in the order of their ids.</summary>
    ValueTask<IReadOnlyList<KinescopeUploadTotal>> TotalsAsync(CancellationToken cancellation);

    /// <summary>Records a step. Never cancelled: a step that was taken is recorded.</summary>
    /// <returns>The lesson's upload after it.</returns>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileNotWritable</c> or <c>ProgressFileLost</c>: stops the run. <c>UploadRecordChanged</c>: another run has the lesson.
    /// </exception>
    ValueTask<RecordedUpload> AppendAsync(UploadEvent happened);

    /// <summary>Records a step that was decided on from what was read, unless that is no longer so. Marks make no difference.</summary>
    /// <param name="read">The upload as it was found; null where it was not known.</param>
    /// <exception cref="KinescopeException">As of the other overload; nothing is recorded.</exception>
    /// <inheritdoc cref="AppendAsync(UploadEvent)" path="/returns" />
    ValueTask<RecordedUpload> AppendAsync(UploadEvent happened, RecordedUpload? read);

    /// <summary>
    /// Queues the mark of a stretch that was sent, and returns at once. It is found from then on, and written before the next append or
    /// some seconds later, in its order.
    /// </summary>
    /// <remarks>
    /// A crash may lose queued marks. A mark only says what a stretch was when it was sent; where it is missing, the server's offset still
    /// says what it has, and one stretch more is not compared.
    /// </remarks>
    void Mark(string lesson, HashMark mark);

    /// <summary>Takes a lesson for the caller, so that nobody else works on it.</summary>
    /// <returns>The claim; where it is not granted, the one that stands in its way.</returns>
    ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation);

    /// <summary>Extends a claim: due within each <see cref="UploadClaim.Lease"/>.</summary>
    /// <returns>False where it has run out and another may have the lesson: nothing more is to be done for it.</returns>
    ValueTask<bool> RenewAsync(UploadClaim claim, CancellationToken cancellation);

    /// <summary>Gives a lesson back. Disposing the record gives all back.</summary>
    ValueTask ReleaseAsync(UploadClaim claim);
}
