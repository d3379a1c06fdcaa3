namespace KinescopePS;

/// <summary>The kind of an error: the names of PowerShell's <c>ErrorCategory</c> that are used.</summary>
internal enum ErrorKind
{
    AuthenticationError,
    ConnectionError,
    InvalidArgument,
    InvalidData,
    InvalidOperation,
    LimitsExceeded,
    NotImplemented,
    ObjectNotFound,
    OperationTimeout,
    ParserError,
    PermissionDenied,
    ProtocolError,
    QuotaExceeded,
    ReadError,
    ResourceBusy,
    ResourceExists,
    ResourceUnavailable,
    SecurityError,
    WriteError,
}
