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
        if (wanted > 0 && !_cmdlet.ShouldProcess(_folder, $"Save {Total(planned)}"))
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
            else if (one.Step == SaveStep.Receive)
                _cmdlet.ShouldProcess(one.Path!, $"Save {NameOf(one)} ({Figures.Bytes(one.Asset!.Length ?? 0)})");
            else if (one.Step == SaveStep.Copy)
                _cmdlet.ShouldProcess(
                    one.Path!, $"Save {NameOf(one)} ({Figures.Bytes(one.Asset!.Length ?? 0)}) as a copy of {one.Source!.Path}");
            else if (one.MayBeReceived)
                _cmdlet.ShouldProcess(
                    one.Path!, $"Save {NameOf(one)} ({Figures.Bytes(one.Asset!.Length ?? 0)}); the file there may be replaced");
        }

        var there = planned.Count(one => one.Step is SaveStep.Leave or SaveStep.Compare && !one.MayBeReceived);
        var refused = planned.Count(one => one.Step == SaveStep.Refuse);
        _cmdlet.Say(
            $"To save: {Total(planned)}, already there: {there}{(refused > 0 ? $", cannot be saved: {refused}" : "")}. Nothing was done.",
            "SavePreview");
    }

    private static string NameOf(PlannedSave planned) => planned.Given.LessonId ?? $"'{planned.Title}'";

    internal static string Total(IReadOnlyList<PlannedSave> planned)
    {
        List<PlannedSave> wanted = [.. planned.Where(one => one.IsWanted)];
        var compared = wanted.Count(one => one.MayBeReceived);
        var videos = wanted.Count == 1 ? "1 video" : $"{wanted.Count} videos";
        var copied = wanted.Count(one => one.Step == SaveStep.Copy);
        var unknown = wanted.Count(one => one.Step != SaveStep.Copy && one.Asset!.Length is null);
        return $"{videos} ({Figures.Bytes(wanted.Sum(one => one.Rest))}{(unknown > 0 ? $" and {unknown} of unknown size" : "")})"
            + (copied > 0 ? $", {copied} of them copied from another one" : "")
            + (compared > 0 ? $", {compared} of them only where the file that may be replaced is another" : "");
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
