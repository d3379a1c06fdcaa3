using KinescopePS.SharedRecord;

namespace KinescopePS.Tests.SharedRecord;

/// <summary>Steps that wait for the database of a shared record.</summary>
public sealed class DatabaseAbsenceTests
{
    private static readonly KinescopeException Away = new(ErrorIds.DatabaseUnreachable, "The server does not answer.");

    [Fact]
    public async Task A_step_goes_on_when_the_database_is_back()
    {
        using var absence = new DatabaseAbsence(TimeSpan.FromMinutes(1), TimeProvider.System);
        Assert.True(absence.Begin(Away));
        Assert.False(absence.Begin(Away));
        var waiting = absence.WaitAsync(TestContext.Current.CancellationToken);

        Assert.True(absence.End());

        await waiting;
        await absence.WaitAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_step_that_waited_for_too_long_says_what_is_kept_and_stops_the_run()
    {
        using var absence = new DatabaseAbsence(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        absence.Begin(Away);

        var failure = await Assert.ThrowsAsync<KinescopeException>(() => absence.WaitAsync(TestContext.Current.CancellationToken));

        Assert.Equal(("RecordUnreachable", true), (failure.ErrorId, failure.StopsRun));
        Assert.Contains("The server does not answer. What was done is kept on this computer", failure.Message);
    }
}
