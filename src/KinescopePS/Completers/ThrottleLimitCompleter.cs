using System.Collections;

namespace KinescopePS.Commands;

/// <summary>Completes the one word of -ThrottleLimit.</summary>
public sealed class ThrottleLimitCompleter : KinescopeCompleter
{
    private protected override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters) =>
        Task.FromResult<IReadOnlyList<Candidate>>([new Candidate(ThrottleLimitAttribute.AutoName, ThrottleLimitAttribute.AutoName)]);
}
