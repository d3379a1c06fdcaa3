using System.ComponentModel;
using System.Diagnostics;

namespace KinescopePS.Record;

/// <summary>The right to work on a lesson.</summary>
/// <param name="Owner">Who has it: a process, as <c>pid@host</c>.</param>
/// <param name="Token">The number of the claim: no other claim has it.</param>
/// <param name="IsGranted">True where it is the caller's.</param>
internal sealed record UploadClaim(string Lesson, string Owner, long Token, bool IsGranted)
{
    /// <summary>Is cancelled when the claim is gone: another may have the lesson, and nothing more is to be done for it.</summary>
    public CancellationToken Lost { get; init; }
}

/// <summary>The claims that one process holds: they keep the run's own tasks off one another's lessons.</summary>
internal sealed class UploadClaims
{
    private readonly Dictionary<string, UploadClaim> _byLesson = [];
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _last;

    /// <summary>This process, as <c>pid@host</c>.</summary>
    public static string Owner => $"{Environment.ProcessId}@{Environment.MachineName}";

    /// <summary>True for a process of this machine that is gone.</summary>
    /// <param name="owner">As <see cref="Owner"/>.</param>
    public static bool HasEnded(string owner)
    {
        if (owner.Split('@', 2) is not [var id, var host] || host != Environment.MachineName || !int.TryParse(id, out var process))
            return false;
        try
        {
            using var running = Process.GetProcessById(process);
            return running.HasExited;
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // One that may not be looked at is there.
            return failure is not Win32Exception;
        }
    }

    public UploadClaim Claim(string lesson)
    {
        lock (_byLesson)
        {
            var key = RecordedUploads.KeyOf(lesson);
            if (_byLesson.TryGetValue(key, out var held))
                return held with { IsGranted = false };
            return _byLesson[key] = new UploadClaim(lesson, Owner, ++_last, true);
        }
    }

    public bool IsHeld(UploadClaim claim)
    {
        lock (_byLesson)
            return _byLesson.TryGetValue(RecordedUploads.KeyOf(claim.Lesson), out var held) && held.Token == claim.Token;
    }

    public bool IsClaimed(string lesson)
    {
        lock (_byLesson)
            return _byLesson.ContainsKey(RecordedUploads.KeyOf(lesson));
    }

    public void Release(UploadClaim claim)
    {
        lock (_byLesson)
        {
            if (!IsHeld(claim))
                return;
            _byLesson.Remove(RecordedUploads.KeyOf(claim.Lesson));
            _released.TrySetResult();
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits until at least one of some lessons is free.</summary>
    public async Task<IReadOnlyList<string>> WaitUntilFreeAsync(IReadOnlyCollection<string> lessons, CancellationToken cancellation)
    {
        while (true)
        {
            Task released;
            lock (_byLesson)
            {
                List<string> free = [.. lessons.Where(lesson => !_byLesson.ContainsKey(RecordedUploads.KeyOf(lesson)))];
                if (free.Count > 0)
                    return free;
                released = _released.Task;
            }

            await released.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }
}
