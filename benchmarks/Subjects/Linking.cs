using System.Globalization;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>Writing many video ids into a large lesson table.</summary>
internal static class Linking
{
    public const string Name = "linking";

    public const string Seconds = "s";

    public const string Psql = "psql, COPY and UPDATE", Nothing = "a cmdlet that does nothing";

    private const string Objects = "Set-LessonVideoId, from objects", Csv = "Set-LessonVideoId, from Import-Csv", Copy = "a cmdlet of COPY and UPDATE", Elapsed = "elapsed=";

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
            var copy = await MeasureAsync(Script($"$links | Copy-Link -ConnectionString {Quote($"Host=127.0.0.1;Port={server.Port};Username=postgres;Database=postgres")}", BareCmdlets.ImportCopy));
            lab.Record(Name, what, Copy, round, (Seconds, copy.Elapsed!.Value));
            var nothing = await TimeAsync(Script("$links | Set-Nothing", BareCmdlets.ImportNothing));
            lab.Record(Name, what, Nothing, round, (Seconds, nothing.Elapsed!.Value));
            var peer = await MeasureAsync(new Invocation([psql, "-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", sql]));
            lab.Record(Name, what, Psql, round, (Seconds, peer.Cost.Wall), ("s, whole process", peer.Cost.Wall));
        }

        foreach (var ours in new[] { Objects, Csv })
            lab.Compare(Name, what, ours, Psql, Seconds, "at most 1.5x psql's time", (our, their) => our <= 1.5 * their);

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

        Invocation Ours(string input) => Script($"{input} | Set-LessonVideoId -UndoFile ./undo.jsonl") with
        {
            Environment = new Dictionary<string, string> { ["DATABASE_URL"] = url },
        };

        // The objects are made beforehand: making them is nobody's linking.
        Invocation Script(string pipeline, string before = "") => Import(folder, $$"""
            {{before}}
            $links = @(foreach ($line in [System.IO.File]::ReadLines({{Quote(csv)}})) {
                $id, $video = $line.Split(',')
                if ($id -ne 'LessonId') { [pscustomobject]@{ LessonId = $id; VideoId = $video } }
            })
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            {{pipeline}}
            '{{Elapsed}}' + $watch.Elapsed.TotalSeconds.ToString([cultureinfo]::InvariantCulture)
            """);

        Task<string> RunSqlAsync(string text) => Lab.RunAsync([psql, "-q", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url, "-c", text], folder);
    }

    private static string VideoOf(int number) => $"00000000-0000-0000-0000-{number:000000000000}";
}
