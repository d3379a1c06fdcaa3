using CsCheck;
using KinescopePS.MapFiles;

namespace KinescopePS.Tests.Fuzz;

/// <summary>Map files by chance: what was written is read again, and what a spreadsheet or a hand made of it ends in one clear error.</summary>
public sealed class MapFuzz : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static Gen<LessonVideo[]> Lessons { get; } =
        Gen.Select(Inputs.Text, Inputs.Text, Inputs.Text, Gen.Int[0, 9], (title, course, folder, number) => (title, course, folder, number)).Array[0, 5].Select(
            items => items.Select((item, i) => new LessonVideo
            {
                LessonId = $"l{i}",
                Title = item.title,
                Course = item.course,
                Path = $"/srv/{item.folder.Replace("/", "").Replace("\0", "")}/{item.number}.mp4",
                Extension = ".mp4",
                State = LessonVideoState.Ready,
                Length = item.number,
                BasePath = "/srv",
            }).ToArray());

    private static Gen<(bool IsCsv, char Delimiter)> Form { get; } = Gen.Select(Gen.Bool, Gen.OneOf(',', ';', '\t'), (isCsv, delimiter) => (isCsv, delimiter));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_was_written_is_read_again() => Gen.Select(Lessons, Form, (lessons, form) => (lessons, form)).Check(
        input =>
        {
            var (entries, problems) = Read(Written(input.lessons, input.form));

            Assert.Empty(problems);
            Assert.Equal(input.lessons.Select(lesson => (lesson.LessonId, Blank(lesson.Title), Blank(lesson.Course))), entries.Select(entry => (entry.LessonId, Blank(entry.Title), Blank(entry.Course))));
        },
        input => Fuzz.Quoted(Written(input.lessons, input.form)));

    [Fact]
    public void What_was_damaged_is_told() => Inputs.Mutated(Gen.Select(Lessons, Form, Written)).Check(
        text =>
        {
            try
            {
                var (_, problems) = Read(text);
                Assert.All(problems, problem => Assert.Equal(ErrorIds.ImportEntryInvalid, problem.ErrorId));
            }
            catch (KinescopeException failure)
            {
                Assert.Equal(ErrorIds.ImportFileInvalid, failure.ErrorId);
                Assert.Contains(_folder["map"], failure.Message);
            }
        },
        Fuzz.Quoted);

    // A title of blanks alone is none.
    private static string Blank(string? text) => string.IsNullOrWhiteSpace(text) ? "" : text.Trim();

    private static byte[] Written(LessonVideo[] lessons, (bool IsCsv, char Delimiter) form)
    {
        using var stream = new MemoryStream();
        var writer = form.IsCsv ? CsvMap.CreateWriter(stream, form.Delimiter) : JsonMap.CreateWriter(stream, "/srv", isRelative: false, isBrief: false);
        foreach (var lesson in lessons)
            writer.Write(lesson);
        writer.Complete();
        return stream.ToArray();
    }

    private (List<MapEntry> Entries, List<KinescopeException> Problems) Read(byte[] text)
    {
        var (entries, problems) = (new List<MapEntry>(), new List<KinescopeException>());
        File.WriteAllBytes(_folder["map"], text);
        MapFile.Read(_folder["map"], entries.Add, problems.Add);
        return (entries, problems);
    }
}
