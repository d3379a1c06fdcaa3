using KinescopePS.Manifest;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <content>What is asked beside the upload itself.</content>
internal sealed partial class Uploads
{
    /// <summary>Asks before a large content is replaced: all of it goes in one request, which cannot be continued.</summary>
    private bool MayReplace(PlannedUpload planned)
    {
        var (item, length) = (planned.Item, planned.Item.Length ?? 0);
        // Of a replacement that was begun somebody was asked.
        if (!planned.Decision.Replaces || length <= _options.ReplaceLimit || planned.Facts.Recorded?.Replacement?.Length == length)
            return true;
        if (_cmdlet.TryAsk(UploadTexts.ReplaceQuestion(planned)) is { } consents)
            return consents;
        Refuse(item, new KinescopeException(
            ErrorIds.ReplacementTooLarge,
            $"its file has {SizeText.Bytes(length)}, more than -ReplaceLimit ({SizeText.Bytes(_options.ReplaceLimit)}). A content is "
            + "replaced in one request, which begins anew where it breaks off, and nobody can be asked here. Give a larger -ReplaceLimit, "
            + "or -Confirm:$false; without -Replace it becomes a new video."));
        return false;
    }

    /// <summary>
    /// Asks about the files beside a video of which nothing else is sent; with -WhatIf about all, and what is wrong with one is said.
    /// </summary>
    /// <returns>The upload, without them where they are not wanted.</returns>
    private PlannedUpload AskForCompanions(PlannedUpload planned)
    {
        var item = planned.Item;
        if (!item.Companions.HasAny || _cmdlet.ConsentsUnasked)
            return planned;
        var due = _cmdlet.Await(
            stop => LessonCompanions.FindDueAsync(_record, item, planned.Decision.VideoId, _options.Force, stop));
        foreach (var failure in _cmdlet.IsPreview ? due.Failures : [])
            _cmdlet.WriteError(failure.About(item.Name).ToErrorRecord(item.Key));
        return due.Ready.Count == 0 || _cmdlet.ShouldProcess(
            UploadTexts.Description(item, due.Ready), UploadTexts.Question(item, due.Ready), UploadTexts.Caption)
            ? planned
            : planned with { Item = item with { Companions = CompanionFiles.None } };
    }
}
