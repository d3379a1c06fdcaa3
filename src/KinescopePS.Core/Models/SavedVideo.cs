namespace KinescopePS;

/// <summary>The end of saving a video.</summary>
public enum SavedVideoStatus
{
    /// <summary>Its file is there now, complete and on the disk.</summary>
    Saved,

    /// <summary>Its file was there before.</summary>
    Skipped,

    /// <summary>Not saved; <see cref="SavedVideo.Error"/> says why.</summary>
    Failed,
}

/// <summary>A video that was saved as a file: the output of <c>Save-KinescopeVideo</c>.</summary>
public sealed class SavedVideo
{
    /// <summary>The lesson's id; null for a video that came without one.</summary>
    public string? LessonId { get; init; }

    /// <summary>Kinescope's id of the video.</summary>
    public required string VideoId { get; init; }

    /// <summary>The video's title, where known.</summary>
    public string? Title { get; init; }

    /// <summary><c>original</c>, or the quality that was asked for.</summary>
    public string? Quality { get; init; }

    /// <summary>The file's full path; null where the video has no place.</summary>
    public string? Path { get; init; }

    /// <summary>The end.</summary>
    public SavedVideoStatus Status { get; init; }

    /// <summary>The file's size; for one that is not there, Kinescope's figure. Unit: bytes; null where nobody tells it.</summary>
    public long? Length { get; init; }

    /// <summary>The bytes that this run received for it, those included that came twice. Unit: bytes.</summary>
    public long BytesReceived { get; init; }

    /// <summary>The file's MD5, in lower-case hex; null where its bytes were not read.</summary>
    public string? Md5 { get; init; }

    /// <summary>
    /// True where this run received or read all bytes, and their MD5 is the one that Kinescope tells; false where it tells none.
    /// Null where this run did not look at the bytes, as with a file that is there by size and date.
    /// </summary>
    public bool? IsMd5Verified { get; init; }

    /// <summary>When its bytes were last received or read, and their MD5 taken, by this run or an earlier one; null for never.</summary>
    public DateTimeOffset? CheckedAt { get; init; }

    /// <summary>The time that it took in this run.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>Why it failed; null otherwise.</summary>
    public string? Error { get; init; }

    /// <summary>The error id of that; null where there is none.</summary>
    public string? ErrorId { get; init; }

    /// <inheritdoc />
    public override string ToString() => $"{LessonId ?? VideoId}: {Status}";

    /// <summary>The same with its file.</summary>
    internal SavedVideo With(long? length, string? md5, bool? isMd5Verified, DateTimeOffset checkedAt) => Copy(
        length ?? Length, md5, isMd5Verified, checkedAt, Duration, BytesReceived);

    /// <summary>The same with its cost.</summary>
    internal SavedVideo In(TimeSpan duration, long bytesReceived) =>
        Copy(Length, Md5, IsMd5Verified, CheckedAt, duration, bytesReceived);

    private SavedVideo Copy(
        long? length, string? md5, bool? isMd5Verified, DateTimeOffset? checkedAt, TimeSpan duration, long bytesReceived) => new()
        {
            LessonId = LessonId,
            VideoId = VideoId,
            Title = Title,
            Quality = Quality,
            Path = Path,
            Status = Status,
            Length = length,
            BytesReceived = bytesReceived,
            Md5 = md5,
            IsMd5Verified = isMd5Verified,
            CheckedAt = checkedAt,
            Duration = duration,
            Error = Error,
            ErrorId = ErrorId,
        };
}
