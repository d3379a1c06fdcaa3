using KinescopePS.MapFiles;

namespace KinescopePS.Tests.MapFiles;

/// <summary>Paths of a map that was written on another system.</summary>
public sealed class MapPathsTests
{
    [Theory]
    [InlineData(@"E:\Курс", @"e:\курс\Модуль\Урок 0.mp4")]
    [InlineData(@"E:\Курс\", "E:/Курс/Модуль/Урок 0.mp4")]
    [InlineData(@"\\?\E:\Курс", @"e:\Курс\Модуль\Урок 0.mp4")]
    [InlineData("E:/Курс", @"\\?\e:\Курс\Модуль\Урок 0.mp4")]
    [InlineData(@"\\NAS\Курсы", @"\\nas\курсы\Модуль\Урок 0.mp4")]
    [InlineData(@"\\nas\Курсы", @"\\?\UNC\nas\Курсы\Модуль\Урок 0.mp4")]
    [InlineData("/mnt/Курс/", "/mnt/Курс/Модуль/Урок 0.mp4")]
    public void FoundA12_A_path_below_a_folder_is_so_in_every_spelling(string folder, string path) =>
        Assert.Equal("Модуль/Урок 0.mp4", MapPaths.Below(folder, path));

    [Theory]
    [InlineData(@"E:\Курсы\А\1.mp4", "e:/курсы/Б/2.mp4", "E:/Курсы")]
    [InlineData(@"\\?\E:\А\1.mp4", "E:/Б/2.mp4", "E:/")]
    [InlineData(@"\\nas\Курсы\А\1.mp4", "//NAS/курсы/2.mp4", "//nas/Курсы/")]
    [InlineData("/mnt/А/1.mp4", "/mnt/А 2/2.mp4", "/mnt")]
    [InlineData("/mnt/1.mp4", "/srv/2.mp4", "/")]
    [InlineData("E:/1.mp4", "D:/2.mp4", null)]
    [InlineData("//nas/one/1.mp4", "//nas/two/2.mp4", null)]
    [InlineData("E:/1.mp4", "/2.mp4", null)]
    public void FoundA18_Absolute_paths_have_a_folder_in_common(string one, string other, string? common) =>
        Assert.Equal(common, MapPaths.Common(MapPaths.FolderOf(one), MapPaths.FolderOf(other)));

    [Theory]
    [InlineData("E:/Курсы/А", new[] { "E:/", "E:/Курсы", "E:/Курсы/А" })]
    [InlineData("//nas/Курсы/А", new[] { "//nas/Курсы/", "//nas/Курсы/А" })]
    [InlineData("/", new[] { "/" })]
    public void FoundA18_The_way_to_a_folder_begins_at_its_root(string folder, string[] way) => Assert.Equal(way, MapPaths.WayTo(folder));

    [Theory]
    [InlineData(@"E:\Курс", @"E:\Курс 2\Урок 0.mp4")]
    [InlineData(@"E:\Курс", @"F:\Курс\Урок 0.mp4")]
    [InlineData("/mnt/курс", "/mnt/Курс/Урок 0.mp4")]
    public void FoundA12_A_path_elsewhere_is_not_below(string folder, string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && folder.StartsWith('/'), "A path of Linux.");
        Assert.Null(MapPaths.Below(folder, path));
    }
}
