using System.Diagnostics;
using KinescopePS.Matching;

namespace KinescopePS.Tests.Matching;

/// <summary>Two lists of names: what is the same is found, what is not sure is not, and no name does harm.</summary>
public sealed class TitleMatcherTests
{
    [Theory]
    [InlineData("1. Как пройти курс", "001_kak_projti_kurs")]
    [InlineData("Щедрый объём Ёжика: цены", "shchedryi_obem_yozhika_tseny")]
    [InlineData("Щедрый объём Ёжика: цены", "shhedryj obyom ezhika — ceny")]
    [InlineData("Щедрый объём Ёжика: цены", "ŝedryj obʺëm ëžika ceny")]
    [InlineData("Характеристики и схемы", "kharakteristiki i skhemy")]
    [InlineData("Характеристики и схемы", "XARAKTERISTIKI_I_SXEMY")]
    [InlineData("Урок 3. «Чек-лист»", "03 чеклист")]
    [InlineData("Lesson 3: Unit economics", "m03_unit_economics")]
    [InlineData("Нейросети 2.0", "нейросети_2_0")]
    [InlineData("Шаг 1️⃣. Подготовка", "Шаг 1 подготовка")]
    [InlineData("№ 5 Логистика ½", "5_логистика 1⁄2")]
    public void The_same_words_are_found_however_they_are_written(string title, string file)
    {
        var match = Assert.Single(Match([title], [file, "совсем другое"]));

        Assert.Equal(0, match.Candidate);
        Assert.InRange(match.Confidence, 0.75, 1);
    }

    [Theory]
    [InlineData("Нейросети 2.0", "нейросети 3.0")]
    [InlineData("Практика. Часть 1", "praktika_chast_2")]
    [InlineData("Внешняя аналитика", "vnutrennyaya_analitika")]
    [InlineData("Воронка. Фото", "воронка видео")]
    [InlineData("", "")]
    [InlineData("   ", "file")]
    [InlineData("🆕🔥", "🔥🆕")]
    public void Other_words_or_numbers_are_not_the_same(string title, string file) =>
        Assert.Null(Assert.Single(Match([title], [file])).Candidate);

    [Fact]
    public void Equal_titles_are_told_apart_by_folder_or_number_or_not_at_all()
    {
        Named Lesson(string title, string course, string id) => new(title) { Id = id, Group = [course] };
        Named File(string folder, string name) => new(name) { Group = [folder] };
        Named[] lessons = [Lesson("Итоги", "ozon", "a"), Lesson("Итоги", "wb", "b"), Lesson("1 SEO", "wb", "c"), Lesson("2 SEO", "wb", "d"), Lesson("Введение", "wb", "e"), Lesson("Введение", "wb", "f")];
        Named[] files = [File("wb", "itogi"), File("ozon", "itogi"), File("wb", "2_seo"), File("wb", "vvedenie"), File("wb", "vvedenie (1)")];

        var matches = Match(lessons, files);

        Assert.Equal([1, 0, null, 2, null, null], matches.Select(match => match.Candidate));
        Assert.Equal([0, 1, 2, 3, 4, 5], lessons.Select((_, i) => i).Where(i => matches[i].Candidate is not null || matches[i].RunnerUp is not null));
    }

    [Fact]
    public void Files_that_are_only_numbers_are_found_by_folder_and_number()
    {
        Named[] lessons = [new("Урок 1") { Group = ["ads"] }, new("Урок 2") { Group = ["ads"] }, new("Урок 1") { Group = ["seo"] }];
        Named[] files = [new("2") { Group = ["ads"] }, new("01") { Group = ["seo"] }, new("01") { Group = ["ads"] }];

        Assert.Equal([2, 0, 1], Match(lessons, files).Select(match => match.Candidate));
    }

    [Fact]
    public void An_equal_size_tells_equal_titles_apart()
    {
        Named[] lessons = [new("Итоги") { Length = 10 }, new("Итоги") { Length = 20 }];
        Named[] files = [new("itogi") { Length = 20 }, new("itogi") { Length = 10 }];

        Assert.Equal([1, 0], Match(lessons, files).Select(match => match.Candidate));
    }

    [Fact]
    public void The_total_counts_and_not_who_comes_first()
    {
        // The first is as near to both files; the second only to one.
        Named[] lessons = [new("Анализ рынка маркетплейса"), new("Анализ рынка маркетплейса Ozon")];
        Named[] files = [new("analiz_rynka_marketpleysa_ozon"), new("analiz_rynka_marketpleysa")];

        Assert.Equal([1, 0], Match(lessons, files).Select(match => match.Candidate));
    }

    [Fact]
    public void The_answer_is_the_same_in_any_order()
    {
        var random = new Random(5);
        var lessons = Enumerable.Range(0, 300).Select(i => new Named($"{i % 7} {Words(random)}") { Id = $"l{i}", Group = [$"course {i % 5}"] }).ToArray();
        var files = lessons.Select(lesson => new Named(lesson.Name.ToUpperInvariant()) { Group = lesson.Group }).Concat(lessons.Take(50)).ToArray();
        var expected = Named(Match(lessons, files), lessons, files);

        for (var round = 0; round < 3; round++)
        {
            random.Shuffle(lessons);
            random.Shuffle(files);
            Assert.Equal(expected, Named(Match(lessons, files), lessons, files));
        }

        static List<string> Named(IReadOnlyList<TitleMatch> matches, Named[] lessons, Named[] files) =>
        [
            .. matches.Select((match, i) => $"{lessons[i].Id} {(match.Candidate is { } file ? $"{files[file].Name} {files[file].Group[0]}" : "-")} {match.Confidence}").Order(StringComparer.Ordinal),
        ];
    }

    [Fact]
    public void No_name_does_harm()
    {
        string[] names =
        [
            new('я', 100_000), string.Concat(Enumerable.Repeat("слово 7 ", 20_000)), "\uD800 half \uDC00\uDC00", "\0\u0001", "\uFFFD\uFFFE", "é\u0301\u0301\u0301",
            new('\u0301', 5_000), "123456789012345678901234567890", "०१२ देवनागरी", "日本語のレッスン", "a", ".", "…", "👨‍👩‍👧‍👦 семья",
        ];

        var matches = Match([.. names, .. names], [.. names, .. names]);

        Assert.Equal(2 * names.Length, matches.Count);
        Assert.All(matches, match => Assert.InRange(match.Confidence, 0, 1));
        Assert.Equal(Match(["日本語のレッスン"], ["日本語のレッスン", "другое"])[0].Candidate, 0);
    }

    public static TheoryData<string, int> Large => new()
    {
        { "names of their own", 10_000 },
        { "one name for all", 10_000 },
        { "one word and a number", 10_000 },
        { "few words", 5_000 },
    };

    [Theory]
    [MemberData(nameof(Large))]
    public void Ten_thousand_names_take_seconds(string kind, int count)
    {
        var random = new Random(3);
        var lessons = Enumerable.Range(0, count).Select(i => new Named(kind switch
        {
            "names of their own" => $"{i % 30 + 1}. {Words(random)}",
            "one name for all" => "Введение в курс",
            "one word and a number" => $"Урок {i}",
            _ => $"{Word(random.Next(20))} {Word(random.Next(20))} {Word(random.Next(20))}",
        })
        { Group = [$"course {i / 100}"], Id = $"course_{i / 100}_{i % 100}" }).ToArray();
        var files = lessons.Select(lesson => lesson with { Id = null }).ToArray();
        random.Shuffle(files);

        var watch = Stopwatch.StartNew();
        var before = GC.GetTotalAllocatedBytes();
        var matches = Match(lessons, files);
        TestContext.Current.TestOutputHelper!.WriteLine(
            $"{kind}: {watch.Elapsed.TotalSeconds:0.0} s, {GC.GetTotalMemory(true) >> 20} MiB after, {(GC.GetTotalAllocatedBytes() - before) >> 20} MiB allocated, {matches.Count(match => match.Candidate is not null)} matched");

        Assert.All(matches.Zip(lessons), pair => Assert.True(pair.First.Candidate is not { } file || files[file].Name == pair.Second.Name));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), $"{watch.Elapsed}");
    }

    private static IReadOnlyList<TitleMatch> Match(IEnumerable<string> lessons, IEnumerable<string> files) =>
        Match([.. lessons.Select(name => new Named(name))], [.. files.Select(name => new Named(name))]);

    private static IReadOnlyList<TitleMatch> Match(Named[] lessons, Named[] files) =>
        TitleMatcher.Match(lessons, files, cancellation: TestContext.Current.CancellationToken);

    private static string Words(Random random) => string.Join(' ', Enumerable.Range(0, 5).Select(_ => Word(random.Next(3000))));

    private static string Word(int number)
    {
        var letters = new Random(number);
        var word = "";
        for (var i = 4 + letters.Next(6); i > 0; i--)
            word += "абвгдежзиклмнопрстуфхцчшыэюя"[letters.Next(28)];
        return word;
    }
}
