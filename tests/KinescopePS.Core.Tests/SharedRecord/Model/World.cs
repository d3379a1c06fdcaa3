namespace KinescopePS.Tests.SharedRecord.Model;

internal enum Life : byte
{
    Running,
    Paused,
    Dead,
}

/// <summary>A machine, as far as it is the same for all lessons.</summary>
internal struct Machine
{
    public Life Life;

    /// <summary>By the server's clock: <c>alive_until</c> is to come.</summary>
    public bool IsLeased;

    /// <summary>By the machine's own clocks: less than a lease ago it sent a heartbeat that succeeded.</summary>
    public bool IsCertain;

    /// <summary>The database is away for it.</summary>
    public bool IsCut;

    public override readonly string ToString() =>
        $"{Life}{(IsLeased ? "" : " expired")}{(IsCertain ? "" : " doubts")}{(IsCut ? " cut" : "")}";
}

/// <summary>The effect of a step of the world on all lessons.</summary>
internal enum Effect : byte
{
    None,

    /// <summary>The process is gone, with all that it had in memory.</summary>
    Forget,

    /// <summary>The next process on the computer removes the dead one's row, and its claims with it.</summary>
    Join,

    /// <summary>A heartbeat's answer tells of claims that were taken over.</summary>
    Beat,

    /// <summary>The replica hears of nothing more.</summary>
    FallBehind,

    /// <summary>The replica is the database: what was committed since it fell behind is lost.</summary>
    Promote,
}

/// <summary>The most faults of each kind that come, at any moment and in any order.</summary>
/// <param name="Others">
/// Of each lesson: answers that are lost, appends that are late, gateways that mislead, uploads that are interrupted.
/// </param>
internal readonly record struct Faults(int Crashes = 0, int Pauses = 0, int Cuts = 0, int Others = 0, int Failovers = 0);

/// <summary>The machines and the faults that are left to come. Time passes by steps that may be taken at any moment.</summary>
internal struct World
{
    public Both<Machine> Machines;
    public byte Crashes;
    public byte Pauses;
    public byte Cuts;
    public byte Failovers;
    public bool IsBehind;

    public static World With(Faults faults)
    {
        var world = new World
        {
            Crashes = (byte)faults.Crashes,
            Pauses = (byte)faults.Pauses,
            Cuts = (byte)faults.Cuts,
            Failovers = (byte)faults.Failovers,
        };
        for (var m = 0; m < 2; m++)
            world.Machines[m] = new Machine { IsLeased = true, IsCertain = true };
        return world;
    }

    public readonly bool IsRunning(int m) => Machines[m].Life == Life.Running;

    public readonly bool Reaches(int m) => IsRunning(m) && !Machines[m].IsCut;

    public readonly void AddSteps(List<(Act Act, World World, Effect Effect, int Machine)> steps)
    {
        for (var m = 0; m < 2; m++)
        {
            var machine = Machines[m];
            if (machine.Life != Life.Dead && Crashes > 0)
                Add(steps, "crashes", m, machine with { Life = Life.Dead, IsCertain = false }, Effect.Forget, crashes: 1);
            if (machine.Life == Life.Running && Pauses > 0)
                Add(steps, "is paused", m, machine with { Life = Life.Paused }, pauses: 1);
            if (!machine.IsCut && Cuts > 0)
                Add(steps, "is cut off", m, machine with { IsCut = true }, cuts: 1);
            if (machine.Life == Life.Paused)
                Add(steps, "wakes", m, machine with { Life = Life.Running });
            if (machine.IsCut)
                Add(steps, "is connected", m, machine with { IsCut = false });
            if (machine is { Life: Life.Dead, IsCut: false })
                Add(steps, "joins anew", m, new Machine { IsLeased = true, IsCertain = true }, Effect.Join);
            // A machine that runs and reaches the database beats in time.
            if (machine.IsCertain && !Reaches(m))
                Add(steps, "is certain no longer", m, machine with { IsCertain = false });
            // The lease began after the heartbeat was sent that the certainty counts from.
            if (machine is { IsLeased: true, IsCertain: false })
                Add(steps, "'s lease runs out", m, machine with { IsLeased = false });
            if (Reaches(m) && machine is not { IsLeased: true, IsCertain: true })
                Add(steps, "beats", m, machine with { IsLeased = true, IsCertain = true }, Effect.Beat);
        }

        if (Failovers > 0)
        {
            if (!IsBehind)
                steps.Add((new Act("the replica falls behind", IsFault: true), this with { IsBehind = true }, Effect.FallBehind, 0));
            var promoted = this with { IsBehind = false, Failovers = (byte)(Failovers - 1) };
            // The heartbeats of that time are lost too.
            promoted.Machines[0].IsLeased = promoted.Machines[1].IsLeased = false;
            if (IsBehind)
                steps.Add((new Act("the replica is promoted", IsFault: true), promoted, Effect.Promote, 0));
        }

        if (Cuts > 0 && !Machines[0].IsCut && !Machines[1].IsCut)
        {
            var away = this;
            away.Machines[0].IsCut = away.Machines[1].IsCut = true;
            away.Cuts--;
            steps.Add((new Act("the database is away", IsFault: true), away, Effect.None, 0));
        }
    }

    public override readonly string ToString() => $"A {Machines[0]}, B {Machines[1]}";

    private readonly void Add(
        List<(Act, World, Effect, int)> steps,
        string what,
        int m,
        Machine machine,
        Effect effect = Effect.None,
        int crashes = 0,
        int pauses = 0,
        int cuts = 0)
    {
        var next = this;
        next.Machines[m] = machine;
        next.Crashes -= (byte)crashes;
        next.Pauses -= (byte)pauses;
        next.Cuts -= (byte)cuts;
        steps.Add((new Act(what, m, IsFault: crashes + pauses + cuts > 0), next, effect, m));
    }
}
