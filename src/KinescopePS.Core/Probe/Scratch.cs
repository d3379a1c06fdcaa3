using System.Collections.Concurrent;
using System.Globalization;
using System.Text.RegularExpressions;
using KinescopePS.Kinescope;

namespace KinescopePS.Probe;

/// <summary>Something that a probe made and could not remove.</summary>
/// <param name="Kind">Project, folder or video.</param>
/// <param name="Id">Its id; null where it is not known.</param>
/// <param name="Reason">The reason.</param>
internal sealed record Leftover(string Kind, string? Id, string Reason)
{
    /// <inheritdoc />
    public override string ToString() => $"{Kind} {Id ?? "(of which the id is not known)"}: {Reason}";
}

/// <summary>Everything that a probe makes at an account, below one project, and its removal.</summary>
internal sealed partial class Scratch(ProbeRun run)
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm";

    private readonly ConcurrentDictionary<string, byte> _videos = new();
    private readonly ConcurrentDictionary<string, byte> _ids = new(StringComparer.OrdinalIgnoreCase);
    private bool _isProjectRequested;

    public string ProjectName { get; private set; } = "";

    public string? ProjectId { get; private set; }

    public string? FolderId { get; set; }

    /// <summary>The folder in the folder.</summary>
    public string? InnerFolderId { get; set; }

    /// <summary>True where a video may have been created whose id is not known.</summary>
    public bool HasLostVideos { get; set; }

    /// <summary>True while the request for a video has no response.</summary>
    public bool IsVideoAwaited { get; set; }

    /// <summary>The name of a new scratch project: told apart from others, and by it a later run knows what a killed one left.</summary>
    public static string NameOf(DateTimeOffset now) =>
        $"KinescopePS probe {now.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)} UTC, "
        + $"{Guid.NewGuid().ToString("N")[..4]} (may be deleted)";

    /// <summary>The time at which a probe made the project of a name; null where it is no name of <see cref="NameOf"/>.</summary>
    public static DateTimeOffset? MadeAt(string name) => Pattern().Match(name) is { Success: true } match
        && DateTimeOffset.TryParseExact(
            match.Groups[1].Value, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    /// <summary>True for an id of something that this run made.</summary>
    public bool IsOurs(string id) => _ids.ContainsKey(id);

    /// <summary>Notes an id that may stand in a report.</summary>
    public string Known(string id)
    {
        _ids.TryAdd(id, 0);
        return id;
    }

    /// <summary>Notes a video to be removed.</summary>
    public void Add(string videoId) => _videos.TryAdd(Known(videoId), 0);

    /// <summary>Notes that a video is gone.</summary>
    public void Forget(string videoId) => _videos.TryRemove(videoId, out _);

    public async Task<ProbeResponse> CreateProjectAsync()
    {
        (ProjectName, _isProjectRequested) = (NameOf(run.Time.GetUtcNow()), true);
        var fields = new { name = ProjectName, privacy_type = "nowhere", privacy_domains = Array.Empty<string>() };
        var response = await run.CallAsync(HttpMethod.Post, "/v1/projects", fields).ConfigureAwait(false);
        ProjectId = response.Data.Id("id") is { } id ? Known(id) : null;
        // A refusal made nothing.
        _isProjectRequested = response.IsSuccess;
        return response;
    }

    /// <summary>Removes everything that was made; what is gone already counts as removed.</summary>
    /// <param name="patience">The longest wait for what a request without a response may have made.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>What is left.</returns>
    public async Task<IReadOnlyList<Leftover>> RemoveAsync(TimeSpan patience, CancellationToken cancellation)
    {
        if (!_isProjectRequested)
            return [];
        try
        {
            ProjectId ??= await FindLostProjectAsync(patience, cancellation).ConfigureAwait(false);
            return ProjectId is not null
                ? await RemoveProjectAsync(ProjectId, patience, cancellation).ConfigureAwait(false)
                : [new Leftover("project", null, $"it is named '{ProjectName}', if there is one: the request for it had no response.")];
        }
        catch (Exception failure) when (failure is KinescopeException or OperationCanceledException)
        {
            var reason = $"it is named '{ProjectName}'. {ReasonOf(failure)}";
            var videos = _videos.Keys.Select(id => new Leftover("video", id, "it was not reached."));
            return [new Leftover("project", ProjectId, reason), .. videos];
        }
    }

    /// <summary>Removes the project that a killed probe left, with all that is in it.</summary>
    public static Task<IReadOnlyList<Leftover>> RemoveAsync(ProbeRun run, string projectId, CancellationToken cancellation) =>
        new Scratch(run) { HasLostVideos = true }.RemoveProjectAsync(projectId, run.Patience.IndexPatience, cancellation);

    /// <summary>The projects of certain names.</summary>
    public static async Task<IReadOnlyList<KinescopeProject>> FindAsync(
        ProbeRun run, Func<string, bool> isWanted, CancellationToken cancellation)
    {
        var found = new List<KinescopeProject>();
        var projects = Paging.ForwardAsync(run.Kinescope.ListProjectsAsync, project => project.ProjectId, run.Retry, cancellation);
        await foreach (var project in projects.ConfigureAwait(false))
        {
            if (isWanted(project.Name))
                found.Add(project);
        }

        return found;
    }

    /// <summary>
    /// Looks for the project whose creation had no response: the request may have arrived all the same, or be about to, and lists are late.
    /// </summary>
    private async Task<string?> FindLostProjectAsync(TimeSpan patience, CancellationToken cancellation)
    {
        string? found = null;
        await run.WaitAsync(patience, async () =>
        {
            var projects = await FindAsync(run, name => name == ProjectName, cancellation).ConfigureAwait(false);
            found = projects.Count > 0 ? projects[0].ProjectId : null;
            return found is not null;
        }, cancellation).ConfigureAwait(false);
        return found;
    }

    private async Task<IReadOnlyList<Leftover>> RemoveProjectAsync(string projectId, TimeSpan patience, CancellationToken cancellation)
    {
        if (HasLostVideos)
        {
            var known = _videos.Count;
            await run.WaitAsync(patience, async () =>
            {
                await FindVideosAsync(projectId, cancellation).ConfigureAwait(false);
                return !IsVideoAwaited || _videos.Count > known;
            }, cancellation).ConfigureAwait(false);
        }

        var videos = await Task.WhenAll(_videos.Keys.Select(id => DeleteAsync("video", id, $"/v1/videos/{id}", cancellation)))
            .ConfigureAwait(false);
        foreach (var folder in new[] { InnerFolderId, FolderId }.OfType<string>())
            await DeleteAsync("folder", folder, $"/v1/projects/{projectId}/folders/{folder}", cancellation).ConfigureAwait(false);
        var project = await DeleteAsync("project", projectId, $"/v1/projects/{projectId}", cancellation).ConfigureAwait(false);
        // A token that may not delete videos is told so for each; with their project they may be gone all the same.
        return [.. new[] { project }.Concat(videos).OfType<Leftover>()];
    }

    private async Task FindVideosAsync(string projectId, CancellationToken cancellation)
    {
        try
        {
            var query = new VideoQuery { ProjectId = projectId };
            await foreach (var video in run.Kinescope.ListVideosAsync(query, run.Retry, cancellation).ConfigureAwait(false))
            {
                // A server that does not know the filter must not cost anybody a video.
                if (video.ProjectId == projectId)
                    Add(video.VideoId);
            }
        }
        catch (KinescopeException failure) when (failure.ErrorId is ErrorIds.AccessDenied or ErrorIds.EntityNotFound)
        {
        }
    }

    private async Task<Leftover?> DeleteAsync(string kind, string id, string path, CancellationToken cancellation)
    {
        try
        {
            await run.Retry.CallAsync(token => run.Kinescope.InvokeAsync(HttpMethod.Delete, path, null, token), cancellation)
                .ConfigureAwait(false);
            return null;
        }
        catch (KinescopeRequestException gone) when ((int)gone.StatusCode is 404 or 410)
        {
            return null;
        }
        catch (Exception failure) when (failure is KinescopeException or OperationCanceledException)
        {
            return new Leftover(kind, id, ReasonOf(failure));
        }
    }

    private static string ReasonOf(Exception failure) =>
        failure is OperationCanceledException ? "the time for removing things was used up." : failure.Message;

    [GeneratedRegex(@"^KinescopePS probe (\d{4}-\d\d-\d\d \d\d:\d\d) UTC, [0-9a-f]{4} \(may be deleted\)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
