using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Manifest;
using KinescopePS.Record;

namespace KinescopePS.Transfer;

/// <summary>A file as it was given to be sent, with what is said of its lesson.</summary>
/// <param name="Path">Its full path, in the disk's spelling.</param>
internal sealed record GivenFile(string Path)
{
    public string? LessonId { get; init; }

    public string? Title { get; init; }

    public string? Course { get; init; }

    /// <summary>What the mapping found; null where nobody looked.</summary>
    public LessonVideoState? State { get; init; }

    /// <summary>The video that the lesson has at the site.</summary>
    public string? VideoId { get; init; }
}

/// <summary>What is to be done with a file.</summary>
internal enum UploadStep
{
    /// <summary>Nothing, and nothing comes of it.</summary>
    LeaveOut,

    /// <summary>Nothing: it fails.</summary>
    Refuse,

    /// <summary>Nothing: its lesson has a video.</summary>
    HandOn,

    /// <summary>To be looked into: by its size and date it is uploaded already.</summary>
    Recheck,

    /// <summary>An earlier run began to send it.</summary>
    Continue,

    /// <summary>To send it as a new video.</summary>
    Begin,
}

/// <summary>A file with what is to be done with it.</summary>
internal sealed record PlannedUpload(UploadItem Item, UploadStep Step)
{
    /// <summary>The video that it is, or is continued as; null where it becomes a new one.</summary>
    public string? VideoId { get; init; }

    /// <summary>Why it is refused or left out.</summary>
    public KinescopeException? Failure { get; init; }

    /// <summary>What its user should know all the same.</summary>
    public string? Warning { get; init; }
}

/// <summary>Decides what a run does with each file, from what was said of it, the disk and the record. Nothing is asked of Kinescope.</summary>
/// <param name="parentId">The project or folder of new videos.</param>
/// <param name="videoFiles">Which files count as videos.</param>
/// <param name="record">What earlier runs did.</param>
/// <param name="force">Whether what is uploaded is uploaded again.</param>
internal sealed class UploadPlan(string parentId, VideoFiles videoFiles, IUploadRecord record, bool force)
{
    private readonly HashSet<string> _taken = [];

    /// <summary>Adds a file.</summary>
    public async Task<PlannedUpload> AddAsync(GivenFile given, CancellationToken cancellation)
    {
        var file = new FileInfo(given.Path);
        var title = GivenText(given.Title) is { } text ? PrintableText.Of(text) : videoFiles.TitleOf(file.Name);
        var item = new UploadItem(GivenText(given.LessonId), GivenText(given.Course), VideoTitle.Fit(title), given.Path, parentId, file.Exists ? file.Length : null);

        if (given.State == LessonVideoState.Orphan)
            return new PlannedUpload(item, UploadStep.LeaveOut) { Warning = $"{given.Path}: no lesson of the manifest names this file. It was not sent." };
        if (GivenText(given.VideoId) is { } videoId)
            return new PlannedUpload(item, UploadStep.HandOn) { VideoId = videoId };
        if (!_taken.Add(item.LessonId ?? FilePaths.KeyOf(item.Path)))
            return new PlannedUpload(item, UploadStep.LeaveOut) { Failure = new KinescopeException(ErrorIds.LessonIdDuplicate, $"{item.Name} was given twice; the second one was left out.") };
        if (WhyNotReady(given.Path, given.State, file) is { } failure)
            return new PlannedUpload(item, UploadStep.Refuse) { Failure = failure };

        var known = await record.FindAsync(item.Key, cancellation).ConfigureAwait(false);
        var isAsKnown = known?.Length == item.Length && known?.Modified == file.LastWriteTimeUtc;
        if (known is { Stage: UploadStage.Uploaded } && !force && (isAsKnown || known.Length is null))
            return new PlannedUpload(item, UploadStep.Recheck) { VideoId = known.VideoId };

        var isBegun = known is { Stage: UploadStage.Initialised } && isAsKnown;
        return new PlannedUpload(item, isBegun ? UploadStep.Continue : UploadStep.Begin)
        {
            VideoId = isBegun ? known!.VideoId : null,
            Warning = title.Length <= VideoTitle.MaxLength ? null
                : $"{item.Name}: its title has {title.Length} characters, and Kinescope takes {VideoTitle.MaxLength}. The video is called '{item.Title}'.",
        };
    }

    private KinescopeException? WhyNotReady(string path, LessonVideoState? given, FileInfo file)
    {
        if (FilePaths.WhyUnusable(path) is { } reason)
            return new(ErrorIds.LessonFilePathRefused, $"its path {reason}.");
        var state = given ?? videoFiles.StateOf(file);
        if (state == LessonVideoState.Ready)
            state = !file.Exists ? LessonVideoState.Missing : file.Length == 0 ? LessonVideoState.Empty : state;
        return state switch
        {
            LessonVideoState.Missing when Directory.Exists(file.FullName) => new(ErrorIds.LessonFileNotFound, "it is a folder."),
            LessonVideoState.Missing => new(ErrorIds.LessonFileNotFound, "there is no such file."),
            LessonVideoState.Empty => new(ErrorIds.LessonFileEmpty, "the file has no bytes."),
            LessonVideoState.NotVideo => new(ErrorIds.LessonFileNotVideo, $"'{file.Extension}' is not the extension of a video (-Extension says which are)."),
            _ => null,
        };
    }

    private static string? GivenText(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
