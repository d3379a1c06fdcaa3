using System.Management.Automation;
using KinescopePS.Companions;
using KinescopePS.Manifest;

namespace KinescopePS.Commands;

/// <summary>A cmdlet that gives videos subtitles.</summary>
public abstract class SubtitleCmdlet : CompanionCmdlet
{
    /// <summary>
    /// The file with the subtitles, SRT or WebVTT. Default: of a lesson or an upload from the pipeline, those beside the video, as
    /// lesson.ru.srt.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>The language's tag, as ru or pt-BR. Default: as the file's name has it before the extension.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Language { get; set; }

    /// <summary>
    /// The text by which a viewer chooses them; "" for none, so that the player names the language. Default: that of the subtitles in whose
    /// place they come.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [AllowEmptyString]
    public string? Description { get; set; }

    private protected sealed override CompanionSort Sort => CompanionSort.Subtitles;

    private protected sealed override IEnumerable<Companion> Read(Func<CompanionFiles> beside)
    {
        if (Path is not null)
            return [ReadOne(FilePathOf(Path), Language)];
        RequireSource("-Path");
        // Lazily: one that is wrong does not keep those before it back.
        return beside().Subtitles
            .Where(file => Language is null || file.Language.Equals(Language, StringComparison.OrdinalIgnoreCase))
            .Select(file => ReadOne(file.Path, file.Language));
    }

    private protected override string ActionFor(Companion companion) => $"Set the {companion.Kind}: {companion.Source}";

    private SubtitleCompanion ReadOne(string path, string? language)
    {
        var mark = System.IO.Path.GetExtension(System.IO.Path.GetFileNameWithoutExtension(path)).TrimStart('.');
        var tag = LanguageTags.Of(language ?? mark) ?? throw new KinescopeException(
            ErrorIds.SubtitleLanguageMissing,
            language is null
                ? $"{path}: its name does not tell the language, as lesson.ru.srt does. Give -Language."
                : $"'{language}' is no language: give a tag such as ru, en or pt-BR.");
        return SubtitleCompanion.Read(path, tag, Description);
    }
}
