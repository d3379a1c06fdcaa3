namespace KinescopePS.Manifest;

/// <summary>A lesson as the manifest has it, with the headers it stands under.</summary>
/// <param name="Id">The lesson's <c>id</c>.</param>
/// <param name="FilePath">Its <c>filepath</c>, relative to the base path, separated by <c>/</c>.</param>
/// <param name="Title">Its <c>title_original</c>, or the nearest thing to it; may end in the file's extension.</param>
/// <param name="Order">Its <c>order</c> in the module.</param>
/// <param name="Header">The course and module above it.</param>
/// <param name="Line">Where it begins. Counts from 1.</param>
/// <param name="Share">How much of the manifest is read with it: above 0, up to 1.</param>
internal readonly record struct ManifestLesson(
    string Id, string FilePath, string Title, long? Order, LessonHeader Header, long Line, double Share);

/// <summary>What a lesson takes from the objects above it.</summary>
internal sealed record LessonHeader(string? Course, string? Category, string? Module, string? Submodule);

/// <summary>Takes what <see cref="ManifestReader"/> finds, in the order of the manifest.</summary>
internal interface IManifestVisitor
{
    /// <summary>Called once, before the first lesson.</summary>
    /// <param name="basePath">The manifest's <c>base_path</c>, or null where it has none.</param>
    void VisitBasePath(string? basePath);

    void VisitLesson(in ManifestLesson lesson);

    /// <summary>A part that cannot be used; reading goes on behind it.</summary>
    /// <param name="lessonId">The lesson concerned, where it is known.</param>
    void VisitProblem(KinescopeException problem, string? lessonId);
}
