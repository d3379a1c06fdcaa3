using System.Globalization;

namespace KinescopePS.Commands;

/// <summary>In which order files are sent.</summary>
public enum UploadOrder
{
    /// <summary>As they come.</summary>
    Manifest,

    /// <summary>Many finished lessons soon.</summary>
    SmallestFirst,

    /// <summary>The long ones while somebody is watching.</summary>
    LargestFirst,
}

/// <summary>The settings of a cmdlet's uploads, as its parameters give them.</summary>
internal sealed record UploadOptions
{
    /// <summary>The project of new videos; null for that of the connection.</summary>
    public string? ProjectId { get; init; }

    /// <summary>The folder of new videos; null for the project's top.</summary>
    public string? ParentId { get; init; }

    /// <summary>The folder of each lesson, as <see cref="FolderPlan"/> reads it; null for one of all.</summary>
    public object? FolderBy { get; init; }

    /// <summary>The number of files sent at once, or <see cref="ThrottleLimitAttribute.Auto"/>.</summary>
    public int ThrottleLimit { get; init; } = 3;

    public string? BandwidthLimit { get; init; }

    /// <summary>True where the bandwidth limit is that of all machines together.</summary>
    public bool ShareBandwidth { get; init; }

    public TimeSpan? MaxDuration { get; init; }

    public UploadOrder Order { get; init; }

    /// <summary>The extensions that count as a video; null for the usual ones.</summary>
    public string[]? Extension { get; init; }

    public bool Wait { get; init; }

    public bool Verify { get; init; }

    public TimeSpan WaitTimeout { get; init; }

    public bool Force { get; init; }

    /// <summary>True where a file that is another one now becomes the new content of its lesson's video.</summary>
    public bool Replace { get; init; }

    /// <summary>The largest file that does so unasked. Unit: bytes.</summary>
    public long ReplaceLimit { get; init; } = DefaultReplaceLimit;

    /// <summary>Unit: bytes.</summary>
    public const long DefaultReplaceLimit = 2L << 30;

    /// <summary>True where the files beside a video are sent with it.</summary>
    public bool WithCompanions { get; init; }

    /// <summary>The settings for the log of runs: what a reader of it may want to know, and nothing secret.</summary>
    public Dictionary<string, string> ToLog(string parentId)
    {
        var settings = new Dictionary<string, string>
        {
            ["parentId"] = parentId,
            ["throttleLimit"] = ThrottleLimitAttribute.NameOf(ThrottleLimit),
            ["order"] = $"{Order}",
        };
        var further = new (string Name, string? Value)[]
        {
            ("bandwidthLimit", BandwidthLimit),
            ("shareBandwidth", ShareBandwidth ? "true" : null),
            ("maxDuration", MaxDuration?.ToString("c", CultureInfo.InvariantCulture)),
            ("folderBy", FolderBy as string ?? FolderBy?.GetType().Name),
            ("wait", Wait ? "true" : null),
            ("verify", Verify ? "true" : null),
            ("force", Force ? "true" : null),
            ("replace", Replace ? "true" : null),
            ("withCompanions", WithCompanions ? "true" : null),
        };
        foreach (var (name, value) in further)
        {
            if (value is not null)
                settings[name] = value;
        }

        return settings;
    }
}
