using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Saving;
using KinescopePS.Tus;

namespace KinescopePS.Commands;

/// <summary>
/// A cmdlet's downloads: all videos are planned, the room on the disk is asked for, and they are saved in the background; each result is
/// written on the pipeline's thread. With -WhatIf they are planned only.
/// </summary>
internal sealed class Saves : IDisposable
{
    private readonly AsyncCmdlet _cmdlet;
    private readonly KinescopeConnection _connection;
    private readonly string _folder;
    private readonly string _quality;
    private readonly int _lanes;
    private readonly TimeSpan? _maxDuration;
    private readonly bool _mayReplace;
    private readonly BandwidthLimiter? _limiter;
    private readonly long _started;
    private readonly Dictionary<SavedVideoStatus, int> _counts = [];
    private SavedList? _list;
    private SaveRun? _run;
    private bool _hasEnded;

    /// <summary>Takes the settings, which are checked here.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="connection">Its connection.</param>
    /// <param name="folder">The folder that videos are saved in, a full path.</param>
    /// <param name="quality">The file that is wanted of each.</param>
    /// <param name="lanes">The number of videos received at once.</param>
    /// <param name="bandwidth">The limit as it was given; null for none.</param>
    /// <param name="maxDuration">The time after which nothing is begun; null for no end.</param>
    /// <param name="mayReplace">True where other files give way.</param>
    public Saves(
        AsyncCmdlet cmdlet, KinescopeConnection connection, string folder, string quality, int lanes, string? bandwidth,
        TimeSpan? maxDuration, bool mayReplace)
    {
        (_cmdlet, _connection, _folder, _quality) = (cmdlet, connection, folder, quality);
        (_lanes, _maxDuration, _mayReplace, _started) = (lanes, maxDuration, mayReplace, cmdlet.StartedAt);
        _limiter = bandwidth is null ? null : new BandwidthLimiter(BandwidthTimetable.Parse(bandwidth));
        connection.RequireAccount();
        cmdlet.Leaving += EndEarly;
    }

    /// <summary>Opens the list of the folder, which with -WhatIf is read only, and saves the videos.</summary>
    public void Run(IReadOnlyList<GivenVideo> given)
    {
        if (given.Count == 0)
        {
            _hasEnded = true;
            _cmdlet.WriteVerbose("No video came to be saved.");
            return;
        }

        WarnOfInside(given);
        // Only now: what is piped here may have been found by reading it.
        _list = _cmdlet.IsPreview ? SavedList.Read(_folder) : SavedList.Open(_folder);
        if (_list.DamagedLines > 0)
            _cmdlet.WriteWarning(
                $"{_list.DamagedLines} lines of the list of saved videos in {_folder} cannot be read: what they said is found out anew."
                + (_list.KeptAside is { } aside ? $" The list as it was is kept as {aside}." : ""));
        var plan = new SavePlan(_connection.Client, _connection.Retries, _folder, _list, _quality, _mayReplace);
        var planning = new SavePlanProgress(plan, given.Count, () => _connection.Hold, new ProgressTerminal(_cmdlet));
        _cmdlet.Ticked += planning.Show;
        var planned = _cmdlet.Await(stop => plan.OfAsync(given, stop));
        _cmdlet.Ticked -= planning.Show;
        planning.Complete();
        if (_cmdlet.IsPreview)
        {
            Preview(planned);
            return;
        }

        var wanted = planned.Count(one => one.IsWanted);
        SaveRun.RequireRoom(_folder, planned);
        if (wanted > 0 && !_cmdlet.ShouldProcess(_folder, $"Save {SaveTexts.Total(planned)}"))
        {
            _hasEnded = true;
            return;
        }

        var session = _connection.Session;
        var services = new SaveServices(
            _connection.Client, _list, _connection.Retries,
            new DownloadSettings(TimeSpan.FromSeconds(session.StallTimeoutSeconds), _limiter is null ? session.MinimumRate : 0, _limiter),
            message => _cmdlet.Post(() => _cmdlet.WriteVerbose(message)));
        _run = new SaveRun(new VideoSaver(services), planned, _lanes, _maxDuration, TimeProvider.System, _started);
        var progress = new SaveProgress(_run, () => _connection.Hold, _limiter, new ProgressTerminal(_cmdlet));
        _cmdlet.Ticked += progress.Show;
        _cmdlet.Await(stop => _run.WorkAsync(outcome => _cmdlet.Post(() => Take(outcome)), stop));
        _cmdlet.Ticked -= progress.Show;
        progress.Complete();
        Summarise(_run);
    }

    public void Dispose() => _list?.Dispose();

    private void Preview(IReadOnlyList<PlannedSave> planned)
    {
        _hasEnded = true;
        foreach (var one in planned)
        {
            if (one.Step == SaveStep.Refuse)
                _cmdlet.WriteError(one.Failure!.ToErrorRecord(one.Given.LessonId ?? one.Given.VideoId));
            else
                _cmdlet.ShouldProcess(one.Path!, SaveTexts.Of(one));
        }

        _cmdlet.Say($"{SaveTexts.Preview(planned)} Nothing was done.", "SavePreview");
    }

    /// <summary>Warns of a folder whose files would be found as those of no lesson.</summary>
    private void WarnOfInside(IReadOnlyList<GivenVideo> given)
    {
        var folder = FilePaths.KeyOf(_folder) + Path.DirectorySeparatorChar;
        if (given.Where(one => !one.Restores).Select(one => one.BasePath).OfType<string>().Distinct()
            .FirstOrDefault(basePath => folder.StartsWith(
                FilePaths.KeyOf(basePath).TrimEnd(Path.DirectorySeparatorChar) + Path.DirectorySeparatorChar, StringComparison.Ordinal))
            is { } outer)
            _cmdlet.WriteWarning(
                $"{_folder} lies in {outer}, the folder of the lessons' own files: a map of it shows what is saved as videos of no lesson, "
                + "and loses both with the disk. Name a folder beside it, or on another disk.");
    }

    private void Take(SaveOutcome outcome)
    {
        var result = outcome.Result;
        _counts[result.Status] = _counts.GetValueOrDefault(result.Status) + 1;
        _cmdlet.WriteObject(result);
        if (outcome.Failure is { StopsRun: false } failure)
            _cmdlet.WriteError(failure.ToErrorRecord(result.LessonId ?? result.VideoId));
    }

    private void Summarise(SaveRun run)
    {
        if (run.LeftOver > 0 && run.Begun == 0)
        {
            var tooShort = new KinescopeException(
                ErrorIds.MaxDurationTooShort,
                $"-MaxDuration {_maxDuration} was over before any video was begun: {run.LeftOver} were not saved. Give the run more time.");
            _cmdlet.WriteError(tooShort.ToErrorRecord(_maxDuration));
        }
        else if (run.LeftOver > 0)
        {
            _cmdlet.WriteWarning($"{run.LeftOver} videos were not begun because -MaxDuration was over. Run again to save them.");
        }

        SayLastWord(run);
        if (run.StoppedBy is { } cause)
        {
            var rest = run.Count - run.Ended;
            var unsaved = rest > 0
                ? $" That ended the run: {rest} videos were not saved. Run the same command again once it is mended."
                : "";
            _cmdlet.WriteError(cause.Saying(cause.Message + unsaved).ToErrorRecord(null));
        }
    }

    private void EndEarly()
    {
        if (!_hasEnded && _run is { } run)
            SayLastWord(run);
    }

    private void SayLastWord(SaveRun run)
    {
        _hasEnded = true;
        var elapsed = TimeProvider.System.GetElapsedTime(_started);
        var bytes = run.BytesReceived;
        var rate = bytes > 0 && elapsed > TimeSpan.Zero ? $" ({Figures.Bytes(bytes / elapsed.TotalSeconds)}/s)" : "";
        var rest = run.Count - run.Ended;
        _cmdlet.Say(
            $"{Count(SavedVideoStatus.Saved)} saved, {Count(SavedVideoStatus.Skipped)} already there, "
            + $"{Count(SavedVideoStatus.Failed)} failed; {Figures.Bytes(bytes)} in {Figures.Time(elapsed)}{rate}"
            + (rest > 0 ? $"; {rest} not reached: the same command goes on" : ""),
            "SaveSummary");
    }

    private int Count(SavedVideoStatus status) => _counts.GetValueOrDefault(status);
}
