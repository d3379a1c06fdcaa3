using KinescopePS.Manifest;

namespace KinescopePS.Tests.Manifest;

/// <summary>The files beside videos, by their names.</summary>
public sealed class CompanionFinderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("урок 1.mp4", "урок 1.jpg", "P")]
    [InlineData("урок 1.mp4", "УРОК 1.JPEG", "P")]
    [InlineData("l.v2.mp4", "l.v2.webp", "P")]
    [InlineData("l.mp4", "l.png", "P")]
    [InlineData("l.mp4", "l.ru.srt", "ru")]
    [InlineData("l.mp4", "l.EN-us.VTT", "en-US")]
    [InlineData("l.mp4", "l.chapters.txt", "C")]
    [InlineData("l.mp4", "l.Chapters.json", "C")]
    [InlineData("l.mp4", "l.chapters.vtt", "C")]
    [InlineData("l.mp4", "l.srt", "")]
    [InlineData("l.mp4", "l.commentary.srt", "")]
    [InlineData("l.mp4", "l.txt", "")]
    [InlineData("l.mp4", "l.chapters.srt", "")]
    [InlineData("l.mp4", "l2.jpg", "")]
    [InlineData("l.mp4", "l.ru.en.srt", "")]
    [InlineData("l.mp4", "._l.jpg", "")]
    [InlineData("l.mp4", ".ru.srt", "")]
    public void A_name_says_what_a_file_is_to_a_video(string video, string beside, string what)
    {
        Touch(video, beside);

        Assert.Equal(what, Kinds(Find(video)));
        Assert.All(Paths(Find(video)), path => Assert.Equal(_folder[beside], path));
    }

    [Fact]
    public void Of_several_for_one_thing_one_is_taken_whatever_the_order_on_the_disk()
    {
        Touch("l.mp4", "l.webp", "l.png", "l.jpeg", "l.jpg", "l.ru.srt", "l.ru.vtt", "l.en.srt", "l.chapters.json", "l.chapters.txt", "l.chapters.vtt");

        Assert.Equal(["l.jpg", "l.en.srt", "l.ru.vtt", "l.chapters.vtt"], Paths(Find("l.mp4")).Select(path => Path.GetFileName(path)));
    }

    [Fact]
    public void On_a_disk_that_tells_case_apart_no_lesson_gets_anothers_files()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Two such files need a disk that tells case apart.");
        Touch("Lesson.mp4", "Lesson.jpg", "Lesson.ru.srt", "Lesson.en.vtt", "Lesson.chapters.txt");
        Touch("lesson.mp4", "lesson.jpg", "lesson.ru.vtt", "lesson.chapters.json", "LESSON.mov", "lEsson.mp4");

        Assert.Equal(
            ["Lesson.jpg", "Lesson.en.vtt", "Lesson.ru.srt", "Lesson.chapters.txt"], Paths(Find("Lesson.mp4")).Select(path => Path.GetFileName(path)));
        Assert.Equal(["lesson.jpg", "lesson.ru.vtt", "lesson.chapters.json"], Paths(Find("lesson.mp4")).Select(path => Path.GetFileName(path)));
        Assert.False(Find("LESSON.mov").HasAny);
    }

    [Fact]
    public void Another_spelling_is_taken_where_it_can_be_no_other_videos()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Two such files need a disk that tells case apart.");
        Touch("a.mp4", "A.jpg", "A.ru.srt", "b.mp4", "B.jpg", "B.MP4", "B.ru.srt", "cc.mp4", "CC.jpg", "Cc.png", "Cc.ru.srt");

        Assert.Equal("P ru", Kinds(Find("a.mp4")));
        Assert.Equal("", Kinds(Find("b.mp4")));
        Assert.Equal("ru", Kinds(Find("cc.mp4")));
    }

    [Fact]
    public void Folders_are_told_apart_and_listed_once()
    {
        Directory.CreateDirectory(_folder["a"]);
        Directory.CreateDirectory(_folder["b"]);
        Touch("a/l.mp4", "a/l.jpg", "b/l.mp4", "b/l.ru.srt");
        var finder = new CompanionFinder();

        Assert.Equal("P", Kinds(finder.Of(_folder["a/l.mp4"])));
        Assert.Equal("ru", Kinds(finder.Of(_folder["b/l.mp4"])));
        Touch("a/l.de.srt");
        Assert.Equal("P", Kinds(finder.Of(_folder["a/l.mp4"])));
    }

    [Fact]
    public void A_folder_by_such_a_name_or_one_that_is_gone_is_nothing()
    {
        Touch("l.mp4");
        Directory.CreateDirectory(_folder["l.jpg"]);

        Assert.False(Find("l.mp4").HasAny);
        Assert.False(Find("gone/l.mp4").HasAny);
    }

    private CompanionFiles Find(string video) => new CompanionFinder().Of(_folder[video]);

    private void Touch(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(_folder[name], "x");
    }

    private static string Kinds(CompanionFiles files) => string.Join(
        ' ', (string?[])[files.Poster is null ? null : "P", .. files.Subtitles.Select(file => file.Language), files.Chapters is null ? null : "C"]).Trim();

    private static IEnumerable<string> Paths(CompanionFiles files) =>
        ((string?[])[files.Poster, .. files.SubtitlePaths, files.Chapters]).OfType<string>();
}
