using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <summary>A lesson that this machine has claimed, and its upload as this machine knows it.</summary>
internal sealed class HeldLesson(UploadClaim local, long token, RecordedUpload? state, long known, CancellationToken stop)
{
    private readonly long _granted = token;
    private readonly CancellationTokenSource _lost = new();
    private readonly HashSet<long> _revisions = [known];

    /// <summary>The claim among this process' own tasks.</summary>
    public UploadClaim Local => local;

    /// <summary>Ends the waits of its steps.</summary>
    public CancellationToken Stop => stop;

    /// <summary>The claim as the caller sees it.</summary>
    public UploadClaim Claim => local with { Token = _granted, Lost = _lost.Token };

    /// <summary>One step of a lesson at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1);

    /// <summary>The token that appends are fenced by: another one than that of the claim, where the server lost it.</summary>
    public long Token { get; set; } = token;

    /// <summary>The upload after the last step, told or spilled.</summary>
    public RecordedUpload? State { get; set; } = state;

    /// <summary>The revision that the database is known to have.</summary>
    public long Known { get; private set; } = known;

    /// <summary>The revision of the last step that is in the spill only; null for none.</summary>
    public long? Spilled { get; set; }

    /// <summary>True where marks wait to be written.</summary>
    public bool HasNewMarks { get; set; }

    public bool IsLost => _lost.IsCancellationRequested;

    /// <summary>A revision for the next step, by which a repetition of it is recognised.</summary>
    public long NextRevision()
    {
        var revision = Random.Shared.NextInt64(1, long.MaxValue);
        _revisions.Add(revision);
        return revision;
    }

    /// <summary>True for a revision that was read with the claim, or is a step of ours: a server that went back in time has one.</summary>
    public bool IsOurs(long revision) => revision == 0 || _revisions.Contains(revision);

    public void Told(RecordedUpload? state, long revision) =>
        (State, Known, HasNewMarks) = (state, revision, false);

    /// <summary>Takes note of an older state of ours that the next step has to follow.</summary>
    public void GoBackTo(long revision) => Known = revision;

    /// <summary>True for the claim that this one was granted by.</summary>
    public bool IsOf(UploadClaim claim) => claim.Token == _granted;

    public void Lose() => _ = _lost.CancelAsync();
}
