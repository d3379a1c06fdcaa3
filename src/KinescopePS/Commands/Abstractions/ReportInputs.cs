using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KinescopePS.Reports;

namespace KinescopePS.Commands;

/// <summary>Objects as they come to a report: as cmdlets write them, or read back from a file or a job.</summary>
internal static class ReportInputs
{
    private static readonly string Space = typeof(LessonVideo).Namespace!;

    /// <summary>Adds an object to a report.</summary>
    /// <returns>False for one that a report tells nothing of.</returns>
    public static bool TryAdd(ReportData data, PSObject input)
    {
        switch (input.BaseObject)
        {
            case InformationRecord { MessageData: { } words }:
                return TryAdd(data, PSObject.AsPSObject(words));
            case ErrorRecord error:
                data.Add(new ReportError(null, IdOf(error), $"{error}", TargetOf(error)));
                return true;
            case LessonVideo lesson:
                data.Add(lesson);
                return true;
            case KinescopeUpload upload:
                data.Add(upload);
                return true;
            case LessonUpload sent:
                data.Add(sent);
                return true;
            case LessonLink link:
                data.Add(link);
                return true;
            case LessonUploadFinding finding:
                data.Add(finding);
                return true;
            case LessonUploadEstimate estimate:
                data.Add(estimate);
                return true;
            case UploadSummary summary:
                data.Add(ReportRun.Of(summary));
                return true;
            case KinescopeNight night:
                data.Add(night);
                return true;
            case LessonFinding finding:
                data.Add(finding);
                return true;
            default:
                return TryAddCopy(data, new Copy(input));
        }
    }

    /// <summary>The line of a nightly log that an object is, as <c>ConvertFrom-Json</c> reads one; null for another object.</summary>
    public static NightEvent? NightOf(PSObject input)
    {
        var copy = new Copy(input);
        return copy.Text("event") is { } name && copy.Moment("at") is { } at ? new NightEvent(name, at, copy.Text) : null;
    }

    /// <summary>The name of an object's kind, for messages.</summary>
    public static string KindOf(PSObject input) => input.TypeNames.Count > 0 ? input.TypeNames[0] : input.BaseObject.GetType().FullName!;

    private static string IdOf(ErrorRecord error) => error.FullyQualifiedErrorId.Split(',')[0];

    private static string? TargetOf(ErrorRecord error) =>
        error.TargetObject is { } target ? $"{PSObject.AsPSObject(target).BaseObject}" : null;

    private static bool TryAddCopy(ReportData data, Copy copy)
    {
        if (copy.Is<LessonFinding>("OtherSide", "OtherValue", "Message") && Findings.Of(copy.Input) is { } finding)
            data.Add(finding);
        else if (copy.Is<LessonUploadFinding>("Level", "Check", "Message") && copy.Named<LessonUploadLevel>("Level") is { } level)
            data.Add(new LessonUploadFinding
            {
                Level = level,
                Check = copy.Named<LessonUploadCheck>("Check") ?? LessonUploadCheck.Map,
                ErrorId = copy.Text("ErrorId"),
                LessonId = copy.Text("LessonId"),
                Course = copy.Text("Course"),
                Path = copy.Text("Path"),
                Message = copy.Text("Message") ?? "",
                Advice = copy.Text("Advice"),
            });
        else if (copy.Is<LessonUploadEstimate>("ToSend", "ToContinue", "LengthSent"))
            data.Add(new LessonUploadEstimate
            {
                ToSend = (int)(copy.Number("ToSend") ?? 0),
                ToContinue = (int)(copy.Number("ToContinue") ?? 0),
                ToReplace = (int)(copy.Number("ToReplace") ?? 0),
                Length = copy.Number("Length") ?? 0,
                LengthSent = copy.Number("LengthSent") ?? 0,
                Time = copy.Time("Time"),
                EndsAt = copy.Moment("EndsAt"),
            });
        else if (copy.Is<UploadSummary>("Uploaded", "AlreadyThere", "NotReached", "BytesNeeded")
            && copy.Moment("StartedAt") is { } startedAt)
            data.Add(ReportRun.Of(SummaryOf(copy, startedAt)));
        else if (copy.Is<LessonLink>("LessonId", "PreviousVideoId") && copy.Text("LessonId") is { } linked)
            data.Add(new LessonLink { LessonId = linked, VideoId = copy.Text("VideoId") });
        else
            return TryAddUpload(data, copy);
        return true;
    }

    private static bool TryAddUpload(ReportData data, Copy copy)
    {
        if (copy.Is<LessonUpload>("Status", "BytesSent", "Verification") && copy.Named<LessonUploadStatus>("Status") is { } end)
            data.Add(new LessonUpload
            {
                LessonId = copy.Text("LessonId"),
                Course = copy.Text("Course"),
                Title = copy.Text("Title"),
                Path = copy.Text("Path"),
                VideoId = copy.Text("VideoId"),
                Status = end,
                Length = copy.Number("Length"),
                CompanionError = copy.Text("CompanionError"),
                CompanionErrorId = copy.Text("CompanionErrorId"),
                Error = copy.Text("Error"),
                ErrorId = copy.Text("ErrorId"),
            });
        else if (copy.Is<KinescopeUpload>("Status", "Offset", "UpdatedAt") && copy.Named<KinescopeUploadStatus>("Status") is { } status
            && copy.Text("LessonId") is { } id)
            data.Add(new KinescopeUpload
            {
                LessonId = id,
                Course = copy.Text("Course"),
                Title = copy.Text("Title"),
                Status = status,
                VideoId = copy.Text("VideoId"),
                Length = copy.Number("Length"),
                Offset = copy.Number("Offset") ?? 0,
                Error = copy.Text("Error"),
                ErrorId = copy.Text("ErrorId"),
                UpdatedAt = copy.Moment("UpdatedAt") ?? DateTimeOffset.MinValue,
            });
        else if (copy.Is<LessonVideo>("State", "Extension", "Path") && copy.Named<LessonVideoState>("State") is { } state)
            data.Add(new LessonVideo
            {
                LessonId = copy.Text("LessonId"),
                Title = copy.Text("Title") ?? "",
                Course = copy.Text("Course"),
                Path = copy.Text("Path") ?? "",
                Extension = copy.Text("Extension") ?? "",
                Length = copy.Number("Length"),
                State = state,
                VideoId = copy.Text("VideoId"),
            });
        else
            return false;
        return true;
    }

    private static UploadSummary SummaryOf(Copy copy, DateTimeOffset startedAt) => new()
    {
        StartedAt = startedAt,
        Elapsed = copy.Time("Elapsed") ?? TimeSpan.Zero,
        Uploaded = (int)(copy.Number("Uploaded") ?? 0),
        AlreadyThere = (int)(copy.Number("AlreadyThere") ?? 0),
        Failed = (int)(copy.Number("Failed") ?? 0),
        NotReached = (int)(copy.Number("NotReached") ?? 0),
        BytesSent = copy.Number("BytesSent") ?? 0,
        BytesNeeded = copy.Number("BytesNeeded") ?? 0,
        Waited = copy.Table("Waited", Copy.TimeOf),
        Retries = copy.Table("Retries", value => (int?)Copy.NumberOf(value)),
    };

    /// <summary>An object whose properties are texts, numbers or what a file left of them.</summary>
    private sealed class Copy(PSObject input)
    {
        public PSObject Input => input;

        /// <summary>True for what a file or a job left of an object: by its type's name, else by properties of no other kind.</summary>
        public bool Is<T>(params string[] properties) =>
            input.TypeNames.Any(name => name == $"Deserialized.{Space}.{typeof(T).Name}")
            || Array.TrueForAll(properties, name => input.Properties[name] is not null);

        public string? Text(string property)
        {
            var value = Value(property);
            var text = value switch
            {
                null => null,
                DateTime moment => moment.ToString("o", CultureInfo.InvariantCulture),
                DateTimeOffset moment => moment.ToString("o", CultureInfo.InvariantCulture),
                _ => LanguagePrimitives.ConvertTo<string>(value),
            };
            return string.IsNullOrWhiteSpace(text) ? null : text;
        }

        public long? Number(string property) => NumberOf(Value(property));

        public TimeSpan? Time(string property) => TimeOf(Value(property));

        public DateTimeOffset? Moment(string property) => Value(property) switch
        {
            DateTimeOffset moment => moment,
            DateTime moment => new DateTimeOffset(moment),
            // Of a file of Export-Clixml: its text is of the culture that wrote it.
            PSObject { Properties: var parts } when BaseOf(parts["UtcDateTime"]?.Value) is DateTime moment =>
                new DateTimeOffset(DateTime.SpecifyKind(moment, DateTimeKind.Utc)),
            _ => NightEvents.TimeOf(Text(property)),
        };

        public T? Named<T>(string property)
            where T : struct, Enum =>
            Enum.TryParse<T>(Text(property), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

        public Dictionary<string, T> Table<T>(string property, Func<object?, T?> read)
            where T : struct
        {
            var table = new Dictionary<string, T>();
            foreach (var (name, value) in Entries(Value(property)))
            {
                if (read(value) is { } known)
                    table[name] = known;
            }

            return table;
        }

        public static long? NumberOf(object? value) =>
            value is not null && LanguagePrimitives.TryConvertTo<long>(value, CultureInfo.InvariantCulture, out var number) ? number : null;

        // ConvertTo-Json writes a time as an object with all of its properties.
        public static TimeSpan? TimeOf(object? value) => value switch
        {
            null => null,
            TimeSpan time => time,
            PSObject { Properties: var parts } when NumberOf(parts["Ticks"]?.Value) is { } ticks => new TimeSpan(ticks),
            _ => TimeSpan.TryParse($"{value}", CultureInfo.InvariantCulture, out var time) ? time : null,
        };

        private object? Value(string property) => BaseOf(input.Properties[property]?.Value);

        private static object? BaseOf(object? value) =>
            value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;

        private static IEnumerable<(string Name, object? Value)> Entries(object? table) => table switch
        {
            IDictionary pairs => pairs.Keys.Cast<object>().Select(key => ($"{key}", pairs[key])),
            PSObject bag => bag.Properties.Select(property => (property.Name, (object?)property.Value)),
            _ => [],
        };
    }
}
