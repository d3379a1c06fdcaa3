using System.Management.Automation;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Waits until videos can be played, and writes each as soon as it can.</summary>
[Cmdlet(VerbsLifecycle.Wait, "KinescopeVideo", DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class WaitKinescopeVideoCommand : KinescopeCmdlet
{
    private const string Activity = "Waiting for Kinescope";

    private readonly HashSet<(string Video, string? Lesson)> _taken = [];
    private readonly List<Task> _waits = [];
    private VideoWatch? _watch;
    private int _ready;
    private int _failed;

    /// <summary>Kinescope's id of the video, or a link to it.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public string?[]? VideoId { get; set; } = [];

    /// <summary>The lesson whose video it is; kept with the result, for Set-LessonVideoId.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? LessonId { get; set; }

    /// <summary>
    /// The longest wait for each video: 2h, 1h30m, or 2:00 for hours and minutes; 0 to look once. Default: 2 hours.
    /// </summary>
    [Parameter]
    [Duration(CanBeZero = true)]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromHours(2);

    /// <summary>
    /// The first pause between two polls, for each 100 videos that are waited for; each further one is half as long again, up to a minute.
    /// 10s, or a number of seconds. Unit: seconds, 0.1 to 60, default 5.
    /// </summary>
    [Parameter]
    [Alias("IntervalSeconds")]
    [Duration(NumbersAreSeconds = true)]
    [TimeRange(0.1, 60)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(5);

    private protected override void Begin()
    {
        _watch = new VideoWatch(
            Kinescope, Retries, Interval, TimeSpan.FromMinutes(1), Connection.Session.Patience,
            message => Post(() => WriteVerbose(message)));
        Start(_watch.RunAsync);
    }

    private protected override void Process()
    {
        // An upload that failed comes without an id; its own error has been told.
        ForEach(VideoId?.Select(text => text ?? "") ?? [""], "Video", text =>
        {
            if (IsPassedOver(text))
                return;
            var id = VideoIds.Require(text);
            // Two lessons may have one video.
            if (_taken.Add((id, LessonId)))
                _waits.Add(Start(stop => WaitAsync(id, LessonId, stop)));
        });
        Pump();
    }

    private protected override void End()
    {
        Await(_ => Task.WhenAll(_waits));
        WriteProgress(new ProgressRecord(0, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private protected override bool HasProgress => true;

    private protected override void Tick()
    {
        if (_taken.Count == 0)
            return;
        var done = $"{_ready} of {_taken.Count} ready{(_failed > 0 ? $", {_failed} failed" : "")}";
        var row = CurrentHold is { } hold ? HoldRow.Of(0, done, hold) : new ProgressRecord(0, Activity, done);
        row.PercentComplete = 100 * (_ready + _failed) / _taken.Count;
        WriteProgress(row);
    }

    private async Task WaitAsync(string id, string? lesson, CancellationToken cancellation)
    {
        try
        {
            var video = await _watch!.WaitAsync(id, Timeout, cancellation).ConfigureAwait(false);
            Post(() => Write(id, video.Of(lesson)));
        }
        catch (KinescopeException failure)
        {
            Post(() => Tell(id, failure));
        }
    }

    private void Write(string id, KinescopeVideo video)
    {
        if (video.HasFailed)
        {
            Tell(id, new KinescopeException(
                ErrorIds.VideoProcessingFailed,
                $"Kinescope could not process video '{video.Title}' ({video.VideoId}): {video.Failure} Is the file a sound video?"));
            return;
        }

        _ready++;
        WriteObject(video);
    }

    private void Tell(string id, KinescopeException failure)
    {
        if (failure.StopsRun)
            throw failure;
        _failed++;
        WriteError(failure.ToErrorRecord(id));
    }
}
