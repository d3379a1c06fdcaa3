namespace KinescopePS.Database;

/// <summary>The form in which a run writes video ids: one for all of its rows.</summary>
/// <param name="form">The form; with <c>Auto</c> it stays open until the table's own ids are known.</param>
internal sealed class LinkForm(VideoIdForm form)
{
    /// <summary>The ids of a table that are looked at, at most.</summary>
    public const int MostIds = 2000;

    private VideoIdForm _form = form;

    public bool IsOpen => _form == VideoIdForm.Auto;

    /// <summary>Takes the form of the table's ids. Old numbers and the like have none.</summary>
    public void Settle(IEnumerable<string> ids) =>
        _form = ids.Select(VideoIds.FormOf).OfType<VideoIdForm>().Distinct().ToList() is [VideoIdForm.Short]
            ? VideoIdForm.Short
            : VideoIdForm.Uuid;

    /// <summary>A video's id as it is written.</summary>
    public string Of(string videoId) => _form == VideoIdForm.Short ? VideoIds.Short(videoId) : VideoIds.Canonical(videoId);
}
