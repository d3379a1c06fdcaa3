using System.Text.Json;
using KinescopeBenchmarks.Clients;
using KinescopeBenchmarks.Harness;
using KinescopePS.TestSupport;
using static KinescopeBenchmarks.Clients.PowerShellScript;

namespace KinescopeBenchmarks.Subjects;

/// <summary>From manifest to files, by the module, by a script of PowerShell's own cmdlets, and by Node.</summary>
internal static class Mapping
{
    public const string Name = "mapping";

    private const string Ours = "Get-LessonVideoMap", Script = "script with ConvertFrom-Json", NodeName = "Node, JSON.parse and stat";
    private const string Whole = "s", Net = "net s", PerLesson = "net µs/lesson";

    public static async Task RunAsync(Lab lab)
    {
        var peers = Path.Combine(Built.Repository, "benchmarks", "peers");
        var scripts = new List<(string Client, Func<string, string, Invocation> Map, Func<string, Invocation> Idle)>
        {
            (Ours, (folder, manifest) => Import(folder, $"Get-LessonVideoMap -Path {Quote(manifest)} | Out-Null"), folder => Import(folder)),
            (Script, (_, manifest) => new Invocation([.. Tools.Engine, Path.Combine(peers, "map.ps1"), manifest]), folder => Write(folder, "")),
        };
        if (Tools.Node is { } node)
            scripts.Add((NodeName, (_, manifest) => new Invocation([node, Path.Combine(peers, "map.mjs"), manifest]), _ => new Invocation([node, "--eval", ""])));
        else
            lab.LeaveOut("The mapping by Node is left out: Node is not installed.");

        var sample = Path.Combine(await TestFiles.SampleAsync(lab), "manifest.json");
        await MeasureAsync(lab, "405 lessons", 405, sample, scripts, share: 1);
        foreach (var peer in new[] { Script, NodeName })
        {
            lab.Compare(Name, "405 lessons", Ours, peer, Whole, "faster, process start included", (ours, theirs) => ours < theirs);
            lab.Compare(Name, "405 lessons", Ours, peer, Net, "faster, without the start of the engine and the import", (ours, theirs) => ours < theirs);
        }

        foreach (var count in lab.Sizes.ManifestSizes)
        {
            lab.Say($"{Name}: making {count} lessons");
            await MeasureAsync(lab, Label(count), count, MakeManifest(lab, count), scripts, share: count switch { <= 10_000 => 1, <= 100_000 => 3, _ => 4 });
        }

        var largest = lab.Sizes.ManifestSizes[^1];
        lab.Compare(Name, Label(largest), Ours, Script, Net, "at least 10x as fast as the script", (ours, theirs) => theirs >= 10 * ours);
        CompareGrowth(lab, largest);
    }

    private static void CompareGrowth(Lab lab, int largest)
    {
        var costs = lab.Sizes.ManifestSizes.Select(count => (count, Cost: lab.SpreadOf(Name, Label(count), Ours, PerLesson)!.Value.Median)).ToList();
        var isLinear = costs.Zip(costs.Skip(1)).All(pair => pair.Second.Cost < 1.25 * pair.First.Cost);
        lab.AddTarget(Name, $"net µs a lesson, {string.Join(", ", costs.Select(cost => Label(cost.count)))}", string.Join(", ", costs.Select(cost => Spread.Number(cost.Cost))), "each step at most 25 % more", isLinear);
        var peak = lab.SpreadOf(Name, Label(largest), Ours, UploadRuns.NetPeak)!.Value;
        lab.AddTarget(Name, $"{Label(largest)}: peak memory above the idle engine with the module", $"{peak} MiB", "flat, at most 64 MiB", peak.Most <= 64);
    }

    private static async Task MeasureAsync(Lab lab, string what, int count, string manifest, IEnumerable<(string Client, Func<string, string, Invocation> Map, Func<string, Invocation> Idle)> scripts, int share)
    {
        foreach (var round in lab.Rounds(share))
        {
            foreach (var (client, map, idle) in scripts)
            {
                var folder = lab.NewFolder();
                var idleCost = await lab.IdleAsync(client, what, round, folder => idle(folder) with { IsAlone = true });
                var cost = new UploadCost(await lab.MeasureAsync(map(folder, manifest) with { IsAlone = true }, folder), idleCost);
                lab.Record(Name, what, client, round, [(Whole, cost.Whole.Wall), (Net, cost.NetWall), (PerLesson, cost.NetWall / count * 1e6), .. UploadRuns.PeakOf(cost)]);
            }
        }
    }

    private static string Label(int count) => $"{count:#,0} lessons";

    /// <summary>A library of empty files: courses of ten modules of a hundred lessons.</summary>
    private static string MakeManifest(Lab lab, int count)
    {
        var folder = Directory.CreateDirectory(Path.Combine(lab.Data, $"lessons-{count}")).FullName;
        var path = Path.Combine(folder, "manifest.json");
        if (File.Exists(path))
            return path;
        using (var stream = File.Create(path + ".new"))
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("version", "1.0");
            json.WriteStartArray("courses");
            foreach (var course in Enumerable.Range(0, count).Chunk(1000))
            {
                var courseId = $"course-{course[0] / 1000:0000}";
                json.WriteStartObject();
                json.WriteString("id", courseId);
                json.WriteString("title_original", $"Course {course[0] / 1000}");
                json.WriteStartArray("modules");
                foreach (var module in course.Chunk(100))
                {
                    var moduleFolder = $"module-{module[0] / 100 % 10:00}";
                    Directory.CreateDirectory(Path.Combine(folder, courseId, moduleFolder));
                    json.WriteStartObject();
                    json.WriteString("id", $"{courseId}_{moduleFolder}");
                    json.WriteString("title_original", $"Module {module[0] / 100 % 10}");
                    json.WriteStartArray("lessons");
                    foreach (var lesson in module)
                    {
                        var file = $"{courseId}/{moduleFolder}/lesson-{lesson:0000000}.mp4";
                        File.Create(Path.Combine(folder, file)).Dispose();
                        json.WriteStartObject();
                        json.WriteString("id", $"lesson-{lesson:0000000}");
                        json.WriteString("filename", Path.GetFileName(file));
                        json.WriteString("filepath", file);
                        json.WriteString("title_original", $"Lesson {lesson} about something or other");
                        json.WriteNumber("order", lesson % 100);
                        json.WriteNumber("duration_seconds", 600);
                        json.WriteString("transcription_status", "completed");
                        json.WriteEndObject();
                    }

                    json.WriteEndArray();
                    json.WriteEndObject();
                    json.Flush();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        File.Move(path + ".new", path);
        return path;
    }
}
