using System.Management.Automation;
using System.Text;
using KinescopePS.Files;
using KinescopePS.Kinescope;
using KinescopePS.Probe;
using KinescopePS.Transfer;

namespace KinescopePS.Commands;

/// <summary>Finds out how Kinescope behaves towards an account, and compares that with what this module was made for.</summary>
[Cmdlet(
    VerbsDiagnostic.Test, "KinescopeAccount", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High,
    DefaultParameterSetName = SessionSet)]
[OutputType(typeof(KinescopeAccountFinding))]
public sealed class TestKinescopeAccountCommand : KinescopeCmdlet
{
    private const string Activity = "Testing the account";

    /// <summary>The time for removing what was made, where the command is stopped.</summary>
    private static readonly TimeSpan RemovalTime = TimeSpan.FromSeconds(15);

    private readonly DateTimeOffset _startedAt = Clock.GetUtcNow();
    private AccountProbe? _probe;
    private Task _asking = Task.CompletedTask;
    private string? _report;
    private int _total;
    private bool _isConcluded;

    /// <summary>Asks only what changes nothing at the account.</summary>
    [Parameter]
    public SwitchParameter Quick { get; set; }

    /// <summary>The report's file. It is written twice: as JSON, and under the same name with .md as a page to read.</summary>
    [Parameter(Position = 0)]
    [Alias("Path", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string? ReportPath { get; set; }

    /// <summary>Replaces a report of that name.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Keeps the settings that suit the account in the session, for the commands that follow.</summary>
    [Parameter]
    public SwitchParameter Apply { get; set; }

    /// <summary>The longest wait until the film can be played: 15m, or 0:15 for hours and minutes. Default: 15 minutes.</summary>
    [Parameter]
    [Duration]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>The pause between two looks at it: 10s, or a number of seconds. Unit: seconds, 0.1 to 60, default 3.</summary>
    [Parameter]
    [Alias("IntervalSeconds")]
    [Duration(NumbersAreSeconds = true)]
    [TimeRange(0.1, 60)]
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(3);

    private protected override bool HasProgress => true;

    // What was made is removed also after Ctrl+C, which takes some calls.
    private protected override TimeSpan StopBudget => _probe is null || Quick ? base.StopBudget : RemovalTime + TimeSpan.FromSeconds(5);

    private protected override void Process()
    {
        var questions = Quick ? ProbeQuestions.Reading : ProbeQuestions.All;
        if (ReportPath is not null)
        {
            var path = FilePathOf(ReportPath);
            var isNamed = System.IO.Path.GetExtension(path).ToLowerInvariant() is ".json" or ".md";
            _report = isNamed ? System.IO.Path.ChangeExtension(path, null) : path;
            if (!Directory.Exists(System.IO.Path.GetDirectoryName(_report)))
                throw new KinescopeException(
                    ErrorIds.ExportFileNotWritable, $"The report cannot be written: there is no folder for {path}. Nothing was asked.");
            foreach (var extension in new[] { ".json", ".md" })
                ExportFile.RequireFree(_report + extension, Force);
        }

        if (Apply && (Session ?? Connected.Session) != Connection.Session)
            throw new KinescopeException(
                ErrorIds.SessionMissing, "-Apply keeps settings in a session, and there is none. Connect with Connect-Kinescope first.")
            {
                StopsRun = true,
            };
        if (!Quick && !ShouldProcess(
            $"the account at {Connection.Session.ApiUri.Host}",
            $"Make a scratch project, ask {questions.Count} questions there with a film of 3 seconds and 1 MB, and remove it again "
            + "(cost: up to 2 minutes of transcoding, 0.01 GB of storage and traffic, about 200 requests; time: about 5 minutes)"))
        {
            return;
        }

        var patience = new ProbePatience(Timeout, Interval, 10 * Interval);
        var run = new ProbeRun(Kinescope, Connection.Http, Connection.RequireAccount(), Retries, patience);
        var probe = new AccountProbe(run);
        RemoveLeftovers(probe);
        (_probe, _total) = (probe, questions.Count);
        _asking = probe.AskAsync(questions, finding => Post(() => WriteObject(finding)), StopToken);
        Await(_asking);
        Conclude(Quick ? [] : Await(stop => probe.RemoveAsync(patience.IndexPatience, stop)), isIncomplete: false, WriteWarning);
        if (Apply)
            ApplySettings(probe);
        WriteProgress(new ProgressRecord(0, Activity, "Done") { RecordType = ProgressRecordType.Completed });
    }

    private protected override void Tick()
    {
        if (_probe is not { } probe)
            return;
        var done = probe.Findings.Count;
        var row = CurrentHold is { } hold
            ? HoldRow.Of(0, $"{done} of {_total}", hold)
            : new ProgressRecord(0, Activity, done < _total ? probe.Current?.Text ?? "..." : "Removing what was made");
        row.PercentComplete = 100 * done / _total;
        WriteProgress(row);
    }

    private protected override async Task Drain(CancellationToken budget)
    {
        if (_probe is not { } probe || _isConcluded)
            return;
        try
        {
            await _asking.ConfigureAwait(false);
        }
        catch (Exception ended) when (ended is KinescopeException or OperationCanceledException)
        {
            // The pipeline thread tells it.
        }

        using var removal = CancellationTokenSource.CreateLinkedTokenSource(budget);
        removal.CancelAfter(RemovalTime);
        var left = Quick ? [] : await probe.RemoveAsync(RemovalTime / 3, removal.Token).ConfigureAwait(false);
        Conclude(left, isIncomplete: true, text => Host.UI?.WriteWarningLine(PrintableText.Of(text)));
    }

    private void RemoveLeftovers(AccountProbe probe)
    {
        foreach (var project in Await(probe.FindLeftoversAsync))
        {
            WriteWarning($"A probe that was killed left project {project.ProjectId} behind ('{project.Name}').");
            if (Quick || !ShouldProcess($"'{project.Name}' ({project.ProjectId})", "Delete the project and all that is in it"))
                continue;
            foreach (var left in Await(stop => probe.RemoveAsync(project, stop)))
                WriteWarning($"It could not be removed; remove it in the dashboard: {left}");
        }
    }

    /// <summary>Names what is left, and writes the report.</summary>
    private void Conclude(IReadOnlyList<Leftover> left, bool isIncomplete, Action<string> warn)
    {
        _isConcluded = true;
        foreach (var leftover in left)
            warn($"The probe could not remove something that it made; remove it in the dashboard: {leftover}");
        if (_report is null)
            return;

        var probe = _probe!;
        var report = new ProbeReport
        {
            At = _startedAt,
            Version = typeof(TestKinescopeAccountCommand).Assembly.GetName().Version!.ToString(3),
            Host = Connection.Session.ApiUri.Host,
            Took = Clock.GetUtcNow() - _startedAt,
            Answers = probe.Answers,
            IsQuick = Quick,
            IsIncomplete = isIncomplete,
            Findings = probe.Findings,
            LeftBehind = [.. left.Select(leftover => probe.Publishable($"{leftover}"))],
        };
        try
        {
            Write(".json", report.WriteJson);
            Write(".md", stream => stream.Write(Encoding.UTF8.GetBytes(report.ToMarkdown())));
        }
        catch (KinescopeException failure) when (isIncomplete)
        {
            warn(failure.Message);
        }
    }

    private void Write(string extension, Action<Stream> write)
    {
        using var file = new ExportFile(_report + extension, Force);
        file.Do(() => write(file.Stream));
        file.Complete();
    }

    private void ApplySettings(AccountProbe probe)
    {
        foreach (var setting in probe.Findings.Select(finding => finding.Setting).OfType<string>())
        {
            var (name, value) = setting.Split('=', 2) is [var left, var right] ? (left, right) : (setting, "");
            if (name == UploadStamp.LocationSetting)
                Connection.Session.StampLocation = value;
            WriteVerbose($"{setting} is kept in the session.");
        }
    }
}
