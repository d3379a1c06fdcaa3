using System.Text.Json;
using KinescopePS.Matching;

namespace KinescopePS.Tests.Matching;

/// <summary>A lesson whose file is known, to be found again by its title.</summary>
internal sealed record TitledLesson(string Id, string Title, string Course, string Module, string? Submodule, long Order, string File)
{
    /// <summary>The lessons of the reference course; the test is skipped where it is absent.</summary>
    public static IReadOnlyList<TitledLesson> ReadReference()
    {
        var path = FindAbove(Path.Join("shared", "data", "course-manifest.json"));
        Assert.SkipWhen(path is null, "The reference course is not beside the repository (../shared/data).");
        using var manifest = JsonDocument.Parse(System.IO.File.ReadAllText(path));
        return
        [
            .. from course in Items(manifest.RootElement, "courses")
               from module in Items(course, "modules")
               from lesson in LessonsOf(course, module, module, null)
               select lesson,
        ];
    }

    public string Stem => Path.ChangeExtension(File, null)[(File.LastIndexOf('/') + 1)..];

    public string[] Folders => File.Split('/')[..^1];

    /// <summary>The lesson as a manifest without paths has it.</summary>
    public Named InManifest => new(Title) { Id = Id, Order = Order, Group = [Course, Module, .. Submodule is null ? (string[])[] : [Submodule]] };

    /// <summary>The lesson as the site's table has it.</summary>
    public Named InTable => new(Title) { Id = Id, Order = Order, Group = [Course] };

    public Named OnDisk => new(Stem) { Group = Folders };

    private static IEnumerable<TitledLesson> LessonsOf(JsonElement course, JsonElement module, JsonElement holder, string? submodule)
    {
        foreach (var entry in Items(holder, "lessons"))
        {
            if (entry.TryGetProperty("submodule", out var below))
            {
                foreach (var lesson in LessonsOf(course, module, below, Text(below, "id")))
                    yield return lesson;
                continue;
            }

            yield return new TitledLesson(
                Text(entry, "id"), TitleOf(Text(entry, "title_original")), Text(course, "id"), Text(module, "id"), submodule,
                entry.GetProperty("order").GetInt64(), Text(entry, "filepath"));
        }
    }

    private static string TitleOf(string title) => title.EndsWith(".mp4", StringComparison.Ordinal) || title.EndsWith(".mov", StringComparison.Ordinal) ? title[..^4] : title;

    private static JsonElement.ArrayEnumerator Items(JsonElement element, string name) => element.GetProperty(name).EnumerateArray();

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private static string? FindAbove(string relative)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (System.IO.File.Exists(Path.Join(folder, relative)))
                return Path.Join(folder, relative);
        }

        return null;
    }
}
