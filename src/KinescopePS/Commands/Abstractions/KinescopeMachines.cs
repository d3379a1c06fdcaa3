using KinescopePS.Record;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>The machines of a shared record, at one moment.</summary>
internal sealed class KinescopeMachines(IReadOnlyList<SharedMachine> machines, IReadOnlyList<SharedClaim> claims)
{
    private readonly Dictionary<string, SharedClaim> _claims = claims.ToDictionary(claim => RecordedUploads.KeyOf(claim.Lesson));

    private readonly ILookup<(Guid Machine, string Lesson), SharedWork> _work =
        machines.SelectMany(machine => machine.Work.Select(work => (machine.Id, work)))
            .ToLookup(of => (of.Id, RecordedUploads.KeyOf(of.work.Lesson)), of => of.work);

    public IReadOnlyList<SharedMachine> All => machines;

    /// <summary>Reads them.</summary>
    public static async Task<KinescopeMachines> ReadAsync(SharedStore store, CancellationToken cancellation)
    {
        await store.RequireSchemaAsync(cancellation).ConfigureAwait(false);
        var (all, held) = await store.MachinesAsync(cancellation).ConfigureAwait(false);
        return new KinescopeMachines(all, held);
    }

    /// <summary>The claim of a lesson, and what its machine tells of it; null where nobody has it, or nothing is told.</summary>
    public (SharedClaim? Claim, SharedWork? Work) Of(string lesson) =>
        _claims.GetValueOrDefault(RecordedUploads.KeyOf(lesson)) is { } claim
            ? (claim, _work[(claim.Machine, RecordedUploads.KeyOf(lesson))].FirstOrDefault())
            : default;

    /// <summary>A machine as it is written to the pipeline.</summary>
    public KinescopeMachine ToOutput(SharedMachine machine, bool isDraining = false) => new()
    {
        Name = machine.Name,
        Status = !machine.IsAlive ? KinescopeMachineStatus.Silent
            : machine.IsDraining || isDraining ? KinescopeMachineStatus.Draining
            : KinescopeMachineStatus.Working,
        StartedAt = machine.StartedAt,
        SilentFor = machine.SilentFor,
        Lessons = [.. claims.Where(claim => claim.Machine == machine.Id).Select(claim => claim.Lesson).Order(StringComparer.Ordinal)],
        // Who missed some heartbeats has said nothing of now.
        Rate = machine.IsAlive && machine.SilentFor < TimeSpan.FromSeconds(15) ? machine.Work.Sum(work => work.Rate) : 0,
    };
}
