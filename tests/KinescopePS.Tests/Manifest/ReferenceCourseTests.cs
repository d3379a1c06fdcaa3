using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Manifest;

/// <summary>The course that this job was first done for, where its data stands beside the repository.</summary>
public sealed class ReferenceCourseTests
{
    [Fact]
    public void The_reference_course_maps_to_its_405_files()
    {
        var data = Path.Combine(Built.Repository, "..", "shared", "data");
        var sizes = Path.Combine(data, "course-sizes.csv");
        Assert.SkipUnless(File.Exists(sizes), "The reference course is not beside the repository (../shared/data).");

        using var folder = new TemporaryFolder();
        foreach (var line in File.ReadLines(sizes).Skip(1))
        {
            var comma = line.LastIndexOf(',');
            var path = folder[line[..comma].Trim('"')];
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var file = File.Create(path);
            file.SetLength(long.Parse(line[(comma + 1)..]));
        }

        using var session = new PowerShellSession(folder.Path);
        var result = session.Run("param($manifest, $base) Get-LessonVideoMap $manifest -BasePath $base -IncludeOrphan", Path.Combine(data, "course-manifest.json"), folder.Path).RequireNoErrors();

        Assert.Equal(405, result.Output.Count);
        Assert.All(result.Texts("State"), state => Assert.Equal("Ready", state));
        Assert.Equal(217_271.03, Math.Round(result.Values("Length").Sum(length => (long)length!) / 1048576.0, 2));
        Assert.Equal(
            ["01_analytics 82 ANALYTICS", "02_ads 67 MARKETING", "03_ai 92 CONTENT", "04_workshops 24 OPERATIONS", "05_ozon 76 MARKETING", "06_express 64 OPERATIONS"],
            result.Texts("Course").Zip(result.Texts("Category")).GroupBy(pair => pair).Select(group => $"{group.Key.First} {group.Count()} {group.Key.Second}"));
        Assert.Equal([".mov 12", ".mp4 393"], result.Texts("Extension").GroupBy(extension => extension).Select(group => $"{group.Key} {group.Count()}").Order());
        Assert.Contains("Биддер. Пошаговая настройка.", result.Texts("Title").Select(title => title!.Normalize()));

        var sums = session.Run(
            """
            param($map)
            $map | Measure-LessonVideoMap
            foreach ($file in 'map.json', 'map.csv') {
                $map | Export-LessonVideoMap $file
                Import-LessonVideoMap $file | Measure-LessonVideoMap
            }
            """, result.Output).RequireNoErrors();

        Assert.Equal([405, 405, 405], sums.Values("Lessons"));
        Assert.All(sums.Values("Length"), length => Assert.Equal(217_271.03, Math.Round((long)length! / 1048576.0, 2)));
    }
}
