using KinescopePS.Matching;

namespace KinescopePS.Tests.Matching;

/// <summary>Projects and folders as people name them.</summary>
public sealed class PlaceNamesTests
{
    private const string One = "11111111-1111-4111-8111-111111111111", Two = "22222222-2222-4222-8222-222222222222";

    private static readonly (string, string[])[] Folders =
    [
        ("a", ["ads", "courses/ads"]), ("b", ["ads", "old/ads"]), ("c", ["Ads", "Ads"]), ("d", ["ai", "courses/ai"]), ("e", ["x", "x"]), ("f", ["X ", "X "]),
    ];

    [Theory]
    [InlineData(One, One)]
    [InlineData($" {One} ", One)]
    [InlineData($"https://app.kinescope.io/projects/{One}/folders/{Two}?page=2", $"{One} {Two}")]
    [InlineData($"app.kinescope.io/video/{One}", One)]
    [InlineData($"https://evil.example/{One}", "")]
    [InlineData("Курсы", "")]
    [InlineData("courses/ads", "")]
    public void FoundD15_Ids_are_read_out_of_pasted_links(string text, string expected) => Assert.Equal(expected, string.Join(' ', PlaceNames.IdsIn(text)));

    [Theory]
    [InlineData("courses/ads", "a")]
    [InlineData("old/ADS", "b")]
    [InlineData("Ads", "c")]
    [InlineData("AI", "d")]
    [InlineData("d", "d")]
    [InlineData("x", "e")]
    public void FoundD15_A_name_or_path_means_one(string name, string expected) => Assert.Equal(expected, PlaceNames.Choose(name, Folders, "folder", ErrorIds.FolderNotFound));

    [Fact]
    public void FoundD15_A_name_of_several_is_refused_with_their_ids()
    {
        var failure = Assert.Throws<KinescopeException>(() => PlaceNames.Choose("ads", Folders[..2], "folder", ErrorIds.FolderNotFound));

        Assert.Equal(ErrorIds.NameAmbiguous, failure.ErrorId);
        Assert.Contains("a ('courses/ads'), b ('old/ads')", failure.Message);
    }

    [Fact]
    public void FoundD15_A_name_of_none_is_an_error_that_names_near_ones()
    {
        var failure = Assert.Throws<KinescopeException>(() => PlaceNames.Choose("cources/ai", Folders, "folder", ErrorIds.FolderNotFound));

        Assert.Equal(ErrorIds.FolderNotFound, failure.ErrorId);
        Assert.Contains("'courses/ai'", failure.Message);
    }
}
