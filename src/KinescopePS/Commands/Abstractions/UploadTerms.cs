using KinescopePS.Transfer;
using KinescopePS.Tus;

namespace KinescopePS.Commands;

/// <summary>The settings of a cmdlet's uploads, once they are known to be right, and the place at Kinescope that they name.</summary>
/// <param name="Options">The settings as they were given.</param>
/// <param name="Settings">The settings as the engine takes them.</param>
/// <param name="ParentId">The project or folder of new videos.</param>
internal sealed record UploadTerms(UploadOptions Options, UploadSettings Settings, string ParentId)
{
    /// <summary>Chooses the folder of each lesson; null for one of all.</summary>
    public ChooseFolder? ChooseFolder { get; private init; }

    /// <summary>The project that was named; null for that of the connection.</summary>
    public string? ProjectId { get; private init; }

    /// <summary>The folder that was named; null for the project's top.</summary>
    public string? FolderId { get; private init; }

    /// <exception cref="KinescopeException">A setting is missing or wrong, or there is no such place.</exception>
    public static UploadTerms Of(AsyncCmdlet cmdlet, KinescopeConnection connection, UploadOptions options)
    {
        var chooseFolder = options.FolderBy is null ? null : FolderPlan.Of(options.FolderBy);
        var places = new KinescopePlaces(cmdlet, connection);
        var projectId = places.ProjectOf(options.ProjectId);
        var folderId = places.FolderOf(options.ParentId, projectId);
        var parentId = folderId ?? connection.RequireProjectId(projectId);
        return new UploadTerms(options, ReadSettings(cmdlet, connection, options), parentId)
        {
            ChooseFolder = chooseFolder,
            ProjectId = projectId,
            FolderId = folderId,
        };
    }

    private static UploadSettings ReadSettings(AsyncCmdlet cmdlet, KinescopeConnection connection, UploadOptions options)
    {
        var session = connection.Session;
        var account = cmdlet.IsPreview ? session.Account : connection.RequireAccount();
        var limiter = options.BandwidthLimit is { } limit ? new BandwidthLimiter(BandwidthTimetable.Parse(limit)) : null;
        if (options.ShareBandwidth && limiter is null)
            throw new KinescopeException(
                ErrorIds.BandwidthLimitInvalid,
                "-ShareBandwidth shares the rate of -BandwidthLimit among machines, and no -BandwidthLimit is given. Give one, such as "
                + "30MB.");
        var tus = new TusSettings(TimeSpan.FromSeconds(session.StallTimeoutSeconds), limiter is null ? session.MinimumRate : 0, limiter);
        var stamp = UploadStamp.ReadLocation(connection.StampLocation);
        return new UploadSettings(
            account, tus, session.MaxRetry, session.RetryDelay, session.Patience, options.Force, options.Verify, stamp)
        {
            Replaces = options.Replace,
        };
    }
}
