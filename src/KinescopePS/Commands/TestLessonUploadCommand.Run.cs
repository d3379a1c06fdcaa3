using System.Management.Automation;
using KinescopePS.Manifest;
using KinescopePS.Matching;
using KinescopePS.Preflight;
using KinescopePS.Record;
using KinescopePS.Tus;

namespace KinescopePS.Commands;

/// <content>The run: what cannot be looked at is a finding, and the rest is looked at all the same.</content>
public sealed partial class TestLessonUploadCommand
{
    private readonly List<LessonVideo> _lessons = [];
    private readonly int[] _counts = new int[Enum.GetValues<LessonUploadLevel>().Length];
    private readonly ProgressRecord _row = new(0, "Looking before the upload", "Reading the map");
    private EnvironmentSettings _settings = null!;
    private double? _rate;
    private BandwidthTimetable? _timetable;
    private long? _videosAtKinescope;
    private int _files;
    private int _examined;

    private protected override EnvironmentSettings Settings => _settings;

    private protected override void Begin()
    {
        _settings = new EnvironmentSettings(this, EnvironmentFile);
        _rate = Rate is null ? null : BandwidthTimetable.Parse(Rate).RateAt(TimeOnly.MinValue);
        _timetable = BandwidthLimit is null ? null : BandwidthTimetable.Parse(BandwidthLimit);
    }

    private protected override void Process() => _lessons.AddRange(InputObject ?? []);

    private protected override void End()
    {
        if (!MyInvocation.ExpectingInput && !IsTyped(nameof(InputObject)))
            ReadManifest();
        else if (_lessons.Count == 0)
            Write(LessonUploadLevel.Warning, LessonUploadCheck.Map, ErrorIds.LessonMapEmpty, "No lesson came: there is nothing to upload.");
        var record = ReadRecord();
        var lessons = Plan(record);
        Examine(lessons);
        LookAtProgressFile(record.Warning, lessons);
        LookAtKinescope();
        LookAtDatabase(lessons);
        WriteProgress(new ProgressRecord(_row.ActivityId, _row.Activity, "Done") { RecordType = ProgressRecordType.Completed });
        Conclude(record, lessons);
    }

    private protected override void Tick()
    {
        if (_files > 0)
        {
            _row.StatusDescription = $"{_examined} of {_files} files";
            _row.PercentComplete = (int)Math.Min(100, 100L * _examined / _files);
        }

        WriteProgress(_row);
    }

    private void ReadManifest()
    {
        try
        {
            var manifest = ManifestMap.Find(this, Path, _settings);
            new ManifestMap(this, new VideoFiles(), new TitleMatchOptions(), orphans: null) { Failing = WriteOfEntry }
                .Read(manifest, BasePath is null ? null : FilePathOf(BasePath), _lessons.Add);
            if (_lessons.Count == 0)
                Write(
                    LessonUploadLevel.Warning, LessonUploadCheck.Map, ErrorIds.LessonMapEmpty, $"The manifest {manifest} has no lesson.");
        }
        catch (KinescopeException failure)
        {
            Write(LessonUploadLevel.Error, LessonUploadCheck.Map, failure);
        }
    }

    private IUploadRecord ReadRecord()
    {
        try
        {
            return Own(Records.Open(this, RecordOf(), _settings, isReadOnly: true));
        }
        catch (KinescopeException failure)
        {
            Write(LessonUploadLevel.Error, LessonUploadCheck.ProgressFile, failure);
            return Own(UploadRecords.Empty());
        }
    }

    private string RecordOf() =>
        RecordName(ProgressFile, _lessons.FirstOrDefault()?.ManifestPath ?? (Path is null ? null : FilePathOf(Path)));

    private PlannedLesson[] Plan(IUploadRecord record)
    {
        var plan = new LessonPlan(record, new VideoFiles(), Replace ? ReplaceLimit : null);
        return Await(stop => Task.Run(
            async () =>
            {
                var planned = new PlannedLesson[_lessons.Count];
                for (var i = 0; i < planned.Length; i++)
                    planned[i] = await plan.AddAsync(_lessons[i], stop).ConfigureAwait(false);
                return planned;
            },
            stop));
    }

    private void Examine(PlannedLesson[] lessons)
    {
        if (!Quick)
        {
            _files = lessons.Count(lesson => lesson.MaySend);
            Await(stop => Task.Run(() => FileExamination.RunAsync(lessons, () => Interlocked.Increment(ref _examined), stop), stop));
        }

        foreach (var lesson in lessons)
        {
            foreach (var finding in MapFindings.Of(lesson).Concat(FileFindings.Of(lesson)))
                Write(finding);
        }
    }

    // The lesson is not in the map for it.
    private void WriteOfEntry(KinescopeException failure, string? lessonId) => Write(new LessonUploadFinding
    {
        Level = LessonUploadLevel.Error,
        Check = LessonUploadCheck.Map,
        ErrorId = failure.ErrorId,
        LessonId = lessonId,
        Message = failure.Message,
    });

    private void Write(LessonUploadLevel level, LessonUploadCheck check, KinescopeException failure) =>
        Write(level, check, failure.ErrorId, failure.Message);

    private void Write(LessonUploadLevel level, LessonUploadCheck check, string? errorId, string message, string? advice = null) =>
        Write(new LessonUploadFinding { Level = level, Check = check, ErrorId = errorId, Message = message, Advice = advice });

    private void Write(LessonUploadFinding finding)
    {
        _counts[(int)finding.Level]++;
        if (!Quiet && !Summary)
            WriteObject(finding);
    }

    private void Conclude(IUploadRecord record, PlannedLesson[] lessons)
    {
        var (errors, warnings) = (_counts[(int)LessonUploadLevel.Error], _counts[(int)LessonUploadLevel.Warning]);
        var fails = FailOn != LessonUploadFailOn.Never && errors > 0 || FailOn == LessonUploadFailOn.Warning && warnings > 0;
        if (Quiet)
        {
            WriteObject(!fails);
            return;
        }

        var estimate = PSObject.AsPSObject(Estimate(record, lessons));
        // For its view: what follows objects of another type is shown property by property.
        if (!Summary)
            estimate.TypeNames.Insert(0, $"{typeof(LessonUploadEstimate)}#AfterFindings");
        WriteObject(estimate);
        if (fails)
        {
            // It ends nothing: who collects the findings at the pipeline's end is to have them.
            var failed = new KinescopeException(
                ErrorIds.PreflightFailed,
                $"The upload is not ready: {errors} {(errors == 1 ? "error" : "errors")}, "
                + $"{warnings} {(warnings == 1 ? "warning" : "warnings")}. The findings name them.");
            WriteError(failed.ToErrorRecord(null));
        }
    }

    private LessonUploadEstimate Estimate(IUploadRecord record, PlannedLesson[] lessons)
    {
        var terms = new EstimateTerms
        {
            Rate = _rate ?? MeasuredRate.Of(Await(stop => record.ListAsync(stop).AsTask())),
            Timetable = _timetable,
            Start = DateTimeOffset.Now,
            StoragePrice = StoragePrice,
            EncodingPrice = EncodingPrice,
            VideosAtKinescope = _videosAtKinescope,
        };
        return UploadEstimate.Of(
            lessons, terms, Quick, _counts[(int)LessonUploadLevel.Error], _counts[(int)LessonUploadLevel.Warning]);
    }
}
