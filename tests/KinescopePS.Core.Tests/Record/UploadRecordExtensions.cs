using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

internal static class UploadRecordExtensions
{
    /// <summary>All uploads of a record whose list is at hand.</summary>
    public static IReadOnlyList<RecordedUpload> List(this IUploadRecord record) => record.ListAsync(CancellationToken.None).GetAwaiter().GetResult();
}
