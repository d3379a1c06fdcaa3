namespace KinescopePS;

/// <summary>
/// The stable ids of our errors: scripts branch on them (<c>$_.FullyQualifiedErrorId -like 'LessonFileNotFound,*'</c>), so an
/// id is never renamed. Each names one cause.
/// </summary>
internal static class ErrorIds
{
    // Manifest and files
    public const string ManifestNotFound = nameof(ManifestNotFound);
    public const string ManifestUnreadable = nameof(ManifestUnreadable);
    public const string ManifestNotJson = nameof(ManifestNotJson);
    public const string ManifestShapeInvalid = nameof(ManifestShapeInvalid);
    public const string BasePathNotFound = nameof(BasePathNotFound);
    public const string LessonIdMissing = nameof(LessonIdMissing);
    public const string LessonIdInvalid = nameof(LessonIdInvalid);
    public const string LessonFilePathMissing = nameof(LessonFilePathMissing);
    public const string LessonFilePathRefused = nameof(LessonFilePathRefused);
    public const string LessonIdDuplicate = nameof(LessonIdDuplicate);
    public const string LessonFileNotFound = nameof(LessonFileNotFound);
    public const string LessonFileAmbiguous = nameof(LessonFileAmbiguous);
    public const string LessonFileEmpty = nameof(LessonFileEmpty);
    public const string LessonFileNotVideo = nameof(LessonFileNotVideo);
    public const string LessonFileUnreadable = nameof(LessonFileUnreadable);
    public const string LessonFolderUnreadable = nameof(LessonFolderUnreadable);
    public const string FileChangedDuringUpload = nameof(FileChangedDuringUpload);

    // Map files
    public const string ExportFileExists = nameof(ExportFileExists);
    public const string ExportFileNotWritable = nameof(ExportFileNotWritable);

    // Settings
    public const string EnvironmentFileNotFound = nameof(EnvironmentFileNotFound);
    public const string EnvironmentFileUnreadable = nameof(EnvironmentFileUnreadable);
    public const string ApiKeyMissing = nameof(ApiKeyMissing);
    public const string ApiKeyInvalid = nameof(ApiKeyInvalid);
    public const string SecretManagementMissing = nameof(SecretManagementMissing);
    public const string SecretUnreadable = nameof(SecretUnreadable);
    public const string SessionMissing = nameof(SessionMissing);
    public const string SessionClosed = nameof(SessionClosed);
    public const string ParentMissing = nameof(ParentMissing);
    public const string FolderByInvalid = nameof(FolderByInvalid);
    public const string FolderUnknown = nameof(FolderUnknown);
    public const string UriInvalid = nameof(UriInvalid);
    public const string BandwidthLimitInvalid = nameof(BandwidthLimitInvalid);
    public const string RequestLimitInvalid = nameof(RequestLimitInvalid);
    public const string CertificateAuthorityInvalid = nameof(CertificateAuthorityInvalid);
    public const string DatabaseUrlMissing = nameof(DatabaseUrlMissing);
    public const string DatabaseUrlInvalid = nameof(DatabaseUrlInvalid);

    // Kinescope
    public const string TokenRejected = nameof(TokenRejected);
    public const string AccessDenied = nameof(AccessDenied);
    public const string PaymentRequired = nameof(PaymentRequired);
    public const string ParentNotFound = nameof(ParentNotFound);
    public const string ProjectNotFound = nameof(ProjectNotFound);
    public const string FolderNotFound = nameof(FolderNotFound);
    public const string VideoNotFound = nameof(VideoNotFound);
    public const string EntityNotFound = nameof(EntityNotFound);
    public const string NameTaken = nameof(NameTaken);
    public const string VideoAlreadyExists = nameof(VideoAlreadyExists);
    public const string IdInvalid = nameof(IdInvalid);
    public const string OrderNotAllowed = nameof(OrderNotAllowed);
    public const string RequestInvalid = nameof(RequestInvalid);
    public const string BodyInvalid = nameof(BodyInvalid);
    public const string RateLimited = nameof(RateLimited);
    public const string KinescopeUnavailable = nameof(KinescopeUnavailable);
    public const string HostUnreachable = nameof(HostUnreachable);
    public const string AnswerInvalid = nameof(AnswerInvalid);
    public const string CertificateRejected = nameof(CertificateRejected);
    public const string ProxyAuthenticationRequired = nameof(ProxyAuthenticationRequired);
    public const string UploadEndpointRefused = nameof(UploadEndpointRefused);
    public const string UploadExpired = nameof(UploadExpired);
    public const string UploadTooLarge = nameof(UploadTooLarge);
    public const string UploadOffsetMismatch = nameof(UploadOffsetMismatch);
    public const string UploadLocked = nameof(UploadLocked);
    public const string UploadChecksumMismatch = nameof(UploadChecksumMismatch);
    public const string UploadMoved = nameof(UploadMoved);
    public const string UploadInterrupted = nameof(UploadInterrupted);
    public const string UploadFailed = nameof(UploadFailed);
    public const string VideoDiffers = nameof(VideoDiffers);
    public const string VideoProcessingFailed = nameof(VideoProcessingFailed);
    public const string VideoNotMoved = nameof(VideoNotMoved);
    public const string VideoNotProcessed = nameof(VideoNotProcessed);

    // Progress file
    public const string ProgressFileNotFound = nameof(ProgressFileNotFound);
    public const string ProgressFileLocked = nameof(ProgressFileLocked);
    public const string ProgressFileUnreadable = nameof(ProgressFileUnreadable);
    public const string ProgressFileNotWritable = nameof(ProgressFileNotWritable);
    public const string ProgressFileVersionUnsupported = nameof(ProgressFileVersionUnsupported);
    public const string ProgressFileInvalid = nameof(ProgressFileInvalid);
    public const string UploadNotFound = nameof(UploadNotFound);
    public const string UploadAlreadyKnown = nameof(UploadAlreadyKnown);
    public const string VideoFinished = nameof(VideoFinished);
    public const string VideoShared = nameof(VideoShared);
    public const string ImportFileNotFound = nameof(ImportFileNotFound);
    public const string ImportFileUnreadable = nameof(ImportFileUnreadable);
    public const string ImportFileInvalid = nameof(ImportFileInvalid);
    public const string ImportEntryInvalid = nameof(ImportEntryInvalid);

    // Lesson database
    public const string DatabaseUnreachable = nameof(DatabaseUnreachable);
    public const string DatabaseBusy = nameof(DatabaseBusy);
    public const string DatabaseAccessDenied = nameof(DatabaseAccessDenied);
    public const string DatabaseNotFound = nameof(DatabaseNotFound);
    public const string DatabaseError = nameof(DatabaseError);
    public const string LessonTableNotFound = nameof(LessonTableNotFound);
    public const string LessonColumnNotFound = nameof(LessonColumnNotFound);
    public const string LessonColumnNotUnique = nameof(LessonColumnNotUnique);
    public const string LessonNotFound = nameof(LessonNotFound);
    public const string LessonNotVisible = nameof(LessonNotVisible);
    public const string LessonVideoDiffers = nameof(LessonVideoDiffers);
    public const string VideoIdAlreadySet = nameof(VideoIdAlreadySet);
    public const string VideoIdMissing = nameof(VideoIdMissing);
    public const string LessonLinkRejected = nameof(LessonLinkRejected);
    public const string UndoFileNotFound = nameof(UndoFileNotFound);
    public const string UndoFileUnreadable = nameof(UndoFileUnreadable);
    public const string UndoFileNotWritable = nameof(UndoFileNotWritable);
    public const string UndoFileInvalid = nameof(UndoFileInvalid);
}
