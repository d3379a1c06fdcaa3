using System.Globalization;

namespace KinescopePS.Reports;

/// <summary>The texts of a report in English and Russian, and its figures as a culture writes them.</summary>
internal sealed class ReportTexts
{
    private readonly CultureInfo _culture;
    private readonly TimeZoneInfo _zone;

    /// <param name="culture">Writes numbers and dates; Russian is written for Russian cultures, English for all others.</param>
    /// <param name="zone">The time zone of all times.</param>
    public ReportTexts(CultureInfo culture, TimeZoneInfo zone)
    {
        // One without a region or a name, as in a container without settings, has no dates that people write.
        _culture = culture.Name.Length == 0 ? CultureInfo.GetCultureInfo("en-US")
            : culture.IsNeutralCulture ? CultureInfo.CreateSpecificCulture(culture.Name) : culture;
        _zone = zone;
        IsRussian = _culture.TwoLetterISOLanguageName == "ru";
    }

    public bool IsRussian { get; }

    /// <summary>The language of the page, as HTML names it.</summary>
    public string Language => IsRussian ? "ru" : "en";

    public string Title => Of("Video uploads", "Загрузка видео");

    public string Made => Of("Report made", "Отчёт составлен");

    public string Skip => Of("Skip to the failures", "К тому, что не удалось");

    public string SkipToLessons => Of("Skip to all lessons", "Ко всем урокам");

    public string NothingKnown => Of("Nothing is known of any upload.", "Ни об одной загрузке ничего не известно.");

    public string NothingDone => Of("Nothing was done yet.", "Пока ничего не сделано.");

    public string Next => Of("What to do", "Что делать");

    public string RunAgain => Of(
        "Run the same command again: what is done stays done, what was cut off goes on.",
        "Запустите ту же команду ещё раз: сделанное не повторится, прерванное продолжится.");

    public string NothingToDo => Of("Nothing.", "Ничего.");

    public string MendFirst => Of(
        "Mend what is named below, then run the same command again: what is done stays done.",
        "Исправьте то, что названо ниже, и запустите ту же команду ещё раз: сделанное не повторится.");

    public string LinkThem => Of(
        "Write the ids of the uploaded videos into the site’s table:", "Запишите id загруженных видео в таблицу сайта:");

    public string Failures => Of("What failed", "Что не удалось");

    public string NoFailures => Of("Nothing failed.", "Ничего: ошибок нет.");

    public string NoId => Of("No error id is known", "Id ошибки не известен");

    public string Meaning => Of("What it means", "Что это значит");

    public string Cure => Of("What to do", "Что делать");

    public string Again => Of("Then send them again", "Затем отправить снова");

    public string Lesson => Of("Lesson", "Урок");

    public string Message => Of("Message", "Сообщение");

    public string OfNoLesson => Of("Other errors", "Прочие ошибки");

    public string Target => Of("Of", "Что");

    public string LeftOver => Of("Not reached", "До чего не дошла очередь");

    public string Findings => Of("What does not agree", "Что не сходится");

    public string FoundBefore => Of("What the look before the upload found", "Что нашла проверка перед загрузкой");

    public string Command => Of("Command", "Команда");

    public string Copy => Of("Copy", "Скопировать");

    public string Copied => Of("Copied", "Скопировано");

    public string Selected => Of("Selected: press Ctrl+C", "Выделено: нажмите Ctrl+C");

    public string Totals => Of("Totals", "Итоги");

    public string Lessons => Of("Lessons", "Уроки");

    public string Done => Of("Done", "Готово");

    public string Failed => Of("Failed", "Не удалось");

    public string Left => Of("Left to do", "Осталось");

    public string LinkedCount => Of("Linked in the table", "Привязано в таблице");

    public string SizeDone => Of("Size of what is uploaded", "Объём загруженного");

    public string TimeOfRuns => Of("Time of all runs", "Время всех запусков");

    public string MeanRate => Of("Mean rate", "Средняя скорость");

    public string Waste => Of("Bytes sent per byte needed", "Отправлено байтов на один нужный");

    public string Orphans => Of("Files that no lesson names", "Файлы, не названные ни в одном уроке");

    public string Retries => Of("Repetitions by cause", "Повторы по причинам");

    public string Times => Of("Times", "Раз");

    public string Cause => Of("Cause", "Причина");

    public string Waits => Of("Time in which everything stood still, by reason", "Время, когда всё стояло, по причинам");

    public string Reason => Of("Reason", "Причина");

    public string Time => Of("Time", "Время");

    public string Ahead => Of("What is ahead", "Что предстоит");

    public string ToSend => Of("Files to send", "Отправить файлов");

    public string ToReplace => Of("Files to replace a content", "Заменить содержимое, файлов");

    public string ToContinue => Of("Files to continue", "Продолжить файлов");

    public string SizeLeft => Of("Size left to send", "Осталось отправить");

    public string EndsAt => Of("Would end", "Закончится");

    public string Cost => Of("Cost of storage and encoding", "Цена хранения и перекодирования");

    public string ByCourse => Of("By course", "По курсам");

    public string Course => Of("Course", "Курс");

    public string NoCourse => Of("without a course", "без курса");

    public string Share => Of("Share", "Доля");

    public string Size => Of("Size", "Размер");

    public string State => Of("State", "Состояние");

    public string Updated => Of("Last step", "Последний шаг");

    public string Video => Of("Video", "Видео");

    public string RateOfRuns => Of("Rate over time", "Скорость по времени");

    public string Rate => Of("Rate", "Скорость");

    public string Pause => Of("Pauses are shaded and lettered:", "Паузы закрашены и обозначены буквами:");

    public string NoPause => Of("Without pauses.", "Без пауз.");

    public string AsTable => Of("The same as a table", "То же таблицей");

    public string Runs => Of("Runs", "Запуски");

    public string Started => Of("Began", "Начало");

    public string Took => Of("Took", "Длился");

    public string Outcome => Of("End", "Чем кончился");

    public string Sent => Of("Sent", "Отправлено");

    public string Machine => Of("Machine", "Машина");

    public string UploadedFiles => Of("Uploaded", "Загружено");

    public string AlreadyThere => Of("Already there", "Уже было");

    public string NotReached => Of("Not reached", "Не дошло");

    public string AllLessons => Of("All lessons", "Все уроки");

    public string Search => Of("Search", "Поиск");

    public string AllStates => Of("all states", "любое состояние");

    public string AllCourses => Of("all courses", "все курсы");

    public string Earlier => Of("Previous page", "Предыдущая страница");

    public string Later => Of("Next page", "Следующая страница");

    public string Rows => Of("Rows {0} to {1} of {2}", "Строки с {0} по {1} из {2}");

    public string SortHint => Of(
        "The buttons in the head of the table sort it.", "Кнопки в заголовке таблицы сортируют её.");

    public string Watch => Of("Watch", "Смотреть");

    public string FooterZone => Of("Times are of the zone", "Время указано по поясу");

    public string Of(string english, string russian) => IsRussian ? russian : english;

    /// <summary>A count with its noun in the form that the number asks for.</summary>
    public string Count(long number, string one, string many, string russianOne, string russianFew, string russianMany) =>
        $"{Number(number)} " + (IsRussian ? RussianForm(number, russianOne, russianFew, russianMany) : number == 1 ? one : many);

    public string LessonCount(long number) => Count(number, "lesson", "lessons", "урок", "урока", "уроков");

    public string AndMore(long number) => Of($"and {Number(number)} more", $"и ещё {Number(number)}");

    public string AllDone(int lessons) => lessons == 1
        ? Of("The lesson is uploaded.", "Урок загружен.")
        : Of($"All {LessonCount(lessons)} are uploaded.", $"Загружены все {LessonCount(lessons)}.");

    public string HaveFailed(int lessons) => IsRussian
        ? "Не " + RussianForm(lessons, "удался", "удались", "удались") + $" {LessonCount(lessons)}"
        : $"{LessonCount(lessons)} failed";

    public string WereNotReached(int lessons) => IsRussian
        ? "не " + RussianForm(lessons, "загружен", "загружены", "загружены") + $" ещё {LessonCount(lessons)}"
        : $"{LessonCount(lessons)} {(lessons == 1 ? "is" : "are")} left to do";

    /// <summary>The end of a headline that counts some lessons: among how many they are.</summary>
    public string OfAll(int lessons) => Of($", of {Number(lessons)}.", $" из {Number(lessons)}.");

    public string FindingCount(int findings) => IsRussian
        ? $"Не сходится: {Count(findings, "", "", "находка", "находки", "находок")}."
        : $"{Count(findings, "thing does", "things do", "", "", "")} not agree.";

    public string FoundBeforeCount(int findings) => IsRussian
        ? $"Перед загрузкой: {Count(findings, "", "", "замечание", "замечания", "замечаний")}."
        : $"Before the upload: {Count(findings, "finding", "findings", "", "", "")}.";

    public string RunCount(int runs) => Count(runs, "run", "runs", "запуск", "запуска", "запусков") + ".";

    public string OtherErrorCount(int errors) => IsRussian
        ? $"И ещё {Count(errors, "", "", "прочая ошибка", "прочие ошибки", "прочих ошибок")}."
        : $"{Count(errors, "other error", "other errors", "", "", "")}.";

    public string Matches(string form) => form switch
    {
        "one" => Of("{0} lesson found", "Найден {0} урок"),
        "few" => Of("{0} lessons found", "Найдены {0} урока"),
        "many" => Of("{0} lessons found", "Найдено {0} уроков"),
        _ => Of("{0} lessons found", "Найдено {0} урока"),
    };

    public string StateOf(ReportState state) => state switch
    {
        ReportState.Failed => Of("failed", "не удалось"),
        ReportState.NoFile => Of("no file to send", "нет файла"),
        ReportState.Begun => Of("begun", "начат"),
        ReportState.NotSent => Of("not sent", "не отправлен"),
        ReportState.Uploaded => Of("uploaded", "загружен"),
        _ => Of("uploaded and linked", "загружен и привязан"),
    };

    public string OutcomeOf(string? outcome) => outcome switch
    {
        null => Of("killed, or goes on", "прерван или ещё идёт"),
        "completed" or "Success" => Of("done", "закончен"),
        "stopped" => Of("stopped", "остановлен"),
        "timeUp" => Of("time was up", "вышло время"),
        "drained" => Of("ended by Stop-KinescopeUpload", "закончен командой Stop-KinescopeUpload"),
        "failed" => Of("ended by an error", "прерван ошибкой"),
        "PartialFailure" => Of("done, some failed", "закончен, удалось не всё"),
        "Unfinished" => Of("lessons are left", "остались уроки"),
        "Unforeseen" => Of("ended by something unforeseen", "прерван непредвиденным"),
        "Configuration" => Of("a setting is missing or wrong", "не хватает настройки или она неверна"),
        "Refused" => Of("Kinescope refused the key or the plan", "Kinescope отклонил ключ или тариф"),
        "AlreadyRunning" => Of("another run was active", "шёл другой запуск"),
        _ => outcome,
    };

    /// <summary>The reason of a pause, as <see cref="Kinescope.Hold"/> names it; one that is not known here stays as it is.</summary>
    public string ReasonOf(string reason) => !IsRussian ? reason : reason switch
    {
        "Kinescope's rate limit" => "ограничение частоты запросов Kinescope",
        "Kinescope asked for it" => "Kinescope просил подождать",
        "Kinescope is out of reach" => "Kinescope недоступен",
        "the upload is locked" => "загрузка занята",
        "the connection failed" => "соединение прервалось",
        "the last try failed" => "последняя попытка не удалась",
        _ => reason.Replace("Kinescope answered ", "Kinescope ответил ", StringComparison.Ordinal),
    };

    public string LevelOf(LessonUploadLevel level) =>
        level == LessonUploadLevel.Error ? Of("error", "ошибка") : Of("warning", "предупреждение");

    public string FindingOf(LessonFindingStatus status) => status switch
    {
        LessonFindingStatus.FileMissing => Of("the file is missing", "нет файла"),
        LessonFindingStatus.FileWithoutLesson => Of("a file of no lesson", "файл без урока"),
        LessonFindingStatus.RowMissing => Of("not in the table", "нет в таблице"),
        LessonFindingStatus.NotMapped => Of("not in the map", "нет в манифесте"),
        LessonFindingStatus.NeverSent => Of("never sent", "не отправлялся"),
        LessonFindingStatus.Begun => Of("begun", "начат"),
        LessonFindingStatus.UploadFailed => Of("the upload failed", "загрузка не удалась"),
        LessonFindingStatus.NotLinked => Of("not linked", "не привязан"),
        LessonFindingStatus.NotRecorded => Of("not in the progress file", "нет в файле прогресса"),
        LessonFindingStatus.VideoMissing => Of("the video is gone", "видео нет"),
        LessonFindingStatus.VideoUnfinished => Of("the video is unfinished", "видео не загружено до конца"),
        LessonFindingStatus.VideoFailed => Of("Kinescope gave the video up", "Kinescope не обработал видео"),
        LessonFindingStatus.SeveralVideos => Of("several videos", "несколько видео"),
        LessonFindingStatus.VideoShared => Of("one video for several lessons", "одно видео у нескольких уроков"),
        LessonFindingStatus.VideoWithoutLesson => Of("a video of no lesson", "видео без урока"),
        LessonFindingStatus.VideoMatched => Of("a video made otherwise", "видео, загруженное иначе"),
        LessonFindingStatus.VideoLikely => Of("a video that is likely", "вероятное видео"),
        LessonFindingStatus.VideoAmbiguous => Of("several likely videos", "несколько вероятных видео"),
        LessonFindingStatus.ContentDiffers => Of("another content", "другое содержимое"),
        LessonFindingStatus.FileDamaged => Of("the file has gone bad", "файл испорчен"),
        LessonFindingStatus.VideoReplaced => Of("the video has another content", "у видео другое содержимое"),
        LessonFindingStatus.LinkDiffers => Of("another link", "другая привязка"),
        LessonFindingStatus.TitleDiffers => Of("another title", "другое название"),
        LessonFindingStatus.FolderDiffers => Of("another folder", "другая папка"),
        LessonFindingStatus.DurationDiffers => Of("another duration", "другая длительность"),
        LessonFindingStatus.NotSaved => Of("not saved", "не сохранено"),
        LessonFindingStatus.SavedDiffers => Of("another saved copy", "другая сохранённая копия"),
        _ => $"{status}",
    };

    public string Number(double number) => number.ToString(Math.Abs(number) < 10 && number % 1 != 0 ? "N2" : "N0", _culture);

    public string Number(long number) => number.ToString("N0", _culture);

    public string Ratio(double ratio) => ratio.ToString("0.000", _culture);

    public string Percent(double share) => share.ToString(share is > 0 and < 0.01 or > 0.99 and < 1 ? "P1" : "P0", _culture);

    public string Money(decimal price) => price.ToString("N2", _culture);

    public string Bytes(double bytes)
    {
        string[] units = IsRussian ? ["байт", "КиБ", "МиБ", "ГиБ", "ТиБ"] : ["bytes", "KiB", "MiB", "GiB", "TiB"];
        var unit = 0;
        for (; bytes >= 1024 && unit < units.Length - 1; unit++)
            bytes /= 1024;
        return $"{bytes.ToString(unit == 0 ? "N0" : "N1", _culture)}\u00A0{units[unit]}";
    }

    public string BytesPerSecond(double rate) => Bytes(rate) + Of("/s", "/с");

    /// <summary>A time in its two largest units.</summary>
    public string Duration(TimeSpan time)
    {
        var (s, min, h, d) = IsRussian ? ("с", "мин", "ч", "д") : ("s", "min", "h", "d");
        var seconds = (long)Math.Round(time.TotalSeconds);
        var parts = seconds switch
        {
            < 1 when time > TimeSpan.Zero => $"{time.TotalSeconds.ToString("0.0", _culture)} {s}",
            < 60 => $"{seconds} {s}",
            < 600 => Two(seconds / 60, min, seconds % 60, s),
            < 172_800 => seconds < 3600 ? $"{seconds / 60} {min}" : Two(seconds / 3600, h, seconds % 3600 / 60, min),
            _ => Two(seconds / 86_400, d, seconds % 86_400 / 3600, h),
        };
        return parts.Replace(' ', '\u00A0');

        static string Two(long large, string unit, long small, string smaller) =>
            small == 0 ? $"{large} {unit}" : $"{large} {unit} {small} {smaller}";
    }

    /// <summary>A moment to the minute, with its day.</summary>
    public string Moment(DateTimeOffset at) => Local(at).ToString("g", _culture);

    /// <summary>The hour and minute of a moment.</summary>
    public string Hour(DateTimeOffset at) => Local(at).ToString("t", _culture);

    /// <summary>The time zone, by its distance from UTC at a moment.</summary>
    public string Zone(DateTimeOffset at)
    {
        var offset = _zone.GetUtcOffset(at);
        return $"UTC{(offset < TimeSpan.Zero ? "\u2212" : "+")}{offset:hh\\:mm}";
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, _zone);

    private static string RussianForm(long number, string one, string few, string many)
    {
        var (tens, ones) = (Math.Abs(number) % 100, Math.Abs(number) % 10);
        return tens is >= 11 and <= 14 ? many : ones switch
        {
            1 => one,
            >= 2 and <= 4 => few,
            _ => many,
        };
    }
}
