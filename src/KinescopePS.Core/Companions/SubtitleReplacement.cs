using System.Net;
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
        var (there, own) = await FindAsync(subtitles, sent.Video, known, cancellation).ConfigureAwait(false);
        var same = force ? null : await FindSameAsync(subtitles, known, own, there, cancellation).ConfigureAwait(false);
        // A description that nobody gave is that of what is there: somebody chose it.
        var label = same ?? own.LastOrDefault() ?? (mayReplace ? there.LastOrDefault() : null);
        subtitles = subtitles.Described(label?.Description ?? "");
        sent = sent with { Hash = subtitles.Hash, PlainHash = subtitles.PlainHash };
        if (same is not null)
        {
            await RemoveAsync(sent with { Id = same.SubtitleId }, GivingWay(same.SubtitleId), owner, cancellation).ConfigureAwait(false);
            return false;
        }

        RequireOwn(subtitles, there, own);
        var givingWay = GivingWay(null);
        // From here on a set of subtitles that was not there before may be an attempt of ours.
        var before = there.ConvertAll(item => item.SubtitleId);
        await owner.TellAsync(sent with { Before = before, GivingWay = givingWay, Text = subtitles.TextHash }).ConfigureAwait(false);
        Waypoint.Pass("subtitles-due");
        var made = await AddAsync(subtitles, sent.Video, before, RecallAsync, cancellation).ConfigureAwait(false);
        Waypoint.Pass("subtitles-answered");
        await RemoveAsync(sent with { Id = made[0] }, [.. givingWay, .. made.Skip(1)], owner, cancellation).ConfigureAwait(false);
        return true;

        // Nothing of the attempt is there: what comes later is somebody else's.
        Task RecallAsync() => owner.TellAsync(known ?? sent with { Hash = "", PlainHash = null });

        List<string> GivingWay(string? but) =>
            [.. (mayReplace ? there : own).Select(item => item.SubtitleId).Where(id => id != but)];
    }

    /// <summary>Looks what sending subtitles would do, and does nothing.</summary>
    /// <returns>As <see cref="CompanionSender.PreviewAsync"/>.</returns>
    /// <exception cref="KinescopeException"><c>CompanionAlreadySet</c>, or a call's.</exception>
    public async Task<string?> PreviewAsync(
        SubtitleCompanion subtitles, string videoId, RecordedCompanion? known, CancellationToken cancellation)
    {
        var (there, own) = await FindAsync(subtitles, videoId, known, cancellation).ConfigureAwait(false);
        if (!force && await FindSameAsync(subtitles, known, own, there, cancellation).ConfigureAwait(false) is { } same)
        {
            var others = (mayReplace ? there : own).Count(item => item.SubtitleId != same.SubtitleId);
            return others == 0 ? null : $", which is there; {others} other {(others == 1 ? "set gives" : "sets give")} way";
        }

        RequireOwn(subtitles, there, own);
        var count = mayReplace ? there.Count : own.Count;
        return count == 0 ? ""
            : ", in the place of those that are there"
            + (count > 1 ? $" ({count} sets)" : "")
            + (count > own.Count ? ", which were not sent from here" : "");
    }

    private void RequireOwn(SubtitleCompanion subtitles, List<KinescopeSubtitle> there, List<KinescopeSubtitle> own)
    {
        if (!mayReplace && there.Count > own.Count)
            throw CompanionSender.AlreadySet($"subtitles in '{subtitles.Language}'", "Set-KinescopeSubtitle");
    }

    /// <summary>The subtitles of the language, and those of them that are the record's own.</summary>
    private async Task<(List<KinescopeSubtitle> There, List<KinescopeSubtitle> Own)> FindAsync(
        SubtitleCompanion subtitles, string videoId, RecordedCompanion? known, CancellationToken cancellation)
    {
        var there = await ListAsync(subtitles, videoId, cancellation).ConfigureAwait(false);
        var own = new List<KinescopeSubtitle>();
        foreach (var item in there)
        {
            if (await IsOwnAsync(item, subtitles, known, cancellation).ConfigureAwait(false))
                own.Add(item);
        }

        return (there, own);
    }

    private async Task<List<KinescopeSubtitle>> ListAsync(SubtitleCompanion subtitles, string videoId, CancellationToken cancellation)
    {
        var all = await retry.CallAsync(token => kinescope.ListSubtitlesAsync(videoId, token), cancellation).ConfigureAwait(false);
        return [.. all.Where(item => item.Language.Equals(subtitles.Language, StringComparison.OrdinalIgnoreCase))];
    }

    /// <summary>True for subtitles that the record proves to be its own.</summary>
    private async Task<bool> IsOwnAsync(
        KinescopeSubtitle item, SubtitleCompanion subtitles, RecordedCompanion? known, CancellationToken cancellation)
    {
        if (known is null)
            return false;
        if (item.SubtitleId == known.Id || known.GivingWay?.Contains(item.SubtitleId) == true)
            return true;
        // The end of that attempt is not known.
        try
        {
            return known.Before is { } before && !before.Contains(item.SubtitleId)
                && await MayBeAsync(item, subtitles, known.Text, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException unread) when (mayReplace)
        {
            // All that are there give way.
            verbose(unread.Message);
            return false;
        }
    }

    /// <summary>
    /// True for subtitles that show what was sent; also where they have no link to their text: then the record decides alone.
    /// </summary>
    /// <param name="item">The subtitles that are there.</param>
    /// <param name="subtitles">Those that are to be sent.</param>
    /// <param name="attempted">The hash of those that were; null for none.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <exception cref="KinescopeException">Their text is there, and could not be received.</exception>
    private async Task<bool> MayBeAsync(
        KinescopeSubtitle item, SubtitleCompanion subtitles, string? attempted, CancellationToken cancellation)
    {
        if (item.Url is not { } link)
            return true;
        byte[] file;
        try
        {
            file = await DownloadAsync(link, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException failure)
        {
            // Its repetitions are over, and a refusal of a file's host is none of the API's.
            throw failure.Saying(
                $"the subtitles in '{item.Language}' that are there may be somebody else's, and could not be received to be compared. They "
                + $"were left: run again, or have them replaced by Set-KinescopeSubtitle. {failure.Message}",
                isTransient: false,
                stopsRun: false);
        }

        return TextIn(file, item.Language) is { } text && SubtitleCompanion.TextHashOf(text, item.Description) is var hash
            && (hash == attempted || hash == subtitles.Described(item.Description).TextHash);
    }

    /// <summary>The subtitles that are there and show the same: by the record where it knows, else by their texts.</summary>
    private async Task<KinescopeSubtitle?> FindSameAsync(
        SubtitleCompanion subtitles, RecordedCompanion? known, List<KinescopeSubtitle> own, List<KinescopeSubtitle> there,
        CancellationToken cancellation)
    {
        if (known is not null && subtitles.IsSame(known)
            && own.Find(item => known.GivingWay?.Contains(item.SubtitleId) != true) is { } last)
            return last;
        foreach (var item in there)
        {
            if (subtitles.IsDescribedAs(item) && await ShowsSameAsync(item, subtitles, cancellation).ConfigureAwait(false))
                return item;
        }

        return null;
    }

    private async Task<bool> ShowsSameAsync(KinescopeSubtitle item, SubtitleCompanion subtitles, CancellationToken cancellation)
    {
        if (item.Url is not { } link)
            return false;
        try
        {
            var file = await DownloadAsync(link, cancellation).ConfigureAwait(false);
            return TextIn(file, item.Language)?.Shows(subtitles.Text) == true;
        }
        catch (KinescopeException failure)
        {
            // Not known to be the same: they are sent.
            verbose($"The subtitles in '{item.Language}' that are there cannot be compared: {failure.Message}");
            return false;
        }
    }

    private Task<byte[]> DownloadAsync(string link, CancellationToken cancellation) => retry.CallAsync(
        token => kinescope.DownloadAsync(new Uri(link), (int)CompanionFile.LongestText, token), cancellation);

    /// <summary>The text of subtitles; null where it is none that is ever sent from here.</summary>
    private SubtitleText? TextIn(byte[] file, string language)
    {
        try
        {
            return SubtitleFile.Parse("subtitles", file);
        }
        catch (KinescopeException invalid)
        {
            verbose($"The subtitles in '{language}' that are there are nothing that is sent from here: {invalid.Message}");
            return null;
        }
    }

    /// <summary>Adds subtitles, though the answer to a call may be lost: what came of it is looked for before the next.</summary>
    /// <param name="subtitles">The subtitles.</param>
    /// <param name="videoId">The video.</param>
    /// <param name="before">The ids of those of the language that were there before.</param>
    /// <param name="recall">Is called where no call arrived, before the failure is thrown.</param>
    /// <param name="cancellation">Cancels.</param>
    /// <returns>The ids of what was added: the one to keep, and more where a list showed one late.</returns>
    private async Task<IReadOnlyList<string>> AddAsync(
        SubtitleCompanion subtitles, string videoId, List<string> before, Func<Task> recall, CancellationToken cancellation)
    {
        var (mayBeThere, isAnswered, id) = (false, false, (string?)null);
        try
        {
            id = await retry.CallAsync(async token =>
            {
                if (mayBeThere && (await NewAsync(token).ConfigureAwait(false)).LastOrDefault() is { } made)
                    return made;
                try
                {
                    var answered = await kinescope.AddSubtitlesAsync(
                        videoId, subtitles.Language, subtitles.Description ?? "", subtitles.Text.Extension, subtitles.Text.Content, token)
                        .ConfigureAwait(false);
                    isAnswered = true;
                    return answered;
                }
                catch (Exception failure) when (!HasNotArrived(failure))
                {
                    mayBeThere = true;
                    throw;
                }
            }, cancellation).ConfigureAwait(false);
        }
        catch (KinescopeException) when (!mayBeThere && !isAnswered)
        {
            await recall().ConfigureAwait(false);
            throw;
        }

        if (!mayBeThere && id is not null)
            return [id];
        var all = await retry.CallAsync(NewAsync, cancellation).ConfigureAwait(false);
        id ??= all.LastOrDefault() ?? throw new KinescopeException(
            ErrorIds.AnswerInvalid, "Kinescope took the subtitles, and shows none. Look into the dashboard, and run again.");
        return [id, .. all.Where(other => other != id)];

        async Task<List<string>> NewAsync(CancellationToken token)
        {
            var made = new List<string>();
            foreach (var item in await kinescope.ListSubtitlesAsync(videoId, token).ConfigureAwait(false))
            {
                if (item.Language.Equals(subtitles.Language, StringComparison.OrdinalIgnoreCase) && !before.Contains(item.SubtitleId)
                    && await MayBeAsync(item, subtitles, null, token).ConfigureAwait(false))
                    made.Add(item.SubtitleId);
            }

            return made;
        }
    }

    /// <summary>True for a failure after which nothing was added: a refusal, or that no connection came about.</summary>
    private static bool HasNotArrived(Exception failure) => failure switch
    {
        KinescopeRequestException { StatusCode: var status } =>
            status is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout,
        KinescopeException { ErrorId: var id } =>
            id is ErrorIds.HostUnreachable or ErrorIds.CertificateRejected or ErrorIds.ProxyAuthenticationRequired,
        _ => false,
    };

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
