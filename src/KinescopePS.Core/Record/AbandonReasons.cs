namespace KinescopePS.Record;

/// <summary>The reasons for which a video is abandoned, as the progress file has them.</summary>
internal static class AbandonReasons
{
    /// <summary>The file was changed between two runs.</summary>
    public const string FileChanged = nameof(FileChanged);

    /// <summary>The file was changed while it was sent.</summary>
    public const string FileChangedDuringUpload = ErrorIds.FileChangedDuringUpload;

    /// <summary>Another lesson's video is of the same file, and serves for this one too.</summary>
    public const string FileShared = nameof(FileShared);

    /// <summary>The server no longer knows the upload.</summary>
    public const string UploadExpired = ErrorIds.UploadExpired;

    /// <summary>The video was created by a call that was never answered.</summary>
    public const string UploadAddressLost = nameof(UploadAddressLost);

    /// <summary>Kinescope could not process the video.</summary>
    public const string ProcessingFailed = nameof(ProcessingFailed);

    /// <summary>The original that Kinescope stored is not the file.</summary>
    public const string VideoDiffers = ErrorIds.VideoDiffers;

    /// <summary>Kinescope made it where it was to replace the content of another one.</summary>
    public const string ReplacementMisplaced = nameof(ReplacementMisplaced);

    /// <summary>Import-KinescopeUpload brought another video.</summary>
    public const string Imported = nameof(Imported);
}
