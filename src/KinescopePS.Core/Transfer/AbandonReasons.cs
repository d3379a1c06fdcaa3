namespace KinescopePS.Transfer;

/// <summary>The reasons for which a video is abandoned, as the progress file has them beside error ids.</summary>
internal static class AbandonReasons
{
    public const string FileChanged = nameof(FileChanged);
    public const string UploadAddressLost = nameof(UploadAddressLost);
    public const string ProcessingFailed = nameof(ProcessingFailed);
    public const string VideoDiffers = nameof(VideoDiffers);
}
