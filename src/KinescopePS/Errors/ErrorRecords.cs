using System.Management.Automation;

namespace KinescopePS;

/// <summary>The one place where a failure becomes an <see cref="ErrorRecord"/>.</summary>
internal static class ErrorRecords
{
    /// <summary>The record of a failure: its id, the category that belongs to it, and the input it happened to.</summary>
    public static ErrorRecord ToErrorRecord(this KinescopeException failure, object? target) =>
        new(failure, failure.ErrorId, CategoryOf(failure.ErrorId), target);

    private static ErrorCategory CategoryOf(string errorId) => errorId switch
    {
        ErrorIds.ManifestNotFound or ErrorIds.EnvironmentFileNotFound or ErrorIds.BasePathNotFound or ErrorIds.LessonFileNotFound or ErrorIds.ParentNotFound
            or ErrorIds.DatabaseNotFound or ErrorIds.LessonTableNotFound or ErrorIds.LessonColumnNotFound
            or ErrorIds.LessonNotFound or ErrorIds.ProjectNotFound or ErrorIds.FolderNotFound or ErrorIds.VideoNotFound or ErrorIds.EntityNotFound or ErrorIds.FolderUnknown
            or ErrorIds.SessionMissing or ErrorIds.UndoFileNotFound or ErrorIds.ProgressFileNotFound or ErrorIds.UploadNotFound or ErrorIds.ImportFileNotFound => ErrorCategory.ObjectNotFound,
        ErrorIds.ManifestNotJson or ErrorIds.AnswerInvalid => ErrorCategory.ParserError,
        ErrorIds.ManifestShapeInvalid or ErrorIds.LessonIdMissing or ErrorIds.LessonIdInvalid or ErrorIds.LessonFilePathMissing
            or ErrorIds.LessonIdDuplicate or ErrorIds.LessonFileAmbiguous or ErrorIds.LessonFileEmpty
            or ErrorIds.LessonFileNotVideo or ErrorIds.FileChangedDuringUpload or ErrorIds.ProgressFileInvalid
            or ErrorIds.ImportFileInvalid or ErrorIds.ImportEntryInvalid or ErrorIds.VideoIdMissing or ErrorIds.RequestInvalid
            or ErrorIds.UploadChecksumMismatch or ErrorIds.VideoDiffers or ErrorIds.VideoProcessingFailed
            or ErrorIds.LessonLinkRejected or ErrorIds.UndoFileInvalid => ErrorCategory.InvalidData,
        ErrorIds.ManifestUnreadable or ErrorIds.EnvironmentFileUnreadable or ErrorIds.LessonFileUnreadable or ErrorIds.LessonFolderUnreadable
            or ErrorIds.ProgressFileUnreadable or ErrorIds.UndoFileUnreadable or ErrorIds.ImportFileUnreadable or ErrorIds.SecretUnreadable => ErrorCategory.ReadError,
        ErrorIds.ProgressFileNotWritable or ErrorIds.UndoFileNotWritable or ErrorIds.ExportFileNotWritable => ErrorCategory.WriteError,
        ErrorIds.ProgressFileLocked or ErrorIds.UploadLocked or ErrorIds.DatabaseBusy => ErrorCategory.ResourceBusy,
        ErrorIds.ApiKeyMissing or ErrorIds.ApiKeyInvalid or ErrorIds.ParentMissing or ErrorIds.FolderByInvalid or ErrorIds.IdInvalid or ErrorIds.OrderNotAllowed or ErrorIds.BodyInvalid
            or ErrorIds.UriInvalid or ErrorIds.BandwidthLimitInvalid or ErrorIds.RequestLimitInvalid
            or ErrorIds.CertificateAuthorityInvalid or ErrorIds.DatabaseUrlMissing
            or ErrorIds.DatabaseUrlInvalid or ErrorIds.LessonColumnNotUnique => ErrorCategory.InvalidArgument,
        ErrorIds.TokenRejected or ErrorIds.DatabaseAccessDenied
            or ErrorIds.ProxyAuthenticationRequired => ErrorCategory.AuthenticationError,
        ErrorIds.AccessDenied or ErrorIds.LessonFilePathRefused or ErrorIds.LessonNotVisible => ErrorCategory.PermissionDenied,
        ErrorIds.CertificateRejected or ErrorIds.UploadEndpointRefused => ErrorCategory.SecurityError,
        ErrorIds.PaymentRequired or ErrorIds.UploadTooLarge => ErrorCategory.QuotaExceeded,
        ErrorIds.RateLimited => ErrorCategory.LimitsExceeded,
        ErrorIds.KinescopeUnavailable or ErrorIds.HostUnreachable or ErrorIds.UploadInterrupted
            or ErrorIds.DatabaseUnreachable => ErrorCategory.ConnectionError,
        ErrorIds.VideoNotProcessed => ErrorCategory.OperationTimeout,
        ErrorIds.UploadExpired => ErrorCategory.ResourceUnavailable,
        ErrorIds.UploadOffsetMismatch or ErrorIds.UploadMoved => ErrorCategory.ProtocolError,
        ErrorIds.ProgressFileVersionUnsupported or ErrorIds.SecretManagementMissing => ErrorCategory.NotImplemented,
        ErrorIds.NameTaken or ErrorIds.VideoAlreadyExists or ErrorIds.VideoIdAlreadySet or ErrorIds.LessonVideoDiffers or ErrorIds.UploadAlreadyKnown
            or ErrorIds.ExportFileExists => ErrorCategory.ResourceExists,
        _ => ErrorCategory.InvalidOperation,
    };
}
