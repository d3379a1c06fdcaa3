using System.Globalization;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;
using Microsoft.Data.Sqlite;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Writing many video ids into a large lesson table.</summary>
internal static class Linking
{
    public const string Name = "linking";

    public const string Seconds = "s";

    public const string Psql = "psql, COPY and UPDATE", Nothing = "a cmdlet that does nothing";

    private const string Results = "Set-LessonVideoId, from upload results", Objects = "Set-LessonVideoId, from objects", Csv = "Set-LessonVideoId, from Import-Csv", Copy = "a cmdlet of COPY and UPDATE", Elapsed = "elapsed=";

    private const string FromResults = ", from upload results";

    public static async Task RunAsync(Lab lab)
    {
        if (PostgresServer.FindPrograms() is not { } programs || Programs.Find("psql", programs) is not { } psql)
        {
            lab.LeaveOut("Linking is left out: PostgreSQL's initdb, pg_ctl and psql are not installed.");
            return;
        }

        await using var server = new PostgresServer(programs, Cores.Server);
        await server.CreateAsync("max_wal_size = 4GB");
        var url = $"postgresql://postgres@127.0.0.1:{server.Port}/postgres";
        var (rows, links) = (lab.Sizes.TableRows, lab.Sizes.LinkedLessons);
        var what = $"{links:#,0} of {rows:#,0} lessons";
        var folder = lab.NewFolder();
        var csv = Path.Combine(folder, "links.csv");
        File.WriteAllLines(csv, Enumerable.Range(0, links).Select(number => $"lesson-{(long)number * rows / links:0000000},{VideoOf(number)}").Prepend("LessonId,VideoId"));
        var sql = Path.Combine(folder, "link.sql");
        File.WriteAllText(sql, $"""
            BEGIN;
            CREATE TEMP TABLE link (id text, video text) ON COMMIT DROP;
            \copy link FROM '{csv}' WITH (FORMAT csv, HEADER)
            UPDATE "Lesson" SET "videoId" = link.video, "videoUrl" = 'https://kinescope.io/embed/' || link.video FROM link WHERE "Lesson".id = link.id;
            COMMIT;

            """);

        foreach (var round in lab.Rounds(2))
        {
            var idle = await lab.IdleAsync(Objects, what, round, own => Import(own));
            var fromObjects = await MeasureAsync(Ours("$links"));
            lab.Record(Name, what, Objects, round, (Seconds, fromObjects.Elapsed!.Value), ("s, whole process", fromObjects.Cost.Wall), (UploadRuns.NetPeak, UploadRuns.MiB(fromObjects.Cost.Peak - idle.Peak)));
            var fromCsv = await MeasureAsync(Ours($"Import-Csv {Quote(csv)}"));
            lab.Record(Name, what, Csv, round, (Seconds, fromCsv.Elapsed!.Value), ("s, whole process", fromCsv.Cost.Wall), (UploadRuns.NetPeak, UploadRuns.MiB(fromCsv.Cost.Peak - idle.Peak)));
            var fromResults = await MeasureAsync(Ours("$links", ofResults: true));
            lab.Record(Name, what, Results, round, (Seconds, fromResults.Elapsed!.Value), ("s, whole process", fromResults.Cost.Wall), (UploadRuns.NetPeak, UploadRuns.MiB(fromResults.Cost.Peak - idle.Peak)));
            foreach (var ofResults in new[] { false, true })
            {
                var input = ofResults ? FromResults : "";
                var copy = await MeasureAsync(Script($"$links | Copy-Link -ConnectionString {Quote($"Host=127.0.0.1;Port={server.Port};Username=postgres;Database=postgres")}", BareCmdlets.ImportCopy, ofResults));
                lab.Record(Name, what, Copy + input, round, (Seconds, copy.Elapsed!.Value));
                var nothing = await TimeAsync(Script("$links | Set-Nothing", BareCmdlets.ImportNothing, ofResults));
                lab.Record(Name, what, Nothing + input, round, (Seconds, nothing.Elapsed!.Value));
            }

            var peer = await MeasureAsync(new Invocation([psql, "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", sql]));
            lab.Record(Name, what, Psql, round, (Seconds, peer.Cost.Wall), ("s, whole process", peer.Cost.Wall));
        }

        foreach (var (ours, bare) in new[] { (Objects, Copy), (Csv, Copy), (Results, Copy + FromResults) })
        {
            lab.Compare(Name, what, ours, bare, Seconds, "at or below the bare cmdlet's time", (our, their) => our <= their);
            lab.Compare(Name, what, ours, Psql, Seconds, "at most 1.5x psql's time", (our, their) => our <= 1.5 * their);
        }

        await RunOnSqliteAsync();

        async Task RunOnSqliteAsync()
        {
            var inSqlite = $"{what} in SQLite";
            var site = Path.Combine(folder, "site.db");
            foreach (var round in lab.Rounds(2))
            {
                MakeSite(site, rows);
                File.Delete(Path.Combine(folder, "undo.jsonl"));
                var measured = await TimeAsync(Ours("$links", database: $"file:{site}"));
                var linked = CountLinked(site);
                if (linked != links)
                    throw new BenchmarkException($"{linked} of {links} lessons were linked in SQLite.");
                lab.Record(Name, inSqlite, Objects, round, (Seconds, measured.Elapsed!.Value));
            }
        }

        async Task<(ProcessCost Cost, double? Elapsed)> MeasureAsync(Invocation invocation)
        {
            await RunSqlAsync($"""
                DROP TABLE IF EXISTS "Lesson";
                CREATE TABLE "Lesson" (id text NOT NULL, title text NOT NULL, "videoUrl" text, "videoId" text);
                INSERT INTO "Lesson" (id, title) SELECT 'lesson-' || lpad(number::text, 7, '0'), 'Lesson ' || number || ' about something or other' FROM generate_series(0, {rows - 1}) AS number;
                ALTER TABLE "Lesson" ADD PRIMARY KEY (id);
                """);
            await RunSqlAsync("VACUUM ANALYZE \"Lesson\"");
            await RunSqlAsync("CHECKPOINT");
            File.Delete(Path.Combine(folder, "undo.jsonl"));
            var measured = await TimeAsync(invocation);
            var linked = int.Parse(await RunSqlAsync("SELECT count(*) FROM \"Lesson\" WHERE \"videoId\" IS NOT NULL AND \"videoUrl\" IS NOT NULL"), CultureInfo.InvariantCulture);
            return linked == links ? measured : throw new BenchmarkException($"{linked} of {links} lessons were linked.");
        }

        async Task<(ProcessCost Cost, double? Elapsed)> TimeAsync(Invocation invocation)
        {
            double? elapsed = null;
            var cost = await lab.MeasureAsync(invocation, folder, output =>
            {
                if (output.IndexOf(Elapsed, StringComparison.Ordinal) is >= 0 and var at)
                    elapsed = double.Parse(output[(at + Elapsed.Length)..].Split('\n')[0], CultureInfo.InvariantCulture);
            });
            return (cost, elapsed);
        }

        Invocation Ours(string input, bool ofResults = false, string? database = null) =>
            Script($"{input} | Set-LessonVideoId -UndoFile ./undo.jsonl", ofResults: ofResults) with
            {
                Environment = new Dictionary<string, string> { ["DATABASE_URL"] = database ?? url },
            };

        // The objects are made beforehand: making them is nobody's linking.
        Invocation Script(string pipeline, string before = "", bool ofResults = false) => Import(folder, $$"""
            {{before}}
            $links = @(foreach ($line in [System.IO.File]::ReadLines({{Quote(csv)}})) {
                $id, $video = $line.Split(',')
                if ($id -ne 'LessonId') { {{(ofResults ? Result : Row)}} }
            })
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            {{pipeline}}
            '{{Elapsed}}' + $watch.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
            """);

        Task<string> RunSqlAsync(string text) => Lab.RunAsync([psql, "-q", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text], folder);
    }

    private const string Row = "[pscustomobject]@{ LessonId = $id; VideoId = $video }";

    /// <summary>What Send-KinescopeVideo writes.</summary>
    private const string Result = "[KinescopePS.LessonUpload]@{ LessonId = $id; VideoId = $video; EmbedUrl = \"https://kinescope.io/embed/$video\"; Status = 'Uploaded' }";

    private static void MakeSite(string path, int rows)
    {
        File.Delete(path);
        Execute(path, $"""
            CREATE TABLE "Lesson" (id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, "videoUrl" TEXT, "videoId" TEXT);
            WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < {rows - 1})
            INSERT INTO "Lesson" (id, title) SELECT printf('lesson-%07d', n), 'Lesson ' || n || ' about something or other' FROM number;
            """);
    }

    private static int CountLinked(string path) => Execute(path, "SELECT count(*) FROM \"Lesson\" WHERE \"videoId\" IS NOT NULL AND \"videoUrl\" IS NOT NULL");

    private static int Execute(string path, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToInt32(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    private static string VideoOf(int number) => $"00000000-0000-0000-0000-{number:000000000000}";
}
