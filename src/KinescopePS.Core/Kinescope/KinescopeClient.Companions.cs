using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace KinescopePS.Kinescope;

/// <content>Posters, subtitles and chapters.</content>
/// <remarks>Source: kinescope-api sections 3, 4f and 11; the list of subtitles and their deletion are in the OpenAPI file.</remarks>
internal sealed partial class KinescopeClient
{
    private const string Webvtt = "text/vtt", Subrip = "application/x-subrip";

    /// <summary>Makes a JPEG the poster of a video. The one before stays in the video's list of posters.</summary>
    public async Task SetPosterAsync(string videoId, byte[] jpeg, CancellationToken cancellation)
    {
        using var picture = new ByteArrayContent(jpeg);
        picture.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        var headers = new Dictionary<string, string> { ["X-Video-ID"] = VideoIds.Canonical(videoId) };
        var answer = await UploadAsync("/v2/poster", picture, headers, cancellation).ConfigureAwait(false);
        await ActivateAsync(videoId, answer, cancellation).ConfigureAwait(false);
    }

    /// <summary>Makes a moment of a video its poster.</summary>
    public async Task SetPosterAsync(string videoId, TimeSpan moment, CancellationToken cancellation)
    {
        var fields = new { from_time = Math.Round(moment.TotalSeconds, 3) };
        var answer = await InvokeAsync(HttpMethod.Post, PathOfVideo(videoId) + "/posters", fields, cancellation).ConfigureAwait(false);
        await ActivateAsync(videoId, answer, cancellation).ConfigureAwait(false);
    }

    /// <summary>The subtitles of a video.</summary>
    public async Task<IReadOnlyList<KinescopeSubtitle>> ListSubtitlesAsync(string videoId, CancellationToken cancellation)
    {
        var answer = await InvokeAsync(HttpMethod.Get, PathOfVideo(videoId) + "/subtitles", null, cancellation).ConfigureAwait(false);
        return [.. answer.Items("data").Select(SubtitlesOf).OfType<KinescopeSubtitle>()];
    }

    /// <summary>Adds subtitles to a video. Not idempotent: each call that arrives adds them.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="language">The language's tag.</param>
    /// <param name="description">The text by which a viewer chooses them.</param>
    /// <param name="extension"><c>.vtt</c> or <c>.srt</c>.</param>
    /// <param name="content">The file.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>Their id; null where Kinescope does not tell it.</returns>
    public async Task<string?> AddSubtitlesAsync(
        string videoId, string language, string description, string extension, byte[] content, CancellationToken cancellation)
    {
        using var form = new MultipartFormDataContent();
        Add("language", new StringContent(language));
        Add("description", new StringContent(description));
        var file = new ByteArrayContent(content);
        file.Headers.ContentType = new MediaTypeHeaderValue(extension == ".vtt" ? Webvtt : Subrip);
        // An ASCII name: what a server makes of any other is not known.
        file.Headers.ContentDisposition = Disposition("file");
        file.Headers.ContentDisposition.FileName = $"\"subtitles.{language}{extension}\"";
        form.Add(file);
        var answer = await InvokeAsync(HttpMethod.Post, PathOfVideo(videoId) + "/subtitles", form, cancellation).ConfigureAwait(false);
        return answer.Field("data").Id("id");

        void Add(string name, StringContent text)
        {
            text.Headers.ContentDisposition = Disposition(name);
            form.Add(text);
        }

        // Quoted, as browsers do: some servers take no other.
        static ContentDispositionHeaderValue Disposition(string name) => new("form-data") { Name = $"\"{name}\"" };
    }

    /// <summary>Deletes subtitles. Those that are gone already count as deleted.</summary>
    public async Task DeleteSubtitlesAsync(string videoId, string subtitleId, CancellationToken cancellation)
    {
        try
        {
            var path = $"{PathOfVideo(videoId)}/subtitles/{Uri.EscapeDataString(subtitleId)}";
            await InvokeAsync(HttpMethod.Delete, path, null, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeRequestException refusal) when (refusal.StatusCode == HttpStatusCode.NotFound)
        {
        }
    }

    /// <summary>Puts chapters in the place of those that a video has.</summary>
    /// <param name="videoId">The video.</param>
    /// <param name="chapters">The chapters, by time.</param>
    /// <param name="isEnabled">True where the player has them.</param>
    /// <param name="showOnLoad">True where the player shows them from the beginning.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task SetChaptersAsync(
        string videoId, IReadOnlyList<KinescopeChapter> chapters, bool isEnabled, bool showOnLoad, CancellationToken cancellation)
    {
        var fields = new
        {
            items = chapters.Select(chapter => new { time = chapter.Milliseconds, title = chapter.Title }),
            enabled = isEnabled,
            show_on_load = showOnLoad,
        };
        return InvokeAsync(HttpMethod.Put, PathOfVideo(videoId) + "/chapters", fields, cancellation);
    }

    /// <summary>Makes sure that a new poster is the one that is shown, where Kinescope says that it is not.</summary>
    private async Task ActivateAsync(string videoId, JsonElement answer, CancellationToken cancellation)
    {
        var data = answer.Field("data");
        if (data.Field("active").ValueKind != JsonValueKind.False || data.Id("id") is not { } poster)
            return;
        var path = $"{PathOfVideo(videoId)}/posters/{Uri.EscapeDataString(poster)}/active";
        await InvokeAsync(HttpMethod.Post, path, null, cancellation).ConfigureAwait(false);
    }

    private static KinescopeSubtitle? SubtitlesOf(JsonElement data) => data.Id("id") is not { } id ? null : new KinescopeSubtitle
    {
        SubtitleId = id,
        Language = data.Text("language") ?? "",
        Description = data.Text("description") ?? "",
        FileName = data.Text("file_name"),
        Url = data.Address("url"),
    };

    private static KinescopeChapter[] ChaptersOf(JsonElement data) =>
    [
        .. from item in data.Items("items")
           where item.Number("time") is >= 0 and < 1e12
           select new KinescopeChapter { Time = TimeSpan.FromMilliseconds(item.Number("time")!.Value), Title = item.Text("title") ?? "" },
    ];

    private static bool? FlagOf(JsonElement flag) => flag.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
