using System.Collections;

namespace KinescopePS.Commands;

/// <summary>Completes the words that Kinescope has for where a video stands. Others are taken too.</summary>
public sealed class VideoStatusCompleter : KinescopeCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters) => Task.FromResult<IReadOnlyList<Candidate>>(
        [.. new[] { "pending", "uploading", "pre-processing", "processing", "done", "error", "aborted", "suspended" }.Select(status => new Candidate(status, status))]);
}
