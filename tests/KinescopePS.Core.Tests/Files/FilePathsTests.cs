using KinescopePS.Files;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Files;

/// <summary>One spelling for each file, whatever spelling it is given in.</summary>
public sealed class FilePathsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Курс/Урок 0.mp4")]
    [InlineData("Курс//./Урок 0.mp4")]
    [InlineData("Курс/gone/../Урок 0.mp4")]
    [InlineData("Курс/Урок 0.mp4/")]
    public void FoundA12_A_path_written_in_another_way_is_the_same_file(string path)
    {
        var file = _folder.WriteVideo("Курс/Урок 0.mp4", 1);

        Assert.Equal(FilePaths.OnDisk(file), FilePaths.OnDisk($"{_folder.Path}/{path}"));
    }

    [Theory]
    [InlineData("курс/УРОК 0.MP4")]
    [InlineData(@"КУРС\Урок 0.mp4")]
    [InlineData("Курс/Урок 0.mp4. ")]
    public void FoundA12_Windows_reaches_a_file_by_many_names_and_it_is_the_same_one(string path)
    {
        Assert.SkipUnless(OperatingSystem.IsWindows(), "Only Windows takes these names for one.");
        var file = FilePaths.OnDisk(_folder.WriteVideo("Курс/Урок 0.mp4", 1));

        Assert.EndsWith(@"\Курс\Урок 0.mp4", file);
        Assert.Equal(file, FilePaths.OnDisk(Path.Join(_folder.Path, path)));
        Assert.Equal(file, FilePaths.OnDisk(Path.Join(_folder.Path.ToLowerInvariant(), path)));
        Assert.Equal(file, FilePaths.OnDisk($@"\\?\{file.ToUpperInvariant()}"));
        Assert.Equal(FilePaths.KeyOf(file), FilePaths.KeyOf(file.ToUpperInvariant()));
    }

    [Fact]
    public void FoundA12_What_is_not_there_stays_as_it_was_given_below_what_is()
    {
        Directory.CreateDirectory(_folder["Курс"]);

        Assert.Equal(Path.Join(FilePaths.OnDisk(_folder["Курс"]), "Gone", "урок.mp4"), FilePaths.OnDisk(_folder["Курс/Gone/урок.mp4"]));
    }

    [Fact]
    public void FoundA12_Two_files_that_differ_in_case_stay_two()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Two such files need a disk that tells case apart.");
        var small = _folder.WriteVideo("урок 0.mp4", 1);
        var large = _folder.WriteVideo("УРОК 0.MP4", 1);

        Assert.Equal([small, large], new[] { small, large }.Select(FilePaths.OnDisk));
        Assert.NotEqual(FilePaths.KeyOf(small), FilePaths.KeyOf(large));
        Assert.Equal(_folder["Урок 0.mp4"], FilePaths.OnDisk(_folder["Урок 0.mp4"]));
    }

    [Fact]
    public void FoundA12_A_link_keeps_its_own_name()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making a link takes rights on Windows.");
        _folder.WriteVideo("real/a.mp4", 1);
        Directory.CreateSymbolicLink(_folder["link"], _folder["real"]);

        Assert.Equal(_folder["link/a.mp4"], FilePaths.OnDisk(_folder["link/a.mp4"]));
    }

    [Theory]
    [InlineData("NUL")]
    [InlineData("nul.mp4")]
    [InlineData("CON.mp4")]
    [InlineData("Aux .урок.mp4")]
    [InlineData("PRN")]
    [InlineData("conin$")]
    [InlineData("COM1.mp4")]
    [InlineData("lpt9")]
    [InlineData("COM¹.mp4")]
    [InlineData("LPT³")]
    [InlineData("урок.")]
    [InlineData("урок ")]
    [InlineData("...")]
    [InlineData(".. ")]
    [InlineData("a.mp4:stream")]
    [InlineData("a.mp4::$DATA")]
    [InlineData("a?.mp4")]
    [InlineData("a\tb.mp4")]
    public void FoundC8_What_Windows_would_change_is_told_with_the_name(string name) => Assert.Contains($"'{name}'", WindowsNames.WhyUnusable(name));

    [Theory]
    [InlineData("урок 0.mp4")]
    [InlineData(" урок.mp4")]
    [InlineData(".mp4")]
    [InlineData("NULL.mp4")]
    [InlineData("CONtents.mp4")]
    [InlineData("урок.con")]
    [InlineData("COM0.mp4")]
    [InlineData("COM10.mp4")]
    [InlineData("LPTA.mp4")]
    [InlineData("1 – «Йога», ёлка & #5 (100%)!.mp4")]
    public void FoundC8_Names_that_Windows_takes_as_they_are_may_be_used(string name) => Assert.Null(WindowsNames.WhyUnusable(name));

    [Theory]
    [InlineData("NUL")]
    [InlineData("урок.")]
    [InlineData("a.mp4:stream")]
    public void FoundC8_Only_Windows_refuses_them(string name) =>
        Assert.Equal(OperatingSystem.IsWindows(), FilePaths.WhyUnusable(Path.Join(_folder.Path, name)) is not null);
}
