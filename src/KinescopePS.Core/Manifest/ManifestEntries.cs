namespace KinescopePS.Manifest;

/// <summary>An entry that <see cref="ManifestReader"/> finds, in the order of the manifest.</summary>
internal abstract record ManifestEntry;

/// <summary>The manifest's head: comes once, before the first lesson.</summary>
/// <param name="BasePath">Its <c>base_path</c>, or null where it has none.</param>
internal sealed record ManifestHead(string? BasePath) : ManifestEntry;

/// <summary>A lesson as the manifest has it, with the headers it stands under.</summary>
/// <param name="Id">The lesson's <c>id</c>.</param>
/// <param name="FilePath">
/// Its <c>filepath</c>, relative to the base path, separated by <c>/</c>; null where only its title leads to the file.
/// </param>
/// <param name="Title">Its <c>title_original</c>, or the nearest thing to it; may end in the file's extension.</param>
/// <param name="Order">Its <c>order</c> in the module.</param>
/// <param name="Header">The course and module above it.</param>
/// <param name="Line">The line on which it begins. Counts from 1.</param>
/// <param name="Position">The byte at which it begins.</param>
/// <param name="Share">The part of the manifest that is read with it: above 0, up to 1.</param>
internal sealed record ManifestLesson(
    string Id, string? FilePath, string Title, long? Order, LessonHeader Header, long Line, long Position, double Share) : ManifestEntry
{
    /// <summary>Its position in the manifest, for messages.</summary>
    public string PositionIn(string manifestPath) => $"{manifestPath}, line {Line}, lesson '{Id}'";
}

/// <summary>A part that cannot be used; reading goes on behind it.</summary>
/// <param name="Failure">The reason and the position.</param>
/// <param name="LessonId">The lesson concerned, where it is known.</param>
/// <param name="FilePath">Its <c>filepath</c>, where it has one.</param>
internal sealed record ManifestProblem(KinescopeException Failure, string? LessonId, string? FilePath) : ManifestEntry;

/// <summary>The ids that a lesson takes from the objects above it.</summary>
internal sealed record LessonHeader(string? Course, string? Category, string? Module, string? Submodule);
