using System.Management.Automation;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>Tells machines that share a record to finish what they have and to begin nothing more.</summary>
[Cmdlet(VerbsLifecycle.Stop, "KinescopeUpload", SupportsShouldProcess = true)]
[OutputType(typeof(KinescopeMachine))]
public sealed class StopKinescopeUploadCommand : AsyncCmdlet
{
    /// <summary>A machine that leaves takes its row with it: a look at a few rows.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _named = [];
    private SharedStore _store = null!;

    /// <summary>The machines, as Get-KinescopeUpload -ByMachine names them. Default: all that are alive.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("Name")]
    [SupportsWildcards]
    [AllowNull]
    [AllowEmptyCollection]
    public string?[]? Machine { get; set; }

    /// <summary>The database of the record: a postgresql:// URL, or LessonDatabase.</summary>
    [Parameter(Mandatory = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = "";

    /// <summary>Waits until the machines have left. Ctrl+C ends the wait, not the stop.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Writes each machine that was told.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin() => _store = Records.OpenStore(
        this, ProgressFile, Settings,
        "Ctrl+C in the window of that run stops it, and keeps what it did; with -MaxDuration it begins nothing more after that time.");

    // An upload that nobody has comes without a machine.
    private protected override void Process() => _named.UnionWith((Machine ?? []).OfType<string>().Where(name => name.Length > 0));

    private protected override void End()
    {
        var isOfAll = _named.Count == 0 && !MyInvocation.ExpectingInput;
        if (_named.Count == 0 && !isOfAll)
            return;
        var machines = Await(stop => KinescopeMachines.ReadAsync(_store, stop));
        var names = new TypedNames([.. _named]).Noting(machines.All.Select(machine => machine.Name));
        var chosen = machines.All.Where(machine => machine.IsAlive && names.Matches(machine.Name)).ToList();
        foreach (var name in _named.Where(name => !WildcardPattern.ContainsWildcardCharacters(name)).Order(StringComparer.Ordinal))
            RequireAlive(machines, name);
        if (chosen.Count == 0)
            WriteVerbose($"{_store.DisplayName}: no machine is at work that this concerns.");

        List<SharedMachine> told = [.. chosen.Where(machine => ShouldProcess(
            $"Machine {machine.Name}", "Finish what it has, and begin nothing more"))];
        if (told.Count == 0)
            return;
        Await(stop => _store.DrainAsync([.. told.Select(machine => machine.Id)], stop));
        if (PassThru)
            WriteObject(told.Select(machine => machines.ToOutput(machine, isDraining: true)), enumerateCollection: true);
        if (Wait)
            Await(stop => UntilGoneAsync([.. told.Select(machine => machine.Id)], stop));
    }

    private void RequireAlive(KinescopeMachines machines, string name)
    {
        List<SharedMachine> known = [.. machines.All.Where(machine => machine.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];
        if (known.Exists(machine => machine.IsAlive))
            return;
        var why = known.Count > 0
            ? $"machine {name} is not at work any more: nothing was heard of it for {known[^1].SilentFor.TotalMinutes:0} minutes, and its "
                + "lessons are free for the others."
            : $"no machine {name} is at work. Get-KinescopeUpload -ByMachine names those that are.";
        WriteError(new KinescopeException(ErrorIds.MachineNotFound, $"{_store.DisplayName}: {why}").ToErrorRecord(name));
    }

    private async Task UntilGoneAsync(HashSet<Guid> told, CancellationToken cancellation)
    {
        var isAway = false;
        for (; ; await Task.Delay(BetweenLooks, Clock, cancellation).ConfigureAwait(false))
        {
            try
            {
                var machines = await KinescopeMachines.ReadAsync(_store, cancellation).ConfigureAwait(false);
                List<KinescopeMachine> left =
                [
                    .. from machine in machines.All
                       where machine.IsAlive && told.Contains(machine.Id)
                       select machines.ToOutput(machine),
                ];
                Post(() => Show(left));
                if (left.Count == 0)
                    return;
                isAway = false;
            }
            catch (KinescopeException away) when (away.IsTransient)
            {
                if (!isAway)
                    Post(() => WriteWarning($"{away.Message} It is looked at again until it is back."));
                isAway = true;
            }
        }
    }

    private void Show(IReadOnlyCollection<KinescopeMachine> left)
    {
        var lessons = left.Sum(machine => machine.Lessons.Count);
        WriteProgress(new ProgressRecord(1, "Waiting for machines to finish", $"{left.Count} machines with {lessons} lessons")
        {
            CurrentOperation = PrintableText.Of(string.Join(", ", left.Select(machine => machine.Name).Order(StringComparer.Ordinal))),
            RecordType = left.Count == 0 ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        });
    }
}
