using KinescopePS.Files;

namespace KinescopePS.Record;

/// <summary>The lines of a progress file: the upload of each lesson, and the damage.</summary>
internal sealed class ProgressFileContents
{
    public static readonly CheckedLogFormat Format =
        new("journal", 1, "a progress file", "-ProgressFile", ErrorIds.ProgressFileInvalid, ErrorIds.ProgressFileVersionUnsupported);

    public RecordedUploads Uploads { get; } = new();

    /// <summary>The process of the last run, as <c>pid@host</c>.</summary>
    public string? LastOwner { get; private set; }

    public CheckedLogSize Size { get; private set; }

    /// <summary>The damage as it is said of a file; null where there is none.</summary>
    public string? Damage => Size.DamagedLines == 0 ? null : $"is damaged: {Size.DamagedLines} of its {Size.Lines} lines cannot be read.";

    /// <summary>True for a file that begins as a progress file does.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static bool IsProgressFile(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = SharedFile.OpenRead(path);
        var start = new byte[Format.FirstBytes.Length];
        var read = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return start.AsSpan(0, read).SequenceEqual(Format.FirstBytes);
    }

    /// <exception cref="KinescopeException"><c>ProgressFileInvalid</c> or <c>ProgressFileVersionUnsupported</c>.</exception>
    public static ProgressFileContents Read(CheckedLog log)
    {
        var contents = new ProgressFileContents();
        contents.Size = log.Read(line => contents.Take(ProgressFileLine.Parse(line)));
        return contents;
    }

    private void Take(UploadEvent happened)
    {
        if (happened.Event == UploadEventKind.Run)
            LastOwner = happened.Owner;
        Uploads.Apply(happened);
    }
}
