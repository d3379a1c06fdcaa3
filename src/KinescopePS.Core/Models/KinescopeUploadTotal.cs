namespace KinescopePS;

/// <summary>The progress of a course: the output of <c>Get-KinescopeUpload -ByCourse</c>.</summary>
public sealed class KinescopeUploadTotal
{
    /// <summary>The course's id; null for files that were sent without one.</summary>
    public string? Course { get; init; }

    /// <summary>The number of its files that the progress file knows; where a map was piped in, of its lessons there.</summary>
    public int Files { get; init; }

    /// <summary>Files that are uploaded.</summary>
    public int Uploaded { get; init; }

    /// <summary>Files that are under way or were stopped.</summary>
    public int Started { get; init; }

    /// <summary>Files that the last run gave up.</summary>
    public int Failed { get; init; }

    /// <summary>Files whose video will not be finished; the next run makes a new one.</summary>
    public int Abandoned { get; init; }

    /// <summary>The size of the files, as far as it is known. Unit: bytes.</summary>
    public long Length { get; init; }

    /// <summary>The extent of them that is known to have been sent. Unit: bytes.</summary>
    public long BytesUploaded { get; init; }

    /// <summary>
    /// The share of the map's lessons that is uploaded: of the bytes, or of the files where a size is not known. 0 to 100; null without a
    /// map, since nobody knows then how much there is to be done.
    /// </summary>
    public double? Percent { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{Course}: {Uploaded} of {Files} uploaded";
}
