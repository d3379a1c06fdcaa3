using System.Globalization;
using KinescopePS.Record;
using KinescopePS.Reports;

namespace KinescopePS.Tests.Reports;

/// <summary>Reports of invented schools: the one of the pictures in docs, a long one, and a hostile one.</summary>
internal static class SampleReport
{
    public static readonly DateTimeOffset Night = new(2026, 11, 26, 22, 30, 0, TimeSpan.Zero);

    private static readonly string[] Courses = ["01_start", "02_ads", "03_photo", "04_warehouse", "05_taxes", "06_english", "07_care", "08_baking"];

    private static readonly string[] EnglishSubjects =
    [
        "Welcome", "Choosing an audience", "Budgets and bids", "Light and shade", "Your first picture", "Receiving goods",
        "Which tax to choose", "Present Perfect in an hour", "Caring for orchids", "Sourdough", "The quarter's report", "Going through the work",
    ];

    private static readonly string[] Subjects =
    [
        "Добро пожаловать", "Как выбрать аудиторию", "Бюджет и ставки", "Свет и тень", "Первый снимок", "Приёмка товара",
        "Патент или упрощёнка", "Present Perfect за час", "Уход за орхидеями", "Тесто на закваске", "Отчёт за квартал", "Разбор работ",
    ];

    public static string Write(TemporaryFolder folder, ReportData data, string culture, string name = "report.html", string? title = null)
    {
        using var file = File.Create(folder[name]);
        ReportPage.Write(data, new ReportOptions(CultureInfo.GetCultureInfo(culture), Night.AddHours(8), TimeZoneInfo.Utc) { Title = title }, file);
        return folder[name];
    }

    /// <summary>A school of 405 lessons after two nights: some failed, some were not reached.</summary>
    public static ReportData Course(bool isRussian = false)
    {
        var data = Lessons(405, i => i switch
        {
            17 or 203 => (KinescopeUploadStatus.Failed, ErrorIds.LessonFileNotFound, "there is no file D:\\school\\" + Courses[i % 8] + "\\lesson.mp4."),
            88 => (KinescopeUploadStatus.Failed, ErrorIds.UploadInterrupted, "nothing moved on the connection for 60 s, and the retries are used up."),
            >= 396 => (KinescopeUploadStatus.Abandoned, null, null),
            395 => (KinescopeUploadStatus.Started, null, null),
            _ => (KinescopeUploadStatus.Uploaded, null, null),
        }, isRussian);
        data.Add(Run(Night.AddDays(-1), 300, "completed", 310, 0, failed: 1, notReached: 0));
        data.Add(Run(Night, 420, "timeUp", 82, 310, failed: 3, notReached: 10));
        data.Add(new LessonFinding
        {
            Status = LessonFindingStatus.NotLinked,
            LessonId = "02_ads_m05_051",
            Course = "02_ads",
            Title = isRussian ? Subjects[3] : EnglishSubjects[3],
            VideoId = VideoOf(51),
            Message = "Its video is complete, and its row holds none.",
            Command = "Set-LessonVideoId",
        });
        data.Complete();
        return data;
    }

    /// <summary>So many lessons, each with a link.</summary>
    public static ReportData Large(int lessons)
    {
        var data = Lessons(lessons, i => i % 500 == 7
            ? (KinescopeUploadStatus.Failed, ErrorIds.LessonFileEmpty, "the file has no bytes.") : (KinescopeUploadStatus.Uploaded, null, null));
        data.Complete();
        return data;
    }

    /// <summary>Texts of somebody who wants more than to be read.</summary>
    public static ReportData Hostile()
    {
        var data = new ReportData();
        const string script = "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">";
        data.Add(new KinescopeUpload
        {
            LessonId = "'; Remove-Item * #\u2019\"><svg onload=document.title='run'>",
            Title = script,
            Course = "</select></table><script>document.title='run'</script>",
            Status = KinescopeUploadStatus.Failed,
            Error = script + " PATCH https://uploader.kinescope.io/v2/files/SECRET-1 and https://name:SECRET-2@proxy.example:8080/x?k=SECRET-3",
            ErrorId = "</code><script>document.title='run'</script>",
            UpdatedAt = Night,
        });
        data.Add(new KinescopeUpload { LessonId = "link1", Title = script, Status = KinescopeUploadStatus.Uploaded, VideoId = "javascript:document.title='run'", UpdatedAt = Night });
        data.Add(new KinescopeUpload { LessonId = "link2", Status = KinescopeUploadStatus.Uploaded, VideoId = "https://evil.example/embed/1", UpdatedAt = Night });
        data.Add(new KinescopeUpload { LessonId = "link3", Status = KinescopeUploadStatus.Uploaded, VideoId = "https://kinescope.io.evil.example/1", UpdatedAt = Night });
        data.Add(new KinescopeUpload { LessonId = "link4", Status = KinescopeUploadStatus.Uploaded, VideoId = VideoOf(1), UpdatedAt = Night });
        data.Add(new LessonFinding { Status = LessonFindingStatus.TitleDiffers, Title = script, Message = script, Command = script, VideoId = script });
        data.Add(new ReportError(Night, script, script, script));
        data.Add(new ReportRun(Night) { Command = script, Outcome = script, Reason = script, Machine = script, Waits = new Dictionary<string, double> { [script] = 5 }, Retries = new Dictionary<string, int> { [script] = 1 } });
        data.Complete();
        return data;
    }

    public static string VideoOf(int number) => $"{number:x8}-0000-4000-8000-000000000000";

    /// <summary>A run as its log has it, with a pause in its middle.</summary>
    public static ReportRun Run(DateTimeOffset at, int minutes, string? outcome, int uploaded, int alreadyThere, int failed, int notReached)
    {
        RunLogEvent Line(RunLogKind kind, int minute) => new(kind, at.AddMinutes(minute), $"{at:yyyyMMdd}");
        Dictionary<string, double> Waits(int minute) => minute * 10 / minutes is 4 ? new() { ["Kinescope is out of reach"] = 55 }
            : minute % 97 == 40 ? new() { ["Kinescope's rate limit"] = 12 } : [];
        long Rate(int minute) => minute * 10 / minutes is 4 ? 200_000 : (long)((6.5 + Math.Sin(minute / 17.0) + Math.Sin(minute / 3.0) / 2) * (1 << 20));
        var samples = Enumerable.Range(1, minutes - 1).Select(minute => Line(RunLogKind.Sample, minute) with { Seconds = 60, Rate = Rate(minute), Waits = Waits(minute), BytesSent = Enumerable.Range(1, minute).Sum(Rate) * 60 }).ToList();
        var sent = samples[^1].BytesSent!.Value;
        return ReportRun.Of(new LoggedRun(
            Line(RunLogKind.Begin, 0) with { Command = "Send-KinescopeVideo", Machine = "school" },
            samples,
            outcome is null ? null : Line(RunLogKind.End, minutes) with
            {
                Outcome = outcome,
                Uploaded = uploaded,
                AlreadyThere = alreadyThere,
                Failed = failed,
                NotReached = notReached,
                BytesSent = sent,
                BytesNeeded = (long)(sent / 1.013),
                Seconds = minutes * 60,
                Waits = samples.SelectMany(sample => sample.Waits!).GroupBy(wait => wait.Key).ToDictionary(wait => wait.Key, wait => wait.Sum(pair => pair.Value)),
                Retries = new Dictionary<string, int> { [ErrorIds.RateLimited] = 41, [ErrorIds.UploadInterrupted] = 7 },
            }));
    }

    private static ReportData Lessons(int count, Func<int, (KinescopeUploadStatus Status, string? Id, string? Error)> stateOf, bool isRussian = true)
    {
        var data = new ReportData();
        for (var i = 0; i < count; i++)
        {
            var course = Courses[i * 8 / count];
            var (status, id, error) = stateOf(i);
            var lesson = $"{course}_m{(i / 12 % 5) + 1:00}_{i:000}";
            var video = status == KinescopeUploadStatus.Uploaded ? VideoOf(i) : null;
            data.Add(new KinescopeUpload
            {
                LessonId = lesson,
                Course = course,
                Title = isRussian
                    ? $"{Subjects[i % Subjects.Length]}, часть {(i / Subjects.Length) + 1}"
                    : $"{EnglishSubjects[i % Subjects.Length]}, part {(i / Subjects.Length) + 1}",
                Status = status,
                VideoId = video,
                Length = (180L << 20) + (i * 7_919L % 900 << 20),
                Offset = status == KinescopeUploadStatus.Started ? 150L << 20 : 0,
                Error = error,
                ErrorId = id,
                UpdatedAt = Night.AddMinutes(i - count),
            });
            if (video is not null)
                data.Add(new LessonLink { LessonId = lesson, VideoId = video });
        }

        return data;
    }
}
