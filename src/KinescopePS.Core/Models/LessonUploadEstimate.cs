namespace KinescopePS;

/// <summary>The work that an upload would be, as <c>Test-LessonUpload</c> estimates it.</summary>
public sealed class LessonUploadEstimate
{
    /// <summary>The number of lessons.</summary>
    public int Lessons { get; init; }

    /// <summary>Files to be sent as new videos.</summary>
    public int ToSend { get; init; }

    /// <summary>Files that an earlier run began to send.</summary>
    public int ToContinue { get; init; }

    /// <summary>With -Replace: files that become the new content of their lessons' videos.</summary>
    public int ToReplace { get; init; }

    /// <summary>Their size, which is part of <see cref="Length"/>. Unit: bytes.</summary>
    public long LengthToReplace { get; init; }

    /// <summary>Lessons whose video is there already, at the site or by the progress file, or comes with another lesson's.</summary>
    public int AlreadyThere { get; init; }

    /// <summary>Lessons that would fail before a byte is sent.</summary>
    public int Refused { get; init; }

    /// <summary>The size of the files to be sent and continued. Unit: bytes.</summary>
    public long Length { get; init; }

    /// <summary>The part of it that was sent before. Unit: bytes.</summary>
    public long LengthSent { get; init; }

    /// <summary>The rest, which is to be sent. Unit: bytes.</summary>
    public long LengthLeft => Length - LengthSent;

    /// <summary>The duration of the videos to be sent and continued, as far as their files tell it; null with -Quick.</summary>
    public TimeSpan? Video { get; init; }

    /// <summary>Files to be sent whose duration is not known.</summary>
    public int WithoutDuration { get; init; }

    /// <summary>
    /// The rate that the time is estimated from: that of -Rate, else that of earlier uploads in the progress file. Unit: bytes per second;
    /// null where neither tells.
    /// </summary>
    public double? Rate { get; init; }

    /// <summary>The time for sending, through the timetable of -BandwidthLimit, from now on; null where no rate is known.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>The time at which sending would end, from now on.</summary>
    public DateTimeOffset? EndsAt { get; init; }

    /// <summary>The calls of Kinescope's API, about: without those that repeat one, and without the waits of -Wait and -Verify.</summary>
    public int ApiCalls { get; init; }

    /// <summary>The price of storing what is sent for a month, at -StoragePrice; null without it.</summary>
    public decimal? StorageCost { get; init; }

    /// <summary>The price of encoding what is sent, at -EncodingPrice; null without it, or where no duration is known.</summary>
    public decimal? EncodingCost { get; init; }

    /// <summary>The number of findings that are errors.</summary>
    public int Errors { get; init; }

    /// <summary>The number of findings that are warnings.</summary>
    public int Warnings { get; init; }

    /// <inheritdoc />
    public override string ToString() =>
        $"{ToSend} to send, {ToContinue} to continue, {(ToReplace > 0 ? $"{ToReplace} to replace, " : "")}{AlreadyThere} there already";
}
