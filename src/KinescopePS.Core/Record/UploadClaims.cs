namespace KinescopePS.Record;

/// <summary>The right to work on a lesson.</summary>
/// <param name="Owner">The process that has it, as <c>pid@host</c>.</param>
/// <param name="Token">The number of the claim: of two for one lesson, the later one has the larger.</param>
/// <param name="Lease">The time that it lasts unless it is renewed; infinite where it lasts as long as the record is open.</param>
/// <param name="IsGranted">True where it is the caller's.</param>
internal sealed record UploadClaim(string Lesson, string Owner, long Token, TimeSpan Lease, bool IsGranted);

/// <summary>The claims on a record that one process holds alone: they keep the run's own tasks off one another's lessons.</summary>
internal sealed class UploadClaims
{
    private readonly Dictionary<string, UploadClaim> _byLesson = [];
    private long _last;

    /// <summary>This process, as <c>pid@host</c>.</summary>
    public static string Owner => $"{Environment.ProcessId}@{Environment.MachineName}";

    public UploadClaim Claim(string lesson)
    {
        lock (_byLesson)
        {
            var key = RecordedUploads.KeyOf(lesson);
            if (_byLesson.TryGetValue(key, out var held))
                return held with { IsGranted = false };
            return _byLesson[key] = new UploadClaim(lesson, Owner, ++_last, Timeout.InfiniteTimeSpan, true);
        }
    }

    public bool IsHeld(UploadClaim claim)
    {
        lock (_byLesson)
            return _byLesson.TryGetValue(RecordedUploads.KeyOf(claim.Lesson), out var held) && held == claim;
    }

    public void Release(UploadClaim claim)
    {
        lock (_byLesson)
        {
            if (IsHeld(claim))
                _byLesson.Remove(RecordedUploads.KeyOf(claim.Lesson));
        }
    }
}
