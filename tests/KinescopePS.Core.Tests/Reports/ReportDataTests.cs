using KinescopePS.Record;
using KinescopePS.Reports;

namespace KinescopePS.Tests.Reports;

/// <summary>What the sources of a report add up to.</summary>
public sealed class ReportDataTests : IDisposable
{
    private static readonly DateTimeOffset Night = SampleReport.Night;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_later_of_two_sources_counts_in_whatever_order_they_come()
    {
        foreach (var isReversed in new[] { false, true })
        {
            var data = new ReportData();
            KinescopeUpload[] uploads = [Upload("l1", KinescopeUploadStatus.Failed, 1), Upload("l1", KinescopeUploadStatus.Uploaded, 2)];
            foreach (var upload in isReversed ? uploads.Reverse() : uploads)
                data.Add(upload);
            Assert.Equal(ReportState.Uploaded, Assert.Single(data.Lessons).State);
            data.Add(new LessonUpload { LessonId = "l1", Status = LessonUploadStatus.Failed, ErrorId = ErrorIds.VideoDiffers });
            Assert.Equal((ReportState.Failed, ErrorIds.VideoDiffers), (data.Lessons[0].State, data.Lessons[0].ErrorId));
        }
    }

    [Fact]
    public void What_failed_beside_a_video_is_told_once_and_its_lesson_is_done()
    {
        var data = new ReportData();
        data.Add(new LessonUpload
        {
            LessonId = "l1",
            Status = LessonUploadStatus.Uploaded,
            VideoId = "v1",
            CompanionError = "its poster is PNG.",
            CompanionErrorId = ErrorIds.PosterInvalid,
        });

        Assert.Equal(ReportState.Uploaded, Assert.Single(data.Lessons).State);
        Assert.Equal(ErrorIds.PosterInvalid, Assert.Single(data.Errors).Id);
        data.Add(new ReportError(null, ErrorIds.PosterInvalid, "Lesson 'l1': its poster is PNG.", "l1"));
        Assert.Single(data.Errors);
    }

    [Fact]
    public void What_failed_beside_a_video_at_night_is_not_over_by_the_link_of_its_lesson()
    {
        var data = new ReportData();
        data.Add(NightEvents.Read(_folder.Write("kinescope-a.ndjson", string.Join('\n', (string[])
        [
            "{'at':'2026-01-01T00:00:00Z','event':'start'}",
            "{'at':'2026-01-01T00:00:01Z','event':'lesson','lesson':'l1','status':'Skipped','video':'v1','companionsFailed':['poster']}",
            "{'at':'2026-01-01T00:00:02Z','event':'error','id':'PosterInvalid','message':'PNG','lesson':'l1'}",
            "{'at':'2026-01-01T00:00:03Z','event':'link','lesson':'l1','video':'v1'}",
            "{'at':'2026-01-01T00:00:04Z','event':'summary','outcome':'PartialFailure'}",
        ]).Replace('\'', '"'))));

        Assert.Equal(ErrorIds.PosterInvalid, Assert.Single(data.Errors).Id);
        Assert.True(data.HasBeside && data.Lessons[0].IsDone);
        data.Add(new KinescopeUpload { LessonId = "l1", Status = KinescopeUploadStatus.Uploaded, VideoId = "v1", UpdatedAt = new(2026, 1, 1, 5, 0, 0, default) });
        Assert.Empty(data.Errors);
    }

    [Fact]
    public void Each_run_of_a_session_is_told_however_soon_it_follows()
    {
        var data = new ReportData();
        foreach (var id in new[] { "a", "b", "a" })
            data.Add(ReportRun.Of(new LoggedRun(new(RunLogKind.Begin, Night, id), [], new(RunLogKind.End, Night, id) { BytesSent = 5 })));

        Assert.Equal(10, data.Runs.Sum(run => run.BytesSent));
    }

    [Fact]
    public void A_night_its_log_of_runs_and_its_last_word_are_one_run()
    {
        var data = new ReportData();
        data.Add(SampleReport.Run(Night.AddSeconds(20), 60, "completed", 2, 0, 1, 0));
        data.Add(ReportRun.Of(new UploadSummary { StartedAt = Night.AddSeconds(20.5), Uploaded = 2, Failed = 1, Elapsed = TimeSpan.FromHours(1) }));
        data.Add(NightEvents.Read(Log("a", Night,
            """{"at":"AT","event":"lesson","lesson":"l1","course":"c","status":"Uploaded","video":"v1","bytes":10,"error":null}""",
            """{"at":"AT","event":"lesson","lesson":"l2","course":"c","status":"Failed","video":null,"bytes":10,"error":"no"}""",
            """{"at":"AT","event":"link","lesson":"l1","video":"v1","status":"Linked"}""",
            """{"at":"AT","event":"error","id":"LessonFileEmpty","message":"no","target":"l2"}""",
            """{"at":"AT","event":"error","id":"DatabaseBusy","message":"no","target":""}""",
            """{"at":"AT","event":"error","id":"DatabaseError","message":"not linked","lesson":"l1"}""",
            """{"at":"AT","event":"error","id":"LessonFileZeroed","message":"zeros","lesson":"l3"}""",
            """{"at":"AT","event":"left","lesson":"l3","course":"c"}""",
            """{"at":"AT","event":"left","lesson":"l4","course":"c"}""",
            """{"at":"AT","event":"ping","of":"a later version"}""",
            """{"at":"AT","event":"summary","outcome":"PartialFailure","seconds":3700.5,"uploaded":1,"skipped":0,"failed":1,"left":0,"bytesSent":10}""")));
        data.Complete();

        var run = Assert.Single(data.Runs);
        Assert.Equal((NightEvents.Command, "PartialFailure", 59), (run.Command, run.Outcome, run.Samples.Count));
        Assert.Equal(
            [ReportState.Linked, ReportState.Failed, ReportState.Failed, ReportState.NotSent], data.Lessons.Select(lesson => lesson.State));
        Assert.Equal([null, ErrorIds.LessonFileEmpty, ErrorIds.LessonFileZeroed, null], data.Lessons.Select(lesson => lesson.ErrorId));
        Assert.Equal([ErrorIds.DatabaseBusy, ErrorIds.DatabaseError], data.Errors.Select(error => error.Id));
    }

    [Fact]
    public void Errors_of_an_earlier_night_are_over()
    {
        var data = new ReportData();
        data.Add(NightEvents.Read(Log("b", Night, """{"at":"AT","event":"summary","outcome":"Success","seconds":5}""")));
        data.Add(NightEvents.Read(Log("a", Night.AddDays(-1), """{"at":"AT","event":"error","id":"DatabaseBusy","message":"no"}""")));
        data.Complete();

        Assert.Empty(data.Errors);
        Assert.Equal(["Success", null], data.Runs.Select(run => run.Outcome));
    }

    [Fact]
    public void What_was_done_with_before_a_day_is_left_out_and_what_is_to_be_done_stays()
    {
        var data = new ReportData(Night);
        data.Add(Upload("old", KinescopeUploadStatus.Uploaded, -60));
        data.Add(Upload("new", KinescopeUploadStatus.Uploaded, 60));
        data.Add(Upload("broken", KinescopeUploadStatus.Failed, -60));
        data.Add(SampleReport.Run(Night.AddDays(-1), 3, "completed", 1, 0, 0, 0));
        data.Complete();

        Assert.Equal(["broken", "new"], data.Lessons.Select(lesson => lesson.Key));
        Assert.Empty(data.Runs);
    }

    [Fact]
    public void A_log_that_was_cut_is_read_and_another_file_is_refused()
    {
        var cut = Log("cut", Night, """{"at":"AT","event":"lesson","lesson":"l1","status":"Uploaded"}""");
        File.AppendAllText(cut, "{\"at\":\"2026-");
        Assert.Equal(["start", "lesson"], NightEvents.Read(cut).Select(line => line.Event));

        Assert.Equal(ErrorIds.NightlyLogNotFound, Refused(_folder.Write("other.ndjson", "{\"some\":\"thing\"}\n")));
        Assert.Equal(ErrorIds.NightlyLogNotFound, Refused(_folder.Write("text.ndjson", "words\nwords\n")));
        Assert.Equal(ErrorIds.NightlyLogNotFound, Refused(_folder["none.ndjson"]));

        static string Refused(string path) => Assert.Throws<KinescopeException>(() => NightEvents.Read(path)).ErrorId;
    }

    [Fact]
    public void A_map_says_what_there_is_to_do()
    {
        var data = new ReportData();
        data.Add(new LessonVideo { LessonId = "l1", Title = "One", Path = "/1.mp4", Extension = ".mp4" });
        data.Add(new LessonVideo { LessonId = "l2", Title = "Two", Path = "", Extension = ".mp4", State = LessonVideoState.Unmatched });
        data.Add(new LessonVideo { LessonId = "l3", Title = "Three", Path = "/3.mp4", Extension = ".mp4", VideoId = "v3" });
        data.Add(new LessonVideo { LessonId = null, Title = "x", Path = "/x.mp4", Extension = ".mp4", State = LessonVideoState.Orphan });

        Assert.True(data.IsMapOnly);
        Assert.Equal([ReportState.NotSent, ReportState.NoFile, ReportState.Linked], data.Lessons.Select(lesson => lesson.State));
        Assert.Equal((1, ErrorIds.LessonFileUnmatched), (data.Orphans, data.Lessons[1].ErrorId));
    }

    private static KinescopeUpload Upload(string lesson, KinescopeUploadStatus status, int minutes) => new()
    {
        LessonId = lesson,
        Status = status,
        VideoId = status == KinescopeUploadStatus.Uploaded ? SampleReport.VideoOf(1) : null,
        UpdatedAt = Night.AddMinutes(minutes),
    };

    private string Log(string name, DateTimeOffset at, params string[] lines) => _folder.Write(
        $"kinescope-{name}.ndjson",
        string.Concat(lines.Prepend("""{"at":"AT","event":"start","path":"/s"}""").Select(line => line.Replace("AT", $"{at:O}") + "\n")));
}
