using System.Text;
using KinescopePS.Files;
using KinescopePS.Saving;

namespace KinescopePS.Tests.Saving;

/// <summary>Places of saved videos: none leads out of the folder, and each name can be had on Windows, too.</summary>
public sealed class SavePathsTests
{
    private const string Id = "2ac5d62b-490e-491f-a9b0-c6ba3949c13d";

    [Theory]
    [InlineData("m1/Урок 1.mp4", true, true)]
    [InlineData("m1/a.b/1..mp4", true, true)]
    [InlineData("", false, false)]
    [InlineData("/m1/1.mp4", false, false)]
    [InlineData("m1//1.mp4", false, false)]
    [InlineData("m1/../../1.mp4", false, false)]
    [InlineData("./1.mp4", false, false)]
    [InlineData("m1/1\0.mp4", false, false)]
    [InlineData("C:/1.mp4", true, false)]
    [InlineData("C:1.mp4", true, false)]
    [InlineData("m1/1.mp4:stream", true, false)]
    [InlineData(@"m1\..\..\1.mp4", true, false)]
    [InlineData(@"\\server\share\1.mp4", true, false)]
    [InlineData(@"\\?\C:\1.mp4", true, false)]
    [InlineData("m1/CON", true, false)]
    [InlineData("nul.mp4", true, false)]
    [InlineData("COM1.tar/1.mp4", true, false)]
    [InlineData("m1./1.mp4", true, false)]
    [InlineData("m1 /1.mp4", true, false)]
    [InlineData(".. /1.mp4", true, false)]
    [InlineData("... /1.mp4", true, false)]
    [InlineData("m1/1?.mp4", true, false)]
    public void A_line_of_the_list_names_a_place_below_the_folder_or_nothing(string place, bool elsewhere, bool onWindows) =>
        Assert.Equal((elsewhere, onWindows), (SavePaths.IsPlace(place, isWindows: false), SavePaths.IsPlace(place, isWindows: true)));

    [Theory]
    [InlineData("CON")]
    [InlineData("COM1.")]
    [InlineData("lpt9.")]
    [InlineData("..")]
    [InlineData("../../etc/passwd")]
    [InlineData(@"C:\Windows\x")]
    [InlineData("a:b*c?d\"e<f>g|h")]
    [InlineData(" . ")]
    [InlineData("")]
    [InlineData("\u202Etxt.exe\u0007\u2028")]
    [InlineData("\ud83d")]
    public void A_video_without_a_lesson_has_a_name_that_every_system_takes(string title) => RequireNames(SavePaths.OfVideo(title, Id, ".mp4"));

    [Theory]
    [InlineData("a")]
    [InlineData("ы")]
    [InlineData("本")]
    [InlineData("😀")]
    [InlineData("a ")]
    [InlineData("a.")]
    public void A_long_title_is_cut_to_what_every_disk_takes(string letter) =>
        RequireNames(SavePaths.OfVideo(string.Concat(Enumerable.Repeat(letter, 300)), Id, ".mp4"));

    private static void RequireNames(string place)
    {
        Assert.True(SavePaths.IsPlace(place, isWindows: true), place);
        Assert.DoesNotContain('/', place);
        Assert.EndsWith($"({Id}).mp4", place);
        foreach (var name in new[] { place, Path.GetFileName(SavePaths.PartOf(Path.Combine(Path.GetTempPath(), place), place)) })
        {
            Assert.Null(WindowsNames.WhyUnusable(name));
            Assert.InRange(Encoding.UTF8.GetByteCount(name), 1, 255);
        }
    }
}
