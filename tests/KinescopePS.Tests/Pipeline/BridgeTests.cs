using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using KinescopePS.Commands;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Pipeline;

/// <summary>The bridge between background work and the pipeline thread: each failure is seen, and no way out takes long.</summary>
public sealed class BridgeTests : IDisposable
{
    private static readonly KinescopeException Broken = new(ErrorIds.KinescopeUnavailable, "It broke.");

    private readonly Runspace _runspace;

    public BridgeTests()
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Add(new SessionStateCmdletEntry("Test-Bridge", typeof(TestBridgeCommand), null));
        _runspace = RunspaceFactory.CreateRunspace(state);
        _runspace.Open();
    }

    public void Dispose() => _runspace.Dispose();

    [Fact]
    public async Task Background_failure_that_nobody_awaits_ends_the_cmdlet()
    {
        var result = await EndAsync(new Script
        {
            Process = cmdlet =>
            {
                cmdlet.Background(async token =>
                {
                    await Task.Yield();
                    throw Broken;
                });
                cmdlet.Wait(token => Task.Delay(Timeout.Infinite, token));
            },
        });

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
    }

    [Fact]
    public async Task Background_failure_after_the_last_pump_is_seen_too()
    {
        var fail = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var result = await EndAsync(new Script
        {
            Process = cmdlet => cmdlet.Background(_ => fail.Task),
            Drain = _ =>
            {
                fail.SetException(Broken);
                return Task.CompletedTask;
            },
        });

        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
    }

    [Fact]
    public async Task What_was_posted_before_a_failure_is_written_before_it()
    {
        var result = await EndAsync(new Script
        {
            Process = cmdlet => cmdlet.Wait(async _ =>
            {
                await Task.Yield();
                cmdlet.Say("done");
                throw Broken;
            }),
        });

        Assert.Equal(["done"], result.Output.Select(item => item.BaseObject));
        Assert.Equal(["KinescopeUnavailable"], result.ErrorIds);
    }

    [Fact]
    public async Task FoundB08_Work_that_does_not_end_on_cancel_is_waited_for_once()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var run = Start(new Script
        {
            Process = cmdlet => cmdlet.Wait(_ =>
            {
                started.SetResult();
                return new TaskCompletionSource().Task;
            }),
        });
        await started.Task;

        var watch = Stopwatch.StartNew();
        run.Stop();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(2.5), $"It took {watch.Elapsed}.");
    }

    [Theory]
    [InlineData("Test-Bridge")]
    [InlineData("1 | ForEach-Object { $_; throw 'upstream' } | Test-Bridge")]
    [InlineData("Test-Bridge | ForEach-Object { throw 'downstream' }")]
    public async Task FoundA03_Work_is_drained_before_it_is_cancelled_whatever_ended_the_pipeline(string pipeline)
    {
        var (drained, wasCancelled) = (0, false);
        await EndAsync(
            new Script
            {
                Process = cmdlet =>
                {
                    cmdlet.Background(async token =>
                    {
                        token.Register(() => wasCancelled = drained == 1);
                        await Task.Delay(Timeout.Infinite, token);
                    });
                    cmdlet.WriteObject(1);
                },
                Drain = _ =>
                {
                    drained++;
                    return Task.CompletedTask;
                },
            },
            pipeline);

        Assert.Equal(1, drained);
        Assert.True(wasCancelled);
    }

    [Fact]
    public async Task A_stop_drains_too_while_the_pipeline_no_longer_waits()
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var handedIn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var run = Start(new Script
        {
            Process = cmdlet => cmdlet.Wait(_ =>
            {
                started.SetResult();
                return handedIn.Task;
            }),
            Drain = _ =>
            {
                handedIn.SetResult();
                return handedIn.Task;
            },
        });
        await started.Task;

        run.Stop();

        Assert.True(handedIn.Task.IsCompletedSuccessfully);
    }

    private RunningScript Start(Script script, string pipeline = "Test-Bridge")
    {
        var shell = PowerShell.Create(_runspace);
        shell.AddScript("param($script) $global:PSDefaultParameterValues = @{ 'Test-Bridge:Script' = $script }").AddArgument(script).Invoke();
        shell.Commands.Clear();
        shell.AddScript(pipeline);
        return new RunningScript(shell);
    }

    private async Task<ScriptResult> EndAsync(Script script, string pipeline = "Test-Bridge")
    {
        using var run = Start(script, pipeline);
        return await run.EndAsync();
    }
}

/// <summary>The steps of <see cref="TestBridgeCommand"/>.</summary>
public sealed class Script
{
    public Action<TestBridgeCommand> Process { get; init; } = _ => { };

    public Func<CancellationToken, Task> Drain { get; init; } = _ => Task.CompletedTask;
}

/// <summary>A cmdlet whose steps a test gives.</summary>
[Cmdlet(VerbsDiagnostic.Test, "Bridge")]
public sealed class TestBridgeCommand : AsyncCmdlet
{
    [Parameter]
    public Script Script { get; set; } = new();

    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    public void Background(Func<CancellationToken, Task> work) => Start(work);

    public void Wait(Func<CancellationToken, Task> work) => Await(work);

    public void Say(string text) => Post(() => WriteObject(text));

    private protected override void Process() => Script.Process(this);

    private protected override Task Drain(CancellationToken budget) => Script.Drain(budget);
}
