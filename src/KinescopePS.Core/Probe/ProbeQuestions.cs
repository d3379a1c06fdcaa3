namespace KinescopePS.Probe;

/// <summary>All questions, in the order in which they are asked: each may use what those before it have made.</summary>
internal static class ProbeQuestions
{
    /// <summary>Those that change nothing at the account.</summary>
    public static IReadOnlyList<ProbeQuestion> Reading { get; } =
        [.. AccountQuestions.All, .. CatalogueQuestions.All, .. AccountQuestions.Last];

    /// <summary>Those and the ones that need a scratch project.</summary>
    public static IReadOnlyList<ProbeQuestion> All { get; } =
    [
        .. AccountQuestions.All, .. CatalogueQuestions.All, .. ScratchQuestions.All, .. CreationQuestions.All, .. UploadQuestions.All,
        .. SearchQuestions.All, .. ChangeQuestions.All, .. PrivacyQuestions.All, .. ExtraQuestions.All, .. OriginalQuestions.All,
        .. DeletionQuestions.All, .. AccountQuestions.Last,
    ];
}
