using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>A record that is nothing but its list of events, added up anew for each question.</summary>
internal sealed class MemoryRecord : IUploadRecord
{
    private readonly List<UploadEvent> _events = [];
    private readonly Dictionary<string, UploadClaim> _claims = [];
    private readonly CancellationTokenSource _lost = new();
    private long _lastClaim;

    /// <summary>The lease of its claims: finite where several machines would share it.</summary>
    public TimeSpan Lease { get; init; } = Timeout.InfiniteTimeSpan;

    public string? Warning => null;

    public CancellationToken Lost => _lost.Token;

    public KinescopeException? LostBy { get; private set; }

    /// <summary>From now on nothing can be appended.</summary>
    public void Lose()
    {
        LostBy = new KinescopeException("ProgressFileLost", "It is gone.");
        _lost.Cancel();
    }

    public ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation) => new(List().FirstOrDefault(upload => upload.Lesson == lesson));

    public ValueTask<RecordedUpload?> FindFileAsync(string path, UploadStage stage, CancellationToken cancellation) =>
        new(List().LastOrDefault(upload => upload.Stage == stage && upload.File?.Path == path));

    public ValueTask<RecordedUpload?> FindContentAsync(long length, string fingerprint, CancellationToken cancellation) =>
        new(Finished.LastOrDefault(upload => upload.Length == length && upload.Fingerprint == fingerprint));

    public ValueTask<IReadOnlyList<RecordedUpload>> FindVideoAsync(string videoId, CancellationToken cancellation) =>
        new([.. List().Where(upload => upload.VideoId == videoId)]);

    public ValueTask<IReadOnlyList<RecordedUpload>> ListAsync(CancellationToken cancellation) => new(List());

    public ValueTask<IReadOnlyList<KinescopeUploadTotal>> TotalsAsync(CancellationToken cancellation) => new(UploadTotals.ByCourse(List()));

    public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened)
    {
        lock (_events)
        {
            if (LostBy is not null)
                throw LostBy;
            _events.Add(happened);
            return new(List().FirstOrDefault(upload => upload.Lesson == happened.Lesson) ?? new RecordedUpload(happened.Lesson!));
        }
    }

    public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened, RecordedUpload? read)
    {
        lock (_events)
        {
            var now = List().FirstOrDefault(upload => upload.Lesson == happened.Lesson);
            if ((now?.Revision ?? 0) != (read?.Revision ?? 0))
                throw new KinescopeException("UploadRecordChanged", "It was changed.");
            return AppendAsync(happened);
        }
    }

    public void Mark(string lesson, HashMark mark)
    {
        lock (_events)
            _events.Add(UploadEvent.Of(UploadEventKind.Mark, lesson) with { Offset = mark.Offset, Hash = mark.Hash });
    }

    public ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation)
    {
        lock (_claims)
        {
            return new(_claims.TryGetValue(lesson, out var held)
                ? held with { IsGranted = false }
                : _claims[lesson] = new UploadClaim(lesson, "memory", ++_lastClaim, Lease, true));
        }
    }

    /// <summary>Lets a claim run out, as where its owner was away for too long.</summary>
    public void Expire(string lesson)
    {
        lock (_claims)
            _claims.Remove(lesson);
    }

    public ValueTask<bool> RenewAsync(UploadClaim claim, CancellationToken cancellation)
    {
        lock (_claims)
            return new(_claims.ContainsValue(claim));
    }

    public ValueTask ReleaseAsync(UploadClaim claim)
    {
        lock (_claims)
        {
            if (_claims.ContainsValue(claim))
                _claims.Remove(claim.Lesson);
        }

        return default;
    }

    public void Dispose()
    {
    }

    private IEnumerable<RecordedUpload> Finished => List().Where(upload => upload.Stage == UploadStage.Uploaded);

    private List<RecordedUpload> List()
    {
        lock (_events)
        {
            var uploads = new Dictionary<string, RecordedUpload?>();
            for (var number = 1; number <= _events.Count; number++)
            {
                var happened = _events[number - 1];
                uploads[happened.Lesson!] = (uploads.GetValueOrDefault(happened.Lesson!) ?? new RecordedUpload(happened.Lesson!)).With(happened, number);
            }

            return [.. uploads.Values.OfType<RecordedUpload>()];
        }
    }
}
