namespace KinescopePS;

/// <summary>The form in which a video's id is written.</summary>
public enum VideoIdForm
{
    /// <summary>The form of the ids that the site's rows hold; where they show none, or both, the UUID.</summary>
    Auto,

    /// <summary>The UUID.</summary>
    Uuid,

    /// <summary>The 22 letters that addresses of pages have: the UUID in Base58.</summary>
    Short,
}
