namespace KinescopePS;

/// <summary>The standing of a lesson's upload.</summary>
public enum KinescopeUploadStatus
{
    /// <summary>Begun and not ended: under way now, or stopped. The next run continues it.</summary>
    Started,

    /// <summary>All bytes are at Kinescope.</summary>
    Uploaded,

    /// <summary>The last run gave the lesson up; <see cref="KinescopeUpload.Error"/> says why. The next run continues it.</summary>
    Failed,

    /// <summary>Its video will not be finished. The next run makes a new one.</summary>
    Abandoned,
}

/// <summary>A lesson's upload as the progress file has it: the output of <c>Get-KinescopeUpload</c>.</summary>
public sealed class KinescopeUpload : ILinkable
{
    private readonly IReadOnlyList<string> _abandonedVideos = JoinedList<string>.Empty;

    /// <summary>The lesson's id; for a file that was sent without one, its full path.</summary>
    public required string LessonId { get; init; }

    /// <summary>The course's id, where known.</summary>
    public string? Course { get; init; }

    /// <summary>The video's title, where known.</summary>
    public string? Title { get; init; }

    /// <summary>The file's full path, where known.</summary>
    public string? Path { get; init; }

    /// <summary>
    /// The manifest of the lessons that were asked about, beside which the record lies by default; null where none was given.
    /// </summary>
    public string? ManifestPath { get; init; }

    /// <summary>The upload's standing.</summary>
    public KinescopeUploadStatus Status { get; init; }

    /// <summary>Kinescope's id of the video; null unless it is complete, so that nobody links half a video.</summary>
    public string? VideoId { get; init; }

    /// <summary>Kinescope's id of a video that waits for the rest of its bytes.</summary>
    public string? UnfinishedVideoId { get; init; }

    /// <summary>The address to embed the video with; null unless it is complete.</summary>
    public string? EmbedUrl { get; init; }

    /// <summary>The file's size; null where it is not known, as for an imported upload. Unit: bytes.</summary>
    public long? Length { get; init; }

    /// <summary>
    /// The extent that is known to have been sent. It is noted every ten seconds and when a run stops, so Kinescope may hold more; of an
    /// upload that a machine is sending for a shared record, the place that it had come to some seconds ago. Unit: bytes.
    /// </summary>
    public long Offset { get; init; }

    /// <summary>The machine that has the lesson now, as <c>pid@host</c>; null for none, and for a progress file.</summary>
    public string? Machine { get; init; }

    /// <summary>When that machine took the lesson, by the server's clock, UTC.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The rate at which it is sent; null where nobody is sending it. Unit: bytes per second.</summary>
    public long? Rate { get; init; }

    /// <summary>The number of runs that gave the lesson up since its upload began.</summary>
    public int Failures { get; init; }

    /// <summary>The reason for which the last run gave the lesson up; null where it did not.</summary>
    public string? Error { get; init; }

    /// <summary>The error id of that reason; null where it is not known, as for an imported upload.</summary>
    public string? ErrorId { get; init; }

    /// <summary>When the last step was taken, UTC.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Videos of this lesson at Kinescope that will not be finished or used, and are not deleted yet.</summary>
    public IReadOnlyList<string> AbandonedVideos
    {
        get => _abandonedVideos;
        init => _abandonedVideos = new JoinedList<string>(value);
    }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId}: {Status}";
}
