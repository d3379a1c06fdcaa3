using System.Management.Automation;
using KinescopePS.Manifest;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <content>What is asked beside the upload itself.</content>
internal sealed partial class Uploads
{
    private string AboveLimit =>
        $", which is above -ReplaceLimit ({SizeText.Bytes(_options.ReplaceLimit)}): asked for, and refused where nobody can be asked";

    /// <summary>True for a content that is replaced only if somebody says so.</summary>
    private bool IsAskedFor(PlannedUpload planned) => planned.ReplacesBeyond(_options.ReplaceLimit)
        && !(_cmdlet.MyInvocation.BoundParameters.TryGetValue("Confirm", out var confirm) && !((SwitchParameter)confirm).IsPresent);

    /// <summary>Asks before a large content is replaced: all of it goes in one request, which cannot be continued.</summary>
    /// <returns>The upload as it was agreed to; null where it was not.</returns>
    private PlannedUpload? AskToReplace(PlannedUpload planned)
    {
        var limited = planned with { ReplaceLimit = _options.ReplaceLimit };
        if (!planned.ReplacesBeyond(_options.ReplaceLimit))
            return limited;
        if (_cmdlet.TryAsk(UploadTexts.ReplaceQuestion(planned)) is { } consents)
            return consents ? planned : null;
        // Only its date may be another: it is compared, and refused if it is another file.
        if (planned.Decision.Step == UploadStep.Compare)
            return limited;
        Refuse(planned.Item, UploadDecision.TooLarge(planned.Item.Length ?? 0, _options.ReplaceLimit));
        return null;
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
        if (_cmdlet.IsPreview)
        {
            _texts.Add(due);
            foreach (var failure in due.Failures)
                _cmdlet.WriteError(failure.Why.About(item.Name).ToErrorRecord(item.Key));
            foreach (var note in due.Ready.SelectMany(companion => companion.Notes))
                _cmdlet.WriteWarning($"{item.Name}: {note}");
        }

        return due.Ready.Count == 0 || _cmdlet.ShouldProcess(
            UploadTexts.Description(item, due.Ready), UploadTexts.Question(item, due.Ready), UploadTexts.Caption)
            ? planned
            : planned with { Item = item with { Companions = CompanionFiles.None } };
    }
}
