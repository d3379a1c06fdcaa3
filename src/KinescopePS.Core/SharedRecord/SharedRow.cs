using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <summary>A lesson's upload as a shared record has it, with the lesson's file on one computer.</summary>
/// <param name="Revision">The number that its writer gave it; 0 for an upload that is not known.</param>
/// <param name="State">The event that the upload adds up to, without marks and file.</param>
/// <param name="Marks">The stretches that were sent.</param>
/// <param name="Path">The file's full path on that computer; null where it has seen none.</param>
/// <param name="Modified">Its last write time then.</param>
/// <param name="Content">The fingerprint that it had then.</param>
internal sealed record SharedRow(
    string Lesson, long Revision, string? State, string? Marks, string? Path, string? Modified, string? Content)
{
    /// <summary>The upload; null where none is known.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileInvalid</c>: somebody wrote something else by hand.</exception>
    public RecordedUpload? ToUpload()
    {
        if (State is null)
            return null;
        try
        {
            var state = JsonSerializer.Deserialize(State, UploadEventJson.Default.UploadEvent)!;
            var marks = JsonSerializer.Deserialize(Marks!, SharedRecordJson.Default.ImmutableListHashMark)!;
            var upload = new RecordedUpload(Lesson).With(state, Revision)! with { Marks = marks };
            // A file that has another content now says nothing of this upload.
            return Path is null || Content is not null && Content != upload.Fingerprint ? upload : upload with
            {
                File = new LocalFile(Path, Modified is null ? null : DateTimeOffset.Parse(Modified, CultureInfo.InvariantCulture)),
            };
        }
        catch (Exception failure) when (failure is JsonException or FormatException)
        {
            throw new KinescopeException(
                ErrorIds.ProgressFileInvalid, $"lesson '{Lesson}': what the shared record has of it cannot be read: {failure.Message}");
        }
    }

    /// <summary>The row of an upload, as this computer knows it.</summary>
    public static SharedRow Of(RecordedUpload upload) => new(
        upload.Lesson,
        upload.Revision,
        JsonSerializer.Serialize(
            upload.ToEvents().First() with { Lesson = null, Path = null, Modified = null }, UploadEventJson.Default.UploadEvent),
        JsonSerializer.Serialize(upload.Marks, SharedRecordJson.Default.ImmutableListHashMark),
        upload.File?.Path,
        upload.File?.Modified?.ToString("O", CultureInfo.InvariantCulture),
        upload.Fingerprint);
}

/// <summary>A file that a machine is sending.</summary>
/// <param name="Lesson">The lesson.</param>
/// <param name="Offset">The place in the file that it has come to. Unit: bytes.</param>
/// <param name="Length">The file's size. Unit: bytes.</param>
/// <param name="Rate">Unit: bytes per second.</param>
internal sealed record SharedWork(string Lesson, long Offset, long Length, long Rate);

/// <summary>A run that takes part.</summary>
/// <param name="Name">Its process, as <c>pid@host</c>.</param>
/// <param name="IsAlive">True while its lease lasts.</param>
/// <param name="IsDraining">True where it is to begin nothing more.</param>
/// <param name="SilentFor">The time since its last heartbeat.</param>
internal sealed record SharedMachine(
    Guid Id, string Name, DateTimeOffset StartedAt, bool IsAlive, bool IsDraining, TimeSpan SilentFor, IReadOnlyList<SharedWork> Work);

/// <summary>A claim of somebody on a lesson.</summary>
/// <param name="Machine">The id of the run that has it.</param>
internal sealed record SharedClaim(string Lesson, Guid Machine, string Name, long Token, DateTimeOffset TakenAt);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImmutableList<HashMark>))]
[JsonSerializable(typeof(IReadOnlyList<SharedWork>))]
[JsonSerializable(typeof(SpilledStep))]
internal sealed partial class SharedRecordJson : JsonSerializerContext;
