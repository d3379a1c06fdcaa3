using System.Text;

namespace KinescopePS.Reports;

/// <content>The runs, and their rate over time.</content>
internal sealed partial class ReportPage
{
    private const int MostTimelines = 20;
    private const int MostPoints = 240;
    private const int MostTableRows = 120;
    private const int MostPauses = 26;

    /// <summary>A stretch of a run in which something stood still for one reason, as far as minutes tell.</summary>
    private sealed record Pause(DateTimeOffset From, DateTimeOffset To, string Reason, double Seconds);

    private void WriteTimelines()
    {
        List<ReportRun> runs = [.. _runs.Where(run => run.Samples.Count > 1)];
        if (runs.Count == 0)
            return;
        _html.Open("section", ("aria-labelledby", "rate-head")).Element("h2", _texts.RateOfRuns, ("id", "rate-head")).Line();
        foreach (var run in runs.Take(MostTimelines))
            WriteTimeline(run);
        if (runs.Count > MostTimelines)
            _html.Element("p", $"… {_texts.AndMore(runs.Count - MostTimelines)}.");
        _html.Close().Line();
    }

    private void WriteTimeline(ReportRun run)
    {
        var samples = Merged(run.Samples, MostPoints);
        var (begin, end) = (run.StartedAt < samples[0].From ? run.StartedAt : samples[0].From, samples[^1].At);
        var (seconds, top) = (Math.Max(1, (end - begin).TotalSeconds), Math.Max(1, samples.Max(sample => sample.Rate)));
        var pauses = PausesOf(samples);
        double Place(DateTimeOffset at) => Math.Clamp((at - begin).TotalSeconds / seconds, 0, 1) * 100;

        var name = _texts.Of("Run of ", "Запуск ") + _texts.Moment(run.StartedAt);
        var mean = samples.Sum(sample => sample.Rate * sample.Seconds) / Math.Max(1, samples.Sum(sample => sample.Seconds));
        var inWords = _texts.Of("mean ", "в среднем ") + _texts.BytesPerSecond(mean) + _texts.Of(", at most ", ", не больше ")
            + _texts.BytesPerSecond(top);
        _html.Open("figure").Open("figcaption").Element("h3", name).Element("p", Capital(inWords) + ".").Close().Line()
            .Open("svg", ("class", "chart"), ("role", "img"), ("aria-label", $"{name}: {inWords}"));
        foreach (var pause in pauses)
        {
            var width = Math.Max(0.3, Place(pause.To) - Place(pause.From));
            _html.Open("rect", ("class", "pause"), ("x", Percent(Place(pause.From))), ("width", Percent(width)), ("height", "100%"));
        }

        _html.Open("svg", ("viewBox", "0 0 1000 100"), ("preserveAspectRatio", "none"), ("width", "100%"), ("height", "100%"))
            .Open("path", ("class", "area"), ("d", PathOf(samples, Place, top, isArea: true)))
            .Open("path", ("class", "line"), ("d", PathOf(samples, Place, top, isArea: false)))
            .Close();
        for (var i = 0; i < pauses.Count; i++)
        {
            var middle = (Place(pauses[i].From) + Place(pauses[i].To)) / 2;
            _html.Element("text", Letter(i), ("x", Percent(middle)), ("y", "14"), ("text-anchor", "middle"));
        }

        _html.Close().Line()
            .Open("p", ("class", "axis")).Element("span", _texts.Hour(begin)).Element("span", _texts.Hour(end)).Close().Line();
        WritePauses(pauses);
        WriteSamples(run, name);
        _html.Close().Line();
    }

    private void WritePauses(List<Pause> pauses)
    {
        _html.Element("p", pauses.Count == 0 ? _texts.NoPause : _texts.Pause);
        if (pauses.Count == 0)
            return;
        _html.Open("ul", ("class", "pauses"));
        for (var i = 0; i < pauses.Count; i++)
            _html.Open("li").Element("b", Letter(i))
                .Text($" {_texts.Hour(pauses[i].From)}–{_texts.Hour(pauses[i].To)}: {_texts.ReasonOf(pauses[i].Reason)}, "
                    + _texts.Duration(TimeSpan.FromSeconds(pauses[i].Seconds))).Close();
        _html.Close().Line();
    }

    private void WriteSamples(ReportRun run, string name)
    {
        _html.Open("details").Element("summary", _texts.AsTable);
        BeginTable($"{_texts.RateOfRuns}, {name}", "narrow", _texts.Time, _texts.Rate, _texts.Waits);
        foreach (var sample in Merged(run.Samples, MostTableRows))
            _html.Open("tr").Element("th", _texts.Hour(sample.At), ("scope", "row"))
                .Element("td", _texts.BytesPerSecond(sample.Rate), ("class", "number"))
                .Element("td", string.Join("; ", WaitsOf(sample.Waits).Select(
                    wait => $"{_texts.ReasonOf(wait.Reason)}: {_texts.Duration(TimeSpan.FromSeconds(wait.Seconds))}"))).Close().Line();
        EndTable();
        _html.Close();
    }

    /// <summary>Samples in a number that can be drawn: neighbours taken together.</summary>
    private static List<ReportSample> Merged(IReadOnlyList<ReportSample> samples, int most)
    {
        var together = (samples.Count + most - 1) / most;
        return [.. samples.Chunk(Math.Max(1, together)).Select(Join)];

        static ReportSample Join(ReportSample[] part)
        {
            var seconds = part.Sum(sample => sample.Seconds);
            return new ReportSample(
                part[^1].At,
                // A gap between two samples, as of a machine that slept, is not part of them.
                Math.Max(seconds, (part[^1].At - part[0].At).TotalSeconds),
                part.Sum(sample => sample.Rate * sample.Seconds) / Math.Max(1, seconds),
                WaitsOf(part.SelectMany(sample => sample.Waits)).ToDictionary(wait => wait.Reason, wait => wait.Seconds));
        }
    }

    /// <summary>The pauses, joined where minutes with the same reason follow each other; the longest where they are too many.</summary>
    private static List<Pause> PausesOf(List<ReportSample> samples)
    {
        var pauses = new List<Pause>();
        foreach (var sample in samples.Where(sample => sample.Waits.Values.Sum() >= 1))
        {
            var (reason, seconds) = WaitsOf(sample.Waits)[0];
            if (pauses.Count > 0 && pauses[^1] is var last && last.Reason == reason && (sample.From - last.To).TotalSeconds < 5)
                pauses[^1] = last with { To = sample.At, Seconds = last.Seconds + seconds };
            else
                pauses.Add(new Pause(sample.From, sample.At, reason, seconds));
        }

        return [.. pauses.OrderByDescending(pause => pause.Seconds).Take(MostPauses).OrderBy(pause => pause.From)];
    }

    private static string PathOf(List<ReportSample> samples, Func<DateTimeOffset, double> place, double top, bool isArea)
    {
        var path = new StringBuilder();
        double X(DateTimeOffset at) => place(at) * 10;
        double Y(double rate) => 98 - (rate / top * 78);
        if (isArea)
            path.Append(FormattableString.Invariant($"M{X(samples[0].From):0.#} 100"));
        // A minute's rate is of all of it: a step, not a slope.
        foreach (var sample in samples)
        {
            var move = path.Length == 0 ? 'M' : 'L';
            path.Append(FormattableString.Invariant(
                $"{move}{X(sample.From):0.#} {Y(sample.Rate):0.#}L{X(sample.At):0.#} {Y(sample.Rate):0.#}"));
        }

        return isArea ? path.Append(FormattableString.Invariant($"L{X(samples[^1].At):0.#} 100Z")).ToString() : path.ToString();
    }

    private static string Letter(int number) => ((char)('A' + number)).ToString();

    private void WriteRuns()
    {
        if (_runs.Count == 0)
            return;
        _html.Open("section", ("aria-labelledby", "runs-head")).Element("h2", _texts.Runs, ("id", "runs-head")).Line();
        BeginTable(
            _texts.Runs, "runs", _texts.Started, _texts.Took, _texts.Outcome, _texts.UploadedFiles, _texts.AlreadyThere, _texts.Failed,
            _texts.NotReached, _texts.Sent, _texts.Rate, _texts.Command, _texts.Machine);
        foreach (var run in _runs.Take(MostRows))
        {
            _html.Open("tr").Element("th", _texts.Moment(run.StartedAt), ("scope", "row"))
                .Element("td", run.Elapsed is { } time ? _texts.Duration(time) : "–", ("class", "number"))
                .Open("td").Text(_texts.OutcomeOf(run.Outcome));
            if (run.Reason is { } reason)
                _html.Text(" ").Element("code", reason);
            _html.Close();
            foreach (var count in new[] { run.Uploaded, run.AlreadyThere, run.Failed, run.NotReached })
                _html.Element("td", count is { } number ? _texts.Number(number) : "–", ("class", "number"));
            _html.Element("td", run.BytesSent is { } bytes ? _texts.Bytes(bytes) : "–", ("class", "number"))
                .Element("td", run.Rate is { } rate ? _texts.BytesPerSecond(rate) : "–", ("class", "number"))
                .Element("td", run.Command).Element("td", run.Machine).Close().Line();
        }

        EndTable();
        WriteRest(_runs.Count);
        _html.Close().Line();
    }
}
