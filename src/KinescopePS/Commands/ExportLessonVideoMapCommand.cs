using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.MapFiles;

namespace KinescopePS.Commands;

/// <summary>The kinds of map files.</summary>
public enum LessonVideoMapFormat
{
    /// <summary>The JSON of the original scripts.</summary>
    Json,

    /// <summary>A table for spreadsheets.</summary>
    Csv,
}

/// <summary>Writes a lesson video map to a file.</summary>
[Cmdlet(VerbsData.Export, "LessonVideoMap", SupportsShouldProcess = true)]
[OutputType(typeof(LessonVideo))]
public sealed class ExportLessonVideoMapCommand : AsyncCmdlet
{
    private ExportFile? _file;
    private IMapWriter? _writer;
    private string? _key;
    private string? _checked;

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The lessons.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    public LessonVideo[] InputObject { get; set; } = [];

    /// <summary>The kind of file. Default: Csv where the name ends in .csv, else Json.</summary>
    [Parameter]
    public LessonVideoMapFormat? Format { get; set; }

    /// <summary>JSON: writes file paths relative to the base path, with <c>/</c>. Default: absolute, as this system has them.</summary>
    [Parameter]
    public SwitchParameter Relative { get; set; }

    /// <summary>JSON: writes file paths relative to this folder. Default: with -Relative, to the base path of the first lesson.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? BasePath { get; set; }

    /// <summary>JSON: only what the shortest files of the original scripts have.</summary>
    [Parameter]
    public SwitchParameter Brief { get; set; }

    /// <summary>CSV: what stands between two fields. Default: a comma.</summary>
    [Parameter]
    [ValidateSet(",", ";", "\t")]
    public char Delimiter { get; set; } = ',';

    /// <summary>Replaces a file of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Hands each lesson on.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Begin()
    {
        var path = FilePathOf(Path);
        ExportFile.RequireFree(path, Force);
        _key = File.Exists(path) ? FilePaths.KeyOf(FilePaths.TargetOf(path)) : null;
        if (Settings.FindPath("KINESCOPE_MANIFEST") is { } manifest)
            RequireNoSource(manifest, "the manifest of the settings");
        if (!ShouldProcess(path, "Write the lesson video map"))
            return;

        _file = new ExportFile(path, Force);
        var isCsv = Format is { } format ? format == LessonVideoMapFormat.Csv : path.EndsWith(".csv", StringComparison.OrdinalIgnoreCase);
        _writer = isCsv
            ? CsvMap.CreateWriter(_file.Stream, Delimiter)
            : JsonMap.CreateWriter(
                _file.Stream, BasePath is null ? null : FilePathOf(BasePath), isRelative: Relative || BasePath is not null, Brief);
    }

    private protected override void Process()
    {
        foreach (var lesson in InputObject)
        {
            // Lessons of one manifest come together.
            if (lesson.ManifestPath is { } manifest && manifest != _checked)
                RequireNoSource(_checked = manifest, "the manifest that these lessons come from");
            if (lesson.Path is { } video && _key is not null && FilePaths.KeyOf(video) == _key)
                RequireNoSource(video, $"the file of lesson '{lesson.LessonId}'");
            if (_writer is { } writer)
                _file!.Do(() => writer.Write(lesson));
            if (PassThru)
                WriteObject(lesson);
        }
    }

    private protected override void End()
    {
        if (_writer is not { } writer)
            return;
        _file!.Do(writer.Complete);
        _file.Complete();
    }

    /// <summary>Refuses to write over what a map is made of: -Force is for an older map.</summary>
    private void RequireNoSource(string path, string name)
    {
        try
        {
            if (_key is null || FilePaths.KeyOf(FilePaths.TargetOf(path)) != _key)
                return;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It is not there to be written over.
            return;
        }

        throw new KinescopeException(
            ErrorIds.ExportFileExists,
            $"{path} is {name}. It was left as it is, and -Force does not replace it either: name another file.");
    }

    private protected override void Release() => _file?.Dispose();
}
