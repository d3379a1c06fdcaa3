using System.Collections;

namespace KinescopePS.Commands;

/// <summary>Completes the words that Kinescope has for where a video stands. Others are taken too.</summary>
public sealed class VideoStatusCompleter : KinescopeCompleter
{
    private static readonly string[] Statuses =
        ["pending", "uploading", "pre-processing", "processing", "done", "error", "aborted", "suspended"];

    private protected override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters) =>
        Task.FromResult<IReadOnlyList<Candidate>>([.. Statuses.Select(status => new Candidate(status, status))]);
}
