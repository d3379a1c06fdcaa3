using System.Globalization;
using KinescopePS.Kinescope;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>The figures of a run that its progress row shows.</summary>
/// <param name="Ended">Files whose results are there.</param>
/// <param name="Planned">Files that have come.</param>
/// <param name="Done">Unit: bytes.</param>
/// <param name="Whole">Unit: bytes.</param>
/// <param name="Rate">Unit: bytes per second.</param>
internal sealed record RunFigures(int Ended, int Planned, long Done, long Whole, double Rate)
{
    /// <summary>Files that other machines work on.</summary>
    public int Elsewhere { get; init; }

    /// <summary>Files that are being sent.</summary>
    public int Sending { get; init; }

    /// <summary>Files that are sent and that Kinescope is processing.</summary>
    public int Processing { get; init; }

    /// <summary>The end of the bandwidth limit that holds by its timetable; null where none does.</summary>
    public TimeOnly? LimitedUntil { get; init; }

    /// <summary>The time in which not a byte moved; zero while they do.</summary>
    public TimeSpan Still { get; init; }
}

/// <summary>The texts of progress rows: each takes one line, and is cut by its columns before PowerShell cuts it.</summary>
/// <remarks>
/// In its minimal view PowerShell grants an activity half of the width, and activity and status together all but six columns, two more for
/// a row below another one. It uses 120 columns at the most.
/// </remarks>
internal static class ProgressText
{
    public const string Activity = "Uploading";

    public const string Downloading = "Downloading";

    public const string Processing = "Kinescope processes";

    private const int Frame = 6;
    private const int Indentation = 2;
    private const int ShortestTitle = 4;
    private const int Widest = 120;

    /// <summary>A pause of the line that is worth a word.</summary>
    private static readonly TimeSpan LongStill = TimeSpan.FromSeconds(5);

    /// <summary>The status of the batch: files, bytes, rate and time left, as much of it as fits.</summary>
    /// <param name="run">The figures.</param>
    /// <param name="columns">The terminal's width.</param>
    /// <param name="activity">The activity of the row.</param>
    public static string Batch(RunFigures run, int columns, string activity = Activity)
    {
        var room = Math.Min(columns, Widest) - Frame - activity.Length;
        var others = run.Elsewhere > 0 ? $" ({run.Elsewhere} with other machines)" : "";
        var bytes = Figures.Part(run.Done, run.Whole);
        var rate = run switch
        {
            { Sending: 0 } => null,
            _ when run.Still >= LongStill => $"nothing moved for {Figures.Time(run.Still)}",
            { Rate: > 0 } => $"{Figures.Bytes(run.Rate)}/s",
            _ => null,
        };
        var left = run.Rate > 0 && run.Still < LongStill && run.Sending > 0 && run.Whole > run.Done
            ? Figures.Time(TimeSpan.FromSeconds(Math.Min((run.Whole - run.Done) / run.Rate, TimeSpan.MaxValue.TotalSeconds / 2)))
            : null;
        var limited = rate is not null && run.LimitedUntil is { } end
            ? $"{rate} (limited until {end.ToString("HH:mm", CultureInfo.InvariantCulture)})"
            : rate;
        string[] texts =
        [
            Joined($"{run.Ended} of {run.Planned} files{others}", bytes, limited, left is null ? null : left + " left"),
            Joined($"{run.Ended} of {run.Planned} files{others}", bytes, rate, left is null ? null : left + " left"),
            Joined($"{run.Ended} of {run.Planned} files", bytes, rate, left is null ? null : left + " left"),
            Joined($"{run.Ended} of {run.Planned} files", bytes, rate, left),
            Joined($"{run.Ended}/{run.Planned} files", bytes, rate, left),
            Joined($"{run.Ended}/{run.Planned} files", rate, left),
            Joined($"{run.Ended}/{run.Planned} files", left),
        ];
        return Array.Find(texts, text => CellText.Width(text) <= room) ?? CellText.Fit(texts[^1], room);
    }

    /// <summary>The row of the batch while everything waits: why, and until when.</summary>
    public static (string Activity, string Status) Waiting(RunFigures run, Hold hold, int columns)
    {
        var room = Math.Min(columns, Widest) - Frame;
        var row = HoldRow.Of(0, $"{run.Ended} of {run.Planned} files", hold);
        var status = row.StatusDescription;
        if (CellText.Width(row.Activity) + CellText.Width(status) > room)
            status = HoldRow.Of(0, $"{run.Ended}/{run.Planned}", hold).StatusDescription;
        return (CellText.Fit(row.Activity, Math.Min(columns, Widest) / 2), status);
    }

    /// <summary>The row of a file: its title, and how much of it is sent, by which try.</summary>
    public static (string Activity, string Status) File(FileTransfer transfer, bool isHeld, int columns)
    {
        var sent = Figures.Part(transfer.Offset, transfer.Length);
        var tries = transfer.Try > 1 ? $", try {transfer.Try}" : "";
        var status = (isHeld, transfer.Step) switch
        {
            (false, _) when transfer.Hold is { } hold => $"{hold.Reason}, {hold.When}",
            (true, TransferStep.Creating) => $"waits to create its video{tries}",
            (true, TransferStep.Sending) => $"{sent}{tries}, waits",
            (true, TransferStep.Ending) => $"{sent}{tries}, waits to end",
            _ => sent + tries,
        };
        var room = Math.Min(columns, Widest) - Frame - Indentation;
        status = CellText.Fit(status, room - ShortestTitle);
        return (CellText.Fit(transfer.Item.Title, Math.Min(room - CellText.Width(status), Math.Min(columns, Widest) / 2)), status);
    }

    /// <summary>The row of a file that is received.</summary>
    public static (string Activity, string Status) File(string title, long offset, long? length, int tries, int columns)
    {
        var status = (length is { } whole ? Figures.Part(offset, whole) : Figures.Bytes(offset)) + (tries > 1 ? $", try {tries}" : "");
        var room = Math.Min(columns, Widest) - Frame - Indentation;
        status = CellText.Fit(status, room - ShortestTitle);
        return (CellText.Fit(title, Math.Min(room - CellText.Width(status), Math.Min(columns, Widest) / 2)), status);
    }

    /// <summary>A line by itself, where no row can be drawn.</summary>
    public static string Line(RunFigures run, Hold? hold, string activity = Activity)
    {
        var processing = run.Processing > 0 ? $", {run.Processing} being processed" : "";
        return hold is null
            ? $"{activity}: {Batch(run, Widest, activity)}{processing}"
            : $"{activity}: {run.Ended} of {run.Planned} files{processing}, waiting {hold.When}: {hold.Reason}";
    }

    private static string Joined(params string?[] parts) => string.Join(", ", parts.Where(part => part is not null));
}
