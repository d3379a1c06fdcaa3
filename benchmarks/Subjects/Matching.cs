using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using Microsoft.Data.Sqlite;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Lessons of a table without paths, and files whose names are not quite their titles: which is whose.</summary>
internal static class Matching
{
    public const string Name = "matching";

    private const string Client = "Get-LessonVideoMap";
    private const int LessonsOfCourse = 1000, LessonsOfModule = 100, WordsOfTitle = 4, Vocabulary = 2000;

    private static readonly string[] Syllables = ["ba", "der", "fi", "gon", "ha", "kel", "li", "mar", "no", "pi", "ran", "so", "tu", "ver", "zi"];

    public static async Task RunAsync(Lab lab)
    {
        foreach (var count in lab.Sizes.MatchedLessons)
        {
            lab.Say($"{Name}: making {count} lessons");
            var what = FormattableString.Invariant($"{count:#,0} lessons");
            var (table, files) = Make(lab, count);
            foreach (var round in lab.Rounds(count <= 10_000 ? 3 : 5))
            {
                var folder = lab.NewFolder();
                var idle = await lab.IdleAsync(Client, what, round, own => Import(own) with { IsAlone = true });
                var match = Import(folder, $"(Get-LessonVideoMap -FromDatabase -DatabaseUrl {Quote($"file:{table}")} -BasePath {Quote(files)} | Where-Object State -EQ Ready | Measure-Object).Count") with { IsAlone = true };
                var found = "";
                var cost = new UploadCost(await lab.MeasureAsync(match, folder, text => found = text.Trim()), idle);
                lab.Record(Name, what, Client, round, [("s", cost.Whole.Wall), ("net s", cost.NetWall), ("net CPU s", cost.NetCpu), ("found, %", double.Parse(found) / count * 100), .. UploadRuns.PeakOf(cost)]);
            }
        }

        Growth.AddTarget(lab, Name);
    }

    /// <summary>A table of lessons with titles, and a file for each: numbered, a word fewer, and a letter lost.</summary>
    private static (string Table, string Files) Make(Lab lab, int count)
    {
        var folder = Path.Combine(lab.Data, $"titled-{count}");
        var (table, files) = (Path.Combine(folder, "lessons.db"), Path.Combine(folder, "files"));
        if (File.Exists(table))
            return (table, files);
        var chance = new Random(count);
        var words = Enumerable.Range(0, Vocabulary).Select(_ => string.Concat(Enumerable.Range(0, 3).Select(_ => Syllables[chance.Next(Syllables.Length)]))).ToArray();
        Directory.CreateDirectory(files);
        using var connection = new SqliteConnection($"Data Source={table}.new;Pooling=False");
        connection.Open();
        using var transaction = connection.BeginTransaction();
        Run(connection, """CREATE TABLE "Lesson" ("id" TEXT NOT NULL PRIMARY KEY, "courseId" TEXT NOT NULL, "title" TEXT NOT NULL, "order" INTEGER, "videoUrl" TEXT, "videoId" TEXT)""");
        for (var lesson = 0; lesson < count; lesson++)
        {
            var title = Enumerable.Range(0, WordsOfTitle).Select(_ => words[chance.Next(words.Length)]).ToArray();
            var (course, number) = ($"course-{lesson / LessonsOfCourse:0000}", lesson % LessonsOfModule + 1);
            Run(connection, """INSERT INTO "Lesson" VALUES ($id, $course, $title, $order, NULL, NULL)""",
                ("$id", $"lesson-{lesson:0000000}"), ("$course", course), ("$title", string.Join(' ', title)), ("$order", number));
            var module = Directory.CreateDirectory(Path.Combine(files, course, $"module-{lesson / LessonsOfModule % 10:00}")).FullName;
            var lost = chance.Next(1, title[0].Length - 1);
            title[0] = title[0].Remove(lost, 1);
            File.WriteAllBytes(Path.Combine(module, $"{number:000} {string.Join(' ', title[..^1])}.mp4"), [1]);
        }

        transaction.Commit();
        connection.Close();
        File.Move($"{table}.new", table);
        return (table, files);
    }

    private static void Run(SqliteConnection connection, string sql, params (string Name, object Value)[] values)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value);
        command.ExecuteNonQuery();
    }
}
