using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Comparison;

/// <summary>A folder of saved videos as a side.</summary>
public sealed class CompareSavedTests : CompareTest
{
    [Fact]
    public void A_copy_that_is_missing_or_another_is_found_without_reading_it_and_saved()
    {
        Publish(4);
        using var backup = new TemporaryFolder();
        Session.Run($"Get-KinescopeUpload | Save-KinescopeVideo {backup.Path} -BasePath .").RequireNoErrors();
        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees", "l3 Agrees"], Findings(Compare($"-SavedPath {backup.Path}").RequireNoErrors()));

        File.Delete(backup["0.mp4"]);
        File.AppendAllText(backup["1.mp4"], "more");
        var date = File.GetLastWriteTimeUtc(backup["2.mp4"]);
        File.WriteAllBytes(backup["2.mp4"], new byte[new FileInfo(Folder["2.mp4"]).Length]);
        File.SetLastWriteTimeUtc(backup["2.mp4"], date);

        Assert.Equal(["l0 NotSaved", "l1 SavedDiffers", "l2 SavedDiffers", "l3 Agrees"], Findings(Compare($"-SavedPath {backup.Path} -Checksum").RequireNoErrors()));
        Assert.Equal(["l0 NotSaved", "l1 SavedDiffers", "l2 Agrees", "l3 Agrees"], Findings(Compare($"-SavedPath {backup.Path}").RequireNoErrors()));

        var mended = Compare($"-SavedPath {backup.Path} -Checksum | Save-KinescopeVideo {backup.Path}");

        Assert.Equal(["SavedFileExists"], mended.ErrorIds);
        Assert.Equal(["l1 SavedDiffers"], Findings(Compare($"-SavedPath {backup.Path} -Checksum")).Where(text => !text.EndsWith("Agrees", StringComparison.Ordinal)));

        Compare($"-SavedPath {backup.Path} -Checksum | Save-KinescopeVideo {backup.Path} -Force").RequireNoErrors();

        Assert.Equal(["l0 Agrees", "l1 Agrees", "l2 Agrees", "l3 Agrees"], Findings(Compare($"-SavedPath {backup.Path} -Checksum").RequireNoErrors()));
    }

    [Fact]
    public void A_folder_without_a_list_is_an_error_and_the_other_places_are_compared()
    {
        Publish(1);

        var result = Compare("-SavedPath nowhere -Side ProgressFile, Kinescope, Database, Backup");

        Assert.Equal(["SavedListInvalid"], result.ErrorIds);
        Assert.Equal(["l0 Agrees"], Findings(result));
    }
}
