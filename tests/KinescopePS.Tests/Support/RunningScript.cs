using System.Management.Automation;

namespace KinescopePS.Tests.Support;

/// <summary>A script that runs while a test does something else.</summary>
internal sealed class RunningScript : IDisposable
{
    private readonly PowerShell _shell;
    private readonly PSDataCollection<PSObject> _output = [];
    private readonly IAsyncResult _running;

    /// <param name="shell">The script; it is started and disposed of here.</param>
    public RunningScript(PowerShell shell)
    {
        _shell = shell;
        _running = shell.BeginInvoke<PSObject, PSObject>(null, _output);
    }

    /// <summary>True once it ended by itself.</summary>
    public bool HasEnded => _running.IsCompleted;

    /// <summary>The output so far.</summary>
    public IReadOnlyList<PSObject> Output => SoFar(_output);

    /// <summary>The warnings so far.</summary>
    public IReadOnlyList<string> Warnings => [.. _shell.Streams.Warning.Select(record => record.Message)];

    /// <summary>What was told with -Verbose so far.</summary>
    public IReadOnlyList<string> Verbose => [.. _shell.Streams.Verbose.Select(record => record.Message)];

    /// <summary>The progress rows so far.</summary>
    public IReadOnlyList<ProgressRecord> Progress => SoFar(_shell.Streams.Progress);

    // Copied as a whole, a list that grows meanwhile does not fit.
    private static IReadOnlyList<T> SoFar<T>(PSDataCollection<T> growing) => [.. Enumerable.Range(0, growing.Count).Select(index => growing[index])];

    /// <summary>Ctrl+C. Returns when the pipeline has ended.</summary>
    public void Stop()
    {
        _shell.Stop();
        Assert.Throws<PipelineStoppedException>(() => _shell.EndInvoke(_running));
    }

    /// <summary>Waits for the end.</summary>
    public async Task<ScriptResult> EndAsync()
    {
        Exception? failure = null;
        try
        {
            await Task.Factory.FromAsync(_running, _shell.EndInvoke);
        }
        catch (RuntimeException thrown)
        {
            failure = thrown;
        }

        return new ScriptResult([.. _output], _shell, failure);
    }

    public void Dispose() => _shell.Dispose();
}
