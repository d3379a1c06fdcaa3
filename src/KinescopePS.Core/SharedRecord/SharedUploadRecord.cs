using System.Globalization;
using KinescopePS.Content;
using KinescopePS.Database;
using KinescopePS.Kinescope;
using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <summary>
/// The record that several machines share through PostgreSQL: docs/shared-record.md has its protocol. What is read comes from a copy that
/// was made at the beginning; a lesson that is claimed is read anew with its claim.
/// </summary>
internal sealed partial class SharedUploadRecord : ISharedRecord
{
    /// <summary>The time that a machine counts as alive after its last heartbeat. Tests that run for long make it shorter.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(
        double.TryParse(Environment.GetEnvironmentVariable("KINESCOPEPS_TEST_LEASE_SECONDS"), CultureInfo.InvariantCulture, out var seconds)
            ? seconds
            : 60);

    private static readonly TimeSpan BetweenBeats = Lease / 12, LongestFarewell = TimeSpan.FromSeconds(2);

    private readonly SharedStore _store;
    private readonly TimeProvider _time;
    private readonly LeaseClock _clock;
    private readonly DatabaseAbsence _absence;
    private readonly RecordedUploads _uploads = new();
    private readonly UploadClaims _claims = new();
    private readonly Dictionary<string, HeldLesson> _held = [];
    private readonly CancellationTokenSource _lost = new(), _draining = new(), _end = new();
    private readonly Spill? _spill;
    private readonly string _host;
    private CancellationToken _stop;
    private long _finishedUpTo;

    private SharedUploadRecord(SharedStore store, Spill? spill, Guid machine, TimeSpan patience, string host, TimeProvider time)
    {
        (_store, _spill, Machine, _host, _time) = (store, spill, machine, host, time);
        _clock = new LeaseClock(Lease, time);
        Pace = new SharedPace(store.DataSource, () => Machines.Count);
        _absence = new DatabaseAbsence(patience, time);
    }

    public string? Warning { get; private set; }

    public CancellationToken Lost => _lost.Token;

    public KinescopeException? LostBy { get; private set; }

    public CancellationToken Draining => _draining.Token;

    public Guid Machine { get; }

    public IReadOnlyList<SharedMachine> Machines { get; private set; } = [];

    public Func<IReadOnlyList<SharedWork>>? Work { get; set; }

    public ISharedPace Pace { get; }

    public Action<string, TimeSpan, string>? PauseHeard { get; set; }

    public Action<string>? Warn { get; set; }

    public bool IsShared => true;

    public string Name => _store.DisplayName;

    public string? RunLogPath => _spill?.RunLogPath;

    public DateTimeOffset Now => _clock.ServerNow;

    /// <summary>Joins the run.</summary>
    /// <param name="address">The database.</param>
    /// <param name="patience">The longest wait of a step for the database.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Ends the attempt, and later the waits of steps that nobody claimed a lesson for.</param>
    /// <exception cref="KinescopeException">
    /// <c>RecordNotInitialised</c>, <c>RecordVersionUnsupported</c>, <c>ProgressFileNotWritable</c> (the spill), or what the database says.
    /// </exception>
    public static async Task<SharedUploadRecord> JoinAsync(
        PostgresAddress address, TimeSpan patience, TimeProvider time, CancellationToken cancellation, string? host = null)
    {
        var store = new SharedStore(address);
        Spill? spill = null;
        SharedUploadRecord? record = null;
        try
        {
            var id = await store.RequireSchemaAsync(cancellation).ConfigureAwait(false);
            var machine = Guid.NewGuid();
            spill = Spill.Create(id, machine);
            record = new SharedUploadRecord(store, spill, machine, patience, host ?? Environment.MachineName, time);
            record._stop = cancellation;
            await record.BeatAsync(cancellation).ConfigureAwait(false);
            await store.TidyAsync(cancellation).ConfigureAwait(false);
            await record.InheritAsync(id, cancellation).ConfigureAwait(false);
            await record.LoadAsync(cancellation).ConfigureAwait(false);
            record._beating = Task.Run(record.BeatOnAsync, CancellationToken.None);
            return record;
        }
        catch
        {
            if (record is not null)
            {
                record.Dispose();
            }
            else
            {
                spill?.Dispose();
                store.Dispose();
            }

            throw;
        }
    }

    /// <summary>Reads the record as it is, without joining: for a preview or a report.</summary>
    /// <inheritdoc cref="JoinAsync" path="/exception" />
    public static async Task<SharedUploadRecord> ReadAsync(PostgresAddress address, TimeProvider time, CancellationToken cancellation)
    {
        var store = new SharedStore(address);
        try
        {
            await store.RequireSchemaAsync(cancellation).ConfigureAwait(false);
            var record = new SharedUploadRecord(store, null, Guid.Empty, TimeSpan.Zero, Environment.MachineName, time);
            await record.LoadAsync(cancellation).ConfigureAwait(false);
            return record;
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    public ValueTask<RecordedUpload?> FindAsync(string lesson, CancellationToken cancellation) => new(Find(lesson));

    public ValueTask<RecordedUpload?> FindFileAsync(string path, UploadStage stage, CancellationToken cancellation) =>
        new(_uploads.FindFile(path, stage));

    public ValueTask<RecordedUpload?> FindContentAsync(long length, string fingerprint, CancellationToken cancellation) =>
        new(_uploads.FindContent(length, fingerprint));

    public ValueTask<IReadOnlyList<RecordedUpload>> FindVideoAsync(string videoId, CancellationToken cancellation) =>
        new(_uploads.FindVideo(videoId));

    public ValueTask<IReadOnlyList<RecordedUpload>> ListAsync(CancellationToken cancellation) => new(_uploads.All);

    public ValueTask<IReadOnlyList<KinescopeUploadTotal>> TotalsAsync(CancellationToken cancellation) =>
        new(UploadTotals.ByCourse(_uploads.All));

    public Task RefreshAsync(CancellationToken cancellation) => BeatAsync(cancellation);

    public Task<(IReadOnlyList<SharedMachine> Machines, IReadOnlyList<SharedClaim> Claims)> ReadMachinesAsync(
        CancellationToken cancellation) => _store.MachinesAsync(cancellation);

    public Task DrainAsync(IReadOnlyList<Guid> machines, CancellationToken cancellation) => _store.DrainAsync(machines, cancellation);

    public void Mark(string lesson, HashMark mark)
    {
        var happened = UploadEvent.Of(UploadEventKind.Mark, lesson) with { Offset = mark.Offset, Hash = mark.Hash, Md5 = mark.Md5 };
        lock (_held)
        {
            if (Held(lesson) is { } held)
            {
                held.State = (held.State ?? new RecordedUpload(lesson)).With(happened);
                held.HasNewMarks = true;
                return;
            }

            _uploads.Put(lesson, (_uploads.Find(lesson) ?? new RecordedUpload(lesson)).With(happened));
            _looseMarks.TryAdd(lesson, []);
            _looseMarks[lesson].Add(happened);
        }
    }

    /// <summary>Leaves the run. What could not be told stays in the spill.</summary>
    public void Dispose()
    {
        if (_end.IsCancellationRequested)
            return;
        _end.Cancel();
        _absence.Dispose();
        if (_spill is not null)
        {
            using var patience = new CancellationTokenSource(LongestFarewell);
            // Whoever disposes may not await.
            Task.Run(() => LeaveAsync(patience.Token), CancellationToken.None).Wait(LongestFarewell + BetweenBeats);
            _spill.Dispose();
        }

        _store.Dispose();
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        var (rows, last) = await _store.LoadAsync(_host, cancellation).ConfigureAwait(false);
        _finishedUpTo = last;
        var unreadable = new List<string>();
        foreach (var row in rows)
        {
            try
            {
                _uploads.Put(row.Lesson, row.ToUpload());
            }
            catch (KinescopeException)
            {
                unreadable.Add(row.Lesson);
            }
        }

        if (unreadable.Count > 0)
            Warning = $"{_store.DisplayName}: the uploads of {unreadable.Count} lessons cannot be read "
                + $"({string.Join(", ", unreadable.Take(5))}). What was uploaded of them is looked for at Kinescope.";
    }

    private RecordedUpload? Find(string lesson)
    {
        lock (_held)
            return Held(lesson) is { } held ? held.State : _uploads.Find(lesson);
    }

    private HeldLesson? Held(string lesson) => _held.GetValueOrDefault(RecordedUploads.KeyOf(lesson));

    private KinescopeException Lose(KinescopeException failure)
    {
        LostBy ??= failure.Saying($"The record of uploads cannot be used any more: {failure.Message}");
        _ = _lost.CancelAsync();
        return LostBy.Saying(LostBy.Message);
    }
}
