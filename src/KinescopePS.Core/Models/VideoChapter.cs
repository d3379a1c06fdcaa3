namespace KinescopePS;

/// <summary>A chapter of a video.</summary>
/// <param name="Time">Where it begins. Unit: milliseconds.</param>
/// <param name="Title">Its title.</param>
internal sealed record VideoChapter(long Time, string Title);
