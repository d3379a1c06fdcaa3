using KinescopePS.Database;
using KinescopePS.Kinescope;

namespace KinescopePS;

/// <summary>
/// A lesson table and the way to it: the output of <c>Connect-LessonDatabase</c>. It holds user and password where neither a view nor a
/// serialiser sees them.
/// </summary>
public sealed class LessonDatabase
{
    private readonly LessonStore _store;
    private volatile bool _isClosed;

    internal LessonDatabase(LessonStore store) => _store = store;

    /// <summary>The database, without user and password: host, port and name, or the path of a SQLite file.</summary>
    public string Name => _store.DisplayName;

    /// <summary>The lesson table.</summary>
    public string TableName => _store.Table.Name;

    /// <summary>The column that holds the lesson's id.</summary>
    public string IdColumn => _store.Table.IdColumn;

    /// <summary>The column for the video id.</summary>
    public string VideoIdColumn => _store.Table.VideoIdColumn;

    /// <summary>The column for the video's address.</summary>
    public string VideoUrlColumn => _store.Table.VideoUrlColumn;

    /// <summary>The column for the video's duration; null for none.</summary>
    public string? DurationColumn => _store.Table.DurationColumn;

    /// <summary>The unit of its numbers.</summary>
    public DurationUnit DurationUnit => _store.Table.DurationUnit;

    /// <summary>The column for the address of the video's poster; null for none.</summary>
    public string? PosterUrlColumn => _store.Table.PosterUrlColumn;

    /// <summary>The number of times in a row that a database that is down is tried again.</summary>
    public int MaxRetry { get; init; } = Retry.DefaultCount;

    /// <summary>The wait before the first repetition. Unit: seconds.</summary>
    public double RetryDelaySeconds { get; init; } = Retry.DefaultDelaySeconds;

    /// <summary>When the table was checked, UTC.</summary>
    public DateTimeOffset ConnectedAt { get; init; }

    /// <summary>True until <c>Disconnect-LessonDatabase</c>.</summary>
    public bool IsConnected => !_isClosed;

    /// <summary>The table, for reading and changing.</summary>
    /// <exception cref="KinescopeException"><c>SessionClosed</c>.</exception>
    internal LessonStore Store => _isClosed
        ? throw new KinescopeException(
            ErrorIds.SessionClosed, $"The database {Name} was disconnected. Connect again with Connect-LessonDatabase.")
        : _store;

    internal TimeSpan RetryDelay => TimeSpan.FromSeconds(RetryDelaySeconds);

    /// <summary>Closes the connections and forgets the password.</summary>
    internal void Close()
    {
        _isClosed = true;
        _store.Dispose();
    }

    /// <inheritdoc />
    public override string ToString() => $"{TableName} of {Name}";
}
