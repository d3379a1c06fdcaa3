using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>The progress file of a command that none was named to.</summary>
/// <param name="Path">Its full path.</param>
/// <param name="Note">A sentence for the user, where another file may be meant; else null.</param>
internal sealed record ProgressFilePlace(string Path, string? Note = null)
{
    /// <summary>
    /// It lies beside the manifest that the lessons come from, or in the current folder where they come from none. Where there is one in
    /// one of the two only, that one is meant: what it tells of is not to be uploaded again.
    /// </summary>
    /// <param name="folder">The current folder.</param>
    /// <param name="manifest">The manifest of the first lesson, or its folder; null for none.</param>
    /// <param name="configured">The manifest that would be mapped elsewhere, for a command that no lessons come to; null for none.</param>
    public static ProgressFilePlace Of(string folder, string? manifest, string? configured)
    {
        var here = System.IO.Path.Combine(FilePaths.OnDisk(folder), UploadRecords.DefaultAddress);
        if (Beside(manifest, folder) is not { } beside)
            return Beside(configured, folder) is { } known && File.Exists(known) && !File.Exists(here) ? new(known) : new(here);
        if (AreOne(beside, here))
            return new(here);
        return (File.Exists(beside), File.Exists(here)) switch
        {
            (true, true) => new(
                beside,
                $"There are two progress files: {beside} beside the manifest, which is used, and {here}, which is not. -ProgressFile names "
                + "the one that is meant."),
            (false, true) => new(
                here,
                $"The progress file {here} of the current folder is used, because there is none beside the manifest. Where it tells of "
                + $"these lessons, move it to {beside}, and it is found from every folder; else give -ProgressFile."),
            _ => new(beside),
        };
    }

    private static bool AreOne(string path, string other)
    {
        try
        {
            return FilePaths.KeyOf(FilePaths.TargetOf(path)) == FilePaths.KeyOf(FilePaths.TargetOf(other));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return FilePaths.KeyOf(path) == FilePaths.KeyOf(other);
        }
    }

    /// <summary>A map may come from another machine: then its manifest's folder is not here.</summary>
    private static string? Beside(string? manifest, string folder)
    {
        if (string.IsNullOrWhiteSpace(manifest) || manifest.Contains('\0'))
            return null;
        var full = System.IO.Path.GetFullPath(manifest, folder);
        var place = Directory.Exists(full) ? full : System.IO.Path.GetDirectoryName(full);
        return Directory.Exists(place) ? System.IO.Path.Combine(FilePaths.OnDisk(place), UploadRecords.DefaultAddress) : null;
    }
}
