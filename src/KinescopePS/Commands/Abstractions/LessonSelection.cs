using KinescopePS.Database;

namespace KinescopePS.Commands;

/// <summary>Reads the lessons that a cmdlet's parameters and input name, or all of them, and hands them on by page.</summary>
internal sealed class LessonSelection
{
    private const int LookupBatchSize = 500;

    private readonly AsyncCmdlet _cmdlet;
    private readonly LessonStore _store;
    private readonly LessonQuery _query;
    private readonly Action<IReadOnlyList<SiteLesson>> _take;
    private readonly List<string> _lookups = [];
    private bool _isAnyGiven;

    /// <param name="cmdlet">The cmdlet, for its errors.</param>
    /// <param name="store">The lesson table.</param>
    /// <param name="query">Which of its lessons come into question.</param>
    /// <param name="courses">Only lessons of these courses, as they were typed; null for all.</param>
    /// <param name="take">Takes a page.</param>
    public LessonSelection(
        AsyncCmdlet cmdlet, LessonStore store, LessonQuery query, string[]? courses, Action<IReadOnlyList<SiteLesson>> take)
    {
        (_cmdlet, _store, _query, _take) = (cmdlet, store, query, take);
        if (courses is null)
        {
            cmdlet.Await(store.PrepareAsync);
            return;
        }

        var existing = cmdlet.Await(stop => store.ReadCoursesAsync(query, stop));
        var names = new TypedNames(courses).Noting(existing.Keys.Concat(existing.Values));
        _query = query with
        {
            CourseIds = [.. existing.Where(course => names.Matches(course.Key) | names.Matches(course.Value)).Select(course => course.Key)],
        };
        foreach (var course in names.Unfound)
            cmdlet.WriteError(ManifestMap.CourseNotFound($"The table {store.Table.Name}", course, existing.Keys.Concat(existing.Values))
                .ToErrorRecord(course));
    }

    /// <summary>Takes in lessons' ids. A wildcard is meant as one only where it was typed, and is no lesson's id.</summary>
    public void Add(IEnumerable<string> lessonIds, bool isTyped)
    {
        _isAnyGiven = true;
        foreach (var id in lessonIds)
        {
            if (isTyped && new TypedNames([id]) is { HasWildcards: true } names && !IsThere(id))
                ReadAll(names);
            else
                _lookups.Add(id);
            if (_lookups.Count == LookupBatchSize)
                LookUp();
        }
    }

    /// <summary>Reads what is left: all lessons, where none were named.</summary>
    public void Complete()
    {
        LookUp();
        if (!_isAnyGiven && !_cmdlet.MyInvocation.ExpectingInput)
            ReadAll(new TypedNames(null));
    }

    private bool IsThere(string id) => _cmdlet.Await(stop => _store.ReadAsync([id], stop)).Count > 0;

    private void ReadAll(TypedNames names)
    {
        string? last = null;
        IReadOnlyList<SiteLesson> page;
        do
        {
            page = _cmdlet.Await(stop => _store.ReadPageAsync(_query, last, stop));
            var named = page.Where(lesson => names.Matches(lesson.LessonId)).ToLookup(lesson => PrintableText.Is(lesson.LessonId));
            foreach (var lesson in named[false])
                _cmdlet.WriteError(new KinescopeException(
                    ErrorIds.LessonIdInvalid,
                    $"{_store.DisplayName} has a lesson '{lesson.LessonId}' in the table {_store.Table.Name}, whose id holds control "
                    + "characters: it is left out.").ToErrorRecord(PrintableText.Of(lesson.LessonId)));
            _take([.. named[true]]);
            last = page.Count > 0 ? page[^1].LessonId : null;
        }
        while (page.Count == LessonQuery.PageSize);
    }

    private void LookUp()
    {
        if (_lookups.Count == 0)
            return;

        // Whether a lesson is there at all is asked apart from whether it is one of those that are wanted.
        var rows = _cmdlet.Await(stop => _store.ReadAsync(_lookups, stop));
        var wanted = _cmdlet.Await(stop => _store.ReadPageAsync(_query with { LessonIds = _lookups }, null, stop))
            .ToLookup(lesson => lesson.LessonId, _store.IdComparer);
        foreach (var id in _lookups.Where(id => !rows.ContainsKey(id)))
            _cmdlet.WriteError(new KinescopeException(
                ErrorIds.LessonNotFound,
                $"{_store.DisplayName} has no lesson '{id}' in the table {_store.Table.Name}.").ToErrorRecord(id));
        _take([.. _lookups.SelectMany(id => wanted[id])]);
        _lookups.Clear();
    }
}
