namespace KinescopePS.Probe;

/// <summary>One question about an account.</summary>
/// <param name="Id">Its stable name.</param>
/// <param name="Text">The question.</param>
internal sealed record ProbeQuestion(string Id, string Text)
{
    /// <summary>The part of the platform that it is about.</summary>
    public required string Subject { get; init; }

    /// <summary>The answer that the module was made for.</summary>
    public required string Expected { get; init; }

    /// <summary>The reason why the answer matters.</summary>
    public required string Matters { get; init; }

    /// <summary>The module's behaviour with any other answer.</summary>
    public required string IfOther { get; init; }

    /// <summary>Gives the reason why it cannot be asked; null where it can.</summary>
    public Func<ProbeRun, string?> Without { get; init; } = _ => null;

    /// <summary>Finds the answer out.</summary>
    public required Func<ProbeRun, Task<ProbeAnswer>> AskAsync { get; init; }
}

/// <summary>The answer to a question.</summary>
/// <param name="Agrees">True where it is the expected one; null where nothing was expected.</param>
/// <param name="Seen">The answer in words.</param>
/// <param name="Setting">The setting that suits it.</param>
internal record ProbeAnswer(bool? Agrees, string Seen, string? Setting = null)
{
    public static ProbeAnswer Noted(string seen) => new(null, seen);
}

/// <summary>The reasons why a question cannot be asked: something that an earlier one should have made is not there.</summary>
internal static class Without
{
    public static string? Project(ProbeRun run) =>
        run.Scratch.ProjectId is null ? "there is no scratch project (see project-create)" : null;

    public static string? Folders(ProbeRun run) =>
        run.Scratch.InnerFolderId is null ? "there are no scratch folders (see folder-create, folder-nested)" : null;

    public static string? Video(ProbeRun run) => run.Video is null ? "no video could be created (see init-json)" : null;

    public static string? SentVideo(ProbeRun run) =>
        Video(run) ?? (run.IsSent ? null : "the video's bytes did not arrive (see tus-last-byte)");

    public static string? PlayableVideo(ProbeRun run) =>
        SentVideo(run) ?? (run.IsPlayable ? null : "the video did not become playable in time (see status-sequence)");

    public static string? Workspace(ProbeRun run) => Project(run)
        ?? (run.Settings.WorkspaceId is null ? "no workspace is named (Connect-Kinescope -WorkspaceId, KINESCOPE_WORKSPACE_ID)" : null);

    public static string? OwnVideo(ProbeRun run) => Workspace(run)
        ?? (run.OwnVideo is null ? "no video could be created under an id of our own (see init-tus)" : null);

    public static string? DeletedVideo(ProbeRun run) =>
        Video(run) ?? (run.IsDeleted ? null : "the video could not be deleted (see delete-video)");
}
