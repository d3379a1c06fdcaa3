namespace KinescopePS;

/// <summary>The ground on which a lesson has its file or video.</summary>
public enum MatchedBy
{
    /// <summary>The manifest or map names the file.</summary>
    Path,

    /// <summary>The same words and numbers, in whatever alphabet, numbering and punctuation.</summary>
    ExactTitle,

    /// <summary>A title that is like it: cut off, with a word more or less, or misspelt.</summary>
    Title,
}
