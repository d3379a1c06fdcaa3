using KinescopePS.Record;

namespace KinescopePS.SharedRecord;

/// <content>Heartbeats, the others, and what is told late.</content>
internal sealed partial class SharedUploadRecord
{
    private readonly SemaphoreSlim _beat = new(1);
    private readonly List<Spill> _inherited = [];
    private readonly Dictionary<string, string> _elsewhere = [];
    private TaskCompletionSource _heard = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _beating = Task.CompletedTask, _telling = Task.CompletedTask;
    private Task<bool> _oneBeat = Task.FromResult(true);

    public async Task<IReadOnlyList<string>> WaitUntilFreeAsync(IReadOnlyCollection<string> lessons, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _lost.Token);
        while (true)
        {
            Task heard;
            List<string> free;
            lock (_held)
            {
                free = [.. lessons.Where(lesson => !_elsewhere.ContainsKey(lesson) && Held(lesson) is null)];
                heard = _heard.Task;
            }

            if (free.Count > 0)
                return free;
            await heard.WaitAsync(stop.Token).ConfigureAwait(false);
        }
    }

    private string? OwnerElsewhere(string lesson)
    {
        lock (_held)
            return _elsewhere.GetValueOrDefault(lesson);
    }

    private void NoteOwner(string lesson, string owner)
    {
        lock (_held)
            _elsewhere[lesson] = owner;
    }

    private async Task BeatOnAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(BetweenBeats, _time, _end.Token).ConfigureAwait(false);
                await BeatAsync(_end.Token).ConfigureAwait(false);
                await WriteMarksAndFilesAsync().ConfigureAwait(false);
                if (_telling.IsCompleted && (_inherited.Count > 0 || _spill!.Unsent.Count > 0))
                    _telling = Task.Run(TellAsync, CancellationToken.None);
            }
            catch (OperationCanceledException) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (KinescopeException failure)
            {
                NoteFailure(failure);
            }
        }
    }

    /// <summary>Renews the lease, and takes in what the others do.</summary>
    private async Task<bool> BeatAsync(CancellationToken cancellation)
    {
        await _beat.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var sent = _clock.Now;
            var answer = await _store.BeatAsync(
                Machine, UploadClaims.Owner, _host, Lease, Work?.Invoke() ?? [], _finishedUpTo, cancellation).ConfigureAwait(false);
            _clock.Beat(sent, answer.Now);
            await TakeInAsync(answer, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _beat.Release();
        }

        if (_absence.End())
            Warn?.Invoke($"The database {_store.DisplayName} is back. What was done meanwhile is told to it now.");
        return true;
    }

    /// <summary>Renews the lease once for all who ask meanwhile: on a silent line each attempt takes its time.</summary>
    private Task BeatOnceAsync(CancellationToken cancellation)
    {
        lock (_held)
        {
            if (_oneBeat.IsCompleted)
                _oneBeat = BeatAsync(_end.Token);
            return _oneBeat.WaitAsync(cancellation);
        }
    }

    private async Task TakeInAsync(Heartbeat answer, CancellationToken cancellation)
    {
        List<HeldLesson> doubtful;
        lock (_held)
        {
            Machines = answer.Machines;
            _finishedUpTo = answer.FinishedUpTo;
            _elsewhere.Clear();
            foreach (var claim in answer.Claims.Where(claim => claim.Machine != Machine))
                _elsewhere[claim.Lesson] = claim.Name;
            foreach (var row in answer.Finished.Where(row => Held(row.Lesson) is null))
                _uploads.Put(row.Lesson, ReadOrNull(row) ?? _uploads.Find(row.Lesson));
            HashSet<long> own = [.. answer.Claims.Where(claim => claim.Machine == Machine).Select(claim => claim.Token)];
            doubtful = [.. _held.Values.Where(held => !held.IsLost && !own.Contains(held.Token))];
            _heard.TrySetResult();
            _heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        foreach (var (host, wait, reason) in answer.Pauses)
            PauseHeard?.Invoke(host, wait, reason);
        if (answer.IsDraining)
            _ = _draining.CancelAsync();
        // A claim whose answer was lost, and that nobody here waits for any more.
        foreach (var claim in answer.Claims.Where(claim => claim.Machine == Machine && !_claims.IsClaimed(claim.Lesson)))
            await _store.ReleaseAsync(Machine, claim.Token, claim.Lesson, cancellation).ConfigureAwait(false);
        foreach (var held in doubtful)
            await RegainAsync(held, cancellation).ConfigureAwait(false);
    }

    /// <summary>Claims a lesson again whose claim the database does not have: somebody had it meanwhile, or the server forgot.</summary>
    private async Task RegainAsync(HeldLesson held, CancellationToken cancellation)
    {
        // Who is in the middle of a step finds out by it.
        if (!held.Gate.Wait(0, CancellationToken.None))
            return;
        try
        {
            lock (_held)
            {
                if (Held(held.Local.Lesson) != held)
                    return;
            }

            var (token, _, row) = await _store.ClaimAsync(Machine, _host, held.Local.Lesson, cancellation).ConfigureAwait(false);
            await ResumeAsync(held, token, row).ConfigureAwait(false);
            if (held.State is { } state && state.Revision != row.Revision)
                Keep(held, state);
        }
        catch (KinescopeException taken) when (taken.ErrorId == ErrorIds.LessonClaimed)
        {
            // Its worker hears of it.
        }
        finally
        {
            held.Gate.Release();
        }
    }

    private async Task WriteMarksAndFilesAsync()
    {
        List<HeldLesson> marked;
        List<SharedRow> seen;
        lock (_held)
        {
            marked = [.. _held.Values.Where(held => held is { HasNewMarks: true, IsLost: false, Spilled: null })];
            seen = [.. _seenFiles.Values];
            _seenFiles.Clear();
        }

        foreach (var held in marked)
        {
            if (!held.Gate.Wait(0))
                continue;
            try
            {
                await WriteMarksAsync(held).ConfigureAwait(false);
            }
            finally
            {
                held.Gate.Release();
            }
        }

        if (seen.Count > 0)
            await _store.NoteFilesAsync(_host, seen, CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Takes over what machines of this computer left that are dead.</summary>
    private async Task InheritAsync(Guid record, CancellationToken cancellation)
    {
        foreach (var spill in Spill.OfTheDead(record, Machine))
        {
            _inherited.Add(spill);
            await _store.LeaveAsync(spill.Machine, cancellation).ConfigureAwait(false);
        }

        if (_inherited.Count == 0)
            return;
        await BeatAsync(cancellation).ConfigureAwait(false);
        await TellAsync().ConfigureAwait(false);
    }

    /// <summary>Tells the database what waits in spills, oldest first. What another machine works on waits further.</summary>
    private async Task TellAsync()
    {
        try
        {
            foreach (var step in _spill!.Unsent)
            {
                HeldLesson? held;
                lock (_held)
                    held = Held(step.Lesson);
                if (held is null or { IsLost: true })
                    await TellAsync(_spill, step).ConfigureAwait(false);
                else
                    await TellAsync(held).ConfigureAwait(false);
            }

            foreach (var spill in _inherited.ToList())
            {
                foreach (var step in spill.Unsent)
                    await TellAsync(spill, step).ConfigureAwait(false);
                if (spill.Unsent.Count > 0)
                    continue;
                _inherited.Remove(spill);
                spill.Dispose();
            }
        }
        catch (KinescopeException failure)
        {
            NoteFailure(failure);
        }
    }

    /// <summary>Tells the steps of a lesson that this machine still has.</summary>
    private async Task TellAsync(HeldLesson held)
    {
        await held.Gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (held.Spilled is { } revision && !held.IsLost)
                await WriteAsync(held, held.Local.Lesson, held.State, revision).ConfigureAwait(false);
        }
        catch (KinescopeException failure) when (failure.ErrorId == ErrorIds.LessonClaimed)
        {
            // Another one has it: its turn comes once that is done.
        }
        finally
        {
            held.Gate.Release();
        }
    }

    /// <summary>Tells a step whose claim is gone.</summary>
    private async Task TellAsync(Spill spill, SpilledStep step)
    {
        var claim = await ClaimAsync(step.Lesson, CancellationToken.None).ConfigureAwait(false);
        if (!claim.IsGranted)
            return;
        try
        {
            HeldLesson held;
            lock (_held)
                held = Held(step.Lesson)!;
            await held.Gate.WaitAsync().ConfigureAwait(false);
            try
            {
                var revision = held.NextRevision();
                if (SpillMerge.Of(step, held.State, held.Known) is { } merged)
                    await WriteAsync(held, step.Lesson, merged with { Revision = revision }, revision).ConfigureAwait(false);
                spill.Told(step.Lesson, step.Revision);
            }
            finally
            {
                held.Gate.Release();
            }
        }
        finally
        {
            await ReleaseAsync(claim).ConfigureAwait(false);
        }
    }

    private async Task LeaveAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAny(Task.WhenAll(_beating, _telling), Task.Delay(LongestFarewell, CancellationToken.None)).ConfigureAwait(false);
            if (_absence.Cause is not null)
                return;
            await TellAsync().WaitAsync(cancellation).ConfigureAwait(false);
            await WriteMarksAndFilesAsync().WaitAsync(cancellation).ConfigureAwait(false);
            await _store.LeaveAsync(Machine, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is KinescopeException or OperationCanceledException)
        {
            // The lease ends by itself.
        }
        finally
        {
            foreach (var spill in _inherited)
                spill.Dispose();
        }
    }

    private void BeginAbsence(KinescopeException cause)
    {
        if (_absence.Begin(cause))
            Warn?.Invoke(
                $"{cause.Message.TrimEnd('.')}. Uploads that have begun go on, and what they did is kept on this computer; "
                + "nothing is begun until the database is back.");
    }

    private void NoteFailure(KinescopeException failure)
    {
        if (failure.IsTransient)
            BeginAbsence(failure);
        else if (failure.StopsRun)
            Lose(failure);
    }

    private static RecordedUpload? ReadOrNull(SharedRow row)
    {
        try
        {
            return row.ToUpload();
        }
        catch (KinescopeException)
        {
            return null;
        }
    }
}
