using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>
/// Keeps a cmdlet to the findings that are its business. Any other passes by: what Compare-LessonVideo found is piped as it is.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="mends">The results that it mends.</param>
internal sealed class FindingGuard(AsyncCmdlet cmdlet, params IEnumerable<LessonFindingStatus> mends)
{
    private readonly HashSet<LessonFindingStatus> _mends = [.. mends];

    /// <summary>False for a finding that is not the cmdlet's business, or none at all, which is said.</summary>
    /// <param name="input">The object from the pipeline.</param>
    /// <param name="finding">The finding; null for another object, which is taken as it always was.</param>
    public bool Takes(PSObject? input, out LessonFinding? finding)
    {
        finding = null;
        try
        {
            finding = Findings.Of(input);
        }
        catch (KinescopeException invalid)
        {
            cmdlet.WriteError(invalid.ToErrorRecord(input));
            return false;
        }

        if (finding is null || _mends.Contains(finding.Status))
            return true;
        cmdlet.WriteVerbose($"{NameOf(finding)}: its result is {finding.Status}, which is not mended here.");
        return false;
    }

    /// <summary>The lesson, file or video that a finding is about, for messages.</summary>
    public static string NameOf(LessonFinding finding) => finding switch
    {
        { LessonId: { } lesson } => $"Lesson '{lesson}'",
        { Path: { } path } => path,
        { VideoId: { } video } => $"Video {video}",
        _ => "A finding",
    };
}
