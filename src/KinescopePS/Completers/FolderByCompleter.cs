using System.Collections;

namespace KinescopePS.Commands;

/// <summary>Completes the two words of Send-KinescopeVideo -FolderBy.</summary>
public sealed class FolderByCompleter : KinescopeCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters) =>
        Task.FromResult<IReadOnlyList<Candidate>>([new Candidate("Course", "Course"), new Candidate("Module", "Module")]);
}
