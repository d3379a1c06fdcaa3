namespace KinescopePS.Tests.SharedRecord.Model;

/// <summary>The rules of the protocol that a weakened one leaves out.</summary>
[Flags]
public enum Weakness
{
    None = 0,

    /// <summary>An append is held against neither claim nor revision.</summary>
    AppendsUnfenced = 1,

    /// <summary>An append is held against its claim, and against no revision.</summary>
    AppendsWithoutRevision = 1 << 1,

    /// <summary>A lesson is taken over from a machine that lives.</summary>
    TakesFromTheLiving = 1 << 2,

    /// <summary>The last byte is sent though only the spill has that it follows.</summary>
    EndsUnrecorded = 1 << 3,

    /// <summary>An id is handed on that neither the database nor the spill has as uploaded.</summary>
    HandsOnUnrecorded = 1 << 4,

    /// <summary>An intent replaces that of an attempt whose video no list shows.</summary>
    ForgetsAttempts = 1 << 5,

    /// <summary>An attempt without a video is settled before lists are up to date.</summary>
    SettlesAtOnce = 1 << 6,

    /// <summary>The video of an earlier attempt is deleted before the database has it as abandoned.</summary>
    DeletesUnrecorded = 1 << 7,

    /// <summary>A machine that lost the lesson deletes its own video without a look at the lesson's row.</summary>
    DeletesItsOwn = 1 << 8,

    /// <summary>A spill is not kept.</summary>
    LosesSpill = 1 << 9,

    /// <summary>What the spill has is written over what others wrote meanwhile.</summary>
    DeliversBlindly = 1 << 10,

    /// <summary>A video that is added as abandoned ends the attempt that runs.</summary>
    AbandonsTheAttempt = 1 << 11,

    /// <summary>A video is made by a machine whose claim is not certain.</summary>
    CreatesInDoubt = 1 << 12,

    /// <summary>The last byte is sent by a machine whose claim is not certain.</summary>
    EndsInDoubt = 1 << 13,

    /// <summary>A machine claims whose own lease has run out.</summary>
    ClaimsInDoubt = 1 << 14,
}
