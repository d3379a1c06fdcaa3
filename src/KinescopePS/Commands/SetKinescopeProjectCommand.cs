using System.Management.Automation;
using KinescopePS.Changes;

namespace KinescopePS.Commands;

/// <summary>Changes what a project is called, and where its videos may be shown.</summary>
[Cmdlet(VerbsCommon.Set, "KinescopeProject", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeProject))]
public sealed class SetKinescopeProjectCommand : KinescopeCmdlet
{
    /// <summary>The number of videos above which progress and a last word are shown.</summary>
    private const int Handful = 10;

    private const int RowId = 1;
    private const string Activity = "Changing videos";

    private readonly HashSet<string> _taken = [];
    private VideoUndoFile? _undo;
    private ProjectChanger? _changer;
    private PlannedProjectChange? _current, _unfinished;
    private Task? _work;

    /// <summary>The project: its id, its name, or a link from the dashboard.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProjectCompleter))]
    public string[] ProjectId { get; set; } = [];

    /// <summary>The new name.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>Where the player may be shown: anywhere, nowhere, or custom for the domains of -PrivacyDomain.</summary>
    [Parameter]
    [Alias("Privacy")]
    [ValidateSet("anywhere", "nowhere", "custom")]
    public string? PrivacyType { get; set; }

    /// <summary>The domains that may embed its videos, with -PrivacyType custom, instead of those that it has.</summary>
    [Parameter]
    [Alias("Domain")]
    [AllowEmptyCollection]
    [ValidateNotNull]
    public string[]? PrivacyDomain { get; set; }

    /// <summary>Gives the privacy to the videos that are in the project, too.</summary>
    [Parameter]
    public SwitchParameter ApplyToVideo { get; set; }

    /// <summary>
    /// The file that keeps what each video held, for Restore-KinescopeVideo. Default: kinescope-video-undo.jsonl in the current location.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string UndoFile { get; set; } = VideoUndoFile.DefaultName;

    /// <summary>Writes the project as it is afterwards.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override bool HasProgress => true;

    private VideoUndoFile Undo => _undo ??= new VideoUndoFile(FilePathOf(UndoFile));

    private ProjectChanger Changer => _changer ??= new ProjectChanger(Kinescope, Retries, Undo, Connection.Target);

    private protected override void Begin()
    {
        Leaving += LeaveEarly;
        PrivacyType = PrivacyType?.ToLowerInvariant();
        (PrivacyDomain, var warning) = PrivacyDomains.ReadFor(PrivacyType, PrivacyDomain);
        if (warning is not null)
            WriteWarning(warning);
        if (Name is null && PrivacyType is null && PrivacyDomain is null && !ApplyToVideo)
            throw new KinescopeException(
                ErrorIds.RequestInvalid, "Nothing says what to change: give -Name, -PrivacyType, -PrivacyDomain or -ApplyToVideo.");
    }

    private protected override void Process() => ForEach(ProjectId, "Project", given =>
    {
        // Videos and folders, too, come with the id of their project.
        if (Places.ProjectOf(given) is { } projectId && _taken.Add(projectId))
            Change(projectId);
    });

    private protected override Task Drain(CancellationToken budget) => (_work ?? Task.CompletedTask).WaitAsync(budget);

    private protected override void Tick()
    {
        if (_current is not { Videos.Count: > Handful } planned)
            return;
        var done = planned.Videos.Count(one => !one.IsLeftOver);
        var text = $"{done} of {planned.Videos.Count}";
        var row = CurrentHold is { } hold ? HoldRow.Of(RowId, text, hold) : new ProgressRecord(RowId, Activity, text);
        row.PercentComplete = (int)(100L * done / planned.Videos.Count);
        WriteProgress(row);
    }

    private static string Counted(int count) => count == 1 ? "1 video" : $"{count} videos";

    private static string Describe(PlannedProjectChange planned)
    {
        var (before, after) = (planned.Before, planned.After);
        var was = VideoFields.PrivacyOf(PlannedProjectChange.PrivacyOf(before.PrivacyType, [.. before.PrivacyDomains]));
        var will = VideoFields.PrivacyOf(PlannedProjectChange.PrivacyOf(after.PrivacyType, after.PrivacyDomains));
        List<string> changes = [];
        if (planned.HasNewName)
            changes.Add($"name from '{before.Name}' to '{after.Name}'");
        if (planned.HasNewPrivacy)
            changes.Add($"privacy from {was} to {will}");
        else if (planned.Videos.Count > 0)
            changes.Add($"privacy of videos to {will}");
        return $"Set {string.Join(", ", changes)}";
    }

    private void Change(string projectId)
    {
        var asked = new AskedProjectChange
        {
            Name = Name,
            PrivacyType = PrivacyType,
            PrivacyDomains = PrivacyDomain,
            AppliesToVideos = ApplyToVideo,
        };
        var planned = Await(stop => Changer.PlanAsync(projectId, asked, stop));
        var name = $"'{planned.Before.Name}' ({planned.Before.ProjectId})";
        if (PrivacyDomain is { Length: > 0 } && PrivacyType is null && planned.After.PrivacyType != "custom")
            WriteWarning($"The domains have no effect for project {name}: they count with -Privacy custom only.");
        if (!planned.IsNeeded)
        {
            WriteVerbose($"{name} is so already.");
            if (PassThru)
                WriteObject(planned.Before);
            return;
        }

        var count = planned.Videos.Count;
        var isWanted = count > 0
            ? ShouldProcessHarm($"{name} and {Counted(count)} in it", Describe(planned))
            : ShouldProcess(name, Describe(planned));
        if (!isWanted)
            return;
        if (count > 0)
            Await(Undo.RequireWritableAsync);
        Apply(planned);
        WriteVerbose($"{name}: {Describe(planned)}.");
        if (PassThru)
            WriteObject(Call((kinescope, token) => kinescope.GetProjectAsync(projectId, token)));
    }

    private void Apply(PlannedProjectChange planned)
    {
        (_current, _unfinished) = (planned, planned);
        _work = Start(stop => Changer.ApplyAsync(planned, StopToken, stop));
        try
        {
            Await(_work);
        }
        catch (KinescopeException failure)
        {
            _unfinished = null;
            if (planned.Videos.Count == 0)
                throw;
            if (planned.IsChanged)
                throw failure.Saying($"{failure.Message} {Progress(planned)}");
            if (!failure.IsTransient)
                throw;
            throw failure.Saying(
                $"{failure.Message} Whether the project was changed, and {Counted(planned.Videos.Count)} with it, is not known: run the "
                + "same command again, or Restore-KinescopeVideo.");
        }
        finally
        {
            _current = null;
            if (planned.Videos.Count > Handful)
                WriteProgress(new ProgressRecord(RowId, Activity, "Done") { RecordType = ProgressRecordType.Completed });
        }

        _unfinished = null;
        foreach (var one in planned.Videos)
        {
            if (one.Failure is { } failure)
                WriteError(failure.About($"Video '{one.Asked.VideoId}'").ToErrorRecord(one.Asked.VideoId));
        }

        if (Changer.StoppedBy is { } cause)
            throw cause.Saying($"{cause.Message} {Progress(planned)}", stopsRun: true);
        if (planned.Videos.Count > Handful)
            Say(
                $"{Counted(planned.Videos.Count)}: {planned.Videos.Count(one => one.IsChanged)} changed, "
                + $"{planned.Videos.Count(one => one.Failure is not null)} failed. Restore-KinescopeVideo takes that back, but for the "
                + "project itself.",
                "ProjectChangeSummary");
    }

    private static string Progress(PlannedProjectChange planned) =>
        $"The project was changed, and {planned.Videos.Count(one => one.IsChanged)} of its {Counted(planned.Videos.Count)}. Run the same "
        + "command again: what is changed already is left as it is."
        + (planned.Videos.Count > 0 ? " Restore-KinescopeVideo takes back the changes of videos." : "");

    /// <summary>Ctrl+C, or an error that is none of Kinescope's.</summary>
    private void LeaveEarly()
    {
        if (_unfinished is { } planned)
            WarnLast(planned.IsChanged
                ? $"Stopped: {Progress(planned)}"
                : $"Stopped: whether project '{planned.Before.Name}' was changed is not known. Run the same command again.");
    }
}
