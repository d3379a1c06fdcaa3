namespace KinescopePS;

/// <summary>
/// An object of this module that names a lesson and its video: <c>Set-LessonVideoId</c> takes it as it is, instead of reading properties
/// one by one.
/// </summary>
public interface ILinkable
{
    /// <summary>The lesson's id; null where there is none.</summary>
    string? LessonId { get; }

    /// <summary>The id of its video; null where there is none.</summary>
    string? VideoId { get; }
}

/// <summary>The rest that a link needs to know of such objects.</summary>
/// <remarks>Not a part of the interface: PowerShell would show it as properties of the objects.</remarks>
internal static class Linkable
{
    /// <summary>The address to embed the video with; null for the usual one, in the form that the table has.</summary>
    public static string? EmbedUrlOf(ILinkable given) => given switch
    {
        LessonUpload upload => upload.EmbedUrl,
        KinescopeUpload upload => upload.EmbedUrl,
        LessonLink link => link.VideoUrl,
        SiteLesson lesson => lesson.VideoUrl,
        LessonFinding finding => finding.EmbedUrl,
        _ => null,
    };

    /// <summary>The status for which it cannot be linked; null where it can.</summary>
    public static string? ObstacleOf(ILinkable given) => given switch
    {
        LessonUpload { Status: LessonUploadStatus.Failed } upload => upload.Status.ToString(),
        KinescopeUpload { Status: not KinescopeUploadStatus.Uploaded } upload => upload.Status.ToString(),
        LessonLink { Status: LessonLinkStatus.Cleared or LessonLinkStatus.Restored } link => link.Status.ToString(),
        KinescopeVideo { HasAllBytes: false } video => video.Status,
        _ => null,
    };
}
