using KinescopePS.Content;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;

namespace KinescopePS.Transfer;

/// <summary>A file as it was given to be sent, with what is said of its lesson.</summary>
/// <param name="Path">Its full path, in the disk's spelling; empty where no file was found for the lesson.</param>
internal sealed record GivenFile(string Path)
{
    public string? LessonId { get; init; }

    public string? Title { get; init; }

    public string? Course { get; init; }

    public string? ManifestPath { get; init; }

    /// <summary>The state that the mapping found; null where there was none.</summary>
    public LessonVideoState? State { get; init; }

    /// <summary>The video that the lesson has at the site.</summary>
    public string? VideoId { get; init; }

    /// <summary>True for a file that was read and is not what its video was made of, which the record cannot tell.</summary>
    public bool IsAnother { get; init; }
}

/// <summary>A file with the decision on it and the facts that it was taken from.</summary>
internal sealed record PlannedUpload(UploadItem Item, UploadFacts Facts, UploadDecision Decision)
{
    /// <summary>A sentence that the user should read, whatever becomes of the decision.</summary>
    public string? Warning { get; init; }

    /// <summary>The largest file that may replace a content; null where somebody agreed to more. Unit: bytes.</summary>
    public long? ReplaceLimit { get; init; }

    /// <summary>True where a content is replaced, or may be, by a file that is larger than a limit.</summary>
    public bool ReplacesBeyond(long limit) => Decision.Replaces && IsBeyond(limit, Item.Length ?? 0, Facts);

    /// <summary>Refuses a file that is larger than was agreed to: it may have grown, or nobody knew that it is another one.</summary>
    /// <exception cref="KinescopeException"><c>ReplacementTooLarge</c>.</exception>
    public void RequireWithinLimit(long length, UploadFacts facts)
    {
        if (ReplaceLimit is { } limit && IsBeyond(limit, length, facts))
            throw UploadDecision.TooLarge(length, limit);
    }

    // Of a replacement that was begun somebody was asked.
    private static bool IsBeyond(long limit, long length, UploadFacts facts) =>
        length > limit && facts.Recorded?.Replacement?.Length != length;
}

/// <summary>Decides on each file from what was said of it, the disk and the record. Nothing is asked of Kinescope.</summary>
/// <param name="parentId">The project or folder of new videos.</param>
/// <param name="videoFiles">The files that count as videos.</param>
/// <param name="survey">Finds the facts.</param>
/// <param name="force">True where what is uploaded is uploaded again.</param>
/// <param name="replaces">True where a file that is another one now becomes the new content of its lesson's video.</param>
internal sealed class UploadPlan(string parentId, VideoFiles videoFiles, UploadSurvey survey, bool force, bool replaces = false)
{
    private readonly HashSet<string> _lessons = [];
    private readonly Dictionary<string, string> _lessonOfFile = [];

    /// <summary>Adds a file.</summary>
    public async Task<PlannedUpload> AddAsync(GivenFile given, CancellationToken cancellation)
    {
        var file = given.Path.Length > 0 ? DiskFile.At(given.Path) : null;
        var title = GivenText(given.Title) is { } text ? PrintableText.Of(text) : videoFiles.TitleOf(Path.GetFileName(given.Path));
        var item = new UploadItem(
            GivenText(given.LessonId), GivenText(given.Course), VideoTitle.Fit(title), given.Path, FileOf(given.Path), parentId,
            file?.Length)
        {
            ManifestPath = GivenText(given.ManifestPath),
        };
        var facts = new UploadFacts
        {
            Lesson = item.Key,
            Course = item.Course,
            State = StateOf(given, file),
            PathRefusal = given.Path.Length > 0 ? FilePaths.WhyUnusable(given.Path) : null,
            SiteVideoId = VideoIds.Read(given.VideoId) ?? GivenText(given.VideoId),
            IsAnother = given.IsAnother,
            SharedWith = _lessonOfFile.GetValueOrDefault(FilePaths.KeyOf(item.File)),
        };
        if (facts.State != LessonVideoState.Orphan && (facts.SiteVideoId is null || replaces))
            facts = facts with { IsRepeated = !_lessons.Add(item.LessonId ?? FilePaths.KeyOf(item.Path)) };

        var known = file is null ? null : new FileFacts(file.Length, file.Modified);
        facts = await survey.BeginAsync(facts, item.File, known, cancellation).ConfigureAwait(false);
        if (facts is { SiteVideoId: not null, Recorded.Replacement: not null } && !replaces)
            facts = facts with { IsRepeated = !_lessons.Add(item.LessonId ?? FilePaths.KeyOf(item.Path)) };
        var decision = UploadDecision.Of(facts, force, replaces);
        if (decision is { Step: UploadStep.Compare, Needs: CostlyFact.Fingerprint })
            (facts, decision) = await ReadFingerprintAsync(item, facts, cancellation).ConfigureAwait(false);
        return new PlannedUpload(item, facts, decision)
        {
            Warning = decision.Step != UploadStep.Begin || title.Length <= VideoTitle.MaxLength ? null
                : $"{item.Name}: its title has {title.Length} characters, and Kinescope takes {VideoTitle.MaxLength}. "
                    + $"The video is called '{item.Title}'.",
        };
    }

    /// <summary>Notes that a file will be sent, so that other lessons of the same file wait for it.</summary>
    public void Accepted(UploadItem item) => _lessonOfFile.TryAdd(FilePaths.KeyOf(item.File), item.Key);

    private async Task<(UploadFacts Facts, UploadDecision Decision)> ReadFingerprintAsync(
        UploadItem item, UploadFacts facts, CancellationToken cancellation)
    {
        try
        {
            using var file = SourceFile.Open(item.Path);
            facts = await survey.ReadAsync(facts, CostlyFact.Fingerprint, file, cancellation).ConfigureAwait(false);
            return (facts, UploadDecision.Of(facts, force, replaces));
        }
        catch (KinescopeException unreadable)
        {
            return (facts, new UploadDecision(UploadStep.Refuse) { Failure = unreadable });
        }
    }

    private LessonVideoState StateOf(GivenFile given, DiskFile? file) => (given.State, file) switch
    {
        (not LessonVideoState.Unmatched, _) when given.Path.Length == 0 => LessonVideoState.Missing,
        (null, _) => videoFiles.StateOf(given.Path, file),
        (not LessonVideoState.Ready and { } state, _) => state,
        (_, null) => LessonVideoState.Missing,
        (_, { IsRegular: false }) => LessonVideoState.NotVideo,
        (_, { Length: 0 }) => LessonVideoState.Empty,
        _ => LessonVideoState.Ready,
    };

    private static string FileOf(string path)
    {
        try
        {
            return path.Contains('\0') ? path : FilePaths.TargetOf(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Links that go round in a circle, or may not be looked at: whoever opens it says so.
            return path;
        }
    }

    private static string? GivenText(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
