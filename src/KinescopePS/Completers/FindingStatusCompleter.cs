using System.Collections;

namespace KinescopePS.Commands;

/// <summary>Completes the kinds of findings.</summary>
public sealed class FindingStatusCompleter : KinescopeCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters) =>
        Task.FromResult<IReadOnlyList<Candidate>>([.. Enum.GetNames<LessonFindingStatus>().Select(name => new Candidate(name, name))]);
}
