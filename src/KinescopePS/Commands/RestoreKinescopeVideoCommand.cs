using System.Globalization;
using System.Management.Automation;
using KinescopePS.Changes;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Takes back what Set-KinescopeVideo did, for the videos that still hold what it wrote.</summary>
[Cmdlet(
    VerbsData.Restore, "KinescopeVideo", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class RestoreKinescopeVideoCommand : KinescopeCmdlet
{
    private readonly Dictionary<string, IReadOnlyList<RecordedVideoChange>> _chosen = [];
    private readonly List<string> _unmatched = [];
    private VideoUndoFile _undo = null!;
    private VideoRestoring _restoring = null!;
    private IReadOnlyList<RecordedVideoChange> _all = [];
    private ILookup<string, RecordedVideoChange> _recorded = null!;
    private IReadOnlyList<VideoRestoration> _planned = [];
    private Task? _work;
    private bool _isElsewhere, _isAnyGiven, _isComplete;

    /// <summary>Only these videos.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? VideoId { get; set; }

    /// <summary>All that the undo file tells of, not the last run's changes alone.</summary>
    [Parameter]
    public SwitchParameter All { get; set; }

    /// <summary>All that was changed at this time or later.</summary>
    [Parameter]
    [Date]
    public DateTime? After { get; set; }

    /// <summary>Also what was changed at another address of the API than the one that is used now.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>The undo file of Set-KinescopeVideo. Default: kinescope-video-undo.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UndoFile { get; set; } = VideoUndoFile.DefaultName;

    /// <summary>Writes each video as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        _undo = new VideoUndoFile(FilePathOf(UndoFile));
        var contents = Await(_undo.ReadAsync);
        if (contents.DamagedLines > 0)
            WriteWarning(
                $"{contents.DamagedLines} of the {contents.Lines} lines of the undo file cannot be read: what they tell is not taken "
                + "back.");

        var target = Connection.Target;
        var selected = contents.Changes
            .Where(change => After is not { } after || change.At >= after.ToUniversalTime())
            .ToLookup(change => Force || change.Target == target);
        if (selected[false].Select(change => change.Target).Distinct().ToList() is { Count: > 0 } elsewhere)
        {
            _isElsewhere = true;
            WriteWarning(
                $"Of the undo file's changes, {selected[false].Count()} were made at {string.Join(", ", elsewhere)}, not at {target}: "
                + "they are passed over. -Force takes these as being the same.");
        }

        _all = [.. selected[true]];
        _recorded = _all.ToLookup(change => change.VideoId);
        _restoring = new VideoRestoring(Kinescope, Retries, _undo, target);
        Leaving += LeaveEarly;
    }

    private protected override void Process()
    {
        if (VideoId is null)
            return;

        _isAnyGiven = true;
        foreach (var text in VideoId)
        {
            if (IsTyped(nameof(VideoId)) && new TypedNames([text]) is { HasWildcards: true } names)
            {
                var matching = _recorded.Where(changes => names.Matches(changes.Key)).ToList();
                foreach (var changes in matching)
                    Choose(changes.Key);
                if (matching.Count == 0)
                    _unmatched.Add(text);
            }
            else if (VideoIds.Read(text) is { } id && _recorded.Contains(id))
            {
                Choose(id);
            }
            else
            {
                WriteError(new KinescopeException(
                    ErrorIds.VideoNotFound,
                    $"The undo file tells of no change to video '{text}' that could be taken back here.").ToErrorRecord(text));
            }
        }
    }

    private protected override Task Drain(CancellationToken budget) => (_work ?? Task.CompletedTask).WaitAsync(budget);

    private protected override void End()
    {
        if (!_isAnyGiven && !MyInvocation.ExpectingInput)
            ChooseLast();
        foreach (var pattern in _unmatched)
            WriteWarning($"The undo file {_undo.Path} tells of no change to a video like '{pattern}' that could still be taken back.");
        if (_chosen.Count == 0)
            return;
        _planned = Await(stop => _restoring.PlanAsync(_chosen.Values, _recorded, stop));
        if (IsPreview)
        {
            Preview();
            return;
        }

        // What holds all of it already is only noted: there is nothing to ask about.
        if (_planned.Any(one => one.IsLeftOver) && !IsWanted())
            return;
        Await(_undo.RequireWritableAsync);
        _work = Start(stop => _restoring.ApplyAsync(_planned, EndedAsync, StopToken, stop));
        Await(_work);
        _isComplete = true;
        if (_restoring.StoppedBy is { } cause)
            throw _planned.Count > 1 ? cause.Saying($"{cause.Message} {Progress}", stopsRun: true) : cause;
        Say(
            $"{Counted(_planned.Count(one => one.IsRestored), "video")} of {_planned.Count} given back what they held before"
            + $"{NothingLeft}.{Earlier}",
            "VideoRestoreSummary");
    }

    private string NothingLeft =>
        _planned.Count(one => one is { Change: null, Failure: null }) is > 0 and var alike
            ? $", {alike} held nothing of the change any more"
            : "";

    /// <summary>The changes that were not taken back: one that was interrupted and its rerun are two commands, for example.</summary>
    private string Earlier
    {
        get
        {
            HashSet<RecordedVideoChange> chosen = [.. _chosen.Values.SelectMany(changes => changes)];
            List<RecordedVideoChange> rest = [.. _all.Where(change => !chosen.Contains(change))];
            if (rest.Count == 0)
                return "";
            if (_isAnyGiven || After is not null || VideoUndoContents.LastOf(rest) is not { Count: > 0 } before)
                return $" The undo file has {Counted(rest.Count, "earlier change")} more.";
            return $" The command before it changed at most {Counted(before.Count, "video")} at {TimeOf(before[0])}: run "
                + $"Restore-KinescopeVideo again to take that back too, or with -All for all {Counted(rest.Count, "earlier change")}.";
        }
    }

    private string Progress
    {
        get
        {
            var restored = _planned.Count(one => one.IsRestored);
            var left = _planned.Count(one => one.IsLeftOver);
            // Given again where nothing is left, the command would go back further.
            return $"{Counted(restored, "video")} {(restored == 1 ? "was" : "were")} given back what they held, "
                + (left > 0 ? $"{left} were not. Run the same command again." : "and none is left.");
        }
    }

    private static string Counted(int count, string what) => count == 1 ? $"1 {what}" : $"{count} {what}s";

    /// <summary>Chooses a video's changes: its last run's, unless all or those since a time are wanted.</summary>
    private void Choose(string video)
    {
        IReadOnlyList<RecordedVideoChange> changes = [.. _recorded[video]];
        var last = VideoUndoContents.LastOf(changes);
        _chosen[video] = All || After is not null ? changes : last.Count > 0 ? last : [changes[^1]];
    }

    private void ChooseLast()
    {
        foreach (var changes in (All || After is not null ? _all : VideoUndoContents.LastOf(_all)).GroupBy(change => change.VideoId))
            _chosen[changes.Key] = [.. changes];
        if (_chosen.Count == 0 && !_isElsewhere)
            WriteWarning(
                $"The undo file {_undo.Path} tells of nothing{(After is null ? "" : " since then")} that could still be taken back.");
    }

    private bool IsWanted()
    {
        List<RecordedVideoChange> changes =
            [.. _planned.Where(one => one.IsLeftOver).SelectMany(one => one.Changes).OrderBy(change => change.At)];
        var (first, last) = (TimeOf(changes[0]), TimeOf(changes[^1]));
        var videos = Counted(_planned.Count(one => one.IsLeftOver), "video");
        var runs = changes.Select(change => change.Run).Distinct().Count();
        var when = $"{(first == last ? $"at {first}" : $"between {first} and {last}")}{(runs > 1 ? $" by {runs} commands" : "")}";
        var rest = _all.Count - _chosen.Values.Sum(one => one.Count);
        var where = Connection.Target;
        return ShouldProcess(
            PrintableText.Of($"Taking back the changes of {videos} at {where}"),
            PrintableText.Of(
                $"Take back the changes of {videos} at {where}, which were made {when}?"
                + (rest > 0 ? $" (Of {Counted(rest, "earlier change")} none is taken back; with -All they are.)" : "")),
            MyInvocation.MyCommand.Name);
    }

    private static string TimeOf(RecordedVideoChange change) => change.At.LocalDateTime.ToString("g", CultureInfo.CurrentCulture);

    private void Preview()
    {
        foreach (var one in _planned)
        {
            if (one.Failure is { } failure)
                WriteError(failure.About(NameOf(one)).ToErrorRecord(one.VideoId));
            if (one.IsLeftOver)
                ShouldProcess(NameOf(one), Describe(one.Change!));
            else if (one.Failure is null)
                WriteVerbose($"{NameOf(one)} holds what it held before already.");
        }

        if (_planned.Count > 1)
            Say(
                $"{Counted(_planned.Count(one => one.IsLeftOver), "video")} would be given back what they held, of {_planned.Count}. "
                + "Nothing was done.",
                "VideoRestorePreview");
    }

    private static string Describe(VideoChange change) =>
        $"Give back {string.Join(", ", VideoFields.All.Where(change.Has).Select(change.Describe))}";

    private static string NameOf(VideoRestoration one) =>
        one.Video is { } video ? $"'{video.Title}' ({video.VideoId})" : $"Video '{one.VideoId}'";

    private async Task EndedAsync(IReadOnlyList<VideoRestoration> batch, CancellationToken cancellation)
    {
        Dictionary<string, KinescopeVideo> after = [];
        if (PassThru && _restoring.StoppedBy is null)
            after = (await Kinescope.FindVideosAsync(batch.Where(one => one.IsRestored).Select(one => one.VideoId), Retries, cancellation)
                .ConfigureAwait(false)).Values.ToDictionary(video => video.VideoId);
        Post(() =>
        {
            foreach (var one in batch)
                Write(one, after);
        });
    }

    private void Write(VideoRestoration one, Dictionary<string, KinescopeVideo> after)
    {
        if (one.Failure is { } failure)
            WriteError(failure.About(NameOf(one)).ToErrorRecord(one.VideoId));
        if (one.IsRestored)
            WriteVerbose($"{NameOf(one)}: {Describe(one.Change!)}.");
        if (PassThru && (one.IsRestored || one is { Change: null, Failure: null }))
            WriteObject(after.GetValueOrDefault(one.VideoId, one.Video!));
    }

    private void LeaveEarly()
    {
        if (!_isComplete && _work is not null && _planned.Any(one => one.IsLeftOver || one.IsRestored))
            WarnLast($"Stopped: {Progress}");
    }
}
