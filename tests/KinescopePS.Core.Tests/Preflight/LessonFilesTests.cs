using KinescopePS.Manifest;
using KinescopePS.Preflight;
using KinescopePS.Record;
using KinescopePS.Tests.Media;

namespace KinescopePS.Tests.Preflight;

/// <summary>The findings on lessons and their files, from the disk alone.</summary>
public sealed class LessonFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_good_lesson_gives_no_finding()
    {
        Assert.Empty(await FindAsync(Lesson("l1", Films.Mp4(duration: 2000))));
    }

    [Theory]
    [InlineData("cut", "LessonFileTruncated")]
    [InlineData("unfinished", "LessonFileTruncated")]
    [InlineData("zeros", "LessonFileZeroed")]
    [InlineData("tail of zeros", "LessonFileZeroed")]
    [InlineData("page", "LessonFileUnplayable")]
    [InlineData("noise", "LessonFileUnplayable")]
    [InlineData("sound", "LessonFileWithoutVideo")]
    public async Task A_file_that_cannot_be_played_is_an_error(string kind, string errorId)
    {
        byte[] file = kind switch
        {
            "cut" => Films.Mp4()[..^1000],
            "unfinished" => [.. Films.FileType("isom"), .. Films.MediaData()],
            "zeros" => new byte[10_000],
            "tail of zeros" => [.. Films.Mp4()[..^20_000], .. new byte[20_000]],
            "page" => "<!DOCTYPE html><title>Sign in</title>"u8.ToArray(),
            "noise" => [.. Films.MediaData().AsSpan(8, 5000)],
            _ => Films.Mp4("soun"),
        };

        var finding = Assert.Single(await FindAsync(Lesson("l1", file)));

        Assert.Equal((LessonUploadLevel.Error, LessonUploadCheck.File, errorId, "l1", "c1"), (finding.Level, finding.Check, finding.ErrorId, finding.LessonId, finding.Course));
        Assert.Equal(_folder["l1.mp4"], finding.Path);
        Assert.NotNull(finding.Advice);
    }

    [Fact]
    public async Task Says_how_much_is_missing()
    {
        var film = Films.Mp4();
        var finding = Assert.Single(await FindAsync(Lesson("l1", film[..^1000])));

        Assert.Equal($"The file has {film.Length - 1000} bytes, and its MP4 container needs {film.Length}: the rest is missing.", finding.Message);
    }

    [Fact]
    public async Task A_container_that_is_not_known_is_no_finding_where_the_extension_promises_none()
    {
        var lesson = Lesson("l1", [.. Films.MediaData().AsSpan(8, 5000)], extension: ".xyz");

        Assert.Empty(await FindAsync(lesson));
    }

    [Fact]
    public async Task A_size_that_does_not_suit_the_duration_is_a_warning()
    {
        byte[] tooLittle = [.. Films.FileType("isom"), .. Films.Movie("vide", 3_600_000), .. Films.MediaData()];
        var finding = Assert.Single(await FindAsync(Lesson("l1", tooLittle)));

        Assert.Equal((LessonUploadLevel.Warning, "LessonBitRateUnlikely"), (finding.Level, finding.ErrorId));
        Assert.Contains("for 1:00:00 are 0 kbit/s", finding.Message);
    }

    [Fact]
    public async Task The_same_content_under_two_names_is_a_warning_at_the_second()
    {
        var film = Films.Mp4(duration: 2000);
        var other = (byte[])film.Clone();
        other[^1] ^= 1;

        var finding = Assert.Single(await FindAsync(Lesson("l1", film), Lesson("l2", other), Lesson("l3", film)));

        Assert.Equal((LessonUploadLevel.Warning, "LessonContentRepeated", "l3"), (finding.Level, finding.ErrorId, finding.LessonId));
        Assert.Contains("lesson 'l1'", finding.Message);
    }

    [Fact]
    public async Task One_file_for_two_lessons_is_said_and_no_fault()
    {
        var first = Lesson("l1", Films.Mp4(duration: 2000));
        var second = Again(first, "l2");

        var finding = Assert.Single(await FindAsync(first, second));

        Assert.Equal((LessonUploadLevel.Information, "l2", null), (finding.Level, finding.LessonId, finding.ErrorId));
    }

    [Fact]
    public async Task All_that_the_map_says_is_told_and_what_changed_since()
    {
        var grown = Lesson("grown", Films.Mp4());
        File.WriteAllBytes(grown.Path, Films.QuickTime());
        var gone = Lesson("gone", Films.Mp4());
        File.Delete(gone.Path);

        var findings = await FindAsync(
            isQuick: true, gone, Lesson("empty", []), Lesson("text", "abc"u8.ToArray(), ".mp4", title: new string('т', 200)), grown, Again(grown));

        Assert.Equal(
            [
                "Error gone LessonFileNotFound", "Error empty LessonFileEmpty", "Warning text LessonTitleTooLong",
                "Warning grown LessonIdDuplicate",
            ],
            findings.Where(finding => finding.ErrorId != "LessonFileChanged").Select(finding => $"{finding.Level} {finding.LessonId} {finding.ErrorId}"));
        Assert.Equal(["grown"], findings.Where(finding => finding.ErrorId == "LessonFileChanged").Select(finding => finding.LessonId));
    }

    [Fact]
    public async Task A_lesson_that_the_site_has_is_not_looked_at()
    {
        var lesson = Lesson("l1", new byte[1000]);
        lesson.VideoId = "6a2f1c00-0000-4000-8000-000000000000";

        Assert.Empty(await FindAsync(lesson));
    }

    [Fact]
    public async Task Quick_opens_no_file()
    {
        var lesson = Lesson("l1", new byte[1000]);

        Assert.Empty(await FindAsync(isQuick: true, lesson));
    }

    private static LessonVideo Again(LessonVideo lesson, string? id = null) => new()
    {
        LessonId = id ?? lesson.LessonId,
        Title = lesson.Title,
        Path = lesson.Path,
        Length = lesson.Length,
        Extension = lesson.Extension,
        State = lesson.State,
    };

    private Task<List<LessonUploadFinding>> FindAsync(params LessonVideo[] lessons) => FindAsync(isQuick: false, lessons);

    private static async Task<List<LessonUploadFinding>> FindAsync(bool isQuick, params LessonVideo[] lessons)
    {
        using var record = UploadRecords.Empty();
        var plan = new LessonPlan(record, new VideoFiles());
        var planned = new List<PlannedLesson>();
        foreach (var lesson in lessons)
            planned.Add(await plan.AddAsync(lesson, TestContext.Current.CancellationToken));
        var all = planned.ToArray();
        if (!isQuick)
            await FileExamination.RunAsync(all, () => { }, TestContext.Current.CancellationToken);
        return [.. all.SelectMany(lesson => MapFindings.Of(lesson).Concat(FileFindings.Of(lesson)))];
    }

    private LessonVideo Lesson(string id, byte[] file, string extension = ".mp4", string? title = null)
    {
        var path = _folder[id + extension];
        File.WriteAllBytes(path, file);
        return new LessonVideo
        {
            LessonId = id,
            Title = title ?? id,
            Course = "c1",
            Path = path,
            Exists = true,
            Length = file.Length,
            Extension = extension,
            State = LessonVideoState.Ready,
        };
    }
}
