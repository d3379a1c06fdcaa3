using System.Collections;
using System.Management.Automation;
using KinescopePS.Companions;
using KinescopePS.Manifest;

namespace KinescopePS.Commands;

/// <summary>Gives a video chapters in the place of those that it has.</summary>
[Cmdlet(VerbsCommon.Set, "KinescopeChapter", SupportsShouldProcess = true, DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeVideo))]
public sealed class SetKinescopeChapterCommand : CompanionCmdlet
{
    private const string ChapterParameter = "-" + nameof(Chapter);

    /// <summary>
    /// The file with the chapters: lines such as 00:00 Title, WebVTT, or JSON. Default: of a lesson or an upload from the pipeline, that
    /// beside the video, as lesson.chapters.txt.
    /// </summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>
    /// The chapters, as objects or tables with Time and Title. A time is written 1:30 or 1:02:03, or is a number of seconds. An empty list
    /// takes all chapters away.
    /// </summary>
    [Parameter]
    [ValidateNotNull]
    [AllowEmptyCollection]
    public PSObject[]? Chapter { get; set; }

    private protected override CompanionSort Sort => CompanionSort.Chapters;

    private protected override void Begin()
    {
        if (Chapter is not null && Path is not null)
            throw new KinescopeException(
                ErrorIds.RequestInvalid, "-Path and -Chapter both say chapters: give one of them. Nothing was done.");
    }

    private protected override IEnumerable<Companion> Read(Func<CompanionFiles> beside)
    {
        if (Chapter is { } given)
            return [ReadObjects(given)];
        var path = Path ?? TextOf(nameof(LessonVideo.ChapterPath)) ?? beside().Chapters;
        if (path is null)
            RequireSource("-Path or -Chapter");
        return path is null ? [] : [ChapterCompanion.Read(FilePathOf(path))];
    }

    private protected override string ActionFor(Companion companion) =>
        ((ChapterCompanion)companion).Chapters.Count is > 0 and var count
            ? $"Set {count} {(count == 1 ? "chapter" : "chapters")}: {companion.Source}"
            : "Take all chapters away";

    private static ChapterCompanion ReadObjects(PSObject[] given)
    {
        var chapters = given.Select((item, i) => ReadObject(item, $"chapter {i + 1}")).ToList();
        if (chapters.Count > 0)
            ChapterFile.Check(ChapterParameter, chapters, duration: null);
        return ChapterCompanion.Of(ChapterParameter, chapters);
    }

    private static Chapter ReadObject(PSObject? item, string where)
    {
        var time = MomentAttribute.Read(ValueOf(item, nameof(KinescopeChapter.Time))) ?? throw new KinescopeException(
            ErrorIds.ChapterInvalid, $"{ChapterParameter}, {where}: it has no Time such as 1:30, or a number of seconds.");
        return new Chapter(time, $"{ValueOf(item, nameof(KinescopeChapter.Title))}".Trim(), where);
    }

    private static object? ValueOf(PSObject? item, string name)
    {
        var value = item?.BaseObject is IDictionary table ? table[name] : item?.Properties[name]?.Value;
        return value is PSObject wrapped ? wrapped.BaseObject : value;
    }
}
