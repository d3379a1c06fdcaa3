namespace KinescopeSandbox.Server;

/// <summary>How a sandbox behaves. The defaults are the platform's behaviour where it is known.</summary>
public sealed record SandboxOptions
{
    public const int PlatformRequestsPerSecond = 10;
    public const int PlatformRequestsPerMinute = 300;

    /// <summary>Folder with the state; made when absent.</summary>
    public required string DataFolder { get; init; }

    /// <summary>TCP port of the API; null: that of the last run on this folder, or any free one.</summary>
    public int? Port { get; init; }

    /// <summary>Time between the last byte and status `done`.</summary>
    public TimeSpan Transcode { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Whether requests beyond the limits are answered with 429.</summary>
    public bool RateLimit { get; init; } = true;

    /// <summary>Requests per second and token; 0 for no such limit.</summary>
    public int RequestsPerSecond { get; init; } = PlatformRequestsPerSecond;

    /// <summary>Requests per minute and token; 0 for no such limit.</summary>
    public int RequestsPerMinute { get; init; } = PlatformRequestsPerMinute;

    /// <summary>Count and hash the bytes but do not keep them.</summary>
    public bool Discard { get; init; }

    /// <summary>Compute the MD5 that the `original` asset shows.</summary>
    public bool Md5 { get; init; } = true;

    /// <summary>The ways that the platform's open questions are answered at first.</summary>
    public PlatformWays Ways { get; init; } = new();
}
