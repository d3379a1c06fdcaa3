namespace KinescopePS.Record;

/// <summary>Opens records by their address: the name of a progress file.</summary>
internal static class UploadRecords
{
    public const string DefaultAddress = "kinescope-upload-progress.jsonl";

    /// <summary>Opens a record for a run, creating it where it is absent.</summary>
    /// <param name="pathOf">Makes a full path of an address that names a file; by default from the process' current folder.</param>
    /// <param name="mustExist">Makes an absent record an error.</param>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileNotFound</c>, <c>ProgressFileLocked</c>, <c>ProgressFileNotWritable</c>, <c>ProgressFileInvalid</c> or
    /// <c>ProgressFileVersionUnsupported</c>.
    /// </exception>
    public static IUploadRecord Open(
        string address, Func<string, string>? pathOf = null, bool mustExist = false, TimeProvider? time = null) =>
        ProgressFileRecord.Open(PathOf(address, pathOf, mustExist), time ?? TimeProvider.System);

    /// <summary>Reads a record as it is, without locking or changing it: for a preview or a report. An absent one is empty.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProgressFileNotFound</c>, <c>ProgressFileUnreadable</c>, <c>ProgressFileInvalid</c> or <c>ProgressFileVersionUnsupported</c>.
    /// </exception>
    /// <inheritdoc cref="Open" path="/param" />
    public static IUploadRecord OpenReadOnly(string address, Func<string, string>? pathOf = null, bool mustExist = false) =>
        ProgressFileRecord.OpenReadOnly(PathOf(address, pathOf, mustExist));

    /// <inheritdoc cref="ProgressFileRecord.Empty" />
    public static IUploadRecord Empty() => ProgressFileRecord.Empty();

    private static string PathOf(string address, Func<string, string>? pathOf, bool mustExist)
    {
        var path = (pathOf ?? Path.GetFullPath)(address);
        if (mustExist && !File.Exists(path))
            throw new KinescopeException(
                ErrorIds.ProgressFileNotFound,
                $"There is no progress file {path}. Go to the folder where it lies (that of the manifest, or where the uploads were "
                + "started), or give -ProgressFile.");
        return path;
    }
}
