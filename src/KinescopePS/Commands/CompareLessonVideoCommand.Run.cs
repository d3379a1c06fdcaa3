using System.Management.Automation;
using KinescopePS.Comparison;
using KinescopePS.Database;
using KinescopePS.Manifest;
using KinescopePS.Matching;
using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <content>The run: each side is read by itself, so that one that cannot be read leaves the others to be compared.</content>
public sealed partial class CompareLessonVideoCommand
{
    private const int RowsAtOnce = 500;

    private ComparisonStore _store = null!;
    private readonly HashSet<LessonSide> _sides = [];
    private readonly Dictionary<string, FindingCount> _counts = [];
    private readonly FindingCount _withoutCourse = new();
    private readonly ProgressRecord _row = new(0, "Comparing lessons' videos", "Reading");
    private IReadOnlyList<LessonFindingStatus> _failOn = [];
    private EnvironmentSettings _settings = null!;
    private VideoLoading? _loading;
    private SavedCopies? _saved;
    private string? _manifest;
    private long _compared;
    private long _lessons;

    /// <summary>The names that were typed, where one is a pattern: all is read then.</summary>
    private TypedNames? _patterns;

    private bool ReadsAll => IsWhole || _patterns is not null;

    /// <summary>The manifest that the lessons come from, or its folder; null where none is known.</summary>
    private string? Manifest => _manifest ?? (Path is null ? null : FilePathOf(Path));

    private protected override EnvironmentSettings Settings => _settings;

    private bool IsWhole => All || !MyInvocation.ExpectingInput && !IsTyped(nameof(LessonId));

    private protected override void Begin()
    {
        _settings = new EnvironmentSettings(this, EnvironmentFile);
        _failOn = FindingStatuses.Matching(FailOn ?? []);
        _store = Own(new ComparisonStore());
        if (IsTyped(nameof(LessonId)) && new TypedNames([.. LessonId!.OfType<string>()]) is { HasWildcards: true } names)
            _patterns = names;
    }

    private protected override void Process()
    {
        _manifest ??= InputObject?.Properties[nameof(LessonVideo.ManifestPath)]?.Value as string;
        if (InputObject?.BaseObject is LessonVideo video)
        {
            if (IsAsked(LessonSide.Map))
            {
                _sides.Add(LessonSide.Map);
                Take(video);
            }

            if (video.LessonId is { } only)
                _store.Want(only);
            return;
        }

        foreach (var id in LessonId ?? [])
        {
            if (!string.IsNullOrEmpty(id) && _patterns is null)
                _store.Want(id);
        }
    }

    private protected override void End()
    {
        ReadSide(LessonSide.Map, ReadMap);
        ReadSide(LessonSide.ProgressFile, ReadProgressFile);
        ReadSide(LessonSide.Database, ReadDatabase);
        ReadSide(LessonSide.Kinescope, ReadKinescope);
        ReadSide(LessonSide.Backup, ReadBackup);
        if (_sides.Count < 2)
            throw new KinescopeException(
                ErrorIds.NothingToCompare,
                (_sides.Count == 0 ? "None of the places" : $"Only one place ({_sides.Single()})")
                + " could be read, so there is nothing to compare. Go to the folder with the manifest and the progress file, connect with "
                + "Connect-Kinescope and Connect-LessonDatabase, or name them with parameters.");

        if (_patterns is not null)
            _store.Want(_patterns.Matches);
        Compare();
        WriteProgress(new ProgressRecord(_row.ActivityId, _row.Activity, "Done") { RecordType = ProgressRecordType.Completed });
        if (Summary)
            WriteObject(Totals(), enumerateCollection: true);
        RequireNone();
    }

    private protected override void Tick()
    {
        if (_lessons > 0)
        {
            _row.StatusDescription = $"{_compared} of {_lessons} lessons";
            _row.PercentComplete = (int)Math.Min(100, 100 * _compared / _lessons);
        }

        WriteProgress(_row);
    }

    private bool IsAsked(LessonSide side) => Side is null || Side.Contains(side);

    /// <summary>Reads a place. Where it was not asked for by name and is not set up, that is no error.</summary>
    private void ReadSide(LessonSide side, Func<bool> read)
    {
        if (!IsAsked(side))
            return;
        _row.StatusDescription = $"Reading: {side}";
        try
        {
            if (read())
                _sides.Add(side);
        }
        // A check that cannot see a place must not pass for it.
        catch (KinescopeException missing) when (Side is null && _failOn.Count == 0 && IsNotSetUp(missing))
        {
            WriteWarning($"{side} is not compared. {missing.Message}");
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.Saying($"{side} is not compared; the other places are. {failure.Message}").ToErrorRecord(side));
        }
    }

    private static bool IsNotSetUp(KinescopeException failure) =>
        failure.ErrorId is ErrorIds.ManifestNotFound or ErrorIds.ApiKeyMissing or ErrorIds.DatabaseUrlMissing;

    /// <summary>Maps the manifest, unless a map came through the pipeline. Lessons that were named are looked for in it.</summary>
    private bool ReadMap()
    {
        if (_sides.Contains(LessonSide.Map))
            return true;
        var manifest = ManifestMap.Find(this, Path, _settings);
        var videoFiles = new VideoFiles();
        var map = new ManifestMap(this, videoFiles, new TitleMatchOptions(), IsWhole ? new OrphanFiles(videoFiles) : null);
        var wanted = ReadsAll ? null : _store.WantedIds(RowsAtOnce).SelectMany(ids => ids).ToHashSet();
        _manifest = manifest;
        map.Read(manifest, BasePath is null ? null : FilePathOf(BasePath), video =>
        {
            if (wanted is null || wanted.Contains(video.LessonId!))
                Take(video);
        });
        foreach (var orphan in map.Orphans())
            Take(orphan);
        return true;
    }

    private void Take(LessonVideo video)
    {
        if (video.LessonId is null)
        {
            if (video.State == LessonVideoState.Orphan)
                Write(OfFile(video));
            return;
        }

        if (!_store.Add(video.LessonId, MapSide.Of(video)))
            WriteError(new KinescopeException(
                ErrorIds.LessonIdDuplicate, $"Lesson '{video.LessonId}' came twice; the second one, {video.Path}, was left out.")
                .ToErrorRecord(video.LessonId));
    }

    private bool ReadProgressFile()
    {
        var name = RecordName(ProgressFile, Manifest);
        using var record = Records.Open(this, name, _settings, isReadOnly: true);
        if (record.Warning is { } warning)
            WriteWarning(warning);
        var uploads = Await(stop => record.ListAsync(stop).AsTask());
        if (uploads.Count == 0)
            WriteWarning(Records.IsShared(name)
                ? "The shared record of uploads is empty."
                : $"The progress file {FilePathOf(name)} is empty, or not there.");
        foreach (var upload in uploads)
            _store.Add(upload.Lesson, RecordSide.Of(upload));
        return true;
    }

    private bool ReadDatabase()
    {
        var database = LessonDatabases.Find(this, Database, DatabaseUrl, _settings);
        var retries = LessonDatabases.RetriesOf(this, database);
        var store = LessonDatabases.StoreOf(database, DurationColumn, IsTyped(nameof(DurationUnit)) ? DurationUnit : null, null);
        DurationUnit? unit = store.Table.DurationColumn is null ? null : store.Table.DurationUnit;
        var query = new LessonQuery(TitleColumn, CourseColumn);
        if (ReadsAll)
        {
            string? after = null;
            for (var isLast = false; !isLast;)
            {
                var page = Read(query, after);
                isLast = page.Count < LessonQuery.PageSize;
                after = page.Count > 0 ? page[^1].LessonId : after;
            }

            return true;
        }

        Await(store.PrepareAsync);
        foreach (var ids in _store.WantedIds(RowsAtOnce).ToList())
            Read(query with { LessonIds = ids }, null);
        return true;

        IReadOnlyList<SiteLesson> Read(LessonQuery page, string? after)
        {
            var lessons = Await(stop => retries.ExecuteAsync(
                async token => await store.ReadPageAsync(page, after, token).ConfigureAwait(false), stop).AsTask());
            foreach (var lesson in lessons)
                _store.Add(lesson.LessonId, SiteSide.Of(lesson, unit));
            return lessons;
        }
    }

    private bool ReadKinescope()
    {
        var connection = Own(new KinescopeConnection(this, Session, ApiKey, _settings) { HasProgressRow = true });
        var projectId = new KinescopePlaces(this, connection).ProjectOf(ProjectId)
            ?? connection.Session.ProjectId ?? _settings.Find("KINESCOPE_PROJECT_ID");
        _loading = new VideoLoading(connection.Client, connection.Retries, projectId);
        Await(stop => _loading.ListAsync(_store, count => Post(() => _row.StatusDescription = $"Reading: {count} videos"), stop));
        Await(stop => _loading.FindNamedAsync(_store, stop));
        WriteVerbose($"Kinescope's videos were read with {_loading.Calls} calls.");
        return true;
    }

    private bool ReadBackup()
    {
        if (SavedPath is null)
            return false;
        _saved = SavedCopies.Read(FilePathOf(SavedPath));
        return true;
    }

    private void Compare()
    {
        var comparison = new LessonComparison(
            _store, _sides, IsWhole, new ContentComparison(Checksum), () => _loading!.ReadFoldersAsync(StopToken), _saved,
            (lesson, failure) => Post(() => WriteError(failure.About($"Lesson '{lesson}'").ToErrorRecord(lesson))));
        _lessons = comparison.Count;
        ForEach(comparison.FindAsync(() => Interlocked.Increment(ref _compared), StopToken), finding =>
        {
            Write(finding);
            Pump();
        });
    }

    private void Write(LessonFinding finding)
    {
        var count = finding.Course is not { } course ? _withoutCourse
            : _counts.TryGetValue(course, out var known) ? known : _counts[course] = new FindingCount();
        count.Take(finding);
        finding.ManifestPath = Manifest;
        if (!Summary)
            WriteObject(finding);
    }

    private IEnumerable<LessonFindingTotal> Totals()
    {
        foreach (var (course, count) in _counts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            yield return count.ToTotal(course);
        if (!_withoutCourse.IsEmpty)
            yield return _withoutCourse.ToTotal(null);
    }

    private void RequireNone()
    {
        var found = _counts.Values.Append(_withoutCourse).SelectMany(count => count.ByStatus)
            .Where(pair => _failOn.Contains(pair.Key)).GroupBy(pair => pair.Key, pair => pair.Value)
            .Select(group => $"{group.Key} {group.Sum()}").ToList();
        if (found.Count > 0)
        {
            // It ends nothing: who collects the findings at the pipeline's end is to have them.
            var differ = new KinescopeException(ErrorIds.LessonsDiffer, $"Not everything agrees: {string.Join(", ", found)}.");
            WriteError(differ.ToErrorRecord(null));
        }
    }

    private static LessonFinding OfFile(LessonVideo video) => new()
    {
        Status = LessonFindingStatus.FileWithoutLesson,
        Title = video.Title,
        Path = video.Path,
        State = video.State,
        Side = LessonSide.Map,
        Value = video.Path,
        Message = "No lesson of the map names this file.",
    };

    /// <summary>The findings of a course.</summary>
    private sealed class FindingCount
    {
        private string? _lesson;
        private int _lessons;

        public Dictionary<LessonFindingStatus, int> ByStatus { get; } = [];

        public bool IsEmpty => ByStatus.Count == 0;

        public void Take(LessonFinding finding)
        {
            // A lesson's findings come together.
            if (finding.LessonId is { } lesson && lesson != _lesson)
                (_lesson, _lessons) = (lesson, _lessons + 1);
            ByStatus[finding.Status] = ByStatus.GetValueOrDefault(finding.Status) + 1;
        }

        public LessonFindingTotal ToTotal(string? course) => new()
        {
            Course = course,
            Lessons = _lessons,
            Agree = ByStatus.GetValueOrDefault(LessonFindingStatus.Agrees),
            Counts = ByStatus.Where(pair => pair.Key != LessonFindingStatus.Agrees).OrderByDescending(pair => pair.Value)
                .ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        };
    }
}
