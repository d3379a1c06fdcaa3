using System.Text;
using System.Text.Json;
using CsCheck;
using KinescopePS.Manifest;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Manifests by chance: lessons are those that System.Text.Json's document has, and what is no JSON is told.</summary>
public sealed class ManifestFuzz : IDisposable
{
    private static readonly JsonDocumentOptions Lenient = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 1000 };

    private readonly TemporaryFolder _folder = new();

    private static Gen<string> Scalar { get; } = Gen.OneOf(Inputs.JsonText, Gen.OneOf("1", "-0", "1.5", "12345678901234567890", "null", "true", "[]", "{}", "[1,{\"id\":\"x\"}]"));

    private static Gen<string> Id { get; } = Gen.Frequency((8, Gen.Int[0, 40].Select(number => $"\"l{number}\"")), (1, Scalar));

    private static Gen<string> Lesson { get; } = Object(
        Property("id", Id),
        Property("filepath", Gen.Frequency((8, Gen.Int[0, 40].Select(number => $"\"{number}.mp4\"")), (1, Scalar))),
        Property("title_original", Scalar),
        Property("filename", Scalar),
        Property("order", Scalar),
        Property("other", Scalar));

    private static Gen<string> Document { get; } = Object(
        Property("base_path", Scalar),
        Property("generated", Scalar),
        Property("courses", List(Object(
            Property("id", Scalar),
            Property("skill_category", Scalar),
            Property("modules", List(Module(Gen.Frequency((6, Lesson), (1, Submodule(Gen.Frequency((3, Lesson), (1, Submodule(Lesson)))))))))))));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Lessons_are_those_of_the_document() =>
        Inputs.Mutated(Document.Select(Encoding.UTF8.GetBytes)).Check(RequireAsTheDocument, Fuzz.Quoted, count: 1500);

    private void RequireAsTheDocument(byte[] text)
    {
        var path = _folder["manifest.json"];
        File.WriteAllBytes(path, text);
        var found = new List<ManifestEntry>();
        KinescopeException? failure = null;
        try
        {
            new ManifestReader(path, found.Add).Read();
        }
        catch (KinescopeException told)
        {
            failure = told;
        }

        try
        {
            using var document = JsonDocument.Parse(text.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? text.AsMemory(3) : text, Lenient);
            if (failure?.ErrorId == ErrorIds.ManifestNotJson)
            {
                // The document decodes a name or a text only when it is asked for.
                Assert.Contains("UTF-8", failure.Message);
                Assert.False(IsText(text));
            }
            else if (HasTwins(document.RootElement))
            {
                Assert.Contains(failure?.ErrorId, new[] { null, ErrorIds.ManifestShapeInvalid });
            }
            else if (failure is not null)
            {
                Assert.Equal(ErrorIds.ManifestShapeInvalid, failure.ErrorId);
                Assert.False(document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("courses", out var courses) && courses.ValueKind == JsonValueKind.Array);
            }
            else
            {
                Assert.Equal(LessonsOf(document.RootElement), found.OfType<ManifestLesson>().Select(Text));
            }
        }
        catch (Exception notJson) when (notJson is JsonException or InvalidOperationException)
        {
            // What is no text is noticed where it is used: in a part that nobody reads it harms nobody.
            if (notJson is JsonException)
                Assert.Contains(failure?.ErrorId, new[] { ErrorIds.ManifestNotJson, ErrorIds.ManifestShapeInvalid, ErrorIds.ManifestUnreadable });
        }
    }

    private static bool IsText(byte[] text)
    {
        try
        {
            return !new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(text).Contains("\\ud", StringComparison.OrdinalIgnoreCase);
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private static IEnumerable<string> LessonsOf(JsonElement root)
    {
        var ids = new HashSet<string>();
        return [
            .. from course in Items(root, "courses")
               from module in Items(course, "modules")
               from lesson in OfModule(module, TextOf(course, "id"), TextOf(course, "skill_category"), null, null)
               where ids.Add(lesson.Id)
               select lesson.Text];
    }

    private static IEnumerable<(string Id, string Text)> OfModule(JsonElement module, string? course, string? category, string? above, string? submodule)
    {
        if (module.ValueKind != JsonValueKind.Object)
            yield break;
        (above, submodule) = above is null ? (TextOf(module, "id"), submodule) : (above, TextOf(module, "id"));
        foreach (var lesson in Items(module, "lessons").Where(lesson => lesson.ValueKind == JsonValueKind.Object))
        {
            if (lesson.TryGetProperty("submodule", out var inner))
            {
                foreach (var nested in OfModule(inner, course, category, above ?? "", submodule))
                    yield return nested;
                continue;
            }

            var (id, path) = (TextOf(lesson, "id"), TextOf(lesson, "filepath"));
            path = string.IsNullOrWhiteSpace(path) ? null : path;
            var title = new[] { TextOf(lesson, "title_original"), TextOf(lesson, "filename") }.FirstOrDefault(text => !string.IsNullOrWhiteSpace(text)) ?? path?.Split('/')[^1];
            if (string.IsNullOrWhiteSpace(id) || title is null || !PrintableText.Is(id))
                continue;
            var order = lesson.TryGetProperty("order", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt64(out var whole) ? whole : (long?)null;
            yield return (id, Text(id, path, title, order, course, category, above, submodule));
        }
    }

    private static string Text(ManifestLesson lesson) =>
        Text(lesson.Id, lesson.FilePath, lesson.Title, lesson.Order, lesson.Header.Course, lesson.Header.Category, lesson.Header.Module, lesson.Header.Submodule);

    private static string Text(string id, string? path, string title, long? order, string? course, string? category, string? module, string? submodule) =>
        $"{id}|{path}|{title}|{order}|{course ?? "-"}|{category ?? "-"}|{module ?? "-"}|{submodule ?? "-"}";

    private static IEnumerable<JsonElement> Items(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static string? TextOf(JsonElement parent, string name) => parent.TryGetProperty(name, out var value) ? value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Number => value.GetRawText(),
        _ => null,
    } : null;

    // Of two properties of one name the document has both, and which one counts is no matter of reading.
    private static bool HasTwins(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().GroupBy(property => property.Name).Any(group => group.Count() > 1) || value.EnumerateObject().Any(property => HasTwins(property.Value)),
        JsonValueKind.Array => value.EnumerateArray().Any(HasTwins),
        _ => false,
    };

    private static Gen<string> Module(Gen<string> lesson) => Object(Property("id", Scalar), Property("lessons", List(lesson)));

    private static Gen<string> Submodule(Gen<string> lesson) => Module(lesson).Select(module => $"{{\"submodule\":{module}}}");

    private static Gen<string> List(Gen<string> item) => item.Array[0, 4].Select(items => $"[{string.Join(",\n", items)}]");

    private static Gen<string> Property(string name, Gen<string> value) => value.Select(text => $"\"{name}\":{text}");

    /// <summary>An object that has most of its properties, in any order.</summary>
    private static Gen<string> Object(params Gen<string>[] properties) =>
        Gen.Select(
            Gen.Shuffle(Enumerable.Range(0, properties.Length).ToArray()),
            Gen.Frequency((9, Gen.Const(true)), (1, Gen.Const(false))).Array[properties.Length],
            properties.Aggregate(Gen.Const(Array.Empty<string>()), (all, property) => Gen.Select(all, property, (string[] texts, string text) => (string[])[.. texts, text])),
            (order, has, texts) => $"{{{string.Join(", ", order.Where(i => has[i]).Select(i => texts[i]))}}}");
}
