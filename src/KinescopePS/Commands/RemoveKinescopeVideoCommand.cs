using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>Deletes videos at Kinescope. They cannot be brought back from here.</summary>
[Cmdlet(
    VerbsCommon.Remove, "KinescopeVideo", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = SessionSet)]
public sealed class RemoveKinescopeVideoCommand : VideoCmdlet
{
    private protected override void Process(string videoId)
    {
        // A deletion whose answer was lost cannot be told from one of nothing, so the video is looked at before; its title is asked for.
        var video = Known is { } known && known.VideoId == videoId ? known : Get(videoId);
        if (ShouldProcess($"'{video.Title}' ({videoId})", "Delete the video"))
            Call((kinescope, token) => kinescope.DeleteVideoAsync(videoId, token));
    }
}
