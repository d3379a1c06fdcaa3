using KinescopePS.Manifest;

namespace KinescopePS.Tests.Manifest;

public sealed class ManifestTextTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""{"id":"a"}, ...""", "a")]
    [InlineData("""{"filepath":{"id":"no"},"id":"a","n":[1,{"id":"no"}]}]}""", "a")]
    [InlineData("""{"id":"a","id":"b"}""", "b")]
    [InlineData("""{"id":7}""", "7")]
    [InlineData("""{"title":"a"}""", null)]
    [InlineData("""{"id":"a" "b"}""", null)]
    [InlineData("""something else""", null)]
    public void A_property_is_read_again_where_its_object_begins(string text, string? expected)
    {
        var path = _folder.Write("manifest.json", $"\uFEFFсначала {text}");

        Assert.Equal(expected, ManifestText.ValueAt(path, 3 + "сначала "u8.Length, "id"u8));
    }

    [Fact]
    public void Lessons_of_one_id_are_refused_wherever_they_stand()
    {
        var lessons = string.Join(",", Enumerable.Range(0, 3000).Select(i => $$"""{"filepath":"{{i}}.mp4","title":"{{new string('x', 50)}}","id":"l{{i % 2000}}"}"""));
        var path = _folder.Write("manifest.json", $$"""
            {"courses":[{"modules":[{"lessons":[{{lessons}}],"id":"m"}],"id":"c"}]}
            """);
        var (found, refused) = (new List<string>(), new List<string>());

        new ManifestReader(path, entry =>
        {
            if (entry is ManifestLesson lesson)
                found.Add(lesson.Id);
            else if (entry is ManifestProblem { Failure.ErrorId: ErrorIds.LessonIdDuplicate } problem)
                refused.Add(problem.LessonId!);
        }).Read();

        Assert.Equal(Enumerable.Range(0, 2000).Select(i => $"l{i}"), found);
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => $"l{i}"), refused);
    }
}
