namespace KinescopePS;

/// <summary>
/// The total of <c>Send-KinescopeVideo -WhatIf</c>: a line that is shown at its end, and an object in the information stream
/// (<c>-InformationVariable</c>).
/// </summary>
public sealed class UploadPreview
{
    /// <summary>Files that would be sent as new videos.</summary>
    public int ToSend { get; init; }

    /// <summary>Their size. Unit: bytes.</summary>
    public long BytesToSend { get; init; }

    /// <summary>Files that an earlier run began to send.</summary>
    public int ToContinue { get; init; }

    /// <summary>The rest of them, as far as it is known here. Unit: bytes.</summary>
    public long BytesToContinue { get; init; }

    /// <summary>Files that would become the new content of their lessons' videos.</summary>
    public int ToReplace { get; init; }

    /// <summary>Their size. Unit: bytes.</summary>
    public long BytesToReplace { get; init; }

    /// <summary>
    /// Files for that which are larger than -ReplaceLimit: asked for, and refused where nobody can be asked. <see cref="ToReplace"/> does
    /// not count them.
    /// </summary>
    public int AboveReplaceLimit { get; init; }

    /// <summary>Their size. Unit: bytes.</summary>
    public long BytesAboveReplaceLimit { get; init; }

    /// <summary>Files that changed since they were uploaded: compared first, and sent anew where they differ.</summary>
    public int ToCompare { get; init; }

    /// <summary>Their size. Unit: bytes.</summary>
    public long BytesToCompare { get; init; }

    /// <summary>Files that are at Kinescope, or whose lessons have a video, or share a file with another lesson.</summary>
    public int AlreadyThere { get; init; }

    /// <summary>Files that cannot be sent; an error says why.</summary>
    public int Refused { get; init; }

    /// <summary>Posters, subtitles and chapters that would be sent, with <c>-WithCompanions</c>.</summary>
    public int CompanionsToSend { get; init; }

    /// <summary>Those that are at their videos as they are.</summary>
    public int CompanionsUnchanged { get; init; }

    /// <summary>Those that cannot be sent; an error says why.</summary>
    public int CompanionsRefused { get; init; }

    /// <summary>The line: <c>To send: 350 (200.1 GiB), to continue: 1 (300.0 MiB left), already there: 54. Nothing was done.</c></summary>
    public override string ToString()
    {
        var compared = ToCompare > 0 ? $", to compare: {ToCompare} ({Figures.Bytes(BytesToCompare)})" : "";
        var replaced = ToReplace > 0 ? $", to replace: {ToReplace} ({Figures.Bytes(BytesToReplace)})" : "";
        var above = AboveReplaceLimit > 0
            ? $", above -ReplaceLimit: {AboveReplaceLimit} ({Figures.Bytes(BytesAboveReplaceLimit)}, refused where nobody can be asked)"
            : "";
        var refused = Refused > 0 ? $", cannot be sent: {Refused}" : "";
        return $"To send: {ToSend} ({Figures.Bytes(BytesToSend)}), to continue: {ToContinue} ({Figures.Bytes(BytesToContinue)} left)"
            + $"{replaced}{above}{compared}, already there: {AlreadyThere}{refused}{Beside()}. Nothing was done.";
    }

    private string Beside()
    {
        if (CompanionsToSend + CompanionsUnchanged + CompanionsRefused == 0)
            return "";
        var refused = CompanionsRefused > 0 ? $", {CompanionsRefused} cannot be sent" : "";
        return $"; beside them: {CompanionsToSend} to send, {CompanionsUnchanged} unchanged{refused}";
    }
}
