using static KinescopePS.ErrorKind;

namespace KinescopePS;

/// <summary>
/// The stable ids of our errors and their facts: scripts branch on an id (<c>$_.FullyQualifiedErrorId -like 'LessonFileNotFound,*'</c>),
/// so it is never renamed. Each names one cause.
/// </summary>
internal static class ErrorIds
{
    [Error(InvalidOperation)] public const string UnexpectedError = nameof(UnexpectedError);

    // Manifest and files
    [Error(ObjectNotFound, StopsRun = true)] public const string ManifestNotFound = nameof(ManifestNotFound);
    [Error(ReadError, StopsRun = true)] public const string ManifestUnreadable = nameof(ManifestUnreadable);
    [Error(ParserError, StopsRun = true)] public const string ManifestNotJson = nameof(ManifestNotJson);
    [Error(InvalidData)] public const string ManifestShapeInvalid = nameof(ManifestShapeInvalid);
    [Error(ObjectNotFound, StopsRun = true)] public const string BasePathNotFound = nameof(BasePathNotFound);
    [Error(InvalidData)] public const string LessonIdMissing = nameof(LessonIdMissing);
    [Error(InvalidData)] public const string LessonIdInvalid = nameof(LessonIdInvalid);
    [Error(InvalidData)] public const string LessonFilePathMissing = nameof(LessonFilePathMissing);
    [Error(PermissionDenied)] public const string LessonFilePathRefused = nameof(LessonFilePathRefused);
    [Error(InvalidData)] public const string LessonIdDuplicate = nameof(LessonIdDuplicate);
    [Error(ResourceBusy)] public const string LessonClaimed = nameof(LessonClaimed);
    [Error(InvalidData)] public const string LessonContentDiffers = nameof(LessonContentDiffers);
    [Error(InvalidData)] public const string LessonOfAnotherCourse = nameof(LessonOfAnotherCourse);
    [Error(ObjectNotFound)] public const string CourseNotFound = nameof(CourseNotFound);
    [Error(ObjectNotFound)] public const string LessonFileNotFound = nameof(LessonFileNotFound);
    [Error(ObjectNotFound)] public const string LessonFileUnmatched = nameof(LessonFileUnmatched);
    [Error(InvalidData)] public const string LessonFileAmbiguous = nameof(LessonFileAmbiguous);
    [Error(InvalidData)] public const string LessonFileEmpty = nameof(LessonFileEmpty);
    [Error(InvalidData)] public const string LessonFileNotVideo = nameof(LessonFileNotVideo);
    [Error(ReadError)] public const string LessonFileUnreadable = nameof(LessonFileUnreadable);
    [Error(ReadError)] public const string LessonFolderUnreadable = nameof(LessonFolderUnreadable);
    [Error(InvalidData)] public const string FileChangedDuringUpload = nameof(FileChangedDuringUpload);

    // Files beside the video
    [Error(InvalidData)] public const string PosterInvalid = nameof(PosterInvalid);
    [Error(InvalidData)] public const string SubtitleInvalid = nameof(SubtitleInvalid);
    [Error(InvalidData)] public const string ChapterInvalid = nameof(ChapterInvalid);
    [Error(ResourceExists)] public const string CompanionAlreadySet = nameof(CompanionAlreadySet);
    [Error(InvalidOperation)] public const string SubtitleNotRemoved = nameof(SubtitleNotRemoved);
    [Error(InvalidArgument)] public const string SubtitleLanguageMissing = nameof(SubtitleLanguageMissing);

    // Map files
    [Error(InvalidData)] public const string LessonNotInManifest = nameof(LessonNotInManifest);
    [Error(InvalidArgument)] public const string MapBasePathUnknown = nameof(MapBasePathUnknown);
    [Error(ResourceExists, StopsRun = true)] public const string ExportFileExists = nameof(ExportFileExists);
    [Error(WriteError, StopsRun = true)] public const string ExportFileNotWritable = nameof(ExportFileNotWritable);

    // Before an upload
    [Error(InvalidData)] public const string LessonMapEmpty = nameof(LessonMapEmpty);
    [Error(InvalidData)] public const string LessonFileTruncated = nameof(LessonFileTruncated);
    [Error(InvalidData)] public const string LessonFileZeroed = nameof(LessonFileZeroed);
    [Error(InvalidData)] public const string LessonFileUnplayable = nameof(LessonFileUnplayable);
    [Error(InvalidData)] public const string LessonFileWithoutVideo = nameof(LessonFileWithoutVideo);
    [Error(InvalidData)] public const string LessonFileChanged = nameof(LessonFileChanged);
    [Error(InvalidData)] public const string LessonBitRateUnlikely = nameof(LessonBitRateUnlikely);
    [Error(InvalidData)] public const string LessonContentRepeated = nameof(LessonContentRepeated);
    [Error(InvalidData)] public const string LessonTitleTooLong = nameof(LessonTitleTooLong);
    [Error(InvalidData)] public const string ProgressFileDamaged = nameof(ProgressFileDamaged);
    [Error(ResourceUnavailable)] public const string DiskRoomShort = nameof(DiskRoomShort);
    [Error(InvalidData)] public const string ClockDiffers = nameof(ClockDiffers);
    [Error(InvalidData)] public const string PreflightFailed = nameof(PreflightFailed);

    // Saved videos
    [Error(ObjectNotFound)] public const string AssetNotFound = nameof(AssetNotFound);
    [Error(ResourceUnavailable)] public const string DownloadExpired = nameof(DownloadExpired);
    [Error(InvalidData)] public const string DownloadDiffers = nameof(DownloadDiffers);
    [Error(ResourceExists)] public const string SavedFileExists = nameof(SavedFileExists);
    [Error(WriteError)] public const string SavedFileNotWritable = nameof(SavedFileNotWritable);
    [Error(ResourceBusy, StopsRun = true)] public const string SavedListLocked = nameof(SavedListLocked);
    [Error(InvalidData, StopsRun = true)] public const string SavedListInvalid = nameof(SavedListInvalid);
    [Error(WriteError, StopsRun = true)] public const string SavedListNotWritable = nameof(SavedListNotWritable);

    // Scheduled runs
    [Error(ReadError)] public const string NightlyLogUnreadable = nameof(NightlyLogUnreadable);
    [Error(ObjectNotFound)] public const string NightlyLogNotFound = nameof(NightlyLogNotFound);
    [Error(InvalidArgument, StopsRun = true)] public const string NotificationUriMissing = nameof(NotificationUriMissing);
    [Error(ConnectionError, IsTransient = true)] public const string NotificationFailed = nameof(NotificationFailed);

    // Comparing
    [Error(InvalidOperation, StopsRun = true)] public const string NothingToCompare = nameof(NothingToCompare);
    [Error(InvalidData)] public const string LessonsDiffer = nameof(LessonsDiffer);
    [Error(InvalidArgument, StopsRun = true)] public const string FindingStatusUnknown = nameof(FindingStatusUnknown);

    // Reports
    [Error(InvalidData)] public const string ReportInputUnknown = nameof(ReportInputUnknown);

    // Settings
    [Error(ObjectNotFound, StopsRun = true)] public const string EnvironmentFileNotFound = nameof(EnvironmentFileNotFound);
    [Error(ReadError, StopsRun = true)] public const string EnvironmentFileUnreadable = nameof(EnvironmentFileUnreadable);
    [Error(InvalidArgument, StopsRun = true)] public const string ApiKeyMissing = nameof(ApiKeyMissing);
    [Error(InvalidArgument, StopsRun = true)] public const string ApiKeyInvalid = nameof(ApiKeyInvalid);
    [Error(NotImplemented, StopsRun = true)] public const string SecretManagementMissing = nameof(SecretManagementMissing);
    [Error(ReadError, StopsRun = true)] public const string SecretUnreadable = nameof(SecretUnreadable);
    [Error(ObjectNotFound)] public const string SessionMissing = nameof(SessionMissing);
    [Error(InvalidArgument, StopsRun = true)] public const string SessionConflict = nameof(SessionConflict);
    [Error(InvalidOperation, StopsRun = true)] public const string SessionClosed = nameof(SessionClosed);
    [Error(InvalidArgument, StopsRun = true)] public const string ParentMissing = nameof(ParentMissing);
    [Error(InvalidArgument)] public const string FolderByInvalid = nameof(FolderByInvalid);
    [Error(ObjectNotFound)] public const string FolderUnknown = nameof(FolderUnknown);
    [Error(InvalidArgument, StopsRun = true)] public const string UriInvalid = nameof(UriInvalid);
    [Error(InvalidArgument, StopsRun = true)] public const string BandwidthLimitInvalid = nameof(BandwidthLimitInvalid);
    [Error(OperationTimeout)] public const string MaxDurationTooShort = nameof(MaxDurationTooShort);
    [Error(InvalidArgument, StopsRun = true)] public const string RequestLimitInvalid = nameof(RequestLimitInvalid);
    [Error(InvalidArgument, StopsRun = true)] public const string StampLocationInvalid = nameof(StampLocationInvalid);
    [Error(InvalidArgument, StopsRun = true)] public const string CertificateAuthorityInvalid = nameof(CertificateAuthorityInvalid);
    [Error(InvalidArgument, StopsRun = true)] public const string DatabaseUrlMissing = nameof(DatabaseUrlMissing);
    [Error(InvalidArgument, StopsRun = true)] public const string DatabaseUrlInvalid = nameof(DatabaseUrlInvalid);

    // Kinescope
    [Error(AuthenticationError, StopsRun = true)] public const string TokenRejected = nameof(TokenRejected);
    [Error(PermissionDenied, StopsRun = true)] public const string AccessDenied = nameof(AccessDenied);
    [Error(QuotaExceeded, StopsRun = true)] public const string PaymentRequired = nameof(PaymentRequired);
    [Error(ObjectNotFound, StopsRun = true)] public const string ParentNotFound = nameof(ParentNotFound);
    [Error(ObjectNotFound)] public const string ProjectNotFound = nameof(ProjectNotFound);
    [Error(InvalidArgument, StopsRun = true)] public const string NameAmbiguous = nameof(NameAmbiguous);
    [Error(ObjectNotFound)] public const string FolderNotFound = nameof(FolderNotFound);
    [Error(ObjectNotFound)] public const string VideoNotFound = nameof(VideoNotFound);
    [Error(ObjectNotFound)] public const string EntityNotFound = nameof(EntityNotFound);
    [Error(ResourceExists)] public const string NameTaken = nameof(NameTaken);
    [Error(ResourceExists)] public const string VideoAlreadyExists = nameof(VideoAlreadyExists);
    [Error(InvalidArgument)] public const string IdInvalid = nameof(IdInvalid);
    [Error(InvalidArgument)] public const string OrderNotAllowed = nameof(OrderNotAllowed);
    [Error(InvalidData)] public const string RequestInvalid = nameof(RequestInvalid);
    [Error(InvalidArgument, StopsRun = true)] public const string BodyInvalid = nameof(BodyInvalid);
    [Error(LimitsExceeded, IsTransient = true)] public const string RateLimited = nameof(RateLimited);
    [Error(ConnectionError, IsTransient = true)] public const string KinescopeUnavailable = nameof(KinescopeUnavailable);
    [Error(ConnectionError, IsTransient = true)] public const string HostUnreachable = nameof(HostUnreachable);
    [Error(ParserError)] public const string AnswerInvalid = nameof(AnswerInvalid);
    [Error(SecurityError, StopsRun = true)] public const string CertificateRejected = nameof(CertificateRejected);
    [Error(AuthenticationError, StopsRun = true)] public const string ProxyAuthenticationRequired = nameof(ProxyAuthenticationRequired);
    [Error(SecurityError)] public const string UploadEndpointRefused = nameof(UploadEndpointRefused);
    [Error(SecurityError)] public const string DownloadRefused = nameof(DownloadRefused);
    [Error(ResourceUnavailable)] public const string UploadExpired = nameof(UploadExpired);
    [Error(ResourceUnavailable)] public const string UploadUnconfirmed = nameof(UploadUnconfirmed);
    [Error(PermissionDenied)] public const string UploadRefused = nameof(UploadRefused);
    [Error(QuotaExceeded)] public const string UploadTooLarge = nameof(UploadTooLarge);
    [Error(ProtocolError, IsTransient = true)] public const string UploadOffsetMismatch = nameof(UploadOffsetMismatch);
    [Error(ResourceBusy, IsTransient = true)] public const string UploadLocked = nameof(UploadLocked);
    [Error(InvalidData, IsTransient = true)] public const string UploadChecksumMismatch = nameof(UploadChecksumMismatch);
    [Error(ProtocolError)] public const string UploadMoved = nameof(UploadMoved);
    [Error(ConnectionError, IsTransient = true)] public const string UploadInterrupted = nameof(UploadInterrupted);
    [Error(LimitsExceeded)] public const string ReplacementTooLarge = nameof(ReplacementTooLarge);
    [Error(InvalidOperation)] public const string ReplacementUnfinished = nameof(ReplacementUnfinished);
    [Error(InvalidData)] public const string VideoDiffers = nameof(VideoDiffers);
    [Error(InvalidData)] public const string VideoProcessingFailed = nameof(VideoProcessingFailed);
    [Error(InvalidOperation)] public const string VideoNotMoved = nameof(VideoNotMoved);
    [Error(OperationTimeout)] public const string VideoNotProcessed = nameof(VideoNotProcessed);
    [Error(InvalidData)] public const string VideoChangedSince = nameof(VideoChangedSince);
    [Error(InvalidArgument, StopsRun = true)] public const string PrivacyDomainInvalid = nameof(PrivacyDomainInvalid);
    [Error(InvalidArgument, StopsRun = true)] public const string PrivacyDomainMissing = nameof(PrivacyDomainMissing);

    // Progress file
    [Error(ObjectNotFound, StopsRun = true)] public const string ProgressFileNotFound = nameof(ProgressFileNotFound);
    [Error(ResourceBusy, StopsRun = true)] public const string ProgressFileLocked = nameof(ProgressFileLocked);
    [Error(ReadError, StopsRun = true)] public const string ProgressFileUnreadable = nameof(ProgressFileUnreadable);
    [Error(WriteError, StopsRun = true)] public const string ProgressFileNotWritable = nameof(ProgressFileNotWritable);
    [Error(ResourceUnavailable, StopsRun = true)] public const string ProgressFileLost = nameof(ProgressFileLost);
    [Error(NotImplemented, StopsRun = true)] public const string ProgressFileVersionUnsupported = nameof(ProgressFileVersionUnsupported);
    [Error(InvalidData, StopsRun = true)] public const string ProgressFileInvalid = nameof(ProgressFileInvalid);
    [Error(ResourceUnavailable, StopsRun = true)] public const string RecordNotInitialised = nameof(RecordNotInitialised);
    [Error(NotImplemented, StopsRun = true)] public const string RecordVersionUnsupported = nameof(RecordVersionUnsupported);
    [Error(ConnectionError, StopsRun = true)] public const string RecordUnreachable = nameof(RecordUnreachable);
    [Error(InvalidArgument, StopsRun = true)] public const string RecordNotShared = nameof(RecordNotShared);
    [Error(ObjectNotFound)] public const string MachineNotFound = nameof(MachineNotFound);
    [Error(InvalidOperation)] public const string UploadRecordChanged = nameof(UploadRecordChanged);
    [Error(ObjectNotFound)] public const string UploadNotFound = nameof(UploadNotFound);
    [Error(ResourceExists)] public const string UploadAlreadyKnown = nameof(UploadAlreadyKnown);
    [Error(InvalidOperation)] public const string VideoFinished = nameof(VideoFinished);
    [Error(InvalidOperation)] public const string VideoShared = nameof(VideoShared);
    [Error(ObjectNotFound)] public const string ImportFileNotFound = nameof(ImportFileNotFound);
    [Error(ReadError)] public const string ImportFileUnreadable = nameof(ImportFileUnreadable);
    [Error(InvalidData)] public const string ImportFileInvalid = nameof(ImportFileInvalid);
    [Error(InvalidData)] public const string ImportEntryInvalid = nameof(ImportEntryInvalid);

    // Lesson database
    [Error(ConnectionError, IsTransient = true)] public const string DatabaseUnreachable = nameof(DatabaseUnreachable);
    [Error(ResourceBusy, IsTransient = true)] public const string DatabaseBusy = nameof(DatabaseBusy);
    [Error(AuthenticationError, StopsRun = true)] public const string DatabaseAccessDenied = nameof(DatabaseAccessDenied);
    [Error(ObjectNotFound, StopsRun = true)] public const string DatabaseNotFound = nameof(DatabaseNotFound);
    [Error(InvalidOperation, StopsRun = true)] public const string DatabaseError = nameof(DatabaseError);
    [Error(ObjectNotFound, StopsRun = true)] public const string LessonTableNotFound = nameof(LessonTableNotFound);
    [Error(ObjectNotFound, StopsRun = true)] public const string LessonColumnNotFound = nameof(LessonColumnNotFound);
    [Error(InvalidArgument, StopsRun = true)] public const string LessonColumnNotUnique = nameof(LessonColumnNotUnique);
    [Error(InvalidArgument, StopsRun = true)] public const string LessonColumnUnsuitable = nameof(LessonColumnUnsuitable);
    [Error(InvalidArgument, StopsRun = true)] public const string LessonColumnMissing = nameof(LessonColumnMissing);
    [Error(InvalidData)] public const string FindingInvalid = nameof(FindingInvalid);
    [Error(ObjectNotFound)] public const string LessonNotFound = nameof(LessonNotFound);
    [Error(PermissionDenied)] public const string LessonNotVisible = nameof(LessonNotVisible);
    [Error(ResourceExists)] public const string LessonVideoDiffers = nameof(LessonVideoDiffers);
    [Error(ResourceExists)] public const string VideoIdAlreadySet = nameof(VideoIdAlreadySet);
    [Error(InvalidData)] public const string VideoIdMissing = nameof(VideoIdMissing);
    [Error(InvalidData)] public const string VideoIdInvalid = nameof(VideoIdInvalid);
    [Error(InvalidData)] public const string LessonLinkRejected = nameof(LessonLinkRejected);
    [Error(ObjectNotFound, StopsRun = true)] public const string UndoFileNotFound = nameof(UndoFileNotFound);
    [Error(ReadError, StopsRun = true)] public const string UndoFileUnreadable = nameof(UndoFileUnreadable);
    [Error(WriteError, StopsRun = true)] public const string UndoFileNotWritable = nameof(UndoFileNotWritable);
    [Error(InvalidData, StopsRun = true)] public const string UndoFileInvalid = nameof(UndoFileInvalid);
}
