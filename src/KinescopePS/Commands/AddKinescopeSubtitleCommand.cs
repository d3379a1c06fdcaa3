using System.Management.Automation;
using KinescopePS.Companions;

namespace KinescopePS.Commands;

/// <summary>Gives a video subtitles in a language in which it has none.</summary>
[Cmdlet(VerbsCommon.Add, "KinescopeSubtitle", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class AddKinescopeSubtitleCommand : SubtitleCmdlet
{
    private protected override bool MayReplace => false;

    private protected override string ActionFor(Companion companion) => $"Add the {companion.Kind}: {companion.Source}";
}
