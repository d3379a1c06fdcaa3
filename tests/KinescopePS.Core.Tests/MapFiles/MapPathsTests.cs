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
    [InlineData(@"E:\Курс", @"E:\Курс 2\Урок 0.mp4")]
    [InlineData(@"E:\Курс", @"F:\Курс\Урок 0.mp4")]
    [InlineData("/mnt/курс", "/mnt/Курс/Урок 0.mp4")]
    public void FoundA12_A_path_elsewhere_is_not_below(string folder, string path)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && folder.StartsWith('/'), "A path of Linux.");
        Assert.Null(MapPaths.Below(folder, path));
    }
}
