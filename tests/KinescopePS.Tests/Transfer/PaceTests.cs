using System.Management.Automation;
using KinescopePS.Commands;
using KinescopePS.Tests.Support;
using KinescopePS.Tus;

namespace KinescopePS.Tests.Transfer;

/// <summary>How fast and how long a run sends, and what it does not ask for.</summary>
public sealed class PaceTests : UploadTest
{
    [Theory]
    [InlineData(1, 2_000_000)]
    [InlineData(4, 500_000)]
    public async Task The_bandwidth_limit_holds_for_all_files_together(int files, int length)
    {
        WriteCourse(files, length);

        var result = Send("-BandwidthLimit 1MB -ThrottleLimit 4", connection: "-StallTimeoutSeconds 1").RequireNoErrors();

        Assert.InRange(((TimeSpan)result.Summary!.Properties["Elapsed"].Value).TotalSeconds, 1.5, 20);
        Assert.Equal(1.0, result.Summary.Properties["WasteRatio"].Value);
        await RequireOneVideoEachAsync(files);
    }

    [Theory]
    [InlineData("20MB", "12:00", 20L << 20)]
    [InlineData("1.5G", "12:00", 3L << 29)]
    [InlineData("4096", "12:00", 4096L)]
    [InlineData("off", "12:00", null)]
    [InlineData("09:00=5MB 19:00=off", "08:59", null)]
    [InlineData("09:00=5MB 19:00=off", "09:00", 5L << 20)]
    [InlineData("19:00=off, 9:00=512k", "18:59", 512L << 10)]
    [InlineData("22:00=10MB", "03:00", 10L << 20)]
    public void A_bandwidth_limit_is_read_by_the_time_of_day(string text, string time, long? expected) =>
        Assert.Equal(expected, BandwidthTimetable.Parse(text).RateAt(TimeOnly.Parse(time)));

    [Theory]
    [InlineData("20MB", "12:00", null)]
    [InlineData("09:00=5MB 19:00=off", "12:00", "19:00")]
    [InlineData("09:00=5MB 19:00=off", "20:00", null)]
    [InlineData("22:00=10MB 06:00=1MB", "23:00", "06:00")]
    public void The_end_of_a_limit_is_read_by_the_time_of_day(string text, string time, string? expected) =>
        Assert.Equal(expected, BandwidthTimetable.Parse(text).EndOfLimitAt(TimeOnly.Parse(time))?.ToString("HH:mm"));

    [Theory]
    [InlineData("1")]
    [InlineData("-5MB")]
    [InlineData("5 MB")]
    [InlineData("25:00=5MB")]
    [InlineData("09:00=")]
    [InlineData("100Mbit")]
    [InlineData("100Mbit/s")]
    [InlineData("50%")]
    [InlineData("12,5MB")]
    [InlineData("1,000MB")]
    public void A_bandwidth_limit_that_is_none_is_refused_with_how_to_convert(string text)
    {
        var failure = Assert.Throws<KinescopeException>(() => BandwidthTimetable.Parse(text));

        Assert.Equal(ErrorIds.BandwidthLimitInvalid, failure.ErrorId);
        Assert.StartsWith($"'{text}' is not", failure.Message);
        Assert.Contains("12.5MB", failure.Message);
        Assert.Contains("100 Mbit/s are about 12MB", failure.Message);
    }

    [Theory]
    [InlineData("Send-KinescopeVideo -BandwidthLimit", "12,5MB", "12,5242880")]
    [InlineData("Test-LessonUpload -BandwidthLimit", "12,5MB", "12,5242880")]
    [InlineData("Test-LessonUpload -Rate", "12,5MB", "12,5242880")]
    [InlineData("Send-KinescopeVideo -BandwidthLimit", "100Mbit", "100Mbit")]
    [InlineData("Send-KinescopeVideo -BandwidthLimit", "50%", "50%")]
    public void A_limit_without_quotes_is_refused_alike(string command, string typed, string named)
    {
        var error = Assert.Single(Session.Run($"{command} {typed}").Errors);

        Assert.StartsWith($"{ErrorIds.BandwidthLimitInvalid},", error.FullyQualifiedErrorId);
        Assert.StartsWith($"'{named}' is not", error.Exception.Message);
    }

    [Fact]
    public void Each_parameter_that_is_a_rate_takes_it_so()
    {
        var rates = typeof(BandwidthAttribute).Assembly.GetTypes().SelectMany(type => type.GetProperties())
            .Where(property => property.Name is "BandwidthLimit" or "Rate" && property.IsDefined(typeof(ParameterAttribute), false))
            .ToList();

        Assert.Equal(5, rates.Count);
        Assert.All(rates, property => Assert.True(property.IsDefined(typeof(BandwidthAttribute), false), $"{property.DeclaringType}"));
    }

    [Fact]
    public void A_timetable_with_commas_needs_no_quotes()
    {
        WriteCourse(1);

        Send("-BandwidthLimit 09:00=50MB,19:00=off").RequireNoErrors();
    }

    [Fact]
    public async Task When_the_time_is_up_nothing_is_begun_and_what_runs_is_finished()
    {
        WriteCourse(3);
        await Sandbox.SetFaultsAsync(PatchFault(new { kind = "delay", seconds = 1.2 }));

        var result = Send("-ThrottleLimit 1 -MaxDuration ([timespan]::FromSeconds(1))").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.StartsWith("2 files were not begun", Assert.Single(result.Warnings));
        Assert.Equal(["l0 Skipped", "l1 Uploaded", "l2 Uploaded"], Statuses(Send().RequireNoErrors()));
        await RequireOneVideoEachAsync(3);
    }

    [Fact]
    public async Task The_rate_limit_is_obeyed_and_loses_nothing()
    {
        await using var limited = await SandboxInProcess.StartAsync([]);
        Session.Use(limited);
        WriteCourse(25);

        var result = Send("-ThrottleLimit 8", connection: "-MaxRetry 1").RequireNoErrors();

        Assert.Equal(25, result.Texts("Status").Count(status => status == "Uploaded"));
        var answers = (await limited.RequestsAsync("POST", "/v2/init")).Select(request => request.GetProperty("status").GetInt32()).ToList();
        Assert.Equal(25, answers.Count(status => status == 201));
        // Each worker may hear of it once; from then on they take turns, beside what was sent before.
        Assert.InRange(answers.Count(status => status == 429), 1, 16);

        var second = Send("-ThrottleLimit 8 -Verbose").RequireNoErrors();

        Assert.All(second.Texts("Status"), status => Assert.Equal("Skipped", status));
        Assert.DoesNotContain(second.Verbose, message => message.Contains("got no response"));
    }

    [Fact]
    public async Task A_video_that_was_refused_as_one_too_many_is_not_looked_for()
    {
        WriteCourse(1);
        await Sandbox.SetFaultsAsync(Fault("POST", "/v2/init", new { kind = "answer", status = 429 }, times: 2));
        Assert.Equal("RateLimited", Send(connection: "-MaxRetry 1").ErrorIds.Single());

        var result = Send("-Verbose").RequireNoErrors();

        Assert.Equal(["l0 Uploaded"], Statuses(result));
        Assert.DoesNotContain(result.Verbose, message => message.Contains("got no response"));
        Assert.Equal(["intent", "settled", "intent"], ProgressEvents.Where(kind => kind is "intent" or "settled"));
        await RequireOneVideoEachAsync(1);
    }

    [Fact]
    public async Task Only_a_large_file_costs_the_round_trip_of_asking_first()
    {
        WriteCourse(1, 1 << 20);
        Send().RequireNoErrors();
        WriteCourse(1, (1 << 20) + 1);
        Send("-Force").RequireNoErrors();

        var asked = (await PatchesAsync()).Select(patch => patch.GetProperty("headers").TryGetProperty("Expect", out _));

        Assert.Equal([false, true], asked);
    }
}
