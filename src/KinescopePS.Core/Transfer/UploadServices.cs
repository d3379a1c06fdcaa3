using KinescopePS.Kinescope;
using KinescopePS.Record;
using KinescopePS.Tus;
using Polly;

namespace KinescopePS.Transfer;

/// <summary>What an upload tells while it goes on; may be called from any thread.</summary>
internal interface IUploadLog
{
    void Verbose(string message);

    void Warning(string message);
}

/// <summary>How a run uploads: what the parameters of Send-KinescopeVideo say of it.</summary>
/// <param name="MaxRetry">How many times in a row a step is repeated.</param>
/// <param name="RetryDelay">The first wait before a repetition.</param>
/// <param name="Force">Whether what is uploaded already is uploaded again.</param>
internal sealed record UploadSettings(KinescopeSettings Kinescope, TusSettings Tus, int MaxRetry, TimeSpan RetryDelay, bool Force);

/// <summary>What the uploads of a run share.</summary>
internal sealed record UploadServices(
    UploadSettings Settings, KinescopeClient Kinescope, TusClient Tus, IUploadRecord Record, VideoEntries Entries, ResiliencePipeline Retry, IUploadLog Log)
{
    /// <param name="http">The run's own connections; their pauses are told from now on.</param>
    /// <param name="meter">Counts what is repeated and waited for.</param>
    public static UploadServices Create(UploadSettings settings, KinescopeHttp http, IUploadRecord record, UploadMeter meter, IUploadLog log)
    {
        var retry = KinescopePS.Kinescope.Retry.Create(settings.MaxRetry, settings.RetryDelay, (failure, wait) =>
        {
            meter.Retried(failure.ErrorId, wait);
            http.WaitToRepeat(failure, wait);
            log.Verbose(wait > TimeSpan.Zero ? $"{failure.Message} Next try in {wait.TotalSeconds:0.0} s." : failure.Message);
        });
        http.Paused = (cause, host, wait) => TellOfPause(cause, host, wait, meter, log);
        var kinescope = new KinescopeClient(http, settings.Kinescope);
        var entries = new VideoEntries(kinescope, record, settings.Kinescope, retry, new VideoCatalogue(kinescope, retry, log), settings.Force, log);
        return new UploadServices(settings, kinescope, new TusClient(http, settings.Tus, request => Authorize(request, settings.Kinescope)), record, entries, retry, log);
    }

    // The upload URL of the JSON init needs no token. The dashboard's way sends it, to hosts that AcceptEndpoint let pass.
    private static void Authorize(HttpRequestMessage request, KinescopeSettings settings)
    {
        if (settings.WorkspaceId is null)
            return;
        request.Headers.Authorization = settings.AuthorizationHeader();
        request.Headers.Add("X-Workspace-ID", settings.WorkspaceId);
    }

    private static void TellOfPause(KinescopeException cause, string host, TimeSpan wait, UploadMeter meter, IUploadLog log)
    {
        var pause = wait > HostGates.LongestPause ? HostGates.LongestPause : wait;
        meter.Lost(cause.ErrorId, pause);
        if (cause.ErrorId == ErrorIds.HostUnreachable)
            log.Verbose($"{cause.Message} All requests to it wait {wait.TotalSeconds:0.0} s.");
        else if (pause < wait)
            log.Warning($"{host} asks for a pause of {wait.TotalHours:0} hours; it is given {pause.TotalMinutes:0} minutes.");
        else
            log.Verbose($"{host} asks for a pause of {wait.TotalSeconds:0} s.");
    }
}

/// <summary>How a lesson's upload ended, and why where it failed.</summary>
internal sealed record UploadOutcome(LessonUpload Result, KinescopeException? Failure);
