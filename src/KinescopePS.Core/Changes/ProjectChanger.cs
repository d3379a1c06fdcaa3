using KinescopePS.Kinescope;
using KinescopePS.Transfer;
using Polly;

namespace KinescopePS.Changes;

/// <summary>A change of a project that is asked for; what is null stays as it is.</summary>
internal sealed record AskedProjectChange
{
    public string? Name { get; init; }

    public string? PrivacyType { get; init; }

    public string[]? PrivacyDomains { get; init; }

    /// <summary>True where the videos in it are to have its privacy.</summary>
    public bool AppliesToVideos { get; init; }
}

/// <summary>A change that was held against its project, and what became of it.</summary>
/// <param name="before">The project as it was.</param>
/// <param name="after">The project as it is to be.</param>
/// <param name="appliesToVideos">True where the videos in it are to have its privacy.</param>
/// <param name="videos">The videos that are to have it and do not.</param>
internal sealed class PlannedProjectChange(
    KinescopeProject before, ProjectFields after, bool appliesToVideos, IReadOnlyList<PlannedVideoChange> videos)
{
    public KinescopeProject Before => before;

    public ProjectFields After => after;

    public bool AppliesToVideos => appliesToVideos;

    /// <summary>The videos that are to have its privacy and do not.</summary>
    public IReadOnlyList<PlannedVideoChange> Videos => videos;

    public bool HasNewName => after.Name.Trim() != before.Name.Trim();

    public bool HasNewPrivacy => !PrivacyOf(before.PrivacyType, [.. before.PrivacyDomains])
        .Hold(VideoField.Privacy, PrivacyOf(after.PrivacyType, after.PrivacyDomains));

    /// <summary>False where the project, and its videos where they are to follow it, hold all of it.</summary>
    public bool IsNeeded => HasNewName || HasNewPrivacy || videos.Count > 0;

    /// <summary>True once Kinescope took the change of the project.</summary>
    public bool IsChanged { get; set; }

    /// <summary>A privacy in the form of a video's.</summary>
    public static VideoChange PrivacyOf(string? type, string[] domains) => new() { PrivacyType = type, PrivacyDomains = domains };
}

/// <summary>
/// Changes projects. Where the videos of one are to have its privacy, what they hold is kept in the undo file of videos first. Whether
/// the platform then does what it documents is looked at: those that it left are changed one by one.
/// </summary>
/// <param name="kinescope">The API.</param>
/// <param name="retry">The retries of a call.</param>
/// <param name="undo">The undo file of videos.</param>
/// <param name="target">The address of the API, as the undo file names it.</param>
internal sealed class ProjectChanger(KinescopeClient kinescope, ResiliencePipeline retry, VideoUndoFile undo, string target)
{
    private readonly VideoChanger _changer = new(kinescope, retry, undo, target);

    /// <inheritdoc cref="VideoChanger.StoppedBy" />
    public KinescopeException? StoppedBy => _changer.StoppedBy;

    /// <summary>Reads a project, and its videos where they are to follow it, and holds a change against them.</summary>
    /// <exception cref="KinescopeException">
    /// <c>ProjectNotFound</c>, <c>PrivacyDomainMissing</c>, <c>RequestInvalid</c>, or another failure of a call.
    /// </exception>
    public async Task<PlannedProjectChange> PlanAsync(string projectId, AskedProjectChange asked, CancellationToken cancellation)
    {
        var before = await retry.CallAsync(token => kinescope.GetProjectAsync(projectId, token), cancellation).ConfigureAwait(false);
        var type = asked.PrivacyType ?? before.PrivacyType ?? throw new KinescopeException(
            ErrorIds.RequestInvalid, "Kinescope does not tell its privacy, without which it takes no change: give -PrivacyType.");
        var after = new ProjectFields(
            asked.Name ?? before.Name, type, asked.PrivacyDomains ?? [.. before.PrivacyDomains], before.PlayerId);
        var isPrivacyAsked = asked is not { PrivacyType: null, PrivacyDomains: null, AppliesToVideos: false };
        if (isPrivacyAsked && type == "custom" && after.PrivacyDomains.Length == 0)
            throw new KinescopeException(
                ErrorIds.PrivacyDomainMissing,
                $"With the privacy custom, videos are shown on their domains only, and project '{before.Name}' has none. Add -Domain, for "
                + "example -Domain school.example.");
        if (!asked.AppliesToVideos)
            return new PlannedProjectChange(before, after, false, []);

        // Of another privacy the domains do not count, and a video may keep its own.
        var privacy = new VideoChange { PrivacyType = type, PrivacyDomains = type == "custom" ? after.PrivacyDomains : null };
        var readAt = DateTimeOffset.UtcNow;
        var videos = await ListAsync(projectId, cancellation).ConfigureAwait(false);
        return new PlannedProjectChange(before, after, true,
        [
            .. videos.Select(video => VideoChanger.Plan(new AskedVideoChange(video.VideoId, privacy), video, readAt))
                .Where(one => one.Change is not null),
        ]);
    }

    /// <summary>Changes a project, and its videos where they are to follow it. Results stand in what was planned.</summary>
    /// <param name="planned">The change.</param>
    /// <param name="stop">Cancelled where nothing is to be begun any more.</param>
    /// <param name="cancellation">Ends what was begun.</param>
    /// <exception cref="KinescopeException">A failure of the project's change, or one that stops the run.</exception>
    public async Task ApplyAsync(PlannedProjectChange planned, CancellationToken stop, CancellationToken cancellation)
    {
        if (stop.IsCancellationRequested)
            return;
        if (planned.Videos.Count > 0)
            await _changer.KeepAsync(planned.Videos, cancellation).ConfigureAwait(false);
        await retry.CallAsync(
            token => kinescope.ChangeProjectAsync(planned.Before.ProjectId, planned.After, planned.AppliesToVideos, token), cancellation)
            .ConfigureAwait(false);
        planned.IsChanged = true;
        Waypoint.Pass("project-changed");
        foreach (var batch in planned.Videos.Chunk(VideoChanger.BatchSize))
        {
            if (stop.IsCancellationRequested || StoppedBy is not null)
                return;
            await LookAsync(batch, cancellation).ConfigureAwait(false);
            await _changer.ChangeKeptAsync(batch, stop, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Finds the videos that were changed with their project.</summary>
    private async Task LookAsync(PlannedVideoChange[] batch, CancellationToken cancellation)
    {
        var read = await _changer.ReadAsync([.. batch.Select(one => one.Asked.VideoId)], cancellation).ConfigureAwait(false);
        foreach (var one in batch)
        {
            var (video, failure) = read[one.Asked.VideoId];
            if (failure?.ErrorId == ErrorIds.VideoNotFound)
                one.Failure = failure;
            one.IsChanged = video is not null && VideoFields.Of(video).Hold(VideoField.Privacy, one.Change!);
        }
    }

    /// <summary>The videos of a project, in all of its folders, whether or not the project's own list has these.</summary>
    private async Task<IEnumerable<KinescopeVideo>> ListAsync(string projectId, CancellationToken cancellation)
    {
        var videos = new Dictionary<string, KinescopeVideo>();
        await AddAsync(new VideoQuery { ProjectId = projectId }).ConfigureAwait(false);
        if (videos.Values.Any(video => video.FolderId is not null))
            return videos.Values;

        var named = await retry.CallAsync(token => kinescope.NamedFoldersAsync(projectId, token), cancellation).ConfigureAwait(false);
        var listed = await Paging.ForwardAsync(
            (page, token) => kinescope.ListFoldersAsync(projectId, null, page, token), folder => folder.FolderId, retry, cancellation)
            .CollectAsync().ConfigureAwait(false);
        foreach (var folderId in named.Concat(listed).Where(folder => folder.Items != 0).Select(folder => folder.FolderId).Distinct())
            await AddAsync(new VideoQuery { FolderId = folderId }).ConfigureAwait(false);
        return videos.Values;

        async Task AddAsync(VideoQuery query)
        {
            await foreach (var video in kinescope.ListVideosAsync(query, retry, cancellation).ConfigureAwait(false))
                videos[video.VideoId] = video;
        }
    }
}
