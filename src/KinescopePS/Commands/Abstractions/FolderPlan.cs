using System.Collections;
using System.Management.Automation;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Says which folder a lesson goes to.</summary>
/// <param name="course">The lesson's course.</param>
/// <param name="module">The lesson's module.</param>
/// <param name="lesson">The object from the pipeline.</param>
/// <exception cref="KinescopeException"><c>FolderUnknown</c> or <c>FolderByInvalid</c>.</exception>
internal delegate LessonFolder ChooseFolder(string? course, string? module, PSObject? lesson);

/// <summary>Turns the value of -FolderBy into a choice of folders.</summary>
internal static class FolderPlan
{
    /// <exception cref="KinescopeException"><c>FolderByInvalid</c>.</exception>
    public static ChooseFolder Of(object folderBy) => (folderBy is PSObject wrapped ? wrapped.BaseObject : folderBy) switch
    {
        ScriptBlock script => (_, _, lesson) => ByScript(script, lesson),
        IDictionary table => (course, _, _) => ByTable(table, course),
        string text when text.Equals("Course", StringComparison.OrdinalIgnoreCase) =>
            (course, _, _) => new LessonFolder(null, [Named("course", course)]),
        // Modules of two courses may have the same id.
        string text when text.Equals("Module", StringComparison.OrdinalIgnoreCase) =>
            (course, module, _) => new LessonFolder(null, [Named("course", course), Named("module", module)]),
        _ => throw new KinescopeException(
            ErrorIds.FolderByInvalid,
            "-FolderBy is Course, Module, a script block that names the folder of $_, or a table such as "
            + "@{ '01_analytics' = '<folder id>' }."),
    };

    private static string Named(string what, string? name) => string.IsNullOrWhiteSpace(name)
        ? throw new KinescopeException(
            ErrorIds.FolderUnknown, $"it has no {what} to name a folder after. Lessons of Get-LessonVideoMap have one.")
        : name.Trim();

    private static LessonFolder ByTable(IDictionary table, string? course)
    {
        var id = course is not null && table.Contains(course) ? LanguagePrimitives.ConvertTo<string>(table[course]) : null;
        return string.IsNullOrWhiteSpace(id)
            ? throw new KinescopeException(ErrorIds.FolderUnknown, $"the table of -FolderBy has no folder for course '{course}'.")
            : new LessonFolder(id.Trim(), []);
    }

    private static LessonFolder ByScript(ScriptBlock script, PSObject? lesson)
    {
        try
        {
            var names = script.InvokeWithContext(null, [new PSVariable("_", lesson)])
                .Select(name => LanguagePrimitives.ConvertTo<string>(name)?.Trim());
            return new LessonFolder(null, [.. names.OfType<string>().Where(name => name.Length > 0)]);
        }
        catch (RuntimeException failure) when (failure is not PipelineStoppedException)
        {
            throw new KinescopeException(ErrorIds.FolderByInvalid, $"the script of -FolderBy failed: {failure.Message}", failure);
        }
    }
}
