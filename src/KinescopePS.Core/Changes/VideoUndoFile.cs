using KinescopePS.Files;
using KinescopePS.Kinescope;

namespace KinescopePS.Changes;

/// <summary>The values that videos held before they were changed: one checked line a change.</summary>
internal sealed class VideoUndoFile(string path)
{
    public const string DefaultName = "kinescope-video-undo.jsonl";

    private static readonly CheckedLogFormat Format =
        new("video-undo", 1, "an undo file of videos", "-UndoFile", ErrorIds.UndoFileInvalid, ErrorIds.UndoFileInvalid);

    private readonly UndoLogFile _file = new(path, Format, "where the videos were changed", "No video is changed");

    public string Path => path;

    /// <inheritdoc cref="UndoLogFile.RequireWritableAsync" />
    public Task RequireWritableAsync(CancellationToken cancellation) => _file.RequireWritableAsync(cancellation);

    /// <summary>Appends lines of this command; their time is set here.</summary>
    /// <exception cref="KinescopeException"><c>UndoFileNotWritable</c> or <c>UndoFileInvalid</c>.</exception>
    public Task AppendAsync(IEnumerable<VideoUndoLine> lines, CancellationToken cancellation) => _file.AppendAsync(
        now => lines.SelectMany(line => (line with { At = now, Run = _file.Run }).Seal()).ToArray(),
        cancellation);

    /// <summary>Reads what can be undone.</summary>
    /// <inheritdoc cref="UndoLogFile.ReadAsync{T}" path="/exception" />
    public Task<VideoUndoContents> ReadAsync(CancellationToken cancellation) => _file.ReadAsync(VideoUndoContents.Read, cancellation);
}

/// <summary>A change that the undo file tells of, as far as it was not given back.</summary>
internal sealed class RecordedVideoChange(VideoUndoLine line, int place)
{
    private readonly HashSet<VideoField> _fields = [.. VideoFields.All.Where(line.Old!.Has)];

    public string Id => line.Change!;

    /// <summary>The address of the API.</summary>
    public string Target => line.Target ?? "";

    public string VideoId => line.Video!;

    public DateTimeOffset At => line.At;

    /// <summary>The number of changes that were recorded before it.</summary>
    public int Place => place;

    /// <summary>The command that made it.</summary>
    public string Run => line.Run ?? "";

    public VideoChange Old { get; private set; } = line.Old!;

    public VideoChange New { get; private set; } = line.New!;

    /// <summary>The fields that can be given back.</summary>
    public IReadOnlySet<VideoField> Fields => _fields;

    /// <summary>True where it could not be given back, which was said.</summary>
    public bool IsPassed { get; private set; }

    /// <summary>
    /// Takes the value before another change for the old one, where that was given back while this change's command was under way: what
    /// it read was about to go.
    /// </summary>
    /// <param name="other">The change that was given back.</param>
    /// <param name="fields">The fields of it.</param>
    /// <param name="at">The time by which that was done.</param>
    public void StandOnBefore(RecordedVideoChange other, IEnumerable<VideoField> fields, DateTimeOffset at)
    {
        if ((line.Read ?? line.At) > at)
            return;
        foreach (var field in fields.Where(field => _fields.Contains(field) && Old.HoldButStamps(field, other.New)))
            Old = Old.With(field, other.Old);
    }

    public void Take(VideoUndoLine later)
    {
        if (later.Event == VideoUndoEvent.Stored)
            New = VideoFields.All.Where((later.New ?? new()).Has).Aggregate(New, (values, field) => values.With(field, later.New!));
        else if (later.Event == VideoUndoEvent.Restored)
            _fields.ExceptWith(later.Changes![Id]);
        else
            IsPassed = true;
    }
}

/// <summary>The changes that an undo file of videos tells of, without what was given back.</summary>
internal sealed class VideoUndoContents
{
    private readonly List<RecordedVideoChange> _changes = [];
    private readonly Dictionary<string, RecordedVideoChange> _byId = [];
    private readonly List<(VideoUndoLine Line, List<RecordedVideoChange> Taken)> _restored = [];

    public int Lines { get; private set; }

    /// <summary>The lines that cannot be read: what they tell is not undone.</summary>
    public int DamagedLines { get; private set; }

    /// <summary>The changes, in the order in which they were made.</summary>
    public IEnumerable<RecordedVideoChange> Changes => _changes.Where(change => change.Fields.Count > 0).OrderBy(change => change.At);

    /// <exception cref="KinescopeException">The file is none, or of a newer version.</exception>
    public static VideoUndoContents Read(CheckedLog log, CancellationToken cancellation)
    {
        var contents = new VideoUndoContents();
        (contents.Lines, contents.DamagedLines) = log.Read(line => contents.Take(VideoUndoLine.Parse(line)), cancellation);
        contents.Rebase();
        return contents;
    }

    /// <summary>The changes of the last run among some, which were not passed over before.</summary>
    /// <param name="changes">In the order of their times.</param>
    public static IReadOnlyList<RecordedVideoChange> LastOf(IReadOnlyList<RecordedVideoChange> changes) =>
        changes.LastOrDefault(change => !change.IsPassed) is { } last
            ? [.. changes.Where(change => change.Run == last.Run && !change.IsPassed)]
            : [];

    /// <summary>
    /// A command may have read, while another one gave a video back, what that was about to take away. A value can only be read once the
    /// change that made it was recorded.
    /// </summary>
    private void Rebase()
    {
        var open = Changes.ToLookup(change => change.VideoId);
        foreach (var (line, taken) in _restored)
        {
            foreach (var given in taken)
            {
                foreach (var change in open[given.VideoId].Where(change => change.Place > given.Place && !taken.Contains(change)))
                    change.StandOnBefore(given, line.Changes![given.Id], line.At);
            }
        }
    }

    private void Take(VideoUndoLine line)
    {
        if (line is { Event: VideoUndoEvent.Changing, Change: { } id, Video: not null, Old: not null, New: not null })
        {
            var change = new RecordedVideoChange(line, _changes.Count);
            if (_byId.TryAdd(id, change))
                _changes.Add(change);
        }
        else if (line is { Event: VideoUndoEvent.Stored, Change: { } stored })
        {
            if (_byId.TryGetValue(stored, out var change))
                change.Take(line);
        }
        else
        {
            List<RecordedVideoChange> taken =
                [.. line.Changes?.Keys.Select(_byId.GetValueOrDefault).OfType<RecordedVideoChange>() ?? []];
            if (line.Event == VideoUndoEvent.Restored && taken.Count > 0)
                _restored.Add((line, [.. taken.OrderByDescending(change => change.At)]));
            foreach (var change in taken)
                change.Take(line);
        }
    }
}
