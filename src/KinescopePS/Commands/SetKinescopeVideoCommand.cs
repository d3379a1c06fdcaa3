using System.Management.Automation;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Changes what a video is called, what is said of it, and who may watch it.</summary>
[Cmdlet(VerbsCommon.Set, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class SetKinescopeVideoCommand : VideoCmdlet
{
    /// <summary>The new title. One of more than 140 characters is cut.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowNull]
    [AllowEmptyString]
    public string? Title { get; set; }

    /// <summary>The new description. The mark of an upload by this module stays behind it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [AllowEmptyString]
    [ValidateNotNull]
    public string? Description { get; set; }

    /// <summary>The tags, instead of those that it has.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public string[]? Tag { get; set; }

    /// <summary>Where the player may be shown: anywhere, nowhere, or custom for the domains of -PrivacyDomain.</summary>
    [Parameter]
    [ValidateSet("anywhere", "nowhere", "custom")]
    public string? PrivacyType { get; set; }

    /// <summary>The domains that may embed the video.</summary>
    [Parameter]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public string[]? PrivacyDomain { get; set; }

    /// <summary>Writes the video as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private static IEnumerable<string> Changes =>
        [nameof(Title), nameof(Description), nameof(Tag), nameof(PrivacyType), nameof(PrivacyDomain)];

    private protected override IEnumerable<LessonFindingStatus> Mends => [LessonFindingStatus.TitleDiffers];

    private protected override void Process(string videoId)
    {
        var known = Known is { } input && input.VideoId == videoId ? input : null;
        // What came with the video down the pipeline is no change.
        var change = new VideoChange
        {
            Title = Title == known?.Title || string.IsNullOrEmpty(Title) && !IsTyped(nameof(Title)) ? null : Fit(videoId, Title ?? ""),
            Description = Description == known?.Description ? null : Description,
            Tags = Tag,
            PrivacyType = PrivacyType?.ToLowerInvariant(),
            PrivacyDomains = PrivacyDomain,
        };
        if (change.Fields.Count > 0)
        {
            if (!ShouldProcess(NameOf(videoId), $"Set {string.Join(", ", change.Fields.Keys)}"))
                return;
            if (change.Description is not null || change.Tags is not null)
                change = KeepStamp(change, known ?? Get(videoId));
            Call((kinescope, token) => kinescope.ChangeVideoAsync(videoId, change, token));
        }
        else if (Finding is null && !PassThru && !Changes.Any(IsTyped) && known?.Title is null)
        {
            throw new KinescopeException(
                ErrorIds.RequestInvalid,
                "nothing says what to change: give -Title, -Description, -Tag, -PrivacyType or -PrivacyDomain.");
        }

        if (PassThru)
            WriteObject(Get(videoId));
    }

    private static VideoChange KeepStamp(VideoChange change, KinescopeVideo old) => change with
    {
        Description = change.Description is null ? null : UploadStamp.Keep(change.Description, old.Description),
        Tags = change.Tags is null ? null : UploadStamp.Keep(change.Tags, old.Tags),
    };

    private string Fit(string videoId, string title)
    {
        var fitted = VideoTitle.Fit(title);
        if (fitted.Length < title.Length)
            WriteWarning(
                $"Video '{videoId}': its title has {title.Length} characters, and Kinescope takes {VideoTitle.MaxLength}. It becomes "
                + $"'{fitted}'.");
        return fitted;
    }
}
