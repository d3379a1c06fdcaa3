using KinescopePS.Manifest;

namespace KinescopePS.Commands;

/// <summary>Warns, once for each, of files beside videos that are passed over for their names.</summary>
internal sealed class CompanionHints(AsyncCmdlet cmdlet)
{
    /// <summary>More warnings than this nobody reads.</summary>
    private const int MostTold = 20;

    private readonly CompanionNearMisses _misses = new();
    private readonly HashSet<string> _told = [];

    /// <param name="path">The video's full path.</param>
    /// <param name="has">The files that belong to it.</param>
    /// <param name="only">The sort that is looked for; null for all.</param>
    public void Tell(string path, CompanionFiles has, CompanionSort? only = null)
    {
        foreach (var miss in _misses.Of(path, has).Where(miss => only is null || miss.Sort == only))
        {
            if (!_told.Add(miss.Path))
                continue;
            if (_told.Count == MostTold + 1)
                cmdlet.WriteWarning("Further files are passed over for their names; -Verbose names them.");
            if (_told.Count <= MostTold)
                cmdlet.WriteWarning($"{miss.Path} is passed over. {miss.Advice}");
            else
                cmdlet.WriteVerbose($"{miss.Path} is passed over. {miss.Advice}");
        }
    }
}
