using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopeBenchmarks.Server;
using Microsoft.Data.Sqlite;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Comparing the videos of an account with a lesson table and a progress file: time, memory and calls.</summary>
internal static class Comparing
{
    public const string Name = "comparing";

    private const string Client = "Compare-LessonVideo", Seconds = "s", Calls = "calls";

    public static async Task RunAsync(Lab lab)
    {
        var server = await lab.ServerAsync();
        foreach (var (rows, videos) in lab.Sizes.ComparedLessons)
        {
            var what = $"{rows:#,0} rows, {videos:#,0} videos";
            var table = MakeTable(lab, rows, videos);
            foreach (var round in lab.Rounds(4))
            {
                await server.ListAsync(videos);
                var folder = lab.NewFolder();
                var idle = await lab.IdleAsync(Client, what, round, own => Import(own));
                var compare = $"Compare-LessonVideo -Side Kinescope, Database -DatabaseUrl {Quote($"file:{table}")} -Summary -Verbose";
                var invocation = Import(folder, $"$ProgressPreference = 'SilentlyContinue'\n{compare} 4>&1 | Out-File {Quote(Path.Combine(folder, "summary.txt"))}") with
                {
                    // The limit that Kinescope keeps would be all that is seen.
                    Environment = new Dictionary<string, string>(server.Plain.Environment)
                    {
                        ["KINESCOPE_REQUESTS_PER_SECOND"] = "off",
                        ["KINESCOPE_REQUESTS_PER_MINUTE"] = "off",
                    },
                };
                var cost = new UploadCost(await lab.MeasureAsync(invocation, folder), idle);
                var summary = await File.ReadAllTextAsync(Path.Combine(folder, "summary.txt"));
                var calls = System.Text.RegularExpressions.Regex.Match(summary, @"were read with (\d+) calls").Groups[1].Value;
                lab.Record(Name, what, Client, round, [(Seconds, cost.Whole.Wall), ("net s", cost.NetWall), ("net CPU s", cost.NetCpu), (Calls, double.Parse(calls, System.Globalization.CultureInfo.InvariantCulture)), .. UploadRuns.PeakOf(cost)]);
            }
        }

        var labels = lab.Sizes.ComparedLessons.Select(sizes => $"{sizes.Rows:#,0} rows, {sizes.Videos:#,0} videos").ToList();
        var peak = lab.SpreadOf(Name, labels[^1], Client, UploadRuns.NetPeak)!.Value;
        lab.AddTarget(Name, $"{labels[^1]}: peak memory above the idle engine with the module", $"{peak} MiB", "flat, at most 256 MiB", peak.Most <= 256);
        Growth.AddTarget(lab, Name);
    }

    /// <summary>A table whose first rows hold the videos.</summary>
    private static string MakeTable(Lab lab, int rows, int videos)
    {
        var path = Path.Combine(lab.Data, $"table-{rows}-{videos}.db");
        if (File.Exists(path))
            return path;
        using var connection = new SqliteConnection($"Data Source={path}.new;Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            CREATE TABLE "Lesson" ("id" TEXT NOT NULL PRIMARY KEY, "courseId" TEXT NOT NULL, "title" TEXT NOT NULL, "videoUrl" TEXT, "videoId" TEXT);
            WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < $rows)
            INSERT INTO "Lesson" SELECT printf('lesson-%07d', n), printf('course-%04d', n / 1000), printf('Lesson %d about something or other', n),
                NULL, CASE WHEN n < $videos THEN printf('00000000-0000-4000-8000-%012x', n) END FROM number;
            """;
        command.Parameters.AddWithValue("$rows", rows);
        command.Parameters.AddWithValue("$videos", videos);
        command.ExecuteNonQuery();
        connection.Close();
        File.Move($"{path}.new", path);
        return path;
    }
}
