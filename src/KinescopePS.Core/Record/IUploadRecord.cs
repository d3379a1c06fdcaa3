namespace KinescopePS.Record;

/// <summary>
/// Where the progress of a run is kept. What is recorded has to outlive a power cut before the call returns: the next step of
/// an upload is taken only then.
/// </summary>
/// <remarks>The seam between uploads and their record: a file today, a table that several machines share is the other kind.</remarks>
internal interface IUploadRecord
{
    /// <summary>The upload of a lesson, or null where nothing is known of it.</summary>
    ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation);

    /// <summary>A finished upload of a file, whichever lesson it was for; null where there is none.</summary>
    /// <param name="path">The file's full path.</param>
    ValueTask<RecordedUpload?> FindFileAsync(string path, CancellationToken cancellation);

    /// <summary>Records a step. Never cancelled: a step that was taken is recorded.</summary>
    /// <returns>The lesson's state after it.</returns>
    /// <exception cref="KinescopeException"><c>ProgressFileNotWritable</c>: stops the run.</exception>
    ValueTask<RecordedUpload> RecordAsync(UploadEvent happened);
}
