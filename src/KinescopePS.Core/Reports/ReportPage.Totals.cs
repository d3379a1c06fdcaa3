namespace KinescopePS.Reports;

/// <content>Totals, what is ahead, and the courses.</content>
internal sealed partial class ReportPage
{
    private void WriteTotals()
    {
        var elapsed = TimeSpan.FromSeconds(_runs.Sum(run => run.Elapsed?.TotalSeconds ?? 0));
        var measured = _runs.Where(run => run.BytesNeeded is > 0 && run.BytesSent is not null).ToList();
        var (sent, needed) = (_runs.Sum(run => run.BytesSent ?? 0), _runs.Sum(run => run.BytesNeeded ?? run.BytesSent ?? 0));
        _html.Open("section", ("aria-labelledby", "totals-head")).Element("h2", _texts.Totals, ("id", "totals-head")).Line()
            .Open("dl", ("class", "cards")).Line();
        if (_lessons.Count > 0)
        {
            WriteCard(_texts.Lessons, _texts.Number(_lessons.Count));
            WriteCard(_texts.Done, _texts.Number(_lessons.Count(lesson => lesson.IsDone)));
            WriteCard(_texts.Failed, _texts.Number(_lessons.Count(lesson => lesson.HasFailed)));
            WriteCard(_texts.Left, _texts.Number(_lessons.Count(lesson => !lesson.IsDone && !lesson.HasFailed)));
            if (_lessons.Any(lesson => lesson.State == ReportState.Linked))
                WriteCard(_texts.LinkedCount, _texts.Number(_lessons.Count(lesson => lesson.Link?.VideoId is not null)));
            WriteCard(_texts.SizeDone, _texts.Bytes(_lessons.Where(lesson => lesson.IsDone).Sum(lesson => lesson.Length ?? 0)));
        }

        if (_runs.Count > 0)
        {
            WriteCard(_texts.Sent, _texts.Bytes(sent));
            WriteCard(_texts.TimeOfRuns, _texts.Duration(elapsed));
            if (elapsed > TimeSpan.Zero && needed > 0)
                WriteCard(_texts.MeanRate, _texts.BytesPerSecond(needed / elapsed.TotalSeconds));
        }

        if (measured.Count > 0)
        {
            double handed = measured.Sum(run => run.BytesSent!.Value), moved = measured.Sum(run => run.BytesNeeded!.Value);
            WriteCard(_texts.Waste, _texts.Ratio(handed / moved));
        }

        if (_data.Orphans > 0)
            WriteCard(_texts.Orphans, _texts.Number(_data.Orphans));
        _html.Close().Line();
        WriteCosts();
        _html.Close().Line();
    }

    private void WriteCard(string name, string value) =>
        _html.Open("div").Element("dt", name).Element("dd", value).Close().Line();

    private void WriteCosts()
    {
        var retries = _runs.SelectMany(run => run.Retries).GroupBy(pair => pair.Key)
            .Select(cause => (cause.Key, Times: cause.Sum(pair => pair.Value))).OrderByDescending(cause => cause.Times).ToList();
        if (retries.Count > 0)
        {
            BeginTable(_texts.Retries, "narrow", _texts.Cause, _texts.Times);
            foreach (var (cause, times) in retries)
            {
                _html.Open("tr").Open("th", ("scope", "row")).Element("code", cause).Close()
                    .Element("td", _texts.Number(times), ("class", "number")).Close().Line();
            }

            EndTable();
        }

        var waits = WaitsOf(_runs.SelectMany(run => run.Waits));
        if (waits.Count == 0)
            return;
        BeginTable(_texts.Waits, "narrow", _texts.Reason, _texts.Time);
        foreach (var (reason, seconds) in waits)
            _html.Open("tr").Element("th", _texts.ReasonOf(reason), ("scope", "row"))
                .Element("td", _texts.Duration(TimeSpan.FromSeconds(seconds)), ("class", "number")).Close().Line();
        EndTable();
    }

    private static List<(string Reason, double Seconds)> WaitsOf(IEnumerable<KeyValuePair<string, double>> waits) =>
    [
        .. from wait in waits
           group wait.Value by wait.Key into reason
           orderby reason.Sum() descending
           select (reason.Key, reason.Sum()),
    ];

    private void WriteAhead()
    {
        if (_data.Estimate is not { } estimate)
            return;
        _html.Open("section", ("aria-labelledby", "ahead-head")).Element("h2", _texts.Ahead, ("id", "ahead-head"))
            .Open("dl", ("class", "cards")).Line();
        WriteCard(_texts.ToSend, _texts.Number(estimate.ToSend));
        WriteCard(_texts.ToContinue, _texts.Number(estimate.ToContinue));
        if (estimate.ToReplace > 0)
            WriteCard(_texts.ToReplace, _texts.Number(estimate.ToReplace));
        WriteCard(_texts.SizeLeft, _texts.Bytes(estimate.LengthLeft));
        if (estimate.Time is { } time)
            WriteCard(_texts.Time, _texts.Duration(time));
        if (estimate.EndsAt is { } end)
            WriteCard(_texts.EndsAt, _texts.Moment(end));
        List<decimal> costs = [.. new[] { estimate.StorageCost, estimate.EncodingCost }.OfType<decimal>()];
        if (costs.Count > 0)
            WriteCard(_texts.Cost, string.Join(" + ", costs.Select(_texts.Money)));
        _html.Close().Close().Line();
    }

    private void WriteCourses()
    {
        if (_lessons.Count == 0)
            return;
        _html.Open("section", ("aria-labelledby", "courses-head")).Element("h2", _texts.ByCourse, ("id", "courses-head")).Line();
        BeginTable(
            _texts.ByCourse, "courses", _texts.Course, _texts.Lessons, _texts.Done, _texts.Failed, _texts.Left, _texts.Size, _texts.Share);
        foreach (var course in _lessons.GroupBy(lesson => lesson.Course))
        {
            int all = course.Count(), done = course.Count(lesson => lesson.IsDone), failed = course.Count(lesson => lesson.HasFailed);
            _html.Open("tr").Element("th", course.Key ?? _texts.NoCourse, ("scope", "row"));
            foreach (var count in new[] { all, done, failed, all - done - failed })
                _html.Element("td", _texts.Number(count), ("class", "number"));
            _html.Element("td", _texts.Bytes(course.Sum(lesson => lesson.Length ?? 0)), ("class", "number"))
                .Open("td", ("class", "share")).Text(_texts.Percent((double)done / all)).Text(" ");
            _html.Open("svg", ("class", "bar"), ("aria-hidden", "true"));
            WriteBar("good", 0, done, all);
            WriteBar("bad", done, failed, all);
            _html.Close().Close().Close().Line();
        }

        EndTable();
        _html.Close().Line();
    }

    private void WriteBar(string style, int from, int count, int all)
    {
        var (start, width) = (Percent(100.0 * from / all), Percent(100.0 * count / all));
        if (count > 0)
            _html.Open("rect", ("class", style), ("x", start), ("width", width), ("height", "100%"));
    }

    // As SVG has it, whatever the culture.
    private static string Percent(double percent) => FormattableString.Invariant($"{percent:0.###}%");
}
