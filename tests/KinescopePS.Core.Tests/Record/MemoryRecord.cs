using KinescopePS.Content;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>A record that is nothing but its list of events, added up anew for each question.</summary>
internal sealed class MemoryRecord : IUploadRecord
{
    private readonly List<UploadEvent> _events = [];
    private readonly UploadClaims _claims = new();
    private readonly Dictionary<string, CancellationTokenSource> _leases = [];
    private readonly CancellationTokenSource _lost = new();

    public string? Warning => null;

    public bool IsShared { get; init; }

    public DateTimeOffset Now => DateTimeOffset.UtcNow;

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

    public ValueTask<IReadOnlyList<KinescopeException?>> ImportAsync(IReadOnlyList<ImportedUpload> imports)
    {
        lock (_events)
        {
            if (LostBy is not null)
                throw LostBy;
            var known = List().ToDictionary(upload => upload.Lesson, upload => upload.Revision);
            var failures = imports.Select(import => known.GetValueOrDefault(import.Upload.Lesson) == (import.Read?.Revision ?? 0) ? null : new KinescopeException("UploadRecordChanged", "It was changed.")).ToList();
            _events.AddRange(imports.Where((_, i) => failures[i] is null).SelectMany(import => import.Upload.ToEvents()));
            return new(failures);
        }
    }

    public void Mark(string lesson, HashMark mark)
    {
        lock (_events)
            _events.Add(UploadEvent.Of(UploadEventKind.Mark, lesson) with { Offset = mark.Offset, Hash = mark.Hash, Md5 = mark.Md5 });
    }

    public ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation)
    {
        var claim = _claims.Claim(lesson);
        if (!claim.IsGranted)
            return new(claim);
        _leases[lesson] = new CancellationTokenSource();
        return new(claim with { Lost = _leases[lesson].Token });
    }

    /// <summary>Lets a claim run out, as where its owner was away for too long.</summary>
    public void Expire(string lesson) => _leases[lesson].Cancel();

    public ValueTask<bool> ConfirmAsync(string lesson, bool waits, CancellationToken cancellation) => new(true);

    public ValueTask ReleaseAsync(UploadClaim claim)
    {
        _claims.Release(claim);
        return default;
    }

    public Task<IReadOnlyList<string>> WaitUntilFreeAsync(IReadOnlyCollection<string> lessons, CancellationToken cancellation) =>
        _claims.WaitUntilFreeAsync(lessons, cancellation);

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
