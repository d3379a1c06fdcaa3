namespace KinescopePS.Files;

/// <summary>
/// A file that takes its name only when it is complete and on the disk: until then, and where it is given up, a file of that name stays.
/// </summary>
/// <param name="path">Its final name, a full path.</param>
/// <param name="temporary">Its name until then, in the same folder.</param>
/// <param name="mayReplace">Lets a file of the final name give way.</param>
/// <param name="create">Creates it under the name that it is given.</param>
internal sealed class AtomicFile(string path, string temporary, bool mayReplace, Func<string, FileStream> create) : IDisposable
{
    private bool _isComplete;

    public FileStream Stream { get; } = create(temporary);

    /// <summary>Closes the file and gives it its name.</summary>
    /// <exception cref="IOException">Also: a file of that name may not be replaced, or another program holds it.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be written.</exception>
    public void Complete()
    {
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        FileInUse.Move(temporary, path, mayReplace);
        _isComplete = true;
    }

    public void Dispose()
    {
        if (_isComplete)
            return;
        try
        {
            Stream.Dispose();
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The disk that could not be written: the caller has that reason already.
        }
    }
}
