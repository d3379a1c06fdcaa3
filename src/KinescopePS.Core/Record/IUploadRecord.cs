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

    /// <summary>The record's name for people: a file's path, or a database without its password.</summary>
    string Name => "";

    /// <summary>The file for the log of this machine's runs; null where there is none.</summary>
    string? RunLogPath => null;

    /// <summary>True where other machines write to it too.</summary>
    bool IsShared { get; }

    /// <summary>Is cancelled when the record is gone: nothing can be appended any more.</summary>
    CancellationToken Lost { get; }

    /// <summary>The reason of <see cref="Lost"/>; null until then.</summary>
    KinescopeException? LostBy { get; }

    /// <summary>The time by which the record dates its events, UTC: on every machine that shares it the same.</summary>
    DateTimeOffset Now { get; }

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
    /// Records whole uploads with their marks, each in the place of what was read of its lesson, unless that is no longer so: many at a
    /// time.
    /// </summary>
    /// <param name="imports">The uploads, one for a lesson.</param>
    /// <returns>
    /// The failure of each, in their order; null where it is recorded. <c>UploadRecordChanged</c>, <c>LessonClaimed</c> or
    /// <c>LessonIdInvalid</c>.
    /// </returns>
    /// <exception cref="KinescopeException">Of the record itself, as of the other steps.</exception>
    ValueTask<IReadOnlyList<KinescopeException?>> ImportAsync(IReadOnlyList<ImportedUpload> imports);

    /// <summary>
    /// Queues the mark of a stretch that was sent, and returns at once. It is found from then on, and written before the next append or
    /// a moment later, in its order.
    /// </summary>
    /// <remarks>
    /// A crash may lose queued marks. A mark only says what a stretch was when it was sent; where it is missing, the server's offset still
    /// says what it has, and one stretch more is not compared.
    /// </remarks>
    void Mark(string lesson, HashMark mark);

    /// <summary>Takes a lesson for the caller, so that nobody else works on it.</summary>
    /// <returns>The claim; where it is not granted, the one that stands in its way.</returns>
    ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation);

    /// <summary>Makes sure that a lesson is still the caller's, and that its next step can be recorded: due before each request.</summary>
    /// <param name="waits">True to wait until that is so; else the caller goes on with what needs no record.</param>
    /// <returns>False where it is not known.</returns>
    /// <exception cref="KinescopeException"><c>LessonClaimed</c>: another has it.</exception>
    ValueTask<bool> ConfirmAsync(string lesson, bool waits, CancellationToken cancellation);

    /// <summary>Gives a lesson back. Disposing the record gives all back.</summary>
    ValueTask ReleaseAsync(UploadClaim claim);

    /// <summary>Waits until nobody has at least one of some lessons, as far as is known here.</summary>
    /// <returns>Those that are free.</returns>
    Task<IReadOnlyList<string>> WaitUntilFreeAsync(IReadOnlyCollection<string> lessons, CancellationToken cancellation);
}

/// <summary>An upload from another record.</summary>
/// <param name="Upload">The upload as it is to be.</param>
/// <param name="Read">The lesson's upload as it was found; null where it was not known.</param>
internal sealed record ImportedUpload(RecordedUpload Upload, RecordedUpload? Read);

internal static class UploadRecordExtensions
{
    /// <summary>True for a failure of the record itself: the step that met it is not recorded.</summary>
    public static bool HasFailedBy(this IUploadRecord record, KinescopeException failure) =>
        failure.ErrorId == ErrorIds.ProgressFileNotWritable || failure.ErrorId == record.LostBy?.ErrorId;
}
