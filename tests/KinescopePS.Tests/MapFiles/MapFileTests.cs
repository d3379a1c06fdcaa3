using System.Text;
using System.Text.Json;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.MapFiles;

/// <summary>Export-LessonVideoMap and Import-LessonVideoMap: what is written comes back, and nothing else is touched.</summary>
public sealed class MapFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PowerShellSession _session;

    public MapFileTests()
    {
        _session = new PowerShellSession(_folder.Path);
        for (var i = 0; i < 3; i++)
            _folder.WriteVideo($"media/{i}.mp4", 1000 + i);
        _folder.Write("manifest.json", """
            {"base_path":"media","courses":[{"id":"02_ads","skill_category":"MARKETING","modules":[{"id":"m","lessons":[
            {"id":"l0","filepath":"0.mp4","title_original":"Урок 0.mp4","order":1},
            {"submodule":{"id":"s","lessons":[{"id":"l1","filepath":"1.mp4","title_original":"Урок 1.mp4"}]}},
            {"id":"l2","filepath":"gone.mp4","title_original":"Урок 2.mp4"}
            ]}]}]}
            """);
    }

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("map.json")]
    [InlineData("map.csv")]
    [InlineData("map.csv -Delimiter ';'")]
    [InlineData("map.txt -Format Csv")]
    public void A_map_comes_back_as_it_was(string file)
    {
        Export(file, "Get-LessonVideoMap -IncludeOrphan");

        var map = _session.Run("Get-LessonVideoMap -IncludeOrphan").RequireNoErrors();
        var back = _session.Run($"Import-LessonVideoMap {file.Split(' ')[0]}").RequireNoErrors();

        Assert.Equal(map.Output.Select(All), back.Output.Select(All));
        Assert.Equal(["Ready", "Ready", "Missing", "Orphan"], back.Texts("State"));
    }

    [Theory]
    [InlineData("=1+1")]
    [InlineData("+7 900")]
    [InlineData("-5")]
    [InlineData("@SUM(A1)")]
    [InlineData("\tx")]
    [InlineData("\rx")]
    [InlineData("'=x")]
    [InlineData("''-x")]
    [InlineData("'quoted'")]
    [InlineData("a \"b\", c; d\ne")]
    [InlineData(" spaces ")]
    [InlineData("= 'Ёж' 🦔")]
    public void Csv_holds_no_formula_and_gives_each_text_back(string text)
    {
        _session.Run("param($text) Get-LessonVideoMap -LessonId l0 | ForEach-Object { [KinescopePS.LessonVideo] @{ LessonId = $text; Title = 'Title'; Course = $text; Path = $_.Path; Extension = '.mp4'; BasePath = $_.BasePath } } | Export-LessonVideoMap map.csv", text).RequireNoErrors();

        var bytes = File.ReadAllBytes(_folder["map.csv"]);
        var fields = Encoding.UTF8.GetString(bytes[3..]).Split("\r\n", 2)[1][..^2];
        var back = _session.Run("Import-LessonVideoMap map.csv").RequireNoErrors();

        Assert.Equal(Encoding.UTF8.GetPreamble(), bytes[..3]);
        Assert.DoesNotMatch(@"(^|,)""?[=+\-@\t\r]", fields);
        Assert.Equal([text], back.Texts("LessonId"));
        Assert.Equal([text], back.Texts("Course"));
    }

    [Fact]
    public void Json_has_the_shape_of_the_original_scripts()
    {
        Export("map.json", "Get-LessonVideoMap -IncludeOrphan");
        using var json = JsonDocument.Parse(File.ReadAllText(_folder["map.json"]));
        var root = json.RootElement;

        Assert.Equal(["generated", "basePath", "manifestPath", "matched", "unmatched", "stats"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal((_folder["media"], _folder["manifest.json"]), (root.GetProperty("basePath").GetString(), root.GetProperty("manifestPath").GetString()));
        Assert.Equal(["filePath", "lessonId", "title", "courseId", "fileExists", "fileSizeMB", "extension", "hasVideoId"], root.GetProperty("matched")[0].EnumerateObject().Take(8).Select(property => property.Name));
        Assert.Equal([_folder["media/0.mp4"], _folder["media/1.mp4"], _folder["media/gone.mp4"]], root.GetProperty("matched").EnumerateArray().Select(lesson => lesson.GetProperty("filePath").GetString()));
        Assert.Equal(JsonValueKind.Null, root.GetProperty("matched")[2].GetProperty("fileSizeMB").ValueKind);
        Assert.Equal(_folder["media/2.mp4"], root.GetProperty("unmatched")[0].GetProperty("filePath").GetString());
        Assert.Equal(
            """{"total":4,"matched":3,"unmatched":1,"filesExist":2,"filesMissing":1,"totalSizeMB":0,"alreadyHaveVideoId":0,"byExtension":{".mp4":3},"byCourse":{"02_ads":3}}""",
            JsonSerializer.Serialize(root.GetProperty("stats")));
    }

    [Fact]
    public void The_short_form_has_three_parts_and_whole_sizes()
    {
        Export("map.json -Brief", "Get-LessonVideoMap");
        using var json = JsonDocument.Parse(File.ReadAllText(_folder["map.json"]));

        Assert.Equal(["generated", "matched", "stats"], json.RootElement.EnumerateObject().Select(property => property.Name));
        Assert.Equal($$"""{"filePath":{{JsonSerializer.Serialize(_folder["media/0.mp4"])}},"lessonId":"l0","title":"\u0423\u0440\u043E\u043A 0","courseId":"02_ads","fileExists":true,"fileSizeMB":0,"extension":".mp4"}""", JsonSerializer.Serialize(json.RootElement.GetProperty("matched")[0]));
        Assert.Equal(["Ready", "Ready", "Missing"], _session.Run("Import-LessonVideoMap map.json").RequireNoErrors().Texts("State"));
    }

    [Fact]
    public void A_map_of_the_original_scripts_from_Windows_is_read_with_a_base_path_of_its_own()
    {
        _folder.Write("old.json", """
            {"matched": [
              {"filePath": "sub\\..\\0.mp4", "lessonId": "l0", "title": "Урок 0.mp4", "courseId": "02_ads", "fileExists": true, "fileSizeMB": 12.34, "extension": ".mp4", "hasVideoId": true},
              {"filePath": "e:\\Courses\\1.MP4", "lessonId": "l1", "title": "Урок 1", "courseId": "02_ads", "fileExists": true, "fileSizeMB": null, "extension": ".mp4"}
            ], "unmatched": [{"filePath": "2.mp4", "reason": "no lesson"}],
            "stats": {"total": 2}, "generated": "2026-01-01T00:00:00.000Z", "basePath": "E:\\Courses", "manifestPath": "E:\\manifest.json"}
            """);

        var here = _session.Run("Import-LessonVideoMap old.json -BasePath media").RequireNoErrors();
        var noted = _session.Run("Import-LessonVideoMap old.json -BasePath media -AsRecorded").RequireNoErrors();

        Assert.Equal([_folder["media/0.mp4"], _folder["media/1.mp4"], _folder["media/2.mp4"]], here.Texts("Path"));
        Assert.Equal(["Ready", "Ready", "Orphan"], here.Texts("State"));
        Assert.Equal(["Урок 0", "Урок 1", "2"], here.Texts("Title"));
        Assert.Equal([1000L, 1001L, 1002L], here.Values("Length"));
        Assert.Equal([12_939_428L, null, null], noted.Values("Length"));
        Assert.Contains("1 lessons had a video already", Assert.Single(here.Warnings));
    }

    [Fact]
    public void A_map_by_hand_is_read_from_its_own_folder()
    {
        _folder.Write("media/hand.json", """{"generated": "x", "matched": [{"filePath": "0.mp4", "lessonId": "l0", "fileSizeMB": 12}], "stats": {}}""");

        Assert.Equal([_folder["media/0.mp4"]], _session.Run("Import-LessonVideoMap media/hand.json").RequireNoErrors().Texts("Path"));
    }

    [Fact]
    public void Csv_that_a_spreadsheet_saved_in_another_encoding_is_refused_with_what_to_do()
    {
        File.WriteAllBytes(_folder["a.csv"], [.. "LessonId;Path;Title\r\nl0;0.mp4;"u8, 0xD3, 0xF0, 0xEE, 0xEA]);

        Assert.Contains("CSV UTF-8", _session.Run("Import-LessonVideoMap a.csv").Errors.Single().Exception.Message);
    }

    [Fact]
    public void Unicode_text_of_a_spreadsheet_is_read()
    {
        File.WriteAllText(_folder["media/a.txt"], "LessonId\tPath\tTitle\r\nl0\t0.mp4\tУрок\r\n", Encoding.Unicode);

        Assert.Equal(["Урок"], _session.Run("Import-LessonVideoMap media/a.txt").RequireNoErrors().Texts("Title"));
    }

    [Theory]
    [InlineData("throw 'no more'")]
    [InlineData("Get-LessonVideoMap nowhere")]
    public void A_pipeline_that_fails_leaves_the_old_file_and_nothing_else(string failure)
    {
        _folder.Write("map.csv", "old");

        var result = _session.Run($"& {{ Get-LessonVideoMap; {failure} }} | Export-LessonVideoMap map.csv -Force");

        Assert.NotEmpty(result.ErrorIds);
        Assert.True(failure.StartsWith("Get") || File.ReadAllText(_folder["map.csv"]) == "old");
        Assert.Empty(Directory.GetFiles(_folder.Path, "*.tmp"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("-Relative")]
    public void Lessons_of_two_manifests_keep_their_files(string form)
    {
        _folder.WriteVideo("other/9.mp4", 9);
        _folder.Write("other/manifest.json", """{"courses":[{"id":"c","modules":[{"id":"m","lessons":[{"id":"l9","filepath":"9.mp4"}]}]}]}""");
        Export($"map.json {form}", "'.', 'other' | Get-LessonVideoMap");

        Assert.Equal(
            [_folder["media/0.mp4"], _folder["media/1.mp4"], _folder["media/gone.mp4"], _folder["other/9.mp4"]],
            _session.Run("Import-LessonVideoMap map.json").RequireNoErrors().Texts("Path"));
        Assert.Equal(
            [_folder["manifest.json"], _folder["manifest.json"], _folder["manifest.json"], _folder["other/manifest.json"]],
            _session.Run("Import-LessonVideoMap map.json").RequireNoErrors().Texts("ManifestPath"));
    }

    [Fact]
    public void A_lesson_of_no_manifest_keeps_none()
    {
        Export("map.json", "& { Get-LessonVideoMap -LessonId l0; [KinescopePS.LessonVideo] @{ LessonId = 'own'; Title = 'Own'; Path = \"$PWD/media/1.mp4\"; Extension = '.mp4' } }");

        var back = _session.Run("Import-LessonVideoMap map.json").RequireNoErrors();

        Assert.Equal(["l0", "own"], back.Texts("LessonId"));
        Assert.Equal([_folder["manifest.json"], null], back.Texts("ManifestPath"));
    }

    private void Export(string file, string map) => _session.Run($"{map} | Export-LessonVideoMap {file}").RequireNoErrors();

    private static string All(System.Management.Automation.PSObject lesson) => string.Join('|', lesson.Properties.Select(property => $"{property.Name}={property.Value}"));
}
