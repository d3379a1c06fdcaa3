using KinescopePS.Tests.Record;
using KinescopePS.Transfer;

namespace KinescopePS.Tests.Transfer;

/// <summary>The right to work on a lesson, of a record that several machines may share.</summary>
public sealed class LessonClaimTests
{
    private readonly MemoryRecord _record = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lesson_is_claimed_once_and_given_back()
    {
        await using (await LessonClaim.TakeAsync(_record, "l0", Stop))
        {
            var refused = await Assert.ThrowsAsync<KinescopeException>(() => LessonClaim.TakeAsync(_record, "l0", Stop));
            Assert.Equal("LessonClaimed", refused.ErrorId);
            Assert.False(refused.StopsRun);
        }

        await (await LessonClaim.TakeAsync(_record, "l0", Stop)).DisposeAsync();
    }

    [Fact]
    public async Task A_claim_that_is_gone_ends_the_work()
    {
        await using var claim = await LessonClaim.TakeAsync(_record, "l0", Stop);
        Assert.False(claim.Token.IsCancellationRequested);
        var lost = new TaskCompletionSource();
        claim.Token.Register(lost.SetResult);

        _record.Expire("l0");
        await lost.Task.WaitAsync(Stop);

        Assert.Equal("LessonClaimed", claim.Failure?.ErrorId);
    }
}
