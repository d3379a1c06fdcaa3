using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Gives a video subtitles in the place of those that it has in their language.</summary>
[Cmdlet(VerbsCommon.Set, "KinescopeSubtitle", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class SetKinescopeSubtitleCommand : SubtitleCmdlet
{
}
