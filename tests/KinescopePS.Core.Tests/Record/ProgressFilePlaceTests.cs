using KinescopePS.Files;
using KinescopePS.Record;

namespace KinescopePS.Tests.Record;

/// <summary>The progress file that is meant where none is named.</summary>
public sealed class ProgressFilePlaceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ProgressFilePlaceTests()
    {
        Directory.CreateDirectory(_folder["here"]);
        Directory.CreateDirectory(_folder["course"]);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>The places that have a progress file, the one that is meant, and the one that is named beside it.</summary>
    [Theory]
    [InlineData("", "course", null)]
    [InlineData("course", "course", null)]
    [InlineData("here", "here", "course")]
    [InlineData("here course", "course", "here")]
    public void FoundD05_It_lies_beside_the_manifest_unless_the_current_folder_alone_has_one(string present, string meant, string? named)
    {
        Write(present);

        var place = ProgressFilePlace.Of(_folder["here"], _folder["course/manifest.json"], configured: null);

        Assert.Equal(Of(meant), place.Path);
        if (named is null)
            Assert.Null(place.Note);
        else
            Assert.All((string[])[Of(meant), Of(named), "-ProgressFile"], text => Assert.Contains(text, place.Note!));
    }

    [Theory]
    [InlineData("", "here")]
    [InlineData("here course", "here")]
    [InlineData("course", "course")]
    public void Without_lessons_it_is_the_current_folders_and_else_the_one_beside_the_manifest_of_the_settings(string present, string meant)
    {
        Write(present);

        var place = ProgressFilePlace.Of(_folder["here"], manifest: null, _folder["course"]);

        Assert.Equal(new ProgressFilePlace(Of(meant)), place);
    }

    [Theory]
    [InlineData("../here/manifest.json")]
    [InlineData("manifest.json")]
    [InlineData(".")]
    [InlineData("nowhere/manifest.json")]
    [InlineData(" ")]
    public void A_manifest_that_is_here_or_not_on_this_machine_is_no_other_place(string manifest)
    {
        Write("here");

        Assert.Equal(new ProgressFilePlace(Of("here")), ProgressFilePlace.Of(_folder["here"], manifest, configured: null));
    }

    private string Of(string folder) => Path.Combine(FilePaths.OnDisk(_folder[folder]), UploadRecords.DefaultAddress);

    private void Write(string folders)
    {
        foreach (var folder in folders.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            File.WriteAllText(Of(folder), "");
    }
}
