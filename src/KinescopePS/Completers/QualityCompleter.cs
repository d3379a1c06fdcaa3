using System.Collections;
using KinescopePS.Saving;

namespace KinescopePS.Commands;

/// <summary>Completes the usual qualities of Save-KinescopeVideo -Quality. Others are taken too.</summary>
public sealed class QualityCompleter : KinescopeCompleter
{
    private static readonly string[] Qualities = [SavePlan.Original, "2160p", "1440p", "1080p", "720p", "480p", "360p"];

    private protected override Task<IReadOnlyList<Candidate>> BeginFind(IDictionary parameters) =>
        Task.FromResult<IReadOnlyList<Candidate>>([.. Qualities.Select(quality => new Candidate(quality, quality))]);
}
