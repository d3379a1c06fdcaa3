using KinescopePS.Nights;

namespace KinescopePS.Tests.Nights;

public sealed class NightlyLogTests : IDisposable
{
    private const string Start = """{"at":"2026-11-26T01:30:00.0000000Z","event":"start","path":"/srv/school","process":7,"machine":"SCHOOL1"}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_is_what_its_summary_says_with_its_failures_and_what_is_left()
    {
        var night = Read(
            Start,
            """{"at":"2026-11-26T01:30:05Z","event":"lesson","lesson":"l1","status":"Uploaded","sent":5}""",
            """{"at":"2026-11-26T01:30:06Z","event":"error","id":"LessonFileNotFound","message":"lesson 'l2': there is no file","lesson":"l2"}""",
            """{"at":"2026-11-26T01:30:07Z","event":"left","lesson":"l3","course":"c"}""",
            """{"at":"2026-11-26T01:30:08Z","event":"summary","outcome":"PartialFailure","exitCode":2,"seconds":61.5,"mapped":3,"uploaded":1,"skipped":0,"failed":1,"left":1,"linked":1,"errors":1,"warnings":0,"bytesSent":5000000000}""");

        Assert.Equal(("PartialFailure", 2, 3, 1, 1, 1, 5_000_000_000), (night.Outcome, night.ExitCode, night.Mapped, night.Uploaded, night.Failed, night.Left, night.BytesSent));
        Assert.Equal((TimeSpan.FromSeconds(61.5), "SCHOOL1", "/srv/school"), (night.Duration, night.Machine, night.Path));
        Assert.Equal(("l2", "LessonFileNotFound"), (night.Failures.Single().LessonId, night.Failures.Single().ErrorId));
        Assert.Equal(["l3"], night.LeftLessons);
    }

    [Fact]
    public void One_that_was_killed_tells_what_it_had_done()
    {
        var night = Read(
            Start,
            """{"at":"2026-11-26T01:31:00Z","event":"lesson","lesson":"l1","status":"Uploaded","sent":5}""",
            """{"at":"2026-11-26T01:32:00Z","event":"lesson","lesson":"l2","status":"Failed","sent":2}""",
            """{"at":"2026-11-26T01:32:00Z","event":"link","lesson":"l1"}""",
            """{"at":"2026-11-26T01:33:00Z","event":"les""");

        Assert.Equal(("NotEnded", null, 1, 1, 1, 7), (night.Outcome, night.ExitCode, night.Uploaded, night.Failed, night.Linked, night.BytesSent));
        Assert.Equal(TimeSpan.FromMinutes(2), night.Duration);
        Assert.False(night.NeedsNobody);
    }

    [Fact]
    public void Half_a_character_spoils_its_line_only()
    {
        var night = Read(Start, """{"event":"error","id":"E","message":"\ud83d"}""", """{"event":"summary","outcome":"Success","exitCode":0}""");

        Assert.Equal(("Success", 0), (night.Outcome, night.Errors));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no log\n[1]\n\"text\"\n{\"event\":5}")]
    [InlineData("{\"at\":\"2026-11-26T01:30:00Z\",\"event\":\"lesson\"}")]
    public void Another_file_is_none(string text) => Assert.Null(NightlyLog.Read(_folder.Write("kinescope-1.ndjson", text)));

    [Theory]
    [InlineData("{\"event\":\"start\",\"at\":\"yesterday\"}", "{\"event\":\"summary\",\"outcome\":7,\"exitCode\":\"2\",\"seconds\":1e300,\"mapped\":1e99}")]
    [InlineData("{\"event\":\"start\",\"at\":null}", "{\"event\":\"error\",\"message\":[],\"lesson\":{}}")]
    public void Fields_of_another_kind_count_as_absent(string start, string line)
    {
        var night = Read(start, line);

        Assert.Equal((0, TimeSpan.Zero, null), (night.Mapped, night.Duration, night.ExitCode));
    }

    [Fact]
    public void One_that_could_not_say_a_word_is_known_by_the_name_of_its_log()
    {
        var night = NightlyLog.Read(_folder.Write("kinescope-20261126-013000-7.ndjson", ""))!;

        Assert.Equal(("NotEnded", new DateTimeOffset(2026, 11, 26, 1, 30, 0, TimeSpan.Zero)), (night.Outcome, night.StartedAt));
    }

    [Fact]
    public void A_log_without_end_takes_no_memory_without_end_and_commands_no_terminal()
    {
        var night = Read([Start, $"{{\"event\":\"error\",\"message\":\"{new string('x', 2 << 20)}\"}}",
            .. Enumerable.Repeat("""{"event":"error","id":"E","message":"m","lesson":"l"}""", 3000),
            """{"event":"summary","outcome":"\u001b[31mEvil","exitCode":"zero","uploaded":-5}"""]);

        Assert.Equal((1000, 0, null), (night.Failures.Count, night.Uploaded, night.ExitCode));
        Assert.DoesNotContain('\u001b', night.Outcome);
    }

    [Fact]
    public void Logs_are_found_in_a_folder_or_in_its_folder_of_logs()
    {
        var inside = _folder.Write("logs/kinescope-20261126-013000-7.ndjson", Start);
        _folder.Write("logs/other.ndjson", Start);
        Assert.Equal([inside], NightlyLog.In(_folder.Path));
        Assert.Equal([inside], NightlyLog.In(Path.GetDirectoryName(inside)!));

        var beside = _folder.Write("kinescope-20261126-013000-8.ndjson", Start);
        Assert.Equal([beside], NightlyLog.In(_folder.Path));
    }

    private KinescopeNight Read(params string[] lines) => NightlyLog.Read(_folder.Write("kinescope-1.ndjson", string.Join('\n', lines)))!;
}
