using KinescopePS.Tests.Record;
using KinescopePS.Transfer;
using Microsoft.Extensions.Time.Testing;

namespace KinescopePS.Tests.Transfer;

/// <summary>The right to work on a lesson, of a record that several machines may share.</summary>
public sealed class LessonClaimTests
{
    private readonly MemoryRecord _record = new() { Lease = TimeSpan.FromSeconds(30) };
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lesson_is_claimed_once_and_given_back()
    {
        await using (await LessonClaim.TakeAsync(_record, "l0", _time, Stop))
        {
            var refused = await Assert.ThrowsAsync<KinescopeException>(() => LessonClaim.TakeAsync(_record, "l0", _time, Stop));
            Assert.Equal("LessonClaimed", refused.ErrorId);
            Assert.False(refused.StopsRun);
        }

        await (await LessonClaim.TakeAsync(_record, "l0", _time, Stop)).DisposeAsync();
    }

    [Fact]
    public async Task A_claim_that_has_run_out_ends_the_work_at_the_next_renewal()
    {
        await using var claim = await LessonClaim.TakeAsync(_record, "l0", _time, Stop);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(claim.Token.IsCancellationRequested);
        var lost = new TaskCompletionSource();
        claim.Token.Register(lost.SetResult);

        _record.Expire("l0");
        _time.Advance(TimeSpan.FromSeconds(10));
        await lost.Task.WaitAsync(Stop);

        Assert.Equal("LessonClaimed", claim.Failure?.ErrorId);
    }
}
