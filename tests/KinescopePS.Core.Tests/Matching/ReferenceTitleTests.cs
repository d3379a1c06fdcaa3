using System.Globalization;
using KinescopePS.Matching;

namespace KinescopePS.Tests.Matching;

/// <summary>
/// The lessons of the reference course and their files, found by title alone, and after all kinds of changes to both. Nothing is ever
/// matched with a file of another lesson; what is found of the rest is not to become less.
/// </summary>
public sealed class ReferenceTitleTests(ITestOutputHelper output)
{
    private static readonly string[] OtherWords =
        "отчёт бюджет встреча запись интервью обзор разбор кейс склад закупка команда найм налог договор сайт бренд логотип".Split(' ');

    public static TheoryData<string, double> Shapes => new()
    {
        { "the manifest without paths", 0.98 },
        { "the manifest without paths, files in one folder", 0.9 },
        { "the table and the folder", 0.98 },
        { "the table, titles without numbers", 0.88 },
        { "files named by title in Cyrillic folders", 0.98 },
        { "files in GOST transliteration", 0.98 },
        { "files in informal transliteration", 0.96 },
        { "a typo in each title", 0.9 },
        { "a word dropped in each title", 0.7 },
        { "folders in another order", 0.9 },
        { "twice as many other files", 0.9 },
        { "a third of the files missing", 0.9 },
        { "a third missing, a typo in each title, other files", 0.8 },
        { "a third missing, a word dropped in each title, the table", 0.7 },
        { "a third missing, titles without numbers, the table", 0.7 },
        { "a third missing, files in one folder", 0.9 },
        { "each course twice", 0.87 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void No_lesson_gets_the_file_of_another(string shape, double leastRecall)
    {
        var random = new Random(17);
        var all = TitledLesson.ReadReference();
        var lessons = all.Select(lesson => shape.Contains("table", StringComparison.Ordinal) ? lesson.InTable : lesson.InManifest).ToList();
        var files = all.Select(lesson => lesson.OnDisk).ToList();
        var truth = Enumerable.Range(0, all.Count).ToList();
        if (shape.Contains("without numbers"))
            lessons = lessons.ConvertAll(lesson => lesson with { Name = lesson.Name.TrimStart([.. "0123456789. ️⃣"]) });
        if (shape.Contains("one folder"))
            files = files.ConvertAll(file => file with { Group = [] });
        if (shape.Contains("Cyrillic"))
        {
            lessons = all.Select(lesson => lesson.InManifest with { Id = "skill_" + lesson.Id[3..], Group = ["skill_" + lesson.Id[3..^4]] }).ToList();
            files = all.Select(lesson => new Named(Shaken(lesson.Title, random)) { Group = ["update 21.04.26", TopicOf(lesson.Module)] }).ToList();
        }

        if (shape.Contains("GOST"))
            files = all.Select(lesson => lesson.OnDisk with { Name = Latin(lesson.Title, "a b v g d e zh z i j k l m n o p r s t u f h cz ch sh shh '' y' ' e` yu ya yo", 60) }).ToList();
        if (shape.Contains("informal"))
            files = all.Select(lesson => lesson.OnDisk with { Name = Latin(lesson.Title, "a b v g d e j z i i k l m n o p r s t u f x ts ch sh sch - y - e u ja e", 45) }).ToList();
        if (shape.Contains("typo"))
            lessons = lessons.ConvertAll(lesson => lesson with { Name = Misspelt(lesson.Name, random) });
        if (shape.Contains("dropped"))
            lessons = lessons.ConvertAll(lesson => lesson with { Name = Shortened(lesson.Name, random) });
        if (shape.Contains("another order"))
            files = files.ConvertAll(file => file with { Group = [.. file.Group.Reverse()] });
        if (shape.Contains("twice"))
        {
            if (shape.StartsWith("each", StringComparison.Ordinal))
            {
                lessons = [.. lessons, .. lessons.Select(lesson => lesson with { Id = "second_" + lesson.Id, Group = ["second_" + lesson.Group[0], .. lesson.Group.Skip(1)] })];
                files = [.. files, .. files.Select(file => file with { Group = ["second " + file.Group[0], .. file.Group.Skip(1)] })];
            }

            truth = Enumerable.Range(0, lessons.Count).ToList();
        }

        if (shape.Contains("other files"))
        {
            for (var i = 0; i < 2 * all.Count; i++)
            {
                var folder = all[random.Next(all.Count)].Folders;
                var words = Enumerable.Range(0, random.Next(1, 5)).Select(_ => random.Next(3) == 0
                    ? all[random.Next(all.Count)].Title.Split(' ')[^1] : OtherWords[random.Next(OtherWords.Length)]);
                files.Add(new Named($"{i % 12 + 1:000}_{string.Join('_', words)}") { Group = folder });
            }
        }

        if (shape.Contains("missing"))
        {
            var missing = Enumerable.Range(0, all.Count).Where(_ => random.Next(3) == 0).ToHashSet();
            var kept = Enumerable.Range(0, files.Count).Where(i => !missing.Contains(i)).ToList();
            truth = truth.ConvertAll(i => kept.IndexOf(i));
            files = kept.ConvertAll(i => files[i]);
        }

        var started = System.Diagnostics.Stopwatch.StartNew();
        var matches = TitleMatcher.Match(lessons, files, cancellation: TestContext.Current.CancellationToken);
        var time = started.ElapsedMilliseconds;

        var findable = truth.Count(file => file >= 0);
        var found = Enumerable.Range(0, lessons.Count).Where(i => matches[i].Candidate is not null).ToList();
        var wrong = found.Where(i => matches[i].Candidate != truth[i]).ToList();
        var right = found.Count - wrong.Count;
        var (precision, recall) = (found.Count == 0 ? 1 : (double)right / found.Count, (double)right / findable);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{shape}: precision {precision:P2}, recall {recall:P1} ({right} of {findable}; {lessons.Count} lessons, {files.Count} files; {time} ms)"));
        foreach (var i in wrong)
            output.WriteLine($"  WRONG {Told(lessons[i])} -> {Told(files[matches[i].Candidate!.Value])} {matches[i]} truth {(truth[i] < 0 ? "-" : Told(files[truth[i]]))}");
        Assert.Empty(wrong);
        Assert.True(recall >= leastRecall, $"{shape}: recall {recall:P1}");
    }

    private static string Told(Named named) => $"[{string.Join('/', named.Group)}] {named.Name}";

    // A text's own hash is another one in each process.
    private static string TopicOf(string module) =>
        $"Тема. {module.Aggregate(17, (hash, letter) => unchecked(hash * 31 + letter)):X8}"[..8] + $" {OtherWords[module.Sum(letter => letter) % OtherWords.Length]}";

    private static string Shaken(string title, Random random) =>
        title.Replace('_', ' ').Replace("ё", "е").Replace(" - ", random.Next(2) == 0 ? " — " : " – ").Normalize(random.Next(2) == 0 ? System.Text.NormalizationForm.FormD : System.Text.NormalizationForm.FormC);

    private static string Latin(string title, string alphabet, int length)
    {
        const string Cyrillic = "абвгдежзийклмнопрстуфхцчшщъыьэюяё";
        var letters = alphabet.Split(' ');
        var latin = string.Concat(title.Normalize().ToLowerInvariant().Select(letter =>
            Cyrillic.IndexOf(letter) is >= 0 and var at ? letters[at].Trim('-') : char.IsLetterOrDigit(letter) ? letter.ToString() : "_"));
        return latin.Length > length ? latin[..length] : latin;
    }

    private static string Misspelt(string name, Random random)
    {
        var at = Enumerable.Range(1, name.Length - 2).Where(i => char.IsLetter(name[i])).ToList();
        if (at.Count == 0)
            return name;
        var i = at[random.Next(at.Count)];
        return random.Next(3) switch
        {
            0 => name.Remove(i, 1),
            1 => name[..i] + "о" + name[(i + 1)..],
            _ => name[..i] + name[i] + name[i] + name[(i + 1)..],
        };
    }

    private static string Shortened(string name, Random random)
    {
        var words = name.Split(' ').ToList();
        var droppable = Enumerable.Range(1, Math.Max(0, words.Count - 1)).Where(i => words[i].Length > 3 && words.Count > 3).ToList();
        if (droppable.Count > 0)
            words.RemoveAt(droppable[random.Next(droppable.Count)]);
        return string.Join(' ', words);
    }
}
