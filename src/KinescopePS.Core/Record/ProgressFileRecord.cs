using KinescopePS.Content;

namespace KinescopePS.Record;

/// <summary>The record that a progress file keeps.</summary>
internal sealed class ProgressFileRecord : IUploadRecord
{
    /// <summary>So many queued marks are written without waiting longer.</summary>
    private const int MarksInBatch = 8;

    private static readonly TimeSpan LongestQueued = TimeSpan.FromSeconds(0.2);

    private readonly ProgressFile? _file;
    private readonly RecordedUploads _uploads;
    private readonly UploadClaims _claims = new();
    private readonly CancellationTokenSource _lost = new();
    private readonly object _writing = new();
    private readonly List<UploadEvent> _queuedMarks = [];
    private readonly ITimer? _marksDue;
    private bool _isDisposed;

    private ProgressFileRecord(ProgressFile file, TimeProvider time)
    {
        _file = file;
        _uploads = file.Uploads;
        Warning = file.Warning;
        _marksDue = time.CreateTimer(_ => WriteMarks(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private ProgressFileRecord(ProgressFileContents contents, string path)
    {
        _uploads = contents.Uploads;
        Warning = contents.Damage is { } damage ? $"{path} {damage}" : null;
    }

    public string? Warning { get; }

    public string Name => _file?.FilePath ?? "";

    public string? RunLogPath => _file is null ? null : RunLog.PathBeside(_file.FilePath);

    public CancellationToken Lost => _lost.Token;

    public KinescopeException? LostBy { get; private set; }

    public bool IsShared => false;

    public DateTimeOffset Now => DateTimeOffset.UtcNow;

    private ProgressFile File => _file ?? throw new InvalidOperationException("A preview records nothing.");

    /// <inheritdoc cref="ProgressFile.Open" />
    public static ProgressFileRecord Open(string path, TimeProvider time) => new(ProgressFile.Open(path), time);

    /// <inheritdoc cref="ProgressFile.Read" />
    public static ProgressFileRecord OpenReadOnly(string path) => new(ProgressFile.Read(path), path);

    /// <summary>A record of nothing, in the place of one that cannot be read.</summary>
    public static ProgressFileRecord Empty() => new(new ProgressFileContents(), "");

    public ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation) => new(_uploads.Find(lesson));

    public ValueTask<RecordedUpload?> FindFileAsync(string path, UploadStage stage, CancellationToken cancellation) =>
        new(_uploads.FindFile(path, stage));

    public ValueTask<RecordedUpload?> FindContentAsync(long length, string fingerprint, CancellationToken cancellation) =>
        new(_uploads.FindContent(length, fingerprint));

    public ValueTask<IReadOnlyList<RecordedUpload>> FindVideoAsync(string videoId, CancellationToken cancellation) =>
        new(_uploads.FindVideo(videoId));

    public ValueTask<IReadOnlyList<RecordedUpload>> ListAsync(CancellationToken cancellation) => new(_uploads.All);

    public ValueTask<IReadOnlyList<KinescopeUploadTotal>> TotalsAsync(CancellationToken cancellation) =>
        new(UploadTotals.ByCourse(_uploads.All));

    public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened)
    {
        lock (_writing)
            return new(Append(happened));
    }

    public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened, RecordedUpload? read)
    {
        lock (_writing)
        {
            if (ChangeSince(happened.Lesson!, read) is { } changed)
                throw changed;
            return new(Append(happened));
        }
    }

    public ValueTask<IReadOnlyList<KinescopeException?>> ImportAsync(IReadOnlyList<ImportedUpload> imports)
    {
        lock (_writing)
        {
            var failures = imports.Select(import => ChangeSince(import.Upload.Lesson, import.Read)).ToList();
            var events = imports.Where((_, i) => failures[i] is null).SelectMany(import => import.Upload.ToEvents()).ToList();
            Write(events);
            events.ForEach(happened => _uploads.Apply(happened));
            return new(failures);
        }
    }

    public void Mark(string lesson, HashMark mark)
    {
        var happened = UploadEvent.Of(UploadEventKind.Mark, lesson) with { Offset = mark.Offset, Hash = mark.Hash, Md5 = mark.Md5 };
        lock (_queuedMarks)
        {
            _uploads.Apply(happened);
            _queuedMarks.Add(happened);
            if (_queuedMarks.Count is 1 or MarksInBatch)
                _marksDue?.Change(_queuedMarks.Count == 1 ? LongestQueued : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    public ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation) => new(_claims.Claim(lesson));

    public ValueTask<bool> ConfirmAsync(string lesson, bool waits, CancellationToken cancellation) => new(true);

    public Task<IReadOnlyList<string>> WaitUntilFreeAsync(IReadOnlyCollection<string> lessons, CancellationToken cancellation) =>
        _claims.WaitUntilFreeAsync(lessons, cancellation);

    public ValueTask ReleaseAsync(UploadClaim claim)
    {
        _claims.Release(claim);
        return default;
    }

    public void Dispose()
    {
        WriteMarks();
        lock (_writing)
        {
            _isDisposed = true;
            _marksDue?.Dispose();
            _file?.Dispose();
        }
    }

    private KinescopeException? ChangeSince(string lesson, RecordedUpload? read) =>
        (_uploads.Find(lesson)?.Revision ?? 0) == (read?.Revision ?? 0) ? null : new(
            ErrorIds.UploadRecordChanged,
            $"Lesson '{lesson}': its upload was changed in the progress file meanwhile. Run the same command again.");

    private RecordedUpload Append(UploadEvent happened)
    {
        Write(happened);
        return _uploads.Apply(happened) ?? new RecordedUpload(happened.Lesson!);
    }

    private void Write(params IEnumerable<UploadEvent> happened)
    {
        if (LostBy is { } lost)
            throw lost.Saying(lost.Message);
        try
        {
            File.Append([.. TakeMarks(), .. happened]);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.ProgressFileLost)
        {
            LostBy = failure;
            _ = _lost.CancelAsync();
            throw;
        }
    }

    private void WriteMarks()
    {
        lock (_writing)
        {
            try
            {
                if (!_isDisposed && _queuedMarks.Count > 0)
                    Write();
            }
            catch (KinescopeException)
            {
                // The next append says so.
            }
        }
    }

    private IReadOnlyList<UploadEvent> TakeMarks()
    {
        lock (_queuedMarks)
        {
            UploadEvent[] marks = [.. _queuedMarks];
            _queuedMarks.Clear();
            return marks;
        }
    }
}
