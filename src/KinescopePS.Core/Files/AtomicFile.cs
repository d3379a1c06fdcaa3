namespace KinescopePS.Files;

/// <summary>
/// A file that takes its name only when it is complete and on the disk: until then, and where it is given up, a file of that name stays.
/// </summary>
/// <param name="temporary">The new file, in the folder of its final name.</param>
/// <param name="path">Its final name, a full path.</param>
/// <param name="mayReplace">Lets a file of that name give way.</param>
internal sealed class AtomicFile(FileStream temporary, string path, bool mayReplace) : IDisposable
{
    private bool _isComplete;

    public FileStream Stream => temporary;

    /// <summary>Closes the file and gives it its name.</summary>
    /// <exception cref="IOException">Also: a file of that name may not be replaced, or another program holds it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be written.</exception>
    public void Complete()
    {
        temporary.Flush(flushToDisk: true);
        temporary.Dispose();
        FileInUse.Move(temporary.Name, path, mayReplace);
        _isComplete = true;
    }

    public void Dispose()
    {
        if (_isComplete)
            return;
        try
        {
            temporary.Dispose();
            File.Delete(temporary.Name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk that could not be written: the caller has that reason already.
        }
    }
}
