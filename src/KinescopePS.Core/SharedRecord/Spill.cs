using System.Text.Json;
using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <summary>A step that could not be told to the database, as a line of a spill.</summary>
/// <param name="Event">Always <c>spilled</c>.</param>
/// <param name="Lesson">The lesson.</param>
/// <param name="Base">The revision of the last step that the database is known to have.</param>
/// <param name="Revision">The revision of this one.</param>
/// <param name="State">The upload that it adds up to, as in a progress file.</param>
internal sealed record SpilledStep(string Event, DateTimeOffset At, string Lesson, long Base, long Revision, UploadEvent State)
{
    public static SpilledStep Of(RecordedUpload upload, long known, DateTimeOffset at) =>
        new("spilled", at, upload.Lesson, known, upload.Revision, upload.ToEvents().First());

    public RecordedUpload ToUpload() => new RecordedUpload(Lesson).With(State, Revision)!;
}

/// <summary>
/// The file in which a machine keeps what the database could not be told: written through to the disk, for its owner only. Its lock shows
/// that the machine lives; who gets the lock of another one knows that it is dead, and tells in its place.
/// </summary>
internal sealed class Spill : IDisposable
{
    /// <summary>The environment variable that names another folder for spills.</summary>
    public const string FolderSetting = "KINESCOPEPS_SPILL_FOLDER";

    private static readonly CheckedLogFormat Format = new(
        "spill", 1, "a file of steps that wait for the database", FolderSetting, ErrorIds.ProgressFileInvalid,
        ErrorIds.ProgressFileVersionUnsupported);

    /// <summary>The length of a record's id in the name of a spill.</summary>
    private const int RecordLength = 32;

    private readonly FileStream _lock;
    private readonly object _writing = new();
    private readonly Dictionary<string, SpilledStep> _unsent = [];
    private CheckedLog? _log;

    private Spill(string path, Guid machine, FileStream fileLock)
    {
        (FilePath, Machine, _lock) = (path, machine, fileLock);
        if (!File.Exists(path))
            return;
        _log = Open();
        _log.Read(line =>
        {
            var step = JsonSerializer.Deserialize(line, SharedRecordJson.Default.SpilledStep) ?? throw new JsonException();
            _unsent[step.Lesson] = step with { Base = _unsent.GetValueOrDefault(step.Lesson)?.Base ?? step.Base };
        });
    }

    /// <summary>The file's full path.</summary>
    public string FilePath { get; }

    /// <summary>The log of the runs of this computer for the same record.</summary>
    public string RunLogPath =>
        RunLog.PathBeside(Path.Combine(Path.GetDirectoryName(FilePath)!, Path.GetFileName(FilePath)[..RecordLength]));

    /// <summary>The machine whose steps these are.</summary>
    public Guid Machine { get; }

    /// <summary>The last step of each lesson that is still to be told, oldest lesson first.</summary>
    public IReadOnlyList<SpilledStep> Unsent
    {
        get
        {
            lock (_writing)
                return [.. _unsent.Values.OrderBy(step => step.At)];
        }
    }

    /// <summary>Makes the spill of a machine that joins; the file appears with its first step.</summary>
    /// <param name="record">The record's id, so that its spills are told from another one's.</param>
    /// <exception cref="KinescopeException"><c>ProgressFileNotWritable</c>.</exception>
    public static Spill Create(Guid record, Guid machine)
    {
        var path = PathOf(Folder(), record, machine);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new Spill(path, machine, OwnerOnlyFile.OpenAlone(path + ".lock"));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw NotWritable(path, failure);
        }
    }

    /// <summary>The spills of machines that ran on this computer for this user and are dead; each is to be disposed of.</summary>
    public static IReadOnlyList<Spill> OfTheDead(Guid record, Guid own)
    {
        var folder = Folder();
        if (!Directory.Exists(folder))
            return [];
        var spills = new List<Spill>();
        foreach (var lockPath in Directory.EnumerateFiles(folder, $"{record:N}-*.jsonl.lock"))
        {
            var path = lockPath[..^".lock".Length];
            if (!Guid.TryParse(Path.GetFileNameWithoutExtension(path)[(RecordLength + 1)..], out var machine) || machine == own)
                continue;
            try
            {
                spills.Add(new Spill(path, machine, OwnerOnlyFile.OpenAlone(lockPath)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                // Its machine lives, or another one has found it already.
            }
        }

        return spills;
    }

    /// <summary>Writes a step, through to the disk.</summary>
    /// <exception cref="KinescopeException"><c>ProgressFileNotWritable</c>.</exception>
    public void Write(SpilledStep step)
    {
        lock (_writing)
        {
            try
            {
                (_log ??= Open()).Append(CheckedLine.Seal(JsonSerializer.SerializeToUtf8Bytes(step, SharedRecordJson.Default.SpilledStep)));
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw NotWritable(FilePath, failure);
            }

            _unsent[step.Lesson] = step with { Base = _unsent.GetValueOrDefault(step.Lesson)?.Base ?? step.Base };
        }
    }

    /// <summary>Notes that the database has a lesson's steps up to a revision. With the last lesson the file goes.</summary>
    public void Told(string lesson, long revision)
    {
        lock (_writing)
        {
            if (!_unsent.TryGetValue(lesson, out var step) || step.Revision != revision)
                return;
            _unsent.Remove(lesson);
            if (_unsent.Count > 0)
                return;
            _log?.Dispose();
            _log = null;
            Delete(FilePath);
        }
    }

    public void Dispose()
    {
        lock (_writing)
        {
            _log?.Dispose();
            if (_unsent.Count == 0)
            {
                // Windows deletes no open file; elsewhere one that is gone must not be locked by two.
                if (!OperatingSystem.IsWindows())
                    Delete(FilePath + ".lock");
                _lock.Dispose();
                if (OperatingSystem.IsWindows())
                    Delete(FilePath + ".lock");
                return;
            }

            _lock.Dispose();
        }
    }

    private CheckedLog Open() => new(FilePath, OwnerOnlyFile.Open(FilePath, FileMode.OpenOrCreate, FileShare.Read), Format);

    private static string Folder() => Environment.GetEnvironmentVariable(FolderSetting) is { Length: > 0 } set
        ? Path.GetFullPath(set)
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "KinescopePS", "spill");

    private static string PathOf(string folder, Guid record, Guid machine) => Path.Combine(folder, $"{record:N}-{machine:N}.jsonl");

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The next machine finds nothing in it.
        }
    }

    private static KinescopeException NotWritable(string path, Exception cause) => new(
        ErrorIds.ProgressFileNotWritable,
        $"The file {path}, for steps that the database cannot be told, cannot be written: {cause.Message} {FolderSetting} names another "
        + "folder for it.", cause);
}
