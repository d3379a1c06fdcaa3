using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <content>Claims and appends.</content>
internal sealed partial class SharedUploadRecord
{
    /// <summary>Marks of lessons that are not claimed.</summary>
    private readonly Dictionary<string, List<UploadEvent>> _looseMarks = [];

    /// <summary>Files that are waiting to be noted, by their lessons.</summary>
    private readonly Dictionary<string, SharedRow> _seenFiles = [];

    public async ValueTask<UploadClaim> ClaimAsync(string lesson, CancellationToken cancellation)
    {
        var local = _claims.Claim(lesson);
        if (!local.IsGranted)
            return local;
        try
        {
            if (OwnerElsewhere(lesson) is { } known)
                return Refused(known);
            while (true)
            {
                var (token, owner, row) = await ReachAsync(
                    stop => _store.ClaimAsync(Machine, _host, lesson, stop), cancellation).ConfigureAwait(false);
                if (token is null && owner is null)
                {
                    // Somebody took this machine for dead, and out.
                    await ReachAsync(BeatAsync, cancellation).ConfigureAwait(false);
                    continue;
                }

                if (token is null)
                {
                    NoteOwner(lesson, owner!);
                    return Refused(owner!);
                }

                // One that cannot be read is no reason to stop: what was uploaded of it is looked for at Kinescope.
                var held = new HeldLesson(local, token.Value, ReadOrNull(row), row.Revision, cancellation);
                lock (_held)
                {
                    _held[RecordedUploads.KeyOf(lesson)] = held;
                    _uploads.Put(lesson, held.State);
                    ApplyLooseMarks(held, lesson);
                }

                return held.Claim;
            }
        }
        catch
        {
            _claims.Release(local);
            throw;
        }

        UploadClaim Refused(string owner)
        {
            _claims.Release(local);
            return local with { Owner = owner, IsGranted = false };
        }
    }

    public async ValueTask<bool> ConfirmAsync(string lesson, bool waits, CancellationToken cancellation)
    {
        while (true)
        {
            HeldLesson? held;
            lock (_held)
                held = Held(lesson);
            if (held is null or { IsLost: true })
                throw Claimed(lesson);
            if (_absence.Cause is not null)
            {
                if (!waits)
                    return false;
                await _absence.WaitAsync(cancellation).ConfigureAwait(false);
                continue;
            }

            if (_clock.IsCertain && held.Spilled is null)
                return true;
            try
            {
                if (!_clock.IsCertain)
                    await BeatOnceAsync(cancellation).ConfigureAwait(false);
                if (held.Spilled is not null)
                    await TellAsync(held).ConfigureAwait(false);
            }
            catch (KinescopeException away) when (away.IsTransient)
            {
                BeginAbsence(away);
            }
            catch (KinescopeException failure)
            {
                throw Lose(failure);
            }
        }
    }

    public async ValueTask ReleaseAsync(UploadClaim claim)
    {
        HeldLesson? held;
        lock (_held)
        {
            held = Held(claim.Lesson);
            if (held is null || !held.IsOf(claim))
                return;
        }

        await held.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (held.HasNewMarks && !held.IsLost && held.Spilled is null)
                await WriteMarksAsync(held).ConfigureAwait(false);
            lock (_held)
            {
                _held.Remove(RecordedUploads.KeyOf(claim.Lesson));
                if (!held.IsLost)
                    _uploads.Put(claim.Lesson, held.State);
            }

            // Where it cannot be told now, the lesson is had back by its next claim, or freed with the machine.
            if (!held.IsLost && _absence.Cause is null)
                await _store.ReleaseAsync(Machine, held.Token, claim.Lesson, CancellationToken.None).ConfigureAwait(false);
        }
        catch (KinescopeException failure)
        {
            NoteFailure(failure);
        }
        finally
        {
            _claims.Release(held.Local);
            held.Gate.Release();
        }
    }

    public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened) => AppendAsync(happened, isConditional: false, null);

    public ValueTask<RecordedUpload> AppendAsync(UploadEvent happened, RecordedUpload? read) =>
        AppendAsync(happened, isConditional: true, read);

    private async ValueTask<RecordedUpload> AppendAsync(UploadEvent happened, bool isConditional, RecordedUpload? read)
    {
        var lesson = happened.Lesson!;
        if (LostBy is { } lost)
            throw lost.Saying(lost.Message);
        HeldLesson? held;
        lock (_held)
            held = Held(lesson);
        if (held is not null)
            return await AppendAsync(held, happened, isConditional, read).ConfigureAwait(false);
        if (!isConditional && NoteFile(happened) is { } noted)
            return noted;

        var claim = await ClaimAsync(lesson, _stop).ConfigureAwait(false);
        if (!claim.IsGranted)
            throw Changed(lesson, $" (process {claim.Owner} is working on it)");
        try
        {
            lock (_held)
                held = Held(lesson)!;
            return await AppendAsync(held, happened, isConditional, read).ConfigureAwait(false);
        }
        finally
        {
            await ReleaseAsync(claim).ConfigureAwait(false);
        }
    }

    private async ValueTask<RecordedUpload> AppendAsync(HeldLesson held, UploadEvent happened, bool isConditional, RecordedUpload? read)
    {
        var lesson = happened.Lesson!;
        var revision = held.NextRevision();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_lost.Token, held.Stop);
        await held.Gate.WaitAsync(stop.Token).ConfigureAwait(false);
        try
        {
            while (true)
            {
                if (held.IsLost)
                    throw Claimed(lesson);
                if (isConditional && (held.State?.Revision ?? 0) != (read?.Revision ?? 0))
                    throw Changed(lesson);
                var next = (held.State ?? new RecordedUpload(lesson)).With(happened with { At = Now }, revision);
                try
                {
                    // Only heartbeats wait for a server that does not answer.
                    if (IsSpillable(happened.Event) && _absence.Cause is { } cause)
                        throw cause.Saying(cause.Message);
                    await WriteAsync(held, lesson, next, revision).ConfigureAwait(false);
                    return next ?? new RecordedUpload(lesson);
                }
                catch (KinescopeException away) when (away.IsTransient)
                {
                    BeginAbsence(away);
                    if (IsSpillable(happened.Event))
                    {
                        Keep(held, next!);
                        Waypoint.Pass("spilled");
                        return next!;
                    }

                    await _absence.WaitAsync(stop.Token).ConfigureAwait(false);
                }
                catch (KinescopeException taken) when (taken.ErrorId == ErrorIds.LessonClaimed)
                {
                    // Its id is told once the lesson can be had again.
                    if (IsSpillable(happened.Event) && next!.VideoId is not null)
                        _spill!.Write(SpilledStep.Of(next, held.Known, Now));
                    throw;
                }
                catch (KinescopeException failure) when (failure.ErrorId != ErrorIds.LessonIdInvalid)
                {
                    throw Lose(failure);
                }
            }
        }
        finally
        {
            held.Gate.Release();
        }
    }

    /// <summary>Writes an upload under its claim.</summary>
    /// <exception cref="KinescopeException"><c>LessonClaimed</c>: the lesson is another's. Transient: the database is away.</exception>
    private async Task WriteAsync(HeldLesson held, string lesson, RecordedUpload? next, long revision)
    {
        var isDeletion = next is null;
        var (isHeld, isKept) = isDeletion
            ? await _store.ForgetAsync(Machine, held.Token, lesson, held.Known, CancellationToken.None).ConfigureAwait(false)
            : await _store.AppendAsync(
                Machine, _host, held.Token, SharedRow.Of(next!), StageOf(next!), next!.Course, next.VideoId,
                held.Known, CancellationToken.None).ConfigureAwait(false);
        if (isHeld && isKept)
        {
            lock (_held)
            {
                held.Told(next, isDeletion ? 0 : revision);
                _uploads.Put(lesson, next);
            }

            if (held.Spilled is { } spilled)
                _spill!.Told(lesson, spilled);
            held.Spilled = null;
            return;
        }

        // The claim may be gone with a server that was replaced, or another machine has the lesson.
        var (token, owner, row) = await _store.ClaimAsync(Machine, _host, lesson, CancellationToken.None).ConfigureAwait(false);
        if (token is null && owner is null)
            await BeatAsync(CancellationToken.None).ConfigureAwait(false);
        else
            await ResumeAsync(held, token, row).ConfigureAwait(false);
        await WriteAsync(held, lesson, next, revision).ConfigureAwait(false);
    }

    /// <summary>Goes on under another claim, where nobody had the lesson meanwhile.</summary>
    /// <param name="held">The lesson.</param>
    /// <param name="token">The new claim; null where another machine has the lesson.</param>
    /// <param name="row">The upload as it was read with it: an older state of this machine's is one that the server went back to.</param>
    /// <exception cref="KinescopeException"><c>LessonClaimed</c>: the lesson is, or was, another's.</exception>
    private async Task ResumeAsync(HeldLesson held, long? token, SharedRow row)
    {
        if (token is { } granted && held.IsOurs(row.Revision))
        {
            held.Token = granted;
            held.GoBackTo(row.Revision);
            return;
        }

        if (token is { } unwanted)
            await _store.ReleaseAsync(Machine, unwanted, held.Local.Lesson, CancellationToken.None).ConfigureAwait(false);
        held.Lose();
        throw Claimed(held.Local.Lesson);
    }

    /// <summary>Keeps a state that the database does not have.</summary>
    private void Keep(HeldLesson held, RecordedUpload state)
    {
        _spill!.Write(SpilledStep.Of(state, held.Known, Now));
        lock (_held)
            (held.State, held.Spilled) = (state, state.Revision);
    }

    private async Task WriteMarksAsync(HeldLesson held)
    {
        string marks;
        lock (_held)
        {
            marks = held.State is null ? "[]" : SharedRow.Of(held.State).Marks!;
            held.HasNewMarks = false;
        }

        await _store.MarkAsync(Machine, held.Token, held.Local.Lesson, marks, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Does something in the database, once it is there.</summary>
    private async Task<T> ReachAsync<T>(Func<CancellationToken, Task<T>> work, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _lost.Token);
        while (true)
        {
            if (LostBy is { } lost)
                throw lost.Saying(lost.Message);
            await _absence.WaitAsync(stop.Token).ConfigureAwait(false);
            try
            {
                return await work(stop.Token).ConfigureAwait(false);
            }
            catch (KinescopeException away) when (away.IsTransient)
            {
                BeginAbsence(away);
            }
            catch (KinescopeException failure) when (failure.StopsRun)
            {
                throw Lose(failure);
            }
        }
    }

    /// <summary>
    /// Notes that a file of this computer is the content of an upload that is finished: nothing else changes, so that no claim is needed.
    /// </summary>
    /// <returns>The upload; null where more than that happened.</returns>
    private RecordedUpload? NoteFile(UploadEvent happened)
    {
        if (happened is not { Event: UploadEventKind.Uploaded, Path: { } path, Lesson: { } lesson })
            return null;
        lock (_held)
        {
            if (_uploads.Find(lesson) is not { Stage: UploadStage.Uploaded } known || known.VideoId != happened.Video
                || known.Length != happened.Length || known.Fingerprint != happened.Fingerprint || happened.Fingerprint is null)
                return null;
            var seen = known with { File = new LocalFile(path, happened.Modified) };
            _uploads.Put(lesson, seen);
            _seenFiles[lesson] = SharedRow.Of(seen);
            return seen;
        }
    }

    private void ApplyLooseMarks(HeldLesson held, string lesson)
    {
        if (!_looseMarks.Remove(lesson, out var marks))
            return;
        held.State = marks.Aggregate(held.State ?? new RecordedUpload(lesson), (state, mark) => state.With(mark)!);
        held.HasNewMarks = true;
    }

    /// <summary>
    /// True for the answer of something that has happened. A step that cannot be taken back waits for the database: who takes the lesson
    /// over has to know that a video may have been created, or its last byte sent, or that it is given up.
    /// </summary>
    private static bool IsSpillable(UploadEventKind kind) => kind
        is UploadEventKind.Initialised or UploadEventKind.Uploaded or UploadEventKind.Verified or UploadEventKind.Failed
        or UploadEventKind.Kept or UploadEventKind.Restored or UploadEventKind.Replaced;

    private static KinescopeException Claimed(string lesson) => new(
        ErrorIds.LessonClaimed, $"this run was away for so long that another one took lesson '{lesson}' over.");

    private static KinescopeException Changed(string lesson, string by = "") => new(
        ErrorIds.UploadRecordChanged,
        $"Lesson '{lesson}': its upload was changed in the shared record meanwhile{by}. Run the same command again.");
}
