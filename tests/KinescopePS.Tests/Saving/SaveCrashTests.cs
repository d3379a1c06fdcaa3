using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Saving;

/// <summary>The real process, killed at each step of a download. Whoever runs again has the right bytes, and receives none twice.</summary>
public sealed class SaveCrashTests : SaveTest
{
    public static TheoryData<string> Places => [.. Waypoint.Saving.Except(["save-noted"])];

    [Theory]
    [MemberData(nameof(Places))]
    public async Task Killed_at(string place)
    {
        var video = await UploadAsync(Bytes(1));
        var script = Folder.Write("save.ps1", $"""
            Import-Module '{Built.Module}'
            Save-KinescopeVideo '{Destination}' {video} -LessonId l1 -Path '{Folder["m1/Урок 1.mp4"]}' -BasePath '{Folder.Path}'
            """);
        using var process = ScriptProcess.Start(script, Sandbox, killAt: place);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.NotEqual(0, process.ExitCode);
        var held = Directory.EnumerateFiles(Destination, "*.part", SearchOption.AllDirectories).Sum(part => new FileInfo(part).Length);

        var saved = (await SaveAsync(Lesson(video))).Single();

        Assert.Equal(place == "save-named" ? SavedVideoStatus.Skipped : SavedVideoStatus.Saved, saved.Status);
        Assert.Equal(place == "save-named" ? 0 : Length - held, saved.BytesReceived);
        Assert.Equal(place == "save-named" ? null : true, saved.IsMd5Verified);
        RequireFile(Bytes(1));
    }
}
