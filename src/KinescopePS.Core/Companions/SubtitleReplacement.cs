using KinescopePS.Kinescope;
using KinescopePS.Record;
using Polly;

namespace KinescopePS.Companions;

/// <summary>
/// Puts subtitles in the place of those of their language: the new ones first, so that a video is never without. Each step is recorded
/// before the next; a rerun finds by the record, else by the texts themselves, what an attempt left.
/// </summary>
/// <inheritdoc cref="CompanionSender" path="/param" />
internal sealed class SubtitleReplacement(
    KinescopeClient kinescope, ResiliencePipeline retry, Action<string> verbose, bool mayReplace, bool force)
{
    /// <summary>Sends subtitles, or finds them there.</summary>
    /// <param name="subtitles">The subtitles.</param>
    /// <param name="sent">Their entry in the record.</param>
    /// <param name="known">The entry that is there; null for none.</param>
    /// <param name="owner">The video's lesson.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>False where they were there already.</returns>
    /// <exception cref="KinescopeException"><c>CompanionAlreadySet</c>, <c>SubtitleNotRemoved</c>, or a call's.</exception>
    public async Task<bool> SendAsync(
        SubtitleCompanion subtitles, RecordedCompanion sent, RecordedCompanion? known, CompanionOwner owner, CancellationToken cancellation)
    {
        var there = await ListAsync(subtitles, sent.Video, cancellation).ConfigureAwait(false);
        var own = there.Where(item => IsOwn(item, known)).ToList();
        var same = force ? null : await FindSameAsync(subtitles, known, own, there, cancellation).ConfigureAwait(false);
        if (same is not null)
        {
            await RemoveAsync(sent with { Id = same.SubtitleId }, GivingWay(same.SubtitleId), owner, cancellation).ConfigureAwait(false);
            return false;
        }

        if (!mayReplace && there.Count > own.Count)
            throw CompanionSender.AlreadySet($"subtitles in '{subtitles.Language}'", "Set-KinescopeSubtitle");
        var givingWay = GivingWay(null);
        // From here on a set of subtitles that was not there before is an attempt of ours.
        var before = there.ConvertAll(item => item.SubtitleId);
        await owner.TellAsync(sent with { Before = before, GivingWay = givingWay }).ConfigureAwait(false);
        Waypoint.Pass("subtitles-due");
        var made = await AddAsync(subtitles, sent.Video, there, cancellation).ConfigureAwait(false);
        Waypoint.Pass("subtitles-answered");
        await RemoveAsync(sent with { Id = made[0] }, [.. givingWay, .. made.Skip(1)], owner, cancellation).ConfigureAwait(false);
        return true;

        List<string> GivingWay(string? but) =>
            [.. (mayReplace ? there : own).Select(item => item.SubtitleId).Where(id => id != but)];
    }

    private async Task<List<KinescopeSubtitle>> ListAsync(SubtitleCompanion subtitles, string videoId, CancellationToken cancellation)
    {
        var all = await retry.CallAsync(token => kinescope.ListSubtitlesAsync(videoId, token), cancellation).ConfigureAwait(false);
        return [.. all.Where(item => item.Language.Equals(subtitles.Language, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>True for subtitles that the record proves to be its own, or to be replaced by the user's will.</summary>
    private static bool IsOwn(KinescopeSubtitle item, RecordedCompanion? known) => known is not null
        && (item.SubtitleId == known.Id
            || known.GivingWay?.Contains(item.SubtitleId) == true
            || known.Before is { } before && !before.Contains(item.SubtitleId));

    /// <summary>The subtitles that are there and show the same: by the record where it knows, else by their texts.</summary>
    private async Task<KinescopeSubtitle?> FindSameAsync(
        SubtitleCompanion subtitles, RecordedCompanion? known, List<KinescopeSubtitle> own, List<KinescopeSubtitle> there,
        CancellationToken cancellation)
    {
        if (known?.Hash == subtitles.Hash && own.Find(item => known.GivingWay?.Contains(item.SubtitleId) != true) is { } last)
            return last;
        foreach (var item in there)
        {
            if (item.Description == subtitles.Description && await ShowsSameAsync(item, subtitles, cancellation).ConfigureAwait(false))
                return item;
        }

        return null;
    }

    private async Task<bool> ShowsSameAsync(KinescopeSubtitle item, SubtitleCompanion subtitles, CancellationToken cancellation)
    {
        if (item.Url is null)
            return false;
        try
        {
            var file = await retry.CallAsync(
                token => kinescope.DownloadAsync(new Uri(item.Url), (int)CompanionFile.LongestText, token), cancellation)
                .ConfigureAwait(false);
            return SubtitleFile.Parse("subtitles", file).Shows(subtitles.Text);
        }
        catch (KinescopeException failure)
        {
            // Not known to be the same: they are sent.
            verbose($"The subtitles in '{item.Language}' that are there cannot be compared: {failure.Message}");
            return false;
        }
    }

    /// <summary>Adds subtitles, though the answer to a call may be lost: what came of it is looked for before the next.</summary>
    /// <returns>The ids of what was added: the one to keep, and more where a list showed one late.</returns>
    private async Task<IReadOnlyList<string>> AddAsync(
        SubtitleCompanion subtitles, string videoId, List<KinescopeSubtitle> before, CancellationToken cancellation)
    {
        var calls = 0;
        var id = await retry.CallAsync(async token =>
        {
            if (calls++ > 0 && (await NewAsync(token).ConfigureAwait(false)).LastOrDefault() is { } made)
                return made;
            return await kinescope.AddSubtitlesAsync(
                videoId, subtitles.Language, subtitles.Description, subtitles.Text.Extension, subtitles.Text.Content, token)
                .ConfigureAwait(false);
        }, cancellation).ConfigureAwait(false);
        if (calls == 1 && id is not null)
            return [id];
        var all = await retry.CallAsync(NewAsync, cancellation).ConfigureAwait(false);
        id ??= all.LastOrDefault() ?? throw new KinescopeException(
            ErrorIds.AnswerInvalid, "Kinescope took the subtitles, and shows none. Look into the dashboard, and run again.");
        return [id, .. all.Where(other => other != id)];

        async Task<List<string>> NewAsync(CancellationToken token)
        {
            var known = before.Select(item => item.SubtitleId).ToHashSet();
            var all = await kinescope.ListSubtitlesAsync(videoId, token).ConfigureAwait(false);
            return
            [
                .. from item in all
                   where item.Language.Equals(subtitles.Language, StringComparison.OrdinalIgnoreCase) && !known.Contains(item.SubtitleId)
                   select item.SubtitleId,
            ];
        }
    }

    /// <summary>Deletes what gave way, and records that all is done.</summary>
    private async Task RemoveAsync(
        RecordedCompanion sent, IReadOnlyList<string> givingWay, CompanionOwner owner, CancellationToken cancellation)
    {
        if (givingWay.Count > 0)
        {
            await owner.TellAsync(sent with { GivingWay = givingWay }).ConfigureAwait(false);
            Waypoint.Pass("subtitles-recorded");
            foreach (var id in givingWay)
            {
                try
                {
                    await retry.CallAsync(token => kinescope.DeleteSubtitlesAsync(sent.Video, id, token), cancellation)
                        .ConfigureAwait(false);
                }
                catch (KinescopeRequestException refusal)
                    when (!refusal.IsTransient && (!refusal.StopsRun || refusal.ErrorId == ErrorIds.AccessDenied))
                {
                    throw refusal.As(
                        ErrorIds.SubtitleNotRemoved,
                        $"the new {sent.Kind} are there, and the old ones could not be deleted, so that viewers see both. Delete them "
                        + $"in the dashboard, or give the key the right and run again. {refusal.Message}");
                }
            }

            Waypoint.Pass("subtitles-removed");
        }

        await owner.TellAsync(sent).ConfigureAwait(false);
    }
}
