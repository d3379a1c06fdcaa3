using System.Management.Automation;
using KinescopePS.Nights;

namespace KinescopePS.Commands;

/// <summary>Shows scheduled runs, from the logs that they left: the oldest first.</summary>
[Cmdlet(VerbsCommon.Get, "KinescopeNight", DefaultParameterSetName = PathSet)]
[OutputType(typeof(KinescopeNight))]
public sealed class GetKinescopeNightCommand : AsyncCmdlet
{
    private const string PathSet = "Path";
    private const string LiteralPathSet = "LiteralPath";

    private readonly List<KinescopeNight> _nights = [];

    /// <summary>Logs, folders of logs, or folders that have them in a folder <c>logs</c>. Default: the current location.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true, ParameterSetName = PathSet)]
    [Alias("FullName", "PSPath")]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[]? Path { get; set; }

    /// <summary>Logs or folders whose paths are taken as they stand.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = LiteralPathSet)]
    [ValidateNotNullOrEmpty]
    public string[]? LiteralPath { get; set; }

    /// <summary>The number of the newest ones that are shown. Default: all.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public int? Last { get; set; }

    private protected override void Process()
    {
        foreach (var path in LiteralPath?.Select(FilePathOf) ?? FilesOf(Path ?? ["."], System.IO.Path.Exists))
            Try(path, () => Read(path));
    }

    private protected override void End()
    {
        var ordered = _nights.OrderBy(night => night.StartedAt);
        foreach (var night in Last is { } last ? ordered.TakeLast(last) : ordered)
            WriteObject(night);
    }

    private void Read(string path)
    {
        var isFolder = Directory.Exists(path);
        var logs = isFolder ? NightlyLog.In(path) : [path];
        var foreign = 0;
        foreach (var log in logs)
        {
            StopToken.ThrowIfCancellationRequested();
            Try(log, () =>
            {
                if (NightlyLog.Read(log) is { } night)
                    _nights.Add(night);
                else
                    foreign++;
            });
        }

        if (foreign == logs.Count)
            throw new KinescopeException(
                ErrorIds.NightlyLogNotFound,
                isFolder
                    ? $"There is no log of a scheduled run in {path}, nor in a folder logs there. -Path takes the -LogFolder of "
                        + "Invoke-NightlyUpload.ps1, or the folder of its manifest."
                    : $"The file {path} is no log of a scheduled run, as Invoke-NightlyUpload.ps1 writes them.");
    }

    // One that cannot be read leaves the others.
    private void Try(string path, Action read)
    {
        try
        {
            read();
        }
        catch (KinescopeException failure)
        {
            WriteError(failure.ToErrorRecord(path));
        }
    }
}
