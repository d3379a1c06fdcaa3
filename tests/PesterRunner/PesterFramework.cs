using System.Globalization;
using KinescopeSandbox.Demo;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestFramework;
using Microsoft.Testing.Platform.Requests;

namespace KinescopePS.PesterRunner;

/// <summary>The Pester suite as a test framework of the testing platform: each Pester test is a test of <c>dotnet test</c>.</summary>
internal sealed class PesterFramework(SuiteSettings settings) : ITestFramework, IDataProducer
{
    public string Uid => nameof(PesterFramework);

    public string Version => "1.0.0";

    public string DisplayName => "Pester";

    public string Description => "Runs the Pester suite in a real PowerShell.";

    public Type[] DataTypesProduced { get; } = [typeof(TestNodeUpdateMessage)];

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context) => Task.FromResult(new CreateTestSessionResult { IsSuccess = true });

    public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) => Task.FromResult(new CloseTestSessionResult { IsSuccess = true });

    public async Task ExecuteRequestAsync(ExecuteRequestContext context)
    {
        var session = context.Request.Session.SessionUid;
        var options = new ParallelOptions { MaxDegreeOfParallelism = settings.Parallel, CancellationToken = context.CancellationToken };
        try
        {
            if (WhyImpossible() is { } why)
            {
                await context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(session, NodeOf(new TestResult("Pester", "the suite as a whole", Outcome.Failed, why), 1)));
                return;
            }

            await Parallel.ForEachAsync(TestFile.Find(settings), options, async (file, cancellation) =>
            {
                var results = context.Request is DiscoverTestExecutionRequest ? await file.ListAsync(cancellation) : await file.RunAsync(cancellation);
                // Two tests may have the same name.
                foreach (var (node, number) in results.GroupBy(result => result.Name).SelectMany(same => same.Select((result, index) => (result, index + 1))))
                    await context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(session, NodeOf(node, number)));
            });
        }
        finally
        {
            context.Complete();
        }
    }

    private string? WhyImpossible()
    {
        try
        {
            _ = PowerShellProgram.Command;
        }
        catch (FileNotFoundException missing)
        {
            return missing.Message;
        }

        if (!File.Exists(settings.Pester))
            return $"There is no Pester '{settings.Pester}'. Run dotnet restore, or name one of the versions that are pinned.";
        return TestFile.Find(settings).Count == 0 ? $"No file of '{settings.Suite}' matches {string.Join(" or ", settings.Files)}." : null;
    }

    private static TestNode NodeOf(TestResult result, int number)
    {
        var node = new TestNode
        {
            Uid = string.Create(CultureInfo.InvariantCulture, $"{result.File}/{result.Name}/{number}"),
            DisplayName = $"{result.File}: {result.Name}",
            Properties = new PropertyBag(result.Outcome switch
            {
                Outcome.Passed => new PassedTestNodeStateProperty(result.Message ?? ""),
                Outcome.Skipped => new SkippedTestNodeStateProperty(result.Message ?? ""),
                Outcome.Failed => new FailedTestNodeStateProperty(new PesterFailure(result)),
                _ => DiscoveredTestNodeStateProperty.CachedInstance,
            }),
        };
        var end = DateTimeOffset.UtcNow;
        var duration = TimeSpan.FromSeconds(result.Seconds);
        node.Properties.Add(new TimingProperty(new TimingInfo(end - duration, end, duration)));
        return node;
    }

    /// <summary>A failure with the message and the place that Pester gave.</summary>
    private sealed class PesterFailure(TestResult result) : Exception(result.Message)
    {
        public override string? StackTrace => result.Trace;
    }
}
