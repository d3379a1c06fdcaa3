using System.Management.Automation;
using KinescopePS.Companions;
using KinescopePS.Manifest;

namespace KinescopePS.Commands;

/// <summary>Gives a video its poster: a JPEG, or a moment of the video.</summary>
[Cmdlet(VerbsCommon.Set, "KinescopePoster", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class SetKinescopePosterCommand : CompanionCmdlet
{
    /// <summary>
    /// The picture, a JPEG. Default: of a lesson or an upload from the pipeline, the picture beside the video, under its name.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The moment of the video that its poster shows: 1:30, 1:02:03, or a number of seconds.</summary>
    [Parameter]
    [Moment]
    public TimeSpan? At { get; set; }

    private protected override CompanionSort Sort => CompanionSort.Poster;

    private protected override void Begin()
    {
        if (At is not null && Path is not null)
            throw new KinescopeException(
                ErrorIds.RequestInvalid, "-Path and -At both name a poster: give one of them. Nothing was done.");
    }

    private protected override IEnumerable<Companion> Read(Func<CompanionFiles> beside)
    {
        if (At is { } moment)
            return [PosterCompanion.At(moment)];
        var path = Path ?? TextOf(nameof(LessonVideo.PosterPath)) ?? beside().Poster;
        if (path is null)
            RequireSource("-Path or -At");
        return path is null ? [] : [PosterCompanion.Read(FilePathOf(path))];
    }

    private protected override string ActionFor(Companion companion) => $"Set the poster: {companion.Source}";
}
