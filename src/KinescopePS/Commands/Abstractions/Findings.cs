using System.Globalization;
using System.Management.Automation;

namespace KinescopePS.Commands;

/// <summary>
/// Findings of Compare-LessonVideo as they come down a pipeline: as they are, or read back from CSV or JSON, where each value is a text
/// or a number.
/// </summary>
internal static class Findings
{
    /// <summary>The finding that an object is; null for another object.</summary>
    /// <exception cref="KinescopeException"><c>FindingInvalid</c>: it has a finding's properties, and a status that none has.</exception>
    public static LessonFinding? Of(PSObject? input)
    {
        var known = input?.BaseObject;
        if (known is LessonFinding finding)
            return finding;
        // No other object of ours is one.
        if (input is null || known!.GetType().Assembly == typeof(LessonFinding).Assembly || ReadStatus(input) is not { } status)
            return null;
        return new LessonFinding
        {
            Status = status,
            LessonId = Text(nameof(LessonFinding.LessonId)),
            Course = Text(nameof(LessonFinding.Course)),
            Module = Text(nameof(LessonFinding.Module)),
            Title = Text(nameof(LessonFinding.Title)),
            Path = Text(nameof(LessonFinding.Path)),
            BasePath = Text(nameof(LessonFinding.BasePath)),
            ManifestPath = Text(nameof(LessonFinding.ManifestPath)),
            State = Named<LessonVideoState>(nameof(LessonFinding.State)),
            VideoId = Text(nameof(LessonFinding.VideoId)),
            EmbedUrl = Text(nameof(LessonFinding.EmbedUrl)),
            Side = Named<LessonSide>(nameof(LessonFinding.Side)),
            Value = Text(nameof(LessonFinding.Value)),
            OtherSide = Named<LessonSide>(nameof(LessonFinding.OtherSide)),
            OtherValue = Text(nameof(LessonFinding.OtherValue)),
            Message = Text(nameof(LessonFinding.Message)) ?? "",
            Command = Text(nameof(LessonFinding.Command)),
        };

        string? Text(string property) => TextOf(input, property);

        T? Named<T>(string property)
            where T : struct, Enum =>
            Enum.TryParse<T>(Text(property), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;
    }

    private static LessonFindingStatus? ReadStatus(PSObject input)
    {
        var text = TextOf(input, nameof(LessonFinding.Status));
        // What others call a status is neither a number of ours nor has it these two properties beside it.
        var isFinding = input.Properties[nameof(LessonFinding.OtherSide)] is not null
            && input.Properties[nameof(LessonFinding.OtherValue)] is not null;
        var isNumber = int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out _);
        if (Enum.TryParse<LessonFindingStatus>(text, ignoreCase: true, out var status) && Enum.IsDefined(status))
            return isFinding || !isNumber ? status : null;
        return isFinding
            ? throw new KinescopeException(
                ErrorIds.FindingInvalid,
                $"A finding comes with the status '{text}', which Compare-LessonVideo never gives: nothing was done about it. "
                + "Compare again, or correct the file that it comes from.")
            : null;
    }

    private static string? TextOf(PSObject input, string property)
    {
        var text = LanguagePrimitives.ConvertTo<string>(input.Properties[property]?.Value);
        return string.IsNullOrWhiteSpace(text) ? null : text;
    }
}
