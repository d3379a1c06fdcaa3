using KinescopePS.Journal;
using KinescopePS.Kinescope;
using KinescopePS.Tus;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>What an upload tells while it goes on; may be called from any thread.</summary>
internal interface IUploadLog
{
    void Verbose(string message);

    void Warning(string message);
}

/// <summary>What the uploads of a run share.</summary>
/// <param name="RetryDelay">The first wait before a repetition.</param>
internal sealed record UploadServices(TusClient Tus, IUploadJournal Journal, VideoEntries Entries, ResiliencePipeline Retry, TimeSpan RetryDelay, IUploadLog Log);

/// <summary>How a lesson's upload ended, and why where it failed.</summary>
internal sealed record UploadOutcome(LessonUpload Result, KinescopeException? Failure);
