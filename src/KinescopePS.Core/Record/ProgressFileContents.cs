namespace KinescopePS.Record;

/// <summary>What a progress file holds: the state of each lesson, and how much of the file is intact.</summary>
internal sealed class ProgressFileContents
{
    /// <summary>A line of this length is none of ours. Unit: bytes.</summary>
    private const int LongestLine = 16 << 20;

    private static readonly byte[] FirstBytes = "{\"event\":\"journal\",\"at\":\""u8.ToArray();

    private static readonly byte[] LineStart = "{\"event\":\""u8.ToArray();

    public RecordedUploads States { get; } = new();

    /// <summary>The process of the last run, as <c>pid@host</c>.</summary>
    public string? LastOwner { get; private set; }

    /// <summary>
    /// The length up to which the file is kept: all but a torn last line, which is what a cut while writing leaves. Unit: bytes.
    /// </summary>
    public long IntactLength { get; private set; }

    /// <summary>How many lines there are, without a torn last one.</summary>
    public int Lines { get; private set; }

    /// <summary>How many of them cannot be read.</summary>
    public int DamagedLines { get; private set; }

    public bool IsDamaged => DamagedLines > 0;

    /// <summary>Whether nothing in the file looks like ours, not even damaged.</summary>
    public bool IsForeign { get; private set; }

    /// <exception cref="KinescopeException"><c>ProgressFileVersionUnsupported</c>: a newer module wrote it.</exception>
    public static ProgressFileContents Read(Stream file, string path)
    {
        var contents = new ProgressFileContents();
        var buffer = new byte[64 * 1024];
        var filled = 0;
        var (isBlank, isTooLong) = (true, false);
        long position = 0;
        file.Position = 0;
        while (true)
        {
            var read = file.Read(buffer, filled, buffer.Length - filled);
            isBlank = isBlank && !buffer.AsSpan(filled, read).ContainsAnyExcept((byte)0);
            filled += read;
            position += read;
            var rest = buffer.AsSpan(0, filled);
            for (int end; (end = rest.IndexOf((byte)'\n')) >= 0;)
            {
                contents.Take(isTooLong ? default : rest[..end], path);
                isTooLong = false;
                rest = rest[(end + 1)..];
                contents.IntactLength = position - rest.Length;
            }

            if (read == 0)
            {
                // What a cut leaves is the beginning of a line; anything else was more than that.
                if (!LineStart.AsSpan().StartsWith(rest[..Math.Min(rest.Length, LineStart.Length)]))
                    (contents.Lines, contents.DamagedLines) = (contents.Lines + 1, contents.DamagedLines + 1);
                contents.IsForeign = contents.Lines == contents.DamagedLines && !isBlank && !BeginsLikeOurs(file);
                return contents;
            }

            rest.CopyTo(buffer);
            filled = rest.Length;
            if (filled == LongestLine)
                (filled, isTooLong) = (0, true);
            else if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    // Also where only the beginning of our first line came to the disk.
    private static bool BeginsLikeOurs(Stream file)
    {
        var start = new byte[FirstBytes.Length];
        file.Position = 0;
        var length = file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        return FirstBytes.AsSpan().StartsWith(start.AsSpan(0, length));
    }

    private void Take(ReadOnlySpan<byte> line, string path)
    {
        Lines++;
        // An editor may have put a carriage return before each line feed.
        if (ProgressFileLine.Read(line.TrimEnd((byte)'\r')) is not { } record)
        {
            DamagedLines++;
            return;
        }

        if (record.Event == UploadEventKind.Journal && record.Version > ProgressFileRecord.FormatVersion)
            throw new KinescopeException(ErrorIds.ProgressFileVersionUnsupported, $"{path} was written by a newer KinescopePS (format {record.Version}; this one reads {ProgressFileRecord.FormatVersion}). Update the module; the file was left as it is.");
        if (record.Event == UploadEventKind.Run)
            LastOwner = record.Owner;
        States.Apply(record);
    }
}
