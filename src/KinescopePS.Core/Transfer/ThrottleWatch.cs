using KinescopePS.Kinescope;

namespace KinescopePS.Transfer;

/// <summary>Looks at a run several times a second, and has it send more files at once, or fewer, where that is looked for.</summary>
internal sealed class ThrottleWatch : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    private readonly UploadRun _run;
    private readonly UploadThrottle _throttle;
    private readonly KinescopeHttp _http;
    private readonly Action<string> _say;
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private readonly object _looking = new();

    /// <param name="run">The run.</param>
    /// <param name="throttle">Its number of files at once.</param>
    /// <param name="http">Its connections.</param>
    /// <param name="say">Takes a sentence for each new number.</param>
    /// <param name="time">The clock.</param>
    public ThrottleWatch(UploadRun run, UploadThrottle throttle, KinescopeHttp http, Action<string> say, TimeProvider time)
    {
        (_run, _throttle, _http, _say, _time) = (run, throttle, http, say, time);
        if (!throttle.IsFixed)
            _timer = time.CreateTimer(_ => Look(), null, BetweenLooks, BetweenLooks);
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (!Monitor.TryEnter(_looking))
            return;
        try
        {
            var before = _throttle.Count;
            // Fewer are judged once those that are too many have ended.
            var isBusy = _http.Hold is null && _run.OpenLanes <= before && _run.Running.Count() >= before;
            _throttle.Note(_time.Now(), _run.BytesSent, isBusy, _http.ReadDelay());
            if (_throttle.Count == before)
                return;
            _run.FollowThrottle();
            _say($"-ThrottleLimit Auto: {_throttle.Count} files at once from now on.");
        }
        finally
        {
            Monitor.Exit(_looking);
        }
    }
}
