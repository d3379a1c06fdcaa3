using System.Management.Automation;
using KinescopePS.Files;
using KinescopePS.Record;
using KinescopePS.SharedRecord;

namespace KinescopePS.Commands;

/// <summary>Writes all that is known of uploads to a progress file of its own, which a run can go on with.</summary>
[Cmdlet(VerbsData.Export, "KinescopeUpload", SupportsShouldProcess = true)]
public sealed class ExportKinescopeUploadCommand : AsyncCmdlet
{
    /// <summary>The progress file to write.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The record to read. Default: kinescope-upload-progress.jsonl in the current location.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ProgressFileCompleter))]
    public string ProgressFile { get; set; } = UploadRecords.DefaultAddress;

    /// <summary>Replaces a file of that name, unless a run is using it.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override void End()
    {
        var path = FilePathOf(Path);
        ExportFile.RequireFree(path, Force, ProgressFileContents.Format);
        using var record = Records.Open(this, RecordName(ProgressFile), Settings, isReadOnly: true, mustExist: true);
        if (record.Warning is { } warning)
            WriteWarning(warning);
        var uploads = Await(stop => record.ListAsync(stop).AsTask());
        if (!ShouldProcess(path, $"Write the uploads of {uploads.Count} lessons"))
            return;

        ProgressFileCompaction.Export(path, uploads, Force);
        if (record is not ISharedRecord shared)
            return;
        var (machines, _) = Await(shared.ReadMachinesAsync);
        List<string> atWork = [.. machines.Where(machine => machine.IsAlive).Select(machine => machine.Name).Order(StringComparer.Ordinal)];
        if (atWork.Count > 0)
            WriteWarning(
                $"{atWork.Count} machines are at work ({string.Join(", ", atWork)}): what they do from now on is not in {path}. Do not "
                + "upload with it before they have left.");
    }
}
