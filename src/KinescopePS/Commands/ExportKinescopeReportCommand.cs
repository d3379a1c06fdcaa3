using System.Globalization;
using System.Management.Automation;
using KinescopePS.Database;
using KinescopePS.Files;
using KinescopePS.Nights;
using KinescopePS.Record;
using KinescopePS.Reports;

namespace KinescopePS.Commands;

/// <summary>Writes a report of uploads: one HTML file that needs nothing else.</summary>
[Cmdlet(VerbsData.Export, "KinescopeReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportKinescopeReportCommand : AsyncCmdlet
{
    private readonly HashSet<string> _unknown = [];
    private readonly List<NightEvent> _night = [];
    private ReportData _data = null!;
    private string _path = "";
    private bool _hasInput;
    private string? _manifest;

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The objects that the report is to tell of.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject[]? InputObject { get; set; }

    /// <summary>
    /// The record of uploads to tell of, with the log of runs, the undo file and the folder of nightly logs beside it. Default:
    /// kinescope-upload-progress.jsonl beside the manifest, or in the current location, unless something else is given.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string? ProgressFile { get; set; }

    /// <summary>The undo file. Default: kinescope-undo.jsonl beside the progress file, where it is there.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? UndoFile { get; set; }

    /// <summary>Logs of the nightly script. Default: those of the folder logs beside the progress file.</summary>
    [Parameter]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Log { get; set; }

    /// <summary>Leaves out runs that began before, and lessons that were done with before.</summary>
    [Parameter]
    [Date]
    public DateTime? Since { get; set; }

    /// <summary>The culture of texts, numbers and dates. Default: that of PowerShell's own texts.</summary>
    [Parameter]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(ReportCultureCompleter))]
    public CultureInfo? Culture { get; set; }

    /// <summary>The heading.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Title { get; set; }

    /// <summary>Replaces a file of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands the file on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        _path = FilePathOf(Path);
        ExportFile.RequireFree(_path, Force);
        _data = new ReportData(Since is { } since ? new DateTimeOffset(since) : null);
    }

    private protected override void Process()
    {
        foreach (var input in InputObject ?? [])
        {
            if (input is null)
                continue;
            _hasInput = true;
            _manifest ??= input.Properties[nameof(LessonVideo.ManifestPath)]?.Value as string;
            if (input.BaseObject is FileInfo file)
                AddLog(file.FullName);
            else if (ReportInputs.NightOf(input) is { } line)
                _night.Add(line);
            else
                Add(input);
        }
    }

    private protected override void End()
    {
        if (_night.Count > 0)
            _data.Add(_night);
        foreach (var log in Log is null ? [] : FilesOf(Log, System.IO.Path.Exists))
            AddLog(log);
        if (UndoFile is { } undo)
            AddUndo(FilePathOf(undo), mustExist: true);
        AddRecord();
        _data.Complete();
        if (!ShouldProcess(_path, "Write the report"))
            return;

        using (var file = new ExportFile(_path, Force))
        {
            file.Do(() => ReportPage.Write(_data, Options(), file.Stream));
            file.Complete();
        }

        if (PassThru)
            WriteObject(new FileInfo(_path));
    }

    private ReportOptions Options() =>
        new(Culture ?? CultureInfo.CurrentUICulture, Clock.GetUtcNow(), TimeZoneInfo.Local)
        {
            Title = Title,
            ProgressFile = ProgressFile is { } file && file != UploadRecords.DefaultAddress ? file : null,
        };

    private void Add(PSObject input)
    {
        try
        {
            if (ReportInputs.TryAdd(_data, input) || !_unknown.Add(ReportInputs.KindOf(input)))
                return;
            WriteError(new KinescopeException(
                ErrorIds.ReportInputUnknown,
                $"A report tells nothing of an object of the kind {ReportInputs.KindOf(input)}; all of that kind were left out. "
                + "Pipe in what Send-KinescopeVideo, Get-KinescopeUpload, Get-LessonVideoMap, "
                + "Compare-LessonVideo or Test-LessonUpload gave.")
                .ToErrorRecord(input));
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(input));
        }
    }

    // A map says what there is to do: what was done is told by the record beside it, where there is one.
    private void AddRecord()
    {
        var isGiven = ProgressFile is not null;
        if (!isGiven && (Log is not null || UndoFile is not null || _hasInput && !_data.IsMapOnly))
            return;
        var name = RecordName(ProgressFile ?? UploadRecords.DefaultAddress, _manifest);
        if (!isGiven && _hasInput && !File.Exists(name))
            return;
        using var record = Records.Open(this, name, Settings, isReadOnly: true, mustExist: true);
        if (record.Warning is { } warning)
            WriteWarning(warning);
        foreach (var upload in Await(stop => record.ListAsync(stop).AsTask()))
            _data.Add(KinescopeUploads.Of(upload));
        if (!Records.IsShared(name))
            AddBeside(FilePathOf(name));
    }

    private void AddBeside(string progressFile)
    {
        Try(() =>
        {
            foreach (var run in RunLog.Read(RunLog.PathBeside(progressFile)))
                _data.Add(ReportRun.Of(run));
        });
        var folder = System.IO.Path.GetDirectoryName(progressFile)!;
        if (UndoFile is null)
            AddUndo(System.IO.Path.Combine(folder, Database.UndoFile.DefaultName), mustExist: false);
        var logs = System.IO.Path.Combine(folder, NightlyLog.FolderName);
        if (Log is null && Directory.Exists(logs))
            AddLog(logs);
    }

    private void AddUndo(string path, bool mustExist) => Try(() =>
    {
        var undo = new UndoFile(path);
        _data.Add(Await(stop => mustExist ? undo.ReadAsync(stop) : undo.ReadOrEmptyAsync(stop)));
    });

    private void AddLog(string path) => Try(() =>
    {
        foreach (var file in Directory.Exists(path) ? NightlyLog.In(path) : [path])
            Try(() => _data.Add(NightEvents.Read(file)));
    });

    private void Try(Action add)
    {
        try
        {
            add();
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(null));
        }
    }
}
