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

    [Theory]
    [InlineData("Итоги 2.0.mp4", "Итоги 2.0")]
    [InlineData("Итоги 2.0", "Итоги 2.0")]
    [InlineData("Биддер. Настройка..mp4", "Биддер. Настройка.")]
    [InlineData("Урок.MOV", "Урок")]
    [InlineData("Урок.webm", "Урок")]
    [InlineData("Отчёт.pdf", "Отчёт.pdf")]
    [InlineData(".mp4", ".mp4")]
    public void Only_a_known_video_extension_is_cut_from_a_title(string original, string title)
    {
        _folder.Write("manifest.json", Manifest($$"""{"id":"l1","filepath":"a.mp4","title_original":"{{original}}"}"""));

        Assert.Equal([title], _session.Run("Get-LessonVideoMap").Texts("Title"));
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
    public void A_byte_order_mark_is_no_obstacle()
    {
        File.WriteAllText(_folder["manifest.json"], Manifest("""{"id":"l1","filepath":"a.mp4"}"""), new UTF8Encoding(true));

        Assert.Equal(["l1"], _session.Run("Get-LessonVideoMap").RequireNoErrors().Texts("LessonId"));
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
