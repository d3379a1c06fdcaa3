using System.Text.Json;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using KinescopePS.Tus;
using Polly;

namespace KinescopePS.Probe;

/// <summary>Patience of a run.</summary>
/// <param name="Patience">The longest wait for a video to become playable.</param>
/// <param name="Interval">The pause between two looks at it.</param>
/// <param name="IndexPatience">The longest wait for a new video to be found by a list.</param>
internal sealed record ProbePatience(TimeSpan Patience, TimeSpan Interval, TimeSpan IndexPatience);

/// <summary>The state that the questions of a run share: the way to the account, and what was made there.</summary>
internal sealed class ProbeRun
{
    private const int MaxTries = 6;

    public ProbeRun(
        KinescopeClient kinescope, KinescopeHttp http, KinescopeSettings settings, ResiliencePipeline retry, ProbePatience patience)
    {
        (Kinescope, Settings, Retry, Patience) = (kinescope, settings, retry, patience);
        Log = new AnswerLog(settings.ApiUri);
        http.Answered = Log.Note;
        Tus = new TusClient(
            http, new TusSettings(TimeSpan.FromSeconds(60), 0, null),
            request => !IsDashboardsWay || UploadServices.Authorize(request, settings));
        Scratch = new Scratch(this);
    }

    public KinescopeClient Kinescope { get; }

    public TusClient Tus { get; }

    public KinescopeSettings Settings { get; }

    public ResiliencePipeline Retry { get; }

    public ProbePatience Patience { get; }

    public AnswerLog Log { get; }

    public Scratch Scratch { get; }

    public TimeProvider Time => Kinescope.Time;

    /// <summary>Ends what is asked.</summary>
    public CancellationToken Stop { get; set; }

    /// <summary>The file of the probe's own making, on the disk.</summary>
    public string FilmPath { get; set; } = "";

    /// <summary>Its bytes.</summary>
    public byte[] Film { get; } = ProbeFilm.Create();

    /// <summary>The video that most questions are about, created by JSON.</summary>
    public CreatedVideo? Video { get; set; }

    /// <summary>The video that was created under an id of our own.</summary>
    public CreatedVideo? OwnVideo { get; set; }

    /// <summary>The video of a title that was too long, where it was created.</summary>
    public CreatedVideo? LongTitle { get; set; }

    /// <summary>The short id of the video, where its page has one.</summary>
    public string? ShortId { get; set; }

    /// <summary>The times after which a list and a search showed the new video; null for the one that did not.</summary>
    public (TimeSpan? List, TimeSpan? Search)? Delays { get; set; }

    /// <summary>True once all bytes of the video have arrived.</summary>
    public bool IsSent { get; set; }

    /// <summary>True once the video is <c>done</c>.</summary>
    public bool IsPlayable { get; set; }

    /// <summary>True once another file was put in the place of the video's.</summary>
    public bool IsReplaced { get; set; }

    /// <summary>The video before that.</summary>
    public VideoDetails? BeforeReplacing { get; set; }

    /// <summary>True once the video was deleted.</summary>
    public bool IsDeleted { get; set; }

    /// <summary>True where a stamp in the description comes back.</summary>
    public bool? KeepsStampInDescription { get; set; }

    /// <summary>True while an upload URL of the dashboard's way is used, which is authorised as in an upload.</summary>
    public bool IsDashboardsWay { get; set; }

    /// <summary>The rights that the key has shown.</summary>
    public HashSet<string> Rights { get; } = [];

    /// <summary>The stamp in the video's description.</summary>
    public string Stamp { get; } = $"KPS1-{Guid.NewGuid():N}"[..17] + $"-{Guid.NewGuid():N}"[..13] + $"-{Guid.NewGuid():N}"[..9];

    /// <summary>A word that no other video has in its title.</summary>
    public string Word { get; } = $"probe{Guid.NewGuid():N}"[..17];

    /// <summary>A call of the API. One that does no harm twice is repeated where that may help.</summary>
    public async Task<ProbeResponse> CallAsync(HttpMethod method, string path, object? body = null)
    {
        Task<JsonElement> Call(CancellationToken token) => Kinescope.InvokeAsync(method, path, body, token);
        var response = await TryAsync(
            body is HttpContent ? Call(Stop)
            : method == HttpMethod.Post ? PacedAsync(() => Call(Stop))
            : Retry.CallAsync(Call, Stop)).ConfigureAwait(false);
        if (response.IsSuccess)
            Rights.Add(method == HttpMethod.Get ? "read" : method == HttpMethod.Delete ? "delete" : "write");
        return response;
    }

    public Task<ProbeResponse> GetAsync(string path) => CallAsync(HttpMethod.Get, path);

    /// <summary>The video, as GET shows it.</summary>
    public Task<ProbeResponse> GetVideoAsync(string? id = null) => GetAsync($"/v1/videos/{id ?? Video!.VideoId}");

    public Task<ProbeResponse> ChangeVideoAsync(object fields) => CallAsync(HttpMethod.Patch, $"/v1/videos/{Video!.VideoId}", fields);

    /// <summary>The response of a call, also where it is a refusal. A rejected key is none: it ends the run.</summary>
    public async Task<ProbeResponse> TryAsync(Task<JsonElement> call)
    {
        try
        {
            var body = await call.ConfigureAwait(false);
            return new ProbeResponse(Log.LastStatus, body);
        }
        catch (KinescopeException failure)
        {
            return await RefusalOfAsync(failure).ConfigureAwait(false);
        }
    }

    /// <summary>The response of a request to an upload URL; its body is the offset.</summary>
    public async Task<(ProbeResponse Response, long? Offset)> TryTusAsync(Task<long> request)
    {
        try
        {
            var offset = await request.ConfigureAwait(false);
            return (new ProbeResponse(Log.LastStatus, default), offset);
        }
        catch (KinescopeException failure)
            when (failure is not KinescopeRequestException && failure.ErrorId == ErrorIds.UploadOffsetMismatch)
        {
            return (new ProbeResponse(Log.LastStatus, default, Words: failure.Message), null);
        }
        catch (KinescopeRequestException refusal)
        {
            return (new ProbeResponse((int)refusal.StatusCode, default, refusal.Code, refusal.Words), null);
        }
    }

    /// <summary>Creates a video, which is removed with the rest.</summary>
    public async Task<(ProbeResponse Response, CreatedVideo? Video)> CreateVideoAsync(NewVideo video, string? initId = null)
    {
        Scratch.HasLostVideos = Scratch.IsVideoAwaited = true;
        try
        {
            var created = await PacedAsync(() => initId is null
                ? Kinescope.CreateVideoAsync(video, Stop)
                : Kinescope.CreateVideoAsync(video, initId, Stop)).ConfigureAwait(false);
            Scratch.Add(created.VideoId);
            Scratch.IsVideoAwaited = false;
            Rights.Add("upload");
            return (new ProbeResponse(Log.LastStatus, default), created);
        }
        catch (KinescopeException failure)
        {
            Scratch.IsVideoAwaited = failure is not KinescopeRequestException;
            return (await RefusalOfAsync(failure).ConfigureAwait(false), null);
        }
    }

    /// <summary>Waits until something holds, looking again after each interval.</summary>
    /// <returns>The time that it took; null where the patience was used up.</returns>
    public Task<TimeSpan?> WaitAsync(TimeSpan patience, Func<Task<bool>> holds) => WaitAsync(patience, holds, Stop);

    /// <inheritdoc cref="WaitAsync(TimeSpan, Func{Task{bool}})" />
    public async Task<TimeSpan?> WaitAsync(TimeSpan patience, Func<Task<bool>> holds, CancellationToken cancellation)
    {
        var start = Time.GetTimestamp();
        while (true)
        {
            if (await holds().ConfigureAwait(false))
                return Time.GetElapsedTime(start);
            var left = patience - Time.GetElapsedTime(start);
            if (left <= TimeSpan.Zero)
                return null;
            await Task.Delay(left < Patience.Interval ? left : Patience.Interval, Time, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Makes a call that is not to arrive twice: a 429 says that it was not carried out.</summary>
    private async Task<T> PacedAsync<T>(Func<Task<T>> call)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call().ConfigureAwait(false);
            }
            catch (KinescopeRequestException limited) when (limited.ErrorId == ErrorIds.RateLimited && tries < MaxTries)
            {
                await Task.Delay(limited.RetryAfter ?? tries * Patience.Interval, Time, Stop).ConfigureAwait(false);
            }
        }
    }

    private async Task<ProbeResponse> RefusalOfAsync(KinescopeException failure)
    {
        if (failure is KinescopeRequestException refusal)
        {
            if (failure.ErrorId == ErrorIds.TokenRejected)
                await Kinescope.ListProjectsAsync(1, Stop).ConfigureAwait(false);
            if (failure.ErrorId is ErrorIds.ProxyAuthenticationRequired)
                throw failure;
            return new ProbeResponse((int)refusal.StatusCode, default, refusal.Code, refusal.Words);
        }

        // A response was there, but it is of no use to the module.
        if (failure.ErrorId is ErrorIds.AnswerInvalid or ErrorIds.UploadEndpointRefused)
            return new ProbeResponse(Log.LastStatus, default, Words: failure.Message);
        throw failure;
    }
}
