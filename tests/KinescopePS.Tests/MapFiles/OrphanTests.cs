using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.MapFiles;

/// <summary>Get-LessonVideoMap -IncludeOrphan: files that no lesson names are found, and never sent.</summary>
public sealed class OrphanTests : UploadTest
{
    private const string Orphans = "Get-LessonVideoMap -IncludeOrphan | ForEach-Object { if ($_.State -eq 'Orphan') { $_ } }";

    [Fact]
    public void Only_videos_that_no_lesson_names_are_orphans()
    {
        WriteCourse(2);
        Folder.WriteVideo("extra/deep/b.MOV", 20);
        Folder.WriteVideo("extra/a.mp4", 10);
        Folder.Write("extra/notes.txt", "x");

        var result = Session.Run(Orphans).RequireNoErrors();

        Assert.Equal([Folder["extra/a.mp4"], Folder["extra/deep/b.MOV"]], result.Texts("Path"));
        Assert.Equal([null, null], result.Values("LessonId"));
        Assert.Equal(["a", "b"], result.Texts("Title"));
        Assert.Equal([10L, 20L], result.Values("Length"));
        Assert.Equal(["l0", "l1", null, null], Session.Run("Get-LessonVideoMap -IncludeOrphan").Values("LessonId"));
    }

    [Fact]
    public void A_file_is_no_orphan_where_its_lesson_was_not_asked_for_or_is_faulty()
    {
        Folder.WriteVideo("0.mp4", 10);
        Folder.WriteVideo("1.mp4", 10);
        Folder.WriteVideo("2.mp4", 10);
        Folder.Write("manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l0","filepath":"0.mp4"},{"id":"l0","filepath":"1.mp4"},{"filepath":"2.mp4"}]}]}]}""");

        Assert.Empty(Session.Run(Orphans.Replace("-IncludeOrphan", "-IncludeOrphan -Course other")).Output);
        Assert.Empty(Session.Run("'.', 'manifest.json' | " + Orphans).Output);
    }

    [Fact]
    public void A_file_of_another_manifest_is_no_orphan_and_links_are_not_followed()
    {
        WriteCourse(1);
        Folder.WriteVideo("b/9.mp4", 10);
        Folder.Write("second.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l9","filepath":"b/9.mp4"}]}]}]}""");
        if (!OperatingSystem.IsWindows())
            Directory.CreateSymbolicLink(Folder["b/loop"], Folder.Path);

        Assert.Empty(Session.Run("'manifest.json', 'second.json' | " + Orphans).RequireNoErrors().Output);
    }

    [Fact]
    public async Task An_orphan_in_the_pipeline_is_named_and_not_sent()
    {
        WriteCourse(2);
        Folder.WriteVideo("extra.mp4", 10);

        var result = Session.Run("Get-LessonVideoMap -IncludeOrphan | Send-KinescopeVideo").RequireNoErrors();
        var fromFile = Session.Run("Get-LessonVideoMap -IncludeOrphan | Export-LessonVideoMap m.csv; Import-LessonVideoMap m.csv | Send-KinescopeVideo").RequireNoErrors();

        Assert.Equal(["l0 Uploaded", "l1 Uploaded"], Statuses(result));
        Assert.Equal($"{Folder["extra.mp4"]}: no lesson of the manifest names this file. It was not sent.", Assert.Single(result.Warnings));
        Assert.Equal(["l0 Skipped", "l1 Skipped"], Statuses(fromFile));
        await RequireOneVideoEachAsync(2);
    }

    [Fact]
    public async Task Who_wants_to_send_an_orphan_sends_its_path()
    {
        WriteCourse(0);
        Folder.WriteVideo("extra.mp4", 10);

        var result = Session.Run($"({Orphans}).Path | Send-KinescopeVideo").RequireNoErrors();

        Assert.Equal(["Uploaded"], result.Texts("Status"));
        Assert.Single(await Sandbox.VideosAsync());
    }
}
