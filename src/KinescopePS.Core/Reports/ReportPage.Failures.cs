namespace KinescopePS.Reports;

/// <content>What failed, what is left to do, and what does not agree.</content>
internal sealed partial class ReportPage
{
    /// <summary>A list of more rows serves nobody; the table of all lessons has them.</summary>
    private const int MostRows = 500;

    private void WriteFailures()
    {
        _html.Open("section", ("id", "failures"), ("aria-labelledby", "failures-head"))
            .Element("h2", _texts.Failures, ("id", "failures-head")).Line();
        var groups = _lessons.Where(lesson => lesson.HasFailed).GroupBy(lesson => lesson.ErrorId)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).ToList();
        foreach (var group in groups)
            WriteFailure(group.Key, [.. group]);
        foreach (var group in _data.Errors.GroupBy(error => error.Id))
            WriteError(group.Key, [.. group]);
        if (groups.Count == 0 && _data.Errors.Count == 0)
            _html.Element("p", _texts.NoFailures);
        _html.Close().Line();
    }

    private void WriteFailure(string? errorId, IReadOnlyCollection<ReportLesson> lessons)
    {
        _html.Open("section", ("class", "failure"));
        WriteFailureHead(errorId, _texts.LessonCount(lessons.Count));
        WriteAdvice(errorId);
        _html.Open("p").Text($"{_texts.Again}:").Close();
        WriteCommand(SendCommand(lessons));
        BeginTable($"{errorId ?? _texts.NoId}: {_texts.LessonCount(lessons.Count)}", null, _texts.Lesson, _texts.Course, _texts.Message);
        foreach (var lesson in lessons.Take(MostRows))
        {
            _html.Open("tr");
            WriteLessonHead(lesson.Key, lesson.Title);
            _html.Element("td", lesson.Course);
            if (lesson.Upload?.Error is { } error)
                WriteMessage(error);
            else
                _html.Element("td", _texts.StateOf(lesson.State));
            _html.Close().Line();
        }

        EndTable();
        WriteRest(lessons.Count);
        _html.Close().Line();
    }

    private void WriteError(string errorId, IReadOnlyCollection<ReportError> errors)
    {
        _html.Open("section", ("class", "failure"));
        WriteFailureHead(errorId, _texts.OfNoLesson.ToLower(_options.Culture));
        WriteAdvice(errorId);
        BeginTable($"{errorId}: {_texts.OfNoLesson}", null, _texts.Target, _texts.Message);
        foreach (var error in errors.Take(MostRows))
        {
            _html.Open("tr").Element("th", error.Target is null ? "–" : Told(error.Target), ("scope", "row"));
            WriteMessage(error.Message);
            _html.Close().Line();
        }

        EndTable();
        WriteRest(errors.Count);
        _html.Close().Line();
    }

    // Messages are English in every report.
    private void WriteMessage(string? message) =>
        _html.Element("td", Told(message), ("class", "message"), ("lang", _texts.IsRussian ? "en" : null));

    private void WriteFailureHead(string? errorId, string count)
    {
        _html.Open("h3");
        if (errorId is null)
            _html.Text(_texts.NoId);
        else
            _html.Element("code", errorId);
        _html.Text($" · {count}").Close();
    }

    private void WriteAdvice(string? errorId)
    {
        if (errorId is null || Advice.Of(errorId, _texts.IsRussian) is not { } advice)
            return;
        _html.Open("dl", ("class", "advice"))
            .Element("dt", _texts.Meaning).Open("dd").Marked(Capital(advice.Meaning)).Text(".").Close()
            .Element("dt", _texts.Cure).Open("dd").Marked(Capital(advice.Cure)).Text(".").Close()
            .Close().Line();
    }

    private void WriteLessonHead(string key, string? title)
    {
        _html.Open("th", ("scope", "row")).Text(title ?? key);
        if (title is not null && title != key)
            _html.Text(" ").Element("small", key);
        _html.Close();
    }

    private void WriteRest(int count)
    {
        if (count > MostRows)
            _html.Element("p", $"… {_texts.AndMore(count - MostRows)}.");
    }

    private void WriteLeftOver()
    {
        const int most = 100;
        List<ReportLesson> left = [.. _lessons.Where(lesson => !lesson.HasFailed && !lesson.IsDone)];
        if (left.Count == 0)
            return;
        _html.Open("section", ("aria-labelledby", "left-head")).Element("h2", _texts.LeftOver, ("id", "left-head")).Open("ul");
        foreach (var lesson in left.Take(most))
        {
            _html.Open("li").Text(lesson.Title ?? lesson.Key);
            if (lesson.Title is not null)
                _html.Text(" ").Element("small", lesson.Key);
            _html.Text($": {StateOf(lesson)}").Close().Line();
        }

        _html.Close();
        if (left.Count > most)
            _html.Element("p", $"… {_texts.AndMore(left.Count - most)}.");
        _html.Close().Line();
    }

    private string StateOf(ReportLesson lesson) =>
        lesson is { State: ReportState.Begun, Upload.Sent: { } sent, Length: > 0 and { } length }
            ? $"{_texts.StateOf(lesson.State)}, {_texts.Percent(Math.Min(1, (double)sent / length))}"
            : _texts.StateOf(lesson.State);

    private void WriteFindings()
    {
        if (_data.Findings.Count == 0)
            return;
        _html.Open("section", ("aria-labelledby", "findings-head")).Element("h2", _texts.Findings, ("id", "findings-head")).Line();
        WriteCommand("Compare-LessonVideo | Repair-LessonVideo -WhatIf");
        foreach (var group in _data.Findings.GroupBy(finding => finding.Status))
        {
            var (name, count) = (Capital(_texts.FindingOf(group.Key)), group.Count());
            _html.Open("h3").Text($"{name} · ").Element("code", $"{group.Key}").Text($" · {_texts.Number(count)}").Close();
            BeginTable($"{name}: {_texts.Number(count)}", null, _texts.Lesson, _texts.Course, _texts.Message, _texts.Video, _texts.Command);
            foreach (var finding in group.Take(MostRows))
            {
                _html.Open("tr");
                WriteLessonHead(finding.LessonId ?? finding.Path ?? finding.VideoId ?? "–", finding.Title);
                _html.Element("td", finding.Course);
                WriteMessage(finding.Message);
                _html.Open("td");
                WriteVideo(finding.VideoId, finding.Title);
                _html.Close().Open("td");
                if (finding.Command is { } command)
                    _html.Element("code", command, ("class", "cmd"), ("translate", "no"));
                _html.Close().Close().Line();
            }

            EndTable();
            WriteRest(count);
        }

        _html.Close().Line();
    }

    private void WriteFoundBefore()
    {
        if (_data.FoundBefore.Count == 0)
            return;
        _html.Open("section", ("aria-labelledby", "before-head")).Element("h2", _texts.FoundBefore, ("id", "before-head")).Line();
        foreach (var group in _data.FoundBefore.GroupBy(finding => (finding.Level, finding.ErrorId)))
        {
            _html.Open("section", ("class", group.Key.Level == LessonUploadLevel.Error ? "failure" : "doubt"));
            WriteFailureHead(group.Key.ErrorId, $"{_texts.LevelOf(group.Key.Level)} · {_texts.Number(group.Count())}");
            WriteAdvice(group.Key.ErrorId);
            BeginTable(
                $"{group.Key.ErrorId ?? _texts.NoId}, {_texts.LevelOf(group.Key.Level)}", null, _texts.Lesson, _texts.Message, _texts.Cure);
            foreach (var finding in group.Take(MostRows))
            {
                _html.Open("tr").Element("th", finding.LessonId ?? finding.Path ?? $"{finding.Check}", ("scope", "row"));
                WriteMessage(finding.Message);
                WriteMessage(finding.Advice);
                _html.Close().Line();
            }

            EndTable();
            WriteRest(group.Count());
            _html.Close().Line();
        }

        _html.Close().Line();
    }
}
