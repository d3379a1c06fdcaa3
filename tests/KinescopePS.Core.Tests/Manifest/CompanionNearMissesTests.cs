using KinescopePS.Manifest;

namespace KinescopePS.Tests.Manifest;

/// <summary>Files that were surely meant for a video, and the name that each needs.</summary>
public sealed class CompanionNearMissesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("l.srt", "l.ru.srt")]
    [InlineData("L.SRT", "L.ru.srt")]
    [InlineData("l.vtt", "l.ru.vtt")]
    [InlineData("l.Russian.srt", "l.ru.srt")]
    [InlineData("l.русские.vtt", "l.ru.vtt")]
    [InlineData("l.commentary.srt", "l.ru.srt")]
    [InlineData("l.ru.forced.srt", "l.ru.srt")]
    [InlineData("l_ru.srt", "l.ru.srt")]
    [InlineData("l-pt-BR.srt", "l.pt-BR.srt")]
    [InlineData("l (2) [ru].srt", null)]
    [InlineData("l_english.srt", "l.en.srt")]
    [InlineData("l.old.srt", "l.ru.srt")]
    [InlineData("l.new.srt", "l.ru.srt")]
    [InlineData("l.xx.vtt", "l.ru.vtt")]
    [InlineData("l.ua.srt", "l.uk.srt")]
    [InlineData("l.ru_old.srt", "l.ru.srt")]
    [InlineData("l.en-sdh.srt", "l.ru.srt")]
    [InlineData("l.zh-Hant.srt", null)]
    [InlineData("l.2.srt", null)]
    [InlineData("l.chapters.pdf", null)]
    [InlineData("l.rus.srt", null)]
    [InlineData("l.fil.srt", null)]
    [InlineData("l.ru.ass", "l.ru.srt")]
    [InlineData("l.sbv", "l.ru.srt")]
    [InlineData("l.chapters.md", "l.chapters.txt")]
    [InlineData("l.chapters.srt", "l.chapters.txt")]
    [InlineData("l.chapter.txt", "l.chapters.txt")]
    [InlineData("l_chapters.txt", "l.chapters.txt")]
    [InlineData("l.главы.txt", "l.chapters.txt")]
    [InlineData("l.poster.jpg", "l.jpg")]
    [InlineData("l - обложка.PNG", "l.jpg")]
    [InlineData("l.jfif", "l.jpg")]
    [InlineData("l.gif", "l.jpg")]
    [InlineData("l.RU.srt", null)]
    [InlineData("l.ru-RU.vtt", null)]
    [InlineData("l.ru_RU.vtt", null)]
    [InlineData("l.jpeg", null)]
    [InlineData("l.Chapters.TXT", null)]
    [InlineData("l.txt", null)]
    [InlineData("l.json", null)]
    [InlineData("l 2.srt", null)]
    [InlineData("l-old.srt", null)]
    [InlineData("l2.srt", null)]
    [InlineData("l - копия.jpg", null)]
    public void Of_a_video_in_its_folder(string beside, string? name)
    {
        Touch("l.mp4", beside);

        var misses = Find("l.mp4");

        Assert.Equal(name is null ? [] : [_folder[beside]], misses.Select(miss => miss.Path));
        Assert.All(misses, miss => Assert.Contains($" {name}", miss.Advice, StringComparison.Ordinal));
    }

    [Fact]
    public void Each_belongs_to_the_longest_name_of_a_video_and_none_where_the_thing_is_there()
    {
        Touch("l.mp4", "l.v2.mp4", "l_ru.mp4", "l.v2.srt", "l_ru.srt", "l.jpg", "l.poster.jpg", "l.chapters.txt", "l.chapters.md", "l.ru.srt", "l.srt");

        Assert.Equal([_folder["l.srt"]], Find("l.mp4").Select(miss => miss.Path));
        Assert.Equal([_folder["l.v2.srt"]], Find("l.v2.mp4").Select(miss => miss.Path));
        Assert.Equal([_folder["l_ru.srt"]], Find("l_ru.mp4").Select(miss => miss.Path));
        Assert.Empty(Find("gone/l.mp4"));
        Touch("l.de.mp4", "l.de.srt");
        Assert.Empty(Find("l.de.mp4"));
    }

    [Fact]
    public void One_of_two_for_the_same_is_named()
    {
        Touch("l.mp4", "l.ru.srt", "l.ru.vtt", "l.rus.srt", "l.en.srt", "l.chapters.txt", "l.chapters.json", "l.jpg", "l.png");

        Assert.Equal(
            [
                (_folder["l.chapters.json"], "l.chapters.txt is taken: remove one of the two."),
                (_folder["l.ru.srt"], "l.ru.vtt is taken for that language: remove one of the two."),
                (_folder["l.rus.srt"], "l.ru.vtt is taken for that language: remove one of the two."),
            ],
            Find("l.mp4").Select(miss => (miss.Path, miss.Advice)));
    }

    private List<CompanionNearMiss> Find(string video) =>
        [.. new CompanionNearMisses().Of(_folder[video], new CompanionFinder().Of(_folder[video]))];

    private void Touch(params string[] names)
    {
        foreach (var name in names)
            File.WriteAllText(_folder[name], "x");
    }
}
