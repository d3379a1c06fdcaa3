using System.Management.Automation;
using KinescopePS.Changes;
using KinescopePS.Kinescope;

namespace KinescopePS.Commands;

/// <summary>Changes what a video is called, what is said of it, and who may watch it.</summary>
[Cmdlet(VerbsCommon.Set, "KinescopeVideo", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class SetKinescopeVideoCommand : VideoCmdlet
{
    private VideoChanges? _changes;

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
    [Alias("Privacy")]
    [ValidateSet("anywhere", "nowhere", "custom")]
    public string? PrivacyType { get; set; }

    /// <summary>The domains that may embed the video, with -PrivacyType custom.</summary>
    [Parameter]
    [Alias("Domain")]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public string[]? PrivacyDomain { get; set; }

    /// <summary>
    /// The file that keeps what each video held, for Restore-KinescopeVideo. Default: kinescope-video-undo.jsonl in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UndoFile { get; set; } = VideoUndoFile.DefaultName;

    /// <summary>Writes the video as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private static IEnumerable<string> Changes =>
        [nameof(Title), nameof(Description), nameof(Tag), nameof(PrivacyType), nameof(PrivacyDomain)];

    private protected override IEnumerable<LessonFindingStatus> Mends => [LessonFindingStatus.TitleDiffers];

    private protected override bool HasProgress => true;

    private protected override void Begin()
    {
        PrivacyType = PrivacyType?.ToLowerInvariant();
        (PrivacyDomain, var warning) = PrivacyDomains.ReadFor(PrivacyType, PrivacyDomain);
        if (warning is not null)
            WriteWarning(warning);
    }

    private protected override void Process(string videoId)
    {
        if (IsTyped(nameof(Title)) && string.IsNullOrWhiteSpace(Title))
            throw new KinescopeException(
                ErrorIds.RequestInvalid, "an empty title would leave it without a name: nothing was changed. Give -Title a text.");
        var known = Known is { } input && input.VideoId == videoId ? input : null;
        // What came with the video down the pipeline is no change.
        var change = new VideoChange
        {
            Title = Title == known?.Title || string.IsNullOrWhiteSpace(Title) ? null : Fit(videoId, Title),
            Description = Description == known?.Description ? null : Description,
            Tags = Tag,
            PrivacyType = PrivacyType,
            PrivacyDomains = PrivacyDomain,
        };
        if (change.Fields.Count > 0 || PassThru)
        {
            _changes ??= Own(new VideoChanges(this, Connection, FilePathOf(UndoFile), PassThru));
            _changes.Add(new AskedVideoChange(videoId, change));
        }
        else if (Finding is null && !Changes.Any(IsTyped) && known?.Title is null)
        {
            throw new KinescopeException(
                ErrorIds.RequestInvalid,
                "nothing says what to change: give -Title, -Description, -Tag, -PrivacyType or -PrivacyDomain.");
        }
    }

    private protected override Task Drain(CancellationToken budget) => _changes?.DrainAsync(budget) ?? Task.CompletedTask;

    private protected override void End() => _changes?.Complete();

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
