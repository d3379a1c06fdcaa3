using KinescopePS.Record;

namespace KinescopePS.Commands;

/// <content>The record of uploads where none is named: one rule for all cmdlets.</content>
public abstract partial class AsyncCmdlet
{
    private const string ProgressFileName = "ProgressFile";

    private string? _recordName;

    /// <summary>True where the record can be known only once the first object has come: it may lie beside that one's manifest.</summary>
    private protected bool AwaitsManifest => MyInvocation.ExpectingInput && !IsTyped(ProgressFileName);

    /// <summary>
    /// The name of the record: the one that was given, else that of the progress file that <see cref="ProgressFilePlace"/> finds. It is
    /// found once, and a doubt about it is a warning.
    /// </summary>
    /// <param name="given">-ProgressFile.</param>
    /// <param name="manifest">The manifest of the first object that came, or the one that the cmdlet maps; null for none.</param>
    private protected string RecordName(string given, string? manifest = null)
    {
        if (_recordName is not null)
            return _recordName;
        if (IsTyped(ProgressFileName))
            return _recordName = given;
        var place = ProgressFilePlace.Of(
            SessionState.Path.CurrentFileSystemLocation.ProviderPath, manifest, Settings.FindPath("KINESCOPE_MANIFEST"));
        if (place.Note is { } note)
            WriteWarning(note);
        return _recordName = place.Path;
    }
}
