using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace KinescopePS;

/// <summary>
/// Named places on a lesson's road where the crash tests kill this process. Without the environment variable the field is a
/// constant to the JIT, and a pass costs nothing.
/// </summary>
internal static class Waypoint
{
    /// <summary>All places, in the order of the road.</summary>
    public static readonly string[] All =
    [
        "intent-due", "intent-recorded", "init-answered", "init-recorded", "patch-answered", "last-byte-due",
        "last-patch-answered", "uploaded-recorded", "result-ready", "commit-due", "committed", "result-written",
    ];

    /// <summary>The places of a content that is replaced, in their order.</summary>
    public static readonly string[] Replacing =
    [
        "replacing-due", "replacing-recorded", "replacing-ending", "replacing-answered", "replacing-uploaded", "replaced-restored",
        "replaced-due", "replaced-recorded",
    ];

    /// <summary>Those on the road of the files beside a video.</summary>
    public static readonly string[] OfCompanions =
        ["poster-answered", "subtitles-due", "subtitles-answered", "subtitles-recorded", "subtitles-removed", "chapters-answered"];

    /// <summary>Those on the road of a video back to the disk.</summary>
    public static readonly string[] Saving = ["save-begun", "save-received", "save-noted", "save-recorded", "save-named"];

    /// <summary>Those of a video that is changed and given back, in their order, and that of a project.</summary>
    public static readonly string[] OfChanges =
        ["video-change-due", "video-change-recorded", "video-changed", "video-restored", "project-changed"];

    private static readonly string? KillAt = Environment.GetEnvironmentVariable("KINESCOPEPS_TEST_KILL_AT");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pass(string name)
    {
        if (KillAt is not null && KillAt == name)
            Process.GetCurrentProcess().Kill();
    }
}
