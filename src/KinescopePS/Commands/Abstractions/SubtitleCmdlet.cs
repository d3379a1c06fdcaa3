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
        var only = Language is null ? null : TagOf(Language);
        // Lazily: one that is wrong does not keep those before it back.
        return beside().Subtitles
            .Where(file => only is null || file.Language.Equals(only, StringComparison.OrdinalIgnoreCase))
            .Select(file => ReadOne(file.Path, file.Language));
    }

    private protected override string ActionFor(Companion companion) => $"Set the {companion.Kind}: {companion.Source}";

    private SubtitleCompanion ReadOne(string path, string? language)
    {
        var mark = System.IO.Path.GetExtension(System.IO.Path.GetFileNameWithoutExtension(path)).TrimStart('.');
        var tag = language is not null ? TagOf(language) : LanguageTags.Of(mark) ?? throw new KinescopeException(
            ErrorIds.SubtitleLanguageMissing, $"{path}: its name does not tell the language, as lesson.ru.srt does. Give -Language.");
        return SubtitleCompanion.Read(path, tag, Description);
    }

    private static string TagOf(string language) => LanguageTags.Of(language) ?? throw new KinescopeException(
        ErrorIds.SubtitleLanguageMissing, $"'{language}' is no language: give a tag such as ru, en or pt-BR.");
}
