namespace KinescopePS.Reports;

/// <content>
/// The table of all lessons. All of its rows are in the file, so that it is read without a script and printed whole; the script takes them
/// out and shows a page of those that match.
/// </content>
internal sealed partial class ReportPage
{
    private void WriteLessons()
    {
        _html.Open("section", ("id", "all"), ("aria-labelledby", "all-head")).Element("h2", _texts.AllLessons, ("id", "all-head")).Line();
        if (_lessons.Count > 0)
        {
            var courses = _lessons.Select(lesson => lesson.Course ?? "").Distinct().Select((course, i) => (Course: course, Number: i))
                .ToDictionary(pair => pair.Course, pair => pair.Number);
            WriteTools(courses);
            WriteTable(courses);
            WritePager();
        }

        _html.Close().Line();
    }

    private void WriteTools(Dictionary<string, int> courses)
    {
        _html.Open("div", ("id", "tools"), ("role", "search"), ("aria-label", _texts.AllLessons), ("hidden", true)).Line()
            .Open("label").Text(_texts.Search).Text(" ")
            .Open("input", ("id", "find"), ("type", "search"), ("autocomplete", "off")).Close().Line()
            .Open("label").Text(_texts.State).Text(" ")
            .Open("select", ("id", "state")).Element("option", _texts.AllStates, ("value", ""));
        foreach (var state in Enum.GetValues<ReportState>().Where(state => _lessons.Any(lesson => lesson.State == state)))
            _html.Element("option", _texts.StateOf(state), ("value", (int)state));
        _html.Close().Close().Line()
            .Open("label").Text(_texts.Course).Text(" ")
            .Open("select", ("id", "course")).Element("option", _texts.AllCourses, ("value", ""));
        foreach (var (course, number) in courses)
            _html.Element("option", course.Length == 0 ? _texts.NoCourse : course, ("value", number));
        _html.Close().Close().Line()
            .Element("p", "", ("id", "found"), ("role", "status")).Element("p", _texts.SortHint, ("class", "unseen")).Close().Line();
    }

    private void WriteTable(Dictionary<string, int> courses)
    {
        _html.Open("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", _texts.AllLessons))
            .Open("table", ("id", "lessons")).Element("caption", _texts.AllLessons).Open("thead").Open("tr");
        foreach (var column in new[] { _texts.Lesson, _texts.Course, _texts.State, _texts.Size, _texts.Updated })
            _html.Element("th", column, ("scope", "col"), ("data-sort", true));
        _html.Element("th", _texts.Video, ("scope", "col")).Close().Close().Open("tbody").Line();
        foreach (var lesson in _lessons.OrderBy(lesson => lesson.State))
            WriteLesson(lesson, courses[lesson.Course ?? ""]);
        EndTable();
    }

    private void WriteLesson(ReportLesson lesson, int course)
    {
        var state = lesson.State;
        _html.Open("tr", ("data-s", (int)state), ("data-c", course));
        WriteLessonHead(lesson.Key, lesson.Title);
        _html.Element("td", lesson.Course).Open("td", ("class", StyleOf(state)), ("data-v", (int)state)).Text(StateOf(lesson));
        if (lesson.ErrorId is { } errorId)
            _html.Text(" ").Element("code", errorId);
        _html.Close()
            .Element("td", lesson.Length is { } length ? _texts.Bytes(length) : "", ("class", "number"), ("data-v", lesson.Length ?? -1))
            .Element("td", lesson.At is { } at ? _texts.Moment(at) : "", ("data-v", lesson.At?.ToUnixTimeSeconds() ?? -1))
            .Open("td");
        WriteVideo(lesson.VideoId, lesson.Title);
        _html.Close().Close().Line();
    }

    private static string StyleOf(ReportState state) => state switch
    {
        ReportState.Failed or ReportState.NoFile => "bad",
        ReportState.Uploaded or ReportState.Linked => "good",
        _ => "open",
    };

    private void WritePager() => _html.Open("p", ("id", "pager"), ("hidden", true))
        .Element("button", _texts.Earlier, ("id", "earlier"), ("type", "button"))
        .Text(" ").Element("span", "", ("id", "rows")).Text(" ")
        .Element("button", _texts.Later, ("id", "later"), ("type", "button")).Close().Line();
}
