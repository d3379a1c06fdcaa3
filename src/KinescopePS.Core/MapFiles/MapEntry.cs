using System.Globalization;

namespace KinescopePS.MapFiles;

/// <summary>A lesson, or a file that no lesson names, as a map file has it.</summary>
/// <param name="Position">Its position in the file, for messages: <c>matched[3]</c> or <c>line 12</c>.</param>
/// <param name="FilePath">
/// Its file: relative to the base path, or absolute on the machine where the map was written; empty for a lesson without one.
/// </param>
internal sealed record MapEntry(string Position, string FilePath)
{
    /// <summary>Null for a file that no lesson names.</summary>
    public string? LessonId { get; init; }

    public string? Title { get; init; }

    public string? Course { get; init; }

    public string? Module { get; init; }

    public string? Submodule { get; init; }

    public string? Category { get; init; }

    public long? Order { get; init; }

    /// <summary>The state when the map was written; null where the file does not tell.</summary>
    public LessonVideoState? State { get; init; }

    /// <summary>The size when the map was written. Unit: bytes.</summary>
    public long? Length { get; init; }

    public string? VideoId { get; init; }

    /// <summary>The ground on which the file is the lesson's; null where the map does not tell.</summary>
    public MatchedBy? MatchedBy { get; init; }

    public double? Confidence { get; init; }

    /// <summary>The path of the next likely file, as it was on the machine where the map was written.</summary>
    public string? RunnerUp { get; init; }

    /// <summary>True where the lesson had a video when the map was written, of which the map does not tell the id.</summary>
    public bool HasUnknownVideo { get; init; }

    /// <summary>The folder that the file path starts from, on the machine where the map was written; null where none is named.</summary>
    public string? BasePath { get; init; }

    public string? ManifestPath { get; init; }

    /// <summary>The ground that a text names, or null.</summary>
    public static MatchedBy? GroundOf(string? text) =>
        Enum.TryParse<MatchedBy>(text, ignoreCase: true, out var ground) && Enum.IsDefined(ground) ? ground : null;

    /// <summary>The confidence that a text tells, 0 to 1, or null.</summary>
    public static double? ConfidenceOf(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var confidence) && confidence is >= 0 and <= 1
            ? confidence
            : null;
}
