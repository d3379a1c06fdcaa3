using System.Text;
using KinescopePS.Tests.Support;

namespace KinescopePS.Tests.Manifest;

/// <summary>Get-LessonVideoMap on manifests and folders as they really come.</summary>
public sealed class LessonVideoMapTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly PowerShellSession _session;

    public LessonVideoMapTests() => _session = new PowerShellSession(_folder.Path);

    public void Dispose()
    {
        _session.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_lesson_comes_with_all_that_the_manifest_and_the_disk_say_of_it()
    {
        _folder.WriteVideo("02_ads/m01/первый.mp4", 1234);
        _folder.Write("manifest.json", Manifest("""{"id":"l1","filepath":"02_ads/m01/первый.mp4","title_original":"1. Первый урок 2.0.mp4","order":7}"""));

        var video = Assert.Single(_session.Run("Get-LessonVideoMap").RequireNoErrors().Output);

        Assert.Equal(
            ["l1", "1. Первый урок 2.0", "02_ads", "02_ads_m01", "MARKETING", "7", Path.Combine(_folder.Path, "02_ads", "m01", "первый.mp4"), "True", "1234", ".mp4", "Ready"],
            new[] { "LessonId", "Title", "Course", "Module", "Category", "Order", "Path", "Exists", "Length", "Extension", "State" }
                .Select(name => video.Properties[name].Value?.ToString()!));
    }

    [Theory]
    [InlineData("Итоги 2.0.mp4", "Итоги 2.0")]
    [InlineData("Итоги 2.0", "Итоги 2.0")]
    [InlineData("Биддер. Настройка..mp4", "Биддер. Настройка.")]
    [InlineData("Урок.MOV", "Урок")]
    [InlineData("Отчёт.pdf", "Отчёт.pdf")]
    [InlineData(".mp4", ".mp4")]
    public void Only_a_known_video_extension_is_cut_from_a_title(string original, string title)
    {
        _folder.Write("manifest.json", Manifest($$"""{"id":"l1","filepath":"a.mp4","title_original":"{{original}}"}"""));

        Assert.Equal([title], _session.Run("Get-LessonVideoMap").Texts("Title"));
    }

    [Fact]
    public void Files_are_ready_missing_empty_or_no_video()
    {
        _folder.WriteVideo("ready.webm", 1);
        _folder.WriteVideo("empty.mp4", 0);
        _folder.WriteVideo("notes.pdf", 5);
        _folder.Write("manifest.json", Manifest(
            """{"id":"a","filepath":"ready.webm"},{"id":"b","filepath":"empty.mp4"},{"id":"c","filepath":"notes.pdf"},{"id":"d","filepath":"gone.mp4"}"""));

        var result = _session.Run("Get-LessonVideoMap").RequireNoErrors();

        Assert.Equal(["Ready", "Empty", "NotVideo", "Missing"], result.Texts("State"));
        Assert.Equal([1L, 0L, 5L, null], result.Values("Length"));
        Assert.Equal(["NotVideo", "Empty", "Ready", "Missing"], _session.Run("Get-LessonVideoMap -Extension .PDF, mp4").RequireNoErrors().Texts("State"));
    }

    [Fact]
    public void Headers_are_found_wherever_they_stand()
    {
        _folder.Write("manifest.json",
            """
            // exported by hand
            { "unknown": [1, {"a": null}],
              "courses": [
                { "modules": [ { "lessons": [ {"id":"l1","filepath":"a.mp4"},
                    {"submodule": {"lessons": [ {"id":"l2","filepath":"b.mp4"}, {"submodule": {"id":"deep","lessons":[{"id":"l3","filepath":"c.mp4"}]}} ], "id": "sub"}} ], "id": "m1" },
                    { "id": "m2", "lessons": [ {"id":"l4","filepath":"d.mp4"}, ] } ],
                  "skill_category": "CONTENT", "id": "c1" },
                { "id": "c2", "skill_category": "FINANCE", "modules": [ { "id": "m3", "lessons": [ {"filepath":"e.mp4","id":"l5"} ] } ] }
              ],
              "base_path": "videos" }
            """);
        _folder.WriteVideo("videos/c.mp4", 3);

        var result = _session.Run("Get-LessonVideoMap").RequireNoErrors();

        Assert.Equal(["l1", "l2", "l3", "l4", "l5"], result.Texts("LessonId"));
        Assert.Equal(["c1", "c1", "c1", "c1", "c2"], result.Texts("Course"));
        Assert.Equal(["CONTENT", "CONTENT", "CONTENT", "CONTENT", "FINANCE"], result.Texts("Category"));
        Assert.Equal(["m1", "m1", "m1", "m2", "m3"], result.Texts("Module"));
        Assert.Equal([null, "sub", "deep", null, null], result.Texts("Submodule"));
        Assert.Equal(["Missing", "Missing", "Ready", "Missing", "Missing"], result.Texts("State"));
    }

    [Fact]
    public void A_manifest_longer_than_any_buffer_comes_in_its_order_with_late_headers()
    {
        var lessons = string.Join(",\n", Enumerable.Range(0, 20_000).Select(i => $$"""{"id":"l{{i}}","filepath":"{{i}}.mp4","title_original":"Урок {{i}}"}"""));
        _folder.Write("manifest.json", $$"""{"courses":[{"modules":[{"lessons":[{{lessons}}],"id":"m"}],"skill_category":"X","id":"c"}]}""");

        var result = _session.Run("Get-LessonVideoMap | Where-Object Course -eq c | Where-Object Category -eq X | Where-Object Module -eq m").RequireNoErrors();

        Assert.Equal(Enumerable.Range(0, 20_000).Select(i => $"l{i}"), result.Texts("LessonId"));
    }

    [Fact]
    public void A_byte_order_mark_is_no_obstacle_and_UTF_16_is_named()
    {
        File.WriteAllText(_folder["manifest.json"], Manifest("""{"id":"l1","filepath":"a.mp4"}"""), new UTF8Encoding(true));
        Assert.Equal(["l1"], _session.Run("Get-LessonVideoMap").RequireNoErrors().Texts("LessonId"));

        File.WriteAllText(_folder["manifest.json"], Manifest("""{"id":"l1","filepath":"a.mp4"}"""), Encoding.Unicode);
        var refused = _session.Run("Get-LessonVideoMap");
        Assert.Equal(["ManifestUnreadable"], refused.ErrorIds);
        Assert.Contains("UTF-8", refused.LastError.Exception.Message);
    }

    [Fact]
    public void Half_a_character_in_the_name_of_a_property_is_named_with_its_line()
    {
        _folder.Write("manifest.json", Manifest("{\n\"\\ud800\":1,\"id\":\"l1\",\"filepath\":\"a.mp4\"}"));

        var result = _session.Run("Get-LessonVideoMap");

        Assert.Equal(["ManifestNotJson"], result.ErrorIds);
        Assert.Contains("manifest.json, line 3,", result.LastError.Exception.Message);
    }

    [Fact]
    public void A_property_may_be_spelt_with_escapes()
    {
        _folder.Write("manifest.json", Manifest("""{"\u0069d":"l1","file\u0070ath":"a.mp4"}"""));

        Assert.Equal(["l1"], _session.Run("Get-LessonVideoMap").RequireNoErrors().Texts("LessonId"));
    }

    [Fact]
    public void A_place_that_is_not_JSON_is_named_by_line_and_column()
    {
        _folder.Write("manifest.json", "{\"courses\": [\n  {\"id\": \"урок\", нет}]}");

        var result = _session.Run("Get-LessonVideoMap");

        Assert.Equal(["ManifestNotJson"], result.ErrorIds);
        Assert.Contains("manifest.json, line 2, column 18:", result.LastError.Exception.Message);
    }

    [Theory]
    [InlineData("[]", "the document")]
    [InlineData("{}", "the document")]
    [InlineData("{\"courses\": 5}", "`courses`")]
    [InlineData("", "JSON")]
    [InlineData("{\"courses\": []} trailing", "JSON")]
    public void Something_else_than_a_manifest_is_refused(string text, string named)
    {
        _folder.Write("manifest.json", text);

        var result = _session.Run("Get-LessonVideoMap");

        Assert.Empty(result.Output);
        Assert.Contains(named, result.LastError.Exception.Message);
    }

    [Fact]
    public void Misshapen_parts_are_reported_by_their_path_and_the_rest_goes_on()
    {
        _folder.Write("manifest.json",
            """
            {"courses": [
              "what",
              {"id": "c1", "skill_category": "X", "modules": {"id": "m"}},
              {"id": "c2", "skill_category": "X", "modules": [{"id": "m1", "lessons": [17, {"id":"good","filepath":"a.mp4"}]}, {"id": "m2", "lessons": null}]}
            ]}
            """);

        var result = _session.Run("Get-LessonVideoMap");

        Assert.Equal(["good"], result.Texts("LessonId"));
        Assert.All(result.ErrorIds, id => Assert.Equal("ManifestShapeInvalid", id));
        Assert.Equal(
            ["line 2, courses[0]:", "line 3, courses[1].modules:", "line 4, courses[2].modules[0].lessons[0]:", "line 4, courses[2].modules[1].lessons:"],
            result.Errors.Select(error => error.Exception.Message[error.Exception.Message.IndexOf("line ", StringComparison.Ordinal)..(error.Exception.Message.IndexOf(": ", StringComparison.Ordinal) + 1)]));
    }

    [Fact]
    public void Bad_lessons_are_reported_by_line_and_id_and_the_next_ones_go_on()
    {
        _folder.Write("manifest.json", Manifest(
            """
            {"filepath":"a.mp4"},
            {"id":"no-path"},
            {"id":"twice","filepath":"a.mp4"},
            {"id":"twice","filepath":"b.mp4"},
            {"id":"absolute","filepath":"/etc/passwd"},
            {"id":"drive","filepath":"C:\\Windows\\a.mp4"},
            {"id":"escapes","filepath":"a/../../secret.mp4"},
            {"id":"backslashes","filepath":"..\\secret.mp4"},
            {"id":"last","filepath":"./x/../c.mp4"}
            """));

        var result = _session.Run("Get-LessonVideoMap");

        Assert.Equal(["twice", "last"], result.Texts("LessonId"));
        Assert.Equal(
            ["LessonIdMissing", "LessonFilePathMissing", "LessonIdDuplicate", "LessonFilePathRefused", "LessonFilePathRefused", "LessonFilePathRefused", "LessonFilePathRefused"],
            result.ErrorIds);
        Assert.Equal(["no-path", "twice", "absolute", "drive", "escapes", "backslashes"], result.Errors.Skip(1).Select(error => error.TargetObject));
        Assert.Contains("line 6, lesson 'absolute'", result.Errors[3].Exception.Message);
    }

    [Fact]
    public void Two_lessons_on_one_file_are_both_mapped_and_noted()
    {
        _folder.WriteVideo("a.mp4", 1);
        _folder.Write("manifest.json", Manifest("{\"id\":\"l1\",\"filepath\":\"a.mp4\"},\n{\"id\":\"l2\",\"filepath\":\"a.mp4\"}"));

        var result = _session.Run("Get-LessonVideoMap").RequireNoErrors();

        Assert.Equal(["Ready", "Ready"], result.Texts("State"));
        Assert.Contains("lesson 'l2'", Assert.Single(result.Warnings));
    }

    [Fact]
    public void Names_that_differ_in_case_or_normalisation_are_found_if_one_file_matches()
    {
        var nfd = "Йога и ёлка.mp4".Normalize(NormalizationForm.FormD);
        _folder.WriteVideo(Path.Combine("Модуль", nfd), 9);
        _folder.WriteVideo("модуль/Case.MP4", 4);
        _folder.Write("manifest.json", Manifest($$"""{"id":"nfc","filepath":"Модуль/{{"Йога и ёлка.mp4".Normalize(NormalizationForm.FormC)}}"},{"id":"case","filepath":"модуль/case.mp4"}"""));

        var result = _session.Run("Get-LessonVideoMap").RequireNoErrors();

        Assert.Equal(["Ready", "Ready"], result.Texts("State"));
        Assert.Equal([9L, 4L], result.Values("Length"));
        Assert.True(File.Exists(result.Texts("Path").First()));
    }

    [Fact]
    public void Twins_that_both_match_are_an_error()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || OperatingSystem.IsMacOS(), "Twins need a file system that tells case apart.");
        _folder.WriteVideo("Lesson.mp4", 1);
        _folder.WriteVideo("LESSON.mp4", 2);
        _folder.WriteVideo("ok.mp4", 3);
        _folder.Write("manifest.json", Manifest("""{"id":"twin","filepath":"lesson.mp4"},{"id":"exact","filepath":"Lesson.mp4"},{"id":"ok","filepath":"ok.mp4"}"""));

        var result = _session.Run("Get-LessonVideoMap");

        Assert.Equal(["exact", "ok"], result.Texts("LessonId"));
        Assert.Equal(["LessonFileAmbiguous"], result.ErrorIds);
        Assert.Contains("'LESSON.mp4'", result.Errors[0].Exception.Message);
    }

    [Fact]
    public void Awkward_names_are_found_as_they_are()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not have these names.");
        string[] names = ["a'b.mp4", "a\"b.mp4", "[1] курс.mp4", "new\nline.mp4", "👉🏻 emoji.mp4", new string('я', 120) + ".mp4", " space .mp4", "a&b;$(c).mp4"];
        foreach (var name in names)
            _folder.WriteVideo(name, 1);
        _folder.Write("manifest.json", Manifest(string.Join(",", names.Select((name, i) => $$"""{"id":"l{{i}}","filepath":{{System.Text.Json.JsonSerializer.Serialize(name)}}}"""))));

        Assert.All(_session.Run("Get-LessonVideoMap").RequireNoErrors().Texts("State"), state => Assert.Equal("Ready", state));
    }

    [Fact]
    public void The_manifest_and_the_base_path_are_looked_for_where_the_help_says()
    {
        _folder.Write("site/manifest.json", Manifest("""{"id":"l1","filepath":"a.mp4"}"""));
        _folder.WriteVideo("site/a.mp4", 1);
        _folder.WriteVideo("elsewhere/a.mp4", 22);
        _folder.Write("named.json", Manifest("""{"id":"l2","filepath":"a.mp4"}""", basePath: "elsewhere"));

        Assert.Equal(["Ready"], _session.Run("Get-LessonVideoMap site").RequireNoErrors().Texts("State"));
        Assert.Equal([22L], _session.Run("Get-LessonVideoMap -Path ./site/manifest.json -BasePath elsewhere").RequireNoErrors().Values("Length"));
        Assert.Equal([22L], _session.Run("Get-LessonVideoMap named.json").RequireNoErrors().Values("Length"));
        Assert.Equal(["ManifestNotFound"], _session.Run("Get-LessonVideoMap").ErrorIds);
        Assert.Equal(["ManifestNotFound"], _session.Run("Get-LessonVideoMap nowhere").ErrorIds);
        Assert.Equal(["BasePathNotFound"], _session.Run("Get-LessonVideoMap site -BasePath nowhere").ErrorIds);
    }

    [Fact]
    public void Filters_take_wildcards_and_the_first_object_comes_before_the_last_line_is_read()
    {
        _folder.Write("manifest.json", Manifest("""{"id":"a1","filepath":"a.mp4"},{"id":"a2","filepath":"b.mp4"},{"id":"b1","filepath":"c.mp4"}""") + "broken");

        var result = _session.Run("Get-LessonVideoMap -Course 02* -LessonId a*, zz");

        Assert.Equal(["a1", "a2"], result.Texts("LessonId"));
        Assert.Equal(["ManifestNotJson"], result.ErrorIds);
    }

    [Fact]
    public void Whoever_takes_the_first_lessons_learns_nothing_of_a_break_far_behind()
    {
        var lessons = string.Join(",\n", Enumerable.Range(0, 5_000).Select(i => $$"""{"id":"l{{i}}","filepath":"{{i}}.mp4"}"""));
        _folder.Write("manifest.json", Manifest(lessons) + "broken");

        Assert.Equal(["l0", "l1"], _session.Run("do { Get-LessonVideoMap | ForEach-Object { $_; if ($_.LessonId -eq 'l1') { break } } } while ($false)").RequireNoErrors().Texts("LessonId"));

        var all = _session.Run("Get-LessonVideoMap");
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"l{i}"), all.Texts("LessonId"));
        Assert.Equal(["ManifestNotJson"], all.ErrorIds);
    }

    [Fact]
    public void What_ends_a_long_mapping_early_is_all_that_is_told()
    {
        var lessons = string.Join(",\n", Enumerable.Range(0, 5_000).Select(i => $$"""{"id":"l{{i}}","filepath":"{{(i == 3 ? "/etc/passwd" : $"{i}.mp4")}}"}"""));
        _folder.Write("manifest.json", Manifest(lessons));

        var nowhere = _session.Run("Get-LessonVideoMap -BasePath nowhere");
        Assert.Equal(["BasePathNotFound"], nowhere.ErrorIds);
        Assert.Empty(nowhere.Output);

        var stopped = _session.Run("try { Get-LessonVideoMap -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }");
        Assert.Equal(["l0", "l1", "l2", "LessonFilePathRefused,KinescopePS.Commands.GetLessonVideoMapCommand"], stopped.Output.Select(item => item.ToString()));
    }

    [Fact]
    public void A_folder_that_may_not_be_listed_is_an_error_of_its_lessons_alone()
    {
        if (OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Rights do not hold this user back.");
            return;
        }

        _folder.WriteVideo("closed/a.mp4", 1);
        _folder.WriteVideo("open.mp4", 1);
        _folder.Write("manifest.json", Manifest("""{"id":"l1","filepath":"closed/a.mp4"},{"id":"l2","filepath":"open.mp4"}"""));
        File.SetUnixFileMode(_folder["closed"], UnixFileMode.None);
        try
        {
            var result = _session.Run("Get-LessonVideoMap");
            Assert.Equal(["l2"], result.Texts("LessonId"));
            Assert.Equal(["LessonFolderUnreadable"], result.ErrorIds);
        }
        finally
        {
            File.SetUnixFileMode(_folder["closed"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static string Manifest(string lessons, string basePath = "E:\\\\Courses") =>
        $$"""
        {"version":"1.0","base_path":"{{basePath}}","courses":[{"id":"02_ads","skill_category":"MARKETING","modules":[{"id":"02_ads_m01","lessons":[
        {{lessons}}
        ]}]}]}
        """;
}
