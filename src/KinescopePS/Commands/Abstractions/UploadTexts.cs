using KinescopePS.Companions;
using KinescopePS.Record;
using KinescopePS.Transfer;
using static KinescopePS.Commands.SizeText;

namespace KinescopePS.Commands;

/// <summary>The texts of -WhatIf and -Confirm about a file, and the total of what -WhatIf said.</summary>
internal sealed class UploadTexts
{
    public const string Caption = "Are you sure you want to perform this action?";

    private int _toSend, _toContinue, _toReplace, _aboveLimit, _toCompare, _alreadyThere, _refused;
    private int _besideToSend, _besideUnchanged, _besideRefused;
    private long _bytesToSend, _bytesToContinue, _bytesToReplace, _bytesAboveLimit, _bytesToCompare;

    public UploadPreview Total => new()
    {
        ToSend = _toSend,
        BytesToSend = _bytesToSend,
        ToContinue = _toContinue,
        BytesToContinue = _bytesToContinue,
        ToReplace = _toReplace,
        BytesToReplace = _bytesToReplace,
        AboveReplaceLimit = _aboveLimit,
        BytesAboveReplaceLimit = _bytesAboveLimit,
        ToCompare = _toCompare,
        BytesToCompare = _bytesToCompare,
        AlreadyThere = _alreadyThere,
        Refused = _refused,
        CompanionsToSend = _besideToSend,
        CompanionsUnchanged = _besideUnchanged,
        CompanionsRefused = _besideRefused,
    };

    /// <summary>The step that a file would take, on a line of a terminal: the lesson, the file's name, the size.</summary>
    public static string Description(PlannedUpload planned, LessonFolder folder)
    {
        var (item, decision) = (planned.Item, planned.Decision);
        var name = Path.GetFileName(item.Path);
        var what = item.LessonId is null ? name : $"lesson '{item.LessonId}', {name}";
        var size = Bytes(item.Length ?? 0);
        var where = folder == LessonFolder.Top ? "" : $", in folder '{folder}'";
        return decision.Step switch
        {
            UploadStep.Continue => $"Continue {what} ({Bytes(RestOf(planned))} of {size} left){where}",
            UploadStep.Replace => $"Replace the content of its video by {what} ({size})",
            UploadStep.Compare when decision.Replaces =>
                $"Compare {what} ({size}) with its video, and replace its content where it differs",
            UploadStep.Compare => $"Compare {what} ({size}) with its video, and upload it anew where it differs{where}",
            UploadStep.Adopt => $"Use the video of lesson '{decision.OtherLesson}' for {what}, the same file",
            _ => $"Upload {what} ({size}){where}",
        };
    }

    /// <summary>The question before a file is sent, in full.</summary>
    public static string Question(PlannedUpload planned, LessonFolder folder)
    {
        var (item, decision) = (planned.Item, planned.Decision);
        var where = folder == LessonFolder.Top ? "" : $" in folder '{folder}'";
        var begunFor = decision.OtherLesson is { } other ? $", begun for lesson '{other}', which has the same file" : "";
        var action = decision.Step switch
        {
            UploadStep.Continue => $"Continue the upload of video {decision.VideoId}{begunFor}{where}",
            UploadStep.Replace => $"Replace the content of video {decision.VideoId}, which keeps its id",
            UploadStep.Compare when decision.Replaces =>
                $"Compare with video {decision.VideoId}, and replace its content where it differs",
            UploadStep.Compare => $"Compare with video {decision.VideoId}, and upload anew where it differs{where}",
            UploadStep.Adopt => $"Use the video of lesson '{decision.OtherLesson}', which has the same file",
            _ => $"Upload to Kinescope as '{item.Title}'{where} under {item.ParentId}",
        };
        return $"{action}: {item.Name}, {Bytes(item.Length ?? 0)}?";
    }

    /// <summary>The question before a large content is replaced.</summary>
    public static string ReplaceQuestion(PlannedUpload planned) =>
        $"{planned.Item.Name} is sent in one request of {Bytes(planned.Item.Length ?? 0)} as the content of video "
        + $"{planned.Decision.VideoId}. Where that breaks off it begins anew. Replace it?";

    /// <summary>The files beside a video that would be sent, on a line of a terminal.</summary>
    public static string Description(UploadItem item, IReadOnlyList<Companion> companions) =>
        $"Send {string.Join(", ", companions.Select(companion => companion.Name))} with "
        + (item.LessonId is null ? Path.GetFileName(item.Path) : $"lesson '{item.LessonId}'");

    /// <summary>The question before files beside a video are sent.</summary>
    public static string Question(UploadItem item, IReadOnlyList<Companion> companions) =>
        $"Send to its video {string.Join(", ", companions.Select(companion => companion.Name))}: {item.Name}?";

    /// <summary>Counts a file of which nothing would be sent.</summary>
    public void AlreadyThere() => _alreadyThere++;

    /// <summary>Counts a file that cannot be sent.</summary>
    public void Refused() => _refused++;

    /// <summary>Counts the files beside a video.</summary>
    public void Add(ReadCompanions beside)
    {
        _besideToSend += beside.Ready.Count;
        _besideUnchanged += beside.Unchanged;
        _besideRefused += beside.Failures.Count;
    }

    /// <summary>Counts a file that would be sent, whatever is there.</summary>
    public void AddAnew(long length)
    {
        _toSend++;
        _bytesToSend += length;
    }

    /// <summary>Counts a file with which something would be done.</summary>
    /// <param name="planned">The file.</param>
    /// <param name="isAboveLimit">True where it may replace a content only if somebody says so.</param>
    public void Add(PlannedUpload planned, bool isAboveLimit)
    {
        var length = planned.Item.Length ?? 0;
        switch (planned.Decision.Step)
        {
            case UploadStep.Replace when isAboveLimit:
                _aboveLimit++;
                _bytesAboveLimit += length;
                break;
            case UploadStep.Continue:
                _toContinue++;
                _bytesToContinue += RestOf(planned);
                break;
            case UploadStep.Replace:
                _toReplace++;
                _bytesToReplace += length;
                break;
            case UploadStep.Compare:
                _toCompare++;
                _bytesToCompare += length;
                break;
            case UploadStep.Adopt:
                _alreadyThere++;
                break;
            default:
                AddAnew(length);
                break;
        }
    }

    private static long RestOf(PlannedUpload planned)
    {
        var begun = planned.Decision.OtherLesson is null ? planned.Facts.Recorded : planned.Facts.Begun;
        return Math.Max(0, (planned.Item.Length ?? 0) - (begun?.MarkedOffset ?? 0));
    }
}
