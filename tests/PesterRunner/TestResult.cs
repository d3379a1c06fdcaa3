namespace KinescopePS.PesterRunner;

internal enum Outcome
{
    Passed,
    Failed,
    Skipped,
    Discovered,
}

/// <summary>A test that was run, or is only named.</summary>
/// <param name="File">The name of its file.</param>
/// <param name="Name">Its full name, of its blocks and itself.</param>
/// <param name="Message">Why it failed or was skipped; null where there is nothing to say.</param>
/// <param name="Trace">Where it failed.</param>
/// <param name="Seconds">The time it took.</param>
internal sealed record TestResult(string File, string Name, Outcome Outcome, string? Message = null, string? Trace = null, double Seconds = 0);
