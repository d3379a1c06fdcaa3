namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>The step of a machine at a lesson.</summary>
internal enum Step : byte
{
    /// <summary>Does not work on it.</summary>
    Idle,

    /// <summary>Has claimed it, and looks for what earlier attempts left.</summary>
    Deciding,

    /// <summary>Has sent the intent, and has no answer.</summary>
    Intending,

    /// <summary>Knows that the database has the intent.</summary>
    Intended,

    /// <summary>Has sent the call that makes the video.</summary>
    Creating,

    /// <summary>Has the video's id and upload URL, which nothing else has.</summary>
    Created,

    /// <summary>Sends bytes, all but the last.</summary>
    Sending,

    /// <summary>Has recorded that the last byte follows.</summary>
    Ended,

    /// <summary>Has sent the last byte.</summary>
    LastSent,

    /// <summary>Knows that the video is complete.</summary>
    Complete,

    /// <summary>Knows that the database has it as uploaded.</summary>
    Recorded,

    /// <summary>Has the id as uploaded in its spill, and found its claim certain.</summary>
    Confident,

    /// <summary>Has handed the id on.</summary>
    HandedOn,
}

internal enum Token : byte
{
    /// <summary>The machine believes in no claim.</summary>
    None,

    /// <summary>Its claim is the lesson's.</summary>
    Current,

    /// <summary>It believes in a claim that the database does not have any more.</summary>
    Old,
}

/// <summary>A machine's part in a lesson: its memory, and its spill.</summary>
internal record struct Worker
{
    public Step Step;
    public Token Token;

    /// <summary>The video, or the attempt, that it works on.</summary>
    public byte Video;

    /// <summary>The furthest step in the spill; <c>Nothing</c> where it is empty.</summary>
    public Stage Spilt;

    /// <summary>The video of the spill.</summary>
    public byte SpiltVideo;

    /// <summary>The row's revision is the one that its memory and its spill go on from, or that it wrote itself.</summary>
    public bool HasBase;

    /// <summary>The spill stays.</summary>
    public readonly Worker Stopped() =>
        this with { Step = Step.Idle, Token = Token.None, Video = 0, HasBase = HasBase && Spilt != Stage.Nothing };

    public readonly Worker Delivered() => this with { Spilt = Stage.Nothing, SpiltVideo = 0 };

    public override readonly string ToString() =>
        $"{Step} {Video} {Token}{(HasBase ? "" : " stale")}{(Spilt == 0 ? "" : $" spill {Spilt} {SpiltVideo}")}";
}

/// <summary>A lesson as a replica has it that hears of nothing more, and is to be promoted.</summary>
internal record struct Replica
{
    public Row Row;
    public byte Owner;

    /// <summary>The machines that have the token of this claim, and that the row's revision is one of those they wrote or read.</summary>
    public VideoSet Tokens;
    public VideoSet Bases;
}

/// <summary>A lesson: its claim and row, each machine's part in it, its videos, and what is under way to them.</summary>
internal record struct Lesson
{
    public const byte Nobody = 2;

    /// <summary>The machine that has the claim in the database.</summary>
    public byte Owner;

    public Row Row;
    public Both<Worker> Workers;

    public Replica Replica;

    public VideoSet Unfinished;
    public VideoSet Complete;
    public VideoSet Deleted;

    /// <summary>The complete videos that say so: a status may follow late, and an upload that is complete may have closed by then.</summary>
    public VideoSet Shown;

    /// <summary>The videos that lists show.</summary>
    public VideoSet Listed;

    /// <summary>Requests that are under way, and may arrive whatever became of their sender.</summary>
    public VideoSet Creations;
    public VideoSet LastBytes;
    public VideoSet Deletions;

    /// <summary>An append that its writer has given up, and that the database may still carry out; <c>Nothing</c> for none.</summary>
    public Stage Late;
    public byte LateVideo;
    public byte LateWriter;

    /// <summary>The videos whose ids were written as results.</summary>
    public VideoSet HandedOn;

    /// <summary>The number of attempts that were made up.</summary>
    public byte Attempts;

    /// <summary>Lost answers, late appends, wrong refusals and interrupted uploads that are left to come.</summary>
    public byte Faults;

    /// <summary>A gateway said 404 of an upload that goes on.</summary>
    public bool WasMisled;

    /// <summary>A machine without the claim wrote the row.</summary>
    public bool WasForced;

    public static Lesson With(Faults faults) => new() { Owner = Nobody, Faults = (byte)faults.Others };

    public readonly bool Exists(int video) => (Unfinished | Complete).Has(video);

    /// <summary>What happened to a machine, as this lesson sees it.</summary>
    public readonly Lesson After(Effect effect, int m)
    {
        var next = this;
        ref var worker = ref next.Workers[m];
        switch (effect)
        {
            case Effect.Forget:
                worker = worker.Stopped();
                break;
            // A call that makes a video is waited for, and what it answers is recorded.
            case Effect.Beat when worker is { Token: Token.Old, Step: Step.Creating or Step.Created }:
                worker.Token = Token.None;
                break;
            case Effect.Beat when worker.Token == Token.Old:
                next.Lose(m);
                break;
            case Effect.Join when Owner == m:
                next.Grant(Nobody);
                break;
            case Effect.FallBehind:
                next.Replica = new Replica { Row = Row, Owner = Owner };
                for (var i = 0; i < 2; i++)
                {
                    if (Workers[i].Token == Token.Current)
                        next.Replica.Tokens |= i;
                    if (Workers[i].HasBase)
                        next.Replica.Bases |= i;
                }

                break;
            case Effect.Promote:
                (next.Row, next.Owner) = (Replica.Row, Replica.Owner);
                for (var i = 0; i < 2; i++)
                {
                    ref var lost = ref next.Workers[i];
                    lost.Token = lost.Token == Token.None ? Token.None : Replica.Tokens.Has(i) ? Token.Current : Token.Old;
                    lost.HasBase = Replica.Bases.Has(i) || lost.HasBase && Row == Replica.Row;
                }

                next.Replica = default;
                (next.Late, next.LateVideo, next.LateWriter) = (Stage.Nothing, 0, 0);
                break;
        }

        return next;
    }

    /// <summary>A machine hears that the lesson is not its own any more. An id that the row does not know goes to its spill.</summary>
    public void Lose(int m)
    {
        ref var worker = ref Workers[m];
        var known = worker.Step switch
        {
            >= Step.Complete => Stage.Uploaded,
            >= Step.Created => Stage.Initialised,
            _ => Stage.Nothing,
        };
        if (known != Stage.Nothing && worker.Spilt == Stage.Nothing && !Row.ById.Has(worker.Video))
            (worker.Spilt, worker.SpiltVideo) = (known, worker.Video);
        worker = worker.Stopped();
        if (worker.Spilt == Stage.Nothing)
            Replica.Bases -= m;
    }

    /// <summary>Gives the claim to a machine, or to nobody: whoever had it has an old token now.</summary>
    public void Grant(int owner)
    {
        for (var m = 0; m < 2; m++)
        {
            if (Workers[m].Token == Token.Current)
                Workers[m].Token = Token.Old;
        }

        Owner = (byte)owner;
        Late = Stage.Nothing;
        LateVideo = LateWriter = 0;
        if (owner == Nobody)
            return;
        Workers[owner].Token = Token.Current;
        Replica.Tokens -= owner;
    }

    public override readonly string ToString() =>
        $"owner {(Owner == Nobody ? "-" : Owner == 0 ? "A" : "B")} | {Row} | A {Workers[0]} | B {Workers[1]} | unfinished {Unfinished} "
        + $"complete {Complete} shown {Shown} deleted {Deleted} listed {Listed} | creations {Creations} last bytes {LastBytes} deletions {Deletions} "
        + $"late {Late} {LateVideo} | handed on {HandedOn}";
}
