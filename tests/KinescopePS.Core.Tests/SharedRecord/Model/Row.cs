namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>The stage of a lesson's upload in the database, as of <c>UploadStage</c>; <c>Ending</c> stands for <c>MayBeComplete</c>.</summary>
internal enum Stage : byte
{
    Nothing,
    Intended,
    Initialised,
    Ending,
    Uploaded,
}

/// <summary>A lesson's upload in the database: the part of <c>RecordedUpload</c> that the protocol depends on.</summary>
internal record struct Row
{
    public Stage Stage;

    /// <summary>The video, or the attempt that is about to make it; 0 for none.</summary>
    public byte Current;

    public VideoSet Lost;

    public VideoSet Abandoned;

    public VideoSet Superseded;

    /// <summary>The videos that the row knows by their id.</summary>
    public readonly VideoSet ById => Stage >= Stage.Initialised ? GivenUp | Current : GivenUp;

    /// <summary>Those, and the ones that it knows by their attempt.</summary>
    public readonly VideoSet Named => Current == 0 ? GivenUp | Lost : GivenUp | Lost | Current;

    public readonly VideoSet GivenUp => Abandoned | Superseded;

    public readonly Row Intend(int attempt, bool forgetsLost) => this with
    {
        Stage = Stage.Intended,
        Current = (byte)attempt,
        Lost = Stage == Stage.Intended && !forgetsLost ? Lost | Current : Lost,
    };

    public readonly Row Reach(Stage stage, int video) => this with
    {
        Stage = stage,
        Current = (byte)video,
        Lost = (Stage == Stage.Intended && Current != video ? Lost | Current : Lost) - video,
        Abandoned = Abandoned - video,
        Superseded = (Stage == Stage.Uploaded && Current != video ? Superseded | Current : Superseded) - video,
    };

    /// <param name="alsoAttempt">True where an attempt that runs is given up with any video.</param>
    public readonly Row Abandon(int video, bool alsoAttempt = false)
    {
        var next = this with { Abandoned = Abandoned | video, Lost = Lost - video };
        return Current == video || alsoAttempt && Stage == Stage.Intended ? next with { Stage = Stage.Nothing, Current = 0 } : next;
    }

    public readonly Row Supersede(int video) => this with { Superseded = Superseded | video, Lost = Lost - video };

    public override readonly string ToString() => $"{Stage} {Current} lost {Lost} abandoned {Abandoned} superseded {Superseded}";
}
